"""What groups have committed, and where their members began."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sim.checker.anomaly import Anomaly
from sim.checker.history import Operation
from sim.checker.log import NOWHERE, Log
from sim.checker.marks import Marks

NONE = -1


@dataclass(slots=True)
class Commits:
    """A group's commits of one key; `ends` rising, with the latest begin and the highest offset of all that ended by then."""

    by_offset: dict[int, list[Operation]] = field(default_factory=dict)
    ends: list[int] = field(default_factory=list)
    begins: list[int] = field(default_factory=list)
    highs: list[int] = field(default_factory=list)

    def add(self, op: Operation, offset: int) -> None:
        """Operations are added in the order of their ends."""
        self.by_offset.setdefault(offset, []).append(op)
        if op.outcome == "ok":
            self.ends.append(op.ended_at)
            self.begins.append(max(op.began, self.begins[-1] if self.begins else 0))
            self.highs.append(max(offset, self.highs[-1] if self.highs else NONE))

    def before(self, line: int) -> tuple[int, int]:
        """Of the commits that had ended before a line: when the last of them began (0: there is none), the highest offset."""
        at = bisect_left(self.ends, line)
        return (self.begins[at - 1], self.highs[at - 1]) if at else (0, NONE)

    def between(self, since: int, until: int) -> list[int]:
        """What who asks between two lines may be told, rising: commits never go back. NONE: nothing had been committed."""
        _, high = self.before(since)
        more = (offset for offset, ops in self.by_offset.items() if offset > high and _may_have(ops, until))
        return [high, *sorted(more)]


class Table(defaultdict[tuple[str, str], Commits]):
    """The commits of each group and key."""

    def __init__(self) -> None:
        super().__init__(Commits)

    def note(self, op: Operation) -> None:
        """Take in one operation after the other, in the order in which they were told of."""
        if op.f in ("commit", "txn") and op.group:
            for name, offset in op.offsets.items():
                self[op.group, name].add(op.without_polls, offset)


@dataclass(slots=True)
class Owned:
    """A key that a member was given on line `given` (0: where it began to read is settled), and on line `lost` the time before.

    `last` is the last offset that it has read.
    """

    given: int
    lost: int = 0
    last: int = NOWHERE


class Watch:
    """A group's offset is one register: what is read is what was written last, or is being written. No record is left out."""

    def __init__(self, log: Log, table: Table) -> None:
        self._log, self._table = log, table
        self._owned: defaultdict[str, dict[str, Owned]] = defaultdict(dict)
        self._lost: defaultdict[str, dict[str, Owned]] = defaultdict(dict)
        self._did: dict[str, int] = {}
        self._owners: dict[tuple[str, int, str], str] = {}
        self._read: defaultdict[tuple[str, str], Marks] = defaultdict(Marks)

    def see(self, op: Operation) -> Iterator[Anomaly]:
        if op.group:
            yield from self._see(op)
        if op.f != "assign":
            self._did[op.process] = op.told

    def _see(self, op: Operation) -> Iterator[Anomaly]:
        if op.f == "assign":
            yield from self._assign(op)
        elif op.f == "committed" and op.outcome == "ok":
            for name, offset in op.offsets.items():
                yield from _asked(op, name, offset, self._table[op.group, name])
        elif op.f in ("commit", "txn") and op.outcome == "ok":
            for name, offset in op.offsets.items():
                yield from _stale(op, name, offset, self._table[op.group, name])
        for name, found in op.polls.items():
            if found:
                yield from self._begun(op, name, [offset for offset, _ in found])
        if self._log.possible(op) if op.f == "txn" else op.outcome == "ok":
            for name, found in op.polls.items():
                marks = self._read[op.group, name]
                for offset, _ in found:
                    marks.add(offset)

    def _assign(self, op: Operation) -> Iterator[Anomaly]:
        """In one generation of a group a key has one owner, whoever believes what for how long."""
        mine, lost = self._owned[op.process], self._lost[op.process]
        for name in [name for name in mine if name not in op.keys]:
            lost[name] = mine.pop(name)
            lost[name].lost = op.began
        for name in op.keys:
            if name not in mine:
                before = lost.get(name, Owned(0))
                mine[name] = Owned(op.began, before.lost, before.last)
            if op.generation != NONE:
                owner = self._owners.setdefault((op.group, op.generation, name), op.process)
                if owner != op.process:
                    what = f"{op} was given it in generation {op.generation} of group {op.group}, and so was {owner}"
                    yield Anomaly("owned-twice", name, what)

    def _begun(self, op: Operation, name: str, found: Sequence[int]) -> Iterator[Anomaly]:
        """Who is given a partition goes on where its group is, neither before that nor past a record."""
        owned = self._owned[op.process].get(name)
        if owned is None:
            return
        since, until = (self._did.get(op.process, 0), op.began) if op.f == "txn" else (op.began, op.told)
        if 0 < owned.given < until:
            begins = _beginning(owned, since, found)
            if begins is not None:
                yield from self._misplaced(op, name, begins, self._table[op.group, name].between(owned.given, until))
            owned.given = 0
        owned.last = found[-1]

    def _misplaced(self, op: Operation, name: str, begins: int, committed: Sequence[int]) -> Iterator[Anomaly]:
        key = self._log.keys[name]
        past = bisect_right(committed, begins)
        if not past:
            yield Anomaly("group-rewind", name, f"{op} of group {op.group} reads {begins}; {committed[0]} was committed")
        elif not key.compacted and key.before(begins, uncommitted=op.uncommitted) >= max(committed[past - 1], 0):
            what = f"{op} of group {op.group} reads {begins}; {committed[past - 1]} was committed, and a record lies between"
            yield Anomaly("group-leap", name, what)

    def end(self) -> Iterator[Anomaly]:
        """What lies before a group's committed offset was read by a member (all begin at the first record)."""
        for (group, name), commits in self._table.items():
            high, marks = commits.highs[-1] if commits.highs else NONE, self._read[group, name]
            key = self._log.keys[name]
            if key.compacted:
                continue
            for offset, values in key.by_offset():
                if offset < high and offset not in marks and any(key.values[value].place != NOWHERE for value in values):
                    what = f"group {group} has committed {high}, and no member has read offset {offset}"
                    yield Anomaly("group-skip", name, what)


def _may_have(ops: Iterable[Operation], until: int) -> bool:
    """Whether one of these may have happened before a line."""
    return any(one.outcome != "fail" and one.began < until for one in ops)


def _beginning(owned: Owned, since: int, found: Sequence[int]) -> int | None:
    """The first of those that a member read since it was given a key, None if nobody can tell: it has lost it in the same poll,
    and what it read before that may go on with what came after.
    """
    if owned.lost <= since:
        return found[0]
    steps = [after for before, after in pairwise([owned.last, *found]) if after <= before]
    return steps[-1] if steps else None


def _stale(op: Operation, name: str, offset: int, commits: Commits) -> Iterator[Anomaly]:
    """Members commit what they have read, and begin at what was committed: who goes back was not a member any more."""
    _, high = commits.before(op.began)
    if offset < high:
        yield Anomaly("stale-commit", name, f"{op} of group {op.group} has committed {offset}; {high} was committed before")


def _asked(op: Operation, name: str, offset: int, commits: Commits) -> Iterator[Anomaly]:
    last, _ = commits.before(op.began)
    candidates = [one for one in commits.by_offset.get(offset, ()) if one.began < op.ended_at]
    if offset == NONE and not last:
        return
    if not candidates and offset != NONE:
        yield Anomaly("phantom-commit", name, f"{op} of group {op.group} was told {offset}, which nobody committed")
    elif candidates and all(one.outcome == "fail" for one in candidates):
        yield Anomaly("aborted-commit", name, f"{op} of group {op.group} was told {offset}; {candidates[0]} did not happen")
    elif all(one.ended_at < last for one in candidates if one.outcome != "fail"):
        yield Anomaly("lost-commit", name, f"{op} of group {op.group} was told {offset}, which was overwritten before")
