"""Histories of a log that does no wrong, drawn by a seed."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sim.checker import Event
from sim.checker.history import Send

ABORTS = 0.1
UNKNOWN = 0.05
REBALANCES = 0.05
MARKER = None
TABLE = "table:a"
"""One record key of a compacted partition."""


@dataclass(slots=True)
class Reader:
    """A client that reads. `group` is its group, if it is in one; `uncommitted`: it is shown everything."""

    name: str
    group: str = ""
    uncommitted: bool = False
    places: dict[str, int] = field(default_factory=dict)
    handed: set[str] = field(default_factory=set)  # changed hands since it has told of a poll


@dataclass(frozen=True, slots=True)
class Open:
    """A transaction that has not ended; `before` is where its reader began."""

    op: int
    sends: list[Send]
    polls: dict[str, list[tuple[int, int]]]
    reader: Reader
    before: dict[str, int]
    offsets: dict[str, int]


class World:
    """A correct log of some keys, its clients, and the events of all that they do.

    Transactions of several clients are open at once, so that an operation's begin and end lie apart in the history. Their
    records get offsets when they are sent and can be read once they are committed; gaps are their markers.
    """

    def __init__(self, seed: int, keys: int = 4) -> None:
        self.random = random.Random(seed)
        self.keys = [*(f"key-{number}" for number in range(keys)), TABLE]
        self.logs: dict[str, list[int | None]] = {key: [] for key in self.keys}  # values, aborted ones included
        self.state: dict[tuple[str, int], str] = {}  # of each value: open, committed, aborted
        self.events: list[Event] = []
        self.begins: dict[int, Event] = {}
        self.committed: dict[tuple[str, str], int] = {}
        self.readers = [Reader(f"reader-{number}", places=dict.fromkeys(self.keys, 0)) for number in range(3)]
        self.readers.append(Reader("dirty-reader", uncommitted=True, places=dict.fromkeys(self.keys, 0)))
        self.members = [Reader(f"member-{number}", group="team") for number in range(2)]
        self.workers = [Reader(f"worker-{number}", group="work") for number in range(2)]
        self.generation = 0
        self.open: dict[str, Open] = {}
        self.value = 0
        self.op = 0

    # -- what a client sees ----------------------------------------------------------------------------------------------------

    def stable(self, key: str) -> int:
        """The last stable offset."""
        for offset, value in enumerate(self.logs[key]):
            if value is not None and self.state[key, value] == "open":
                return offset
        return len(self.logs[key])

    def visible(self, reader: Reader, key: str, count: int) -> list[tuple[int, int]]:
        found = []
        end = len(self.logs[key]) if reader.uncommitted else self.stable(key)
        for offset in range(reader.places[key], end):
            value = self.logs[key][offset]
            if value is not None and (reader.uncommitted or self.state[key, value] == "committed"):
                found.append((offset, value))
                if len(found) == count:
                    break
        return found

    # -- how a history is written ----------------------------------------------------------------------------------------------

    def invoke(self, process: str, f: str, **what: object) -> int:
        self.op += 1
        self.begins[self.op] = Event(op=self.op, process=process, type="invoke", f=f, **what)  # type: ignore[arg-type]
        self.events.append(self.begins[self.op])
        return self.op

    def complete(self, op: int, type_: str, **what: object) -> None:
        begin = self.begins[op]
        self.events.append(Event(op=op, process=begin.process, type=type_, f=begin.f, **what))  # type: ignore[arg-type]

    def append(self, key: str, value: int, state: str) -> int:
        self.logs[key].append(value)
        self.state[key, value] = state
        return len(self.logs[key]) - 1

    def fresh(self) -> int:
        self.value += 1
        return self.value

    def compact(self) -> None:
        """Something that a later committed value of its record key stands for goes away."""
        stands = [offset for offset in range(self.stable(TABLE)) if self.shown(TABLE, offset)]
        for offset in stands[:-1]:
            if self.random.random() < 0.5:
                self.logs[TABLE][offset] = MARKER

    def shown(self, key: str, offset: int) -> bool:
        value = self.logs[key][offset]
        return value is not None and self.state[key, value] == "committed"

    # -- what clients do -------------------------------------------------------------------------------------------------------

    def send(self) -> None:
        key, value = self.random.choice(self.keys), self.fresh()
        op = self.invoke(f"writer-{self.random.randrange(3)}", "send", sends=[(key, value, None)])
        chance = self.random.random()
        if chance < UNKNOWN:
            if self.random.random() < 0.5:
                self.append(key, value, "committed")
            self.complete(op, "info")
        elif chance < 2 * UNKNOWN:
            self.complete(op, "fail")
        else:
            self.complete(op, "ok", sends=[(key, value, self.append(key, value, "committed"))])

    def read(self, reader: Reader, key: str, count: int) -> dict[str, list[tuple[int, int]]]:
        found = self.visible(reader, key, count)
        if found:
            reader.places[key] = found[-1][0] + 1
        return {key: found}

    def poll(self) -> None:
        reader = self.random.choice(self.readers)
        if reader.name in self.open:
            return  # a client does one thing at a time
        op = self.invoke(reader.name, "poll")
        found = self.read(reader, self.random.choice(self.keys), self.random.randint(1, 8))
        self.complete(op, "ok", polls=found, uncommitted=reader.uncommitted)

    def begin(self) -> None:
        """A transaction of a reader, which it keeps to itself, or of a worker, who takes what it read for its group."""
        reader = self.random.choice([*(one for one in self.readers if not one.uncommitted), *self.workers])
        if reader.name in self.open:
            return
        values = [(self.random.choice(self.keys), self.fresh()) for _ in range(self.random.randint(1, 4))]
        op = self.invoke(reader.name, "txn", group=reader.group, sends=[(key, value, None) for key, value in values])
        before = dict(reader.places)
        polls = self.read(reader, self.random.choice(sorted(reader.places)), 3) if before and self.random.random() < 0.7 else {}
        sends: list[Send] = [(key, value, self.append(key, value, "open")) for key, value in values]
        offsets = {key: reader.places[key] for key in polls} if reader.group else {}
        self.open[reader.name] = Open(op, sends, polls, reader, before, offsets)

    def end(self) -> None:
        """One of the transactions that are open ends; aborted, its reader goes back."""
        if self.open:
            self.finish_one(self.open.pop(self.random.choice(sorted(self.open))))

    def finish_one(self, one: Open) -> None:
        done = {"sends": one.sends, "polls": one.polls, "group": one.reader.group, "offsets": one.offsets}
        aborts, asks = self.random.random() < ABORTS, self.random.random() < 0.5
        if asks or not aborts:
            self.complete(one.op, "ending", **done)
        for key, value, _ in one.sends:
            self.state[key, value] = "aborted" if aborts else "committed"
        for key in {key for key, _, _ in one.sends}:
            self.logs[key].append(MARKER)
        if aborts:
            one.reader.places = one.before
            if asks or self.random.random() < 0.5:
                self.complete(one.op, "info" if asks and self.random.random() < 0.5 else "fail", sends=one.sends)
            return
        self.committed.update({(one.reader.group, key): offset for key, offset in one.offsets.items()})
        chance = self.random.random()
        if chance < UNKNOWN:
            one.reader.name += "-again"  # it is never heard of again, and another takes its place
            return
        self.complete(one.op, "info" if chance < 2 * UNKNOWN else "ok")

    def rebalance(self, group: Sequence[Reader]) -> None:
        """The members of a group share the keys anew, each beginning where the group had committed; some while they poll, some
        keep what they are given again.
        """
        if any(member.name in self.open for member in group):
            return
        self.generation += 1
        polls = {member.name: self.polls(member) for member in group if member.group == "team" and self.random.random() < 0.3}
        shuffled = self.random.sample(self.keys, len(self.keys))
        cut = self.random.randint(0, len(shuffled))
        keeps = self.random.random() < 0.5
        for member, keys in zip(group, (shuffled[:cut], shuffled[cut:]), strict=True):
            self.give(member, [key for key in member.places if key in keys] if keeps else [])
            self.give(member, keys)
            if member.name in polls:
                op, found = polls[member.name]
                more = self.read(member, self.random.choice(keys), 5) if keys else {}
                both = {key: [*found.get(key, ()), *more.get(key, ())] for key in {*found, *more}}
                self.tell(member, op, both)

    def give(self, member: Reader, keys: Sequence[str]) -> None:
        op = self.invoke(member.name, "assign", group=member.group, keys=keys, generation=self.generation)
        self.complete(op, "ok")
        member.handed |= set(keys) - set(member.places)
        member.places = {key: member.places.get(key, self.committed.get((member.group, key), 0)) for key in keys}

    def polls(self, member: Reader) -> tuple[int, dict[str, list[tuple[int, int]]]]:
        """A poll that has begun, and found something."""
        op = self.invoke(member.name, "poll", group=member.group)
        return op, self.read(member, self.random.choice(sorted(member.places)), 5) if member.places else {}

    def tell(self, member: Reader, op: int, found: Mapping[str, Sequence[tuple[int, int]]]) -> None:
        self.complete(op, "ok", polls=found, keys=sorted(member.handed))
        member.handed.clear()

    def work(self) -> None:
        member = self.random.choice(self.members)
        op, found = self.polls(member)
        self.tell(member, op, found)
        for key in [key for key, pairs in found.items() if pairs and self.random.random() < 0.7]:
            op = self.invoke(member.name, "commit", group=member.group, offsets={key: member.places[key]})
            self.committed[member.group, key] = member.places[key]
            self.complete(op, "info" if self.random.random() < UNKNOWN else "ok")

    def ask(self) -> None:
        key, group = self.random.choice(self.keys), self.random.choice(["team", "work"])
        op = self.invoke("witness", "committed", group=group)
        self.complete(op, "ok", offsets={key: self.committed.get((group, key), -1)})

    def finish(self) -> None:
        while self.open:
            self.end()
        last = Reader("last", places=dict.fromkeys(self.keys, 0))
        for key in self.keys:
            op = self.invoke(last.name, "poll")
            self.complete(op, "ok", polls=self.read(last, key, 1 << 60), ended=[key])


def good(seed: int, steps: int = 500) -> list[Event]:
    """The events of a seed."""
    world = World(seed)
    doings = [world.send, world.poll, world.begin, world.end, world.work, world.ask, world.compact]
    groups = (world.members, world.workers)
    for group in groups:
        world.rebalance(group)
    for _ in range(steps):
        world.random.choice(doings)()
        if world.random.random() < REBALANCES:
            world.rebalance(world.random.choice(groups))
    world.finish()
    return world.events
