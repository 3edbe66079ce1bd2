"""Anomalies, each planted into a history that has none."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from sim.checker import Event
from tests.sim.histories import TABLE

Plant = Callable[[list[Event], random.Random], list[Event]]


def changed(events: list[Event], at: int, **what: object) -> list[Event]:
    return [*events[:at], replace(events[at], **what), *events[at + 1 :]]


def some(events: list[Event], chance: random.Random, fits: Callable[[Event], bool]) -> int:
    return chance.choice([at for at, event in enumerate(events) if fits(event)])


def seen(events: Sequence[Event]) -> set[tuple[str, int]]:
    return {(key, value) for one in events if one.type == "ok" for key, found in one.polls.items() for _, value in found}


def hidden(events: list[Event], key: str, value: int) -> list[Event]:
    """Nobody reads this value."""

    def without(one: Event) -> dict[str, list[tuple[int, int]]]:
        return {name: [pair for pair in found if (name, pair[1]) != (key, value)] for name, found in one.polls.items()}

    return [replace(one, polls=without(one)) for one in events]


def lose(events: list[Event], chance: random.Random) -> list[Event]:
    """A record that was acknowledged vanishes from every answer."""
    last = {key: found[-1][1] for one in events for key, found in one.polls.items() if one.ended}

    def fits(one: Event) -> bool:
        return one.type == "ok" and one.f == "send" and last[one.sends[0][0]] != one.sends[0][1] and one.sends[0][0] != TABLE

    at = some(events, chance, fits)
    key, value, _ = events[at].sends[0]
    return hidden(events, key, value)


def overdo(events: list[Event], chance: random.Random) -> list[Event]:
    """Compaction takes the last value of a record key, and what came just before it."""
    at = some(events, chance, lambda one: TABLE in one.ended)
    kept = events[at].polls[TABLE][:-2]
    return changed(events, at, polls={TABLE: kept})


def double(events: list[Event], chance: random.Random) -> list[Event]:
    """The last reader finds a record a second time, at the end."""
    at = some(events, chance, lambda one: bool(one.ended) and any(len(found) > 1 for found in one.polls.values()))
    key, found = next(iter(events[at].polls.items()))
    return changed(events, at, polls={key: [*found, (found[-1][0] + 1, found[0][1])]})


def swap(events: list[Event], chance: random.Random) -> list[Event]:
    """An answer has two records in the wrong order."""
    plain = [one for one in events if one.type == "ok" and not one.keys]  # what changed hands in a poll may be in any order
    at = some(events, chance, lambda one: one in plain and any(len(found) > 2 for found in one.polls.values()))
    key, found = next(iter(events[at].polls.items()))
    return changed(events, at, polls={key: [found[1], found[0], *found[2:]]})


def confuse(events: list[Event], chance: random.Random) -> list[Event]:
    """A reader finds another record at an offset than all others do."""
    at = some(events, chance, lambda one: bool(one.ended) and any(len(found) > 1 for found in one.polls.values()))
    key, found = next(iter(events[at].polls.items()))
    return changed(events, at, polls={key: [(found[0][0], found[1][1]), *found[1:]]})


def ended(events: Sequence[Event], f: str) -> set[int]:
    """The operations of a kind that were done."""
    return {one.op for one in events if one.f == f and one.type == "ok"}


def committed(events: list[Event], fits: Callable[[Event], bool]) -> list[tuple[int, Event]]:
    """Where transactions were told to be committed, and what they had done when they asked for it."""
    asks = {one.op: one for one in events if one.type == "ending" and fits(one)}
    return [(at, asks[one.op]) for at, one in enumerate(events) if one.type == "ok" and one.op in asks]


def dirty(events: list[Event], chance: random.Random) -> list[Event]:
    """A transaction whose records were read turns out to be aborted."""
    known = seen(events)
    at, _ = chance.choice(committed(events, lambda one: all((key, value) in known for key, value, _ in one.sends)))
    return changed(events, at, type="fail")


def early(events: list[Event], chance: random.Random) -> list[Event]:
    """A transaction asks for its end when its records have been read."""
    known = seen(events)
    at, asks = chance.choice(committed(events, lambda one: any((key, value) in known for key, value, _ in one.sends)))
    return [*(one for one in events if one not in (asks, events[at])), asks, events[at]]


def circle(events: list[Event], chance: random.Random) -> list[Event]:
    """A transaction has read what a later one wrote that had read from it."""
    asks = [one for _, one in committed(events, lambda _: True)]
    writers = {(key, value): one for one in asks for key, value, _ in one.sends}
    pairs = [
        (writers[key, value], one)
        for one in asks
        for key, found in one.polls.items()
        for _, value in found
        if (key, value) in writers
    ]
    first, second = chance.choice(pairs)
    key, value, offset = second.sends[0]
    return changed(events, events.index(first), polls={**first.polls, key: [(offset or 0, value)]})


def tear(events: list[Event], chance: random.Random) -> list[Event]:
    """One of several records of a transaction is never read by anybody."""
    _, asks = chance.choice(committed(events, lambda one: sum(key != TABLE for key, _, _ in one.sends) > 1))
    key, value, _ = next(one for one in asks.sends if one[0] != TABLE)
    return hidden(events, key, value)


def vanish(events: list[Event], chance: random.Random) -> list[Event]:
    """Nobody reads anything of a transaction that was told to be committed."""
    last = {key: found[-1][1] for one in events for key, found in one.polls.items() if one.ended}
    _, asks = chance.choice(
        committed(events, lambda one: all(last[key] != value and key != TABLE for key, value, _ in one.sends))
    )
    for key, value, _ in asks.sends:
        events = hidden(events, key, value)
    return events


def disagree(events: list[Event], chance: random.Random) -> list[Event]:
    """For one reader, alone, a transaction has not happened."""
    values = {(key, value) for _, asks in committed(events, lambda _: True) for key, value, _ in asks.sends if key != TABLE}
    inner = [
        (at, key, number)
        for at, one in enumerate(events)
        if one.ended
        for key, found in one.polls.items()
        for number, (_, value) in enumerate(found)
        if (key, value) in values and 0 < number < len(found) - 1
    ]
    at, key, number = chance.choice(inner)
    found = events[at].polls[key]
    return changed(events, at, polls={key: [*found[:number], *found[number + 1 :]]})


def repeat(events: list[Event], chance: random.Random) -> list[Event]:
    """A step of a pipeline takes what another has taken."""
    asks = [one for _, one in committed(events, lambda one: bool(one.group) and any(one.polls.values()))]
    first, second = chance.sample(asks, 2)
    key = next(key for key, found in first.polls.items() if found)
    what = {"polls": {**second.polls, key: first.polls[key]}, "offsets": {**second.offsets, key: first.offsets[key]}}
    return changed(events, events.index(second), **what)


def share(events: list[Event], chance: random.Random) -> list[Event]:
    """Two members are given the same keys in one generation."""
    at = some(events, chance, lambda one: one.f == "assign" and one.type == "invoke" and bool(one.keys))
    given = events[at]
    other = some(events, chance, lambda one: one.generation == given.generation and one.process != given.process)
    return changed(events, other, keys=given.keys)


def firsts(events: Sequence[Event]) -> list[tuple[int, str, int]]:
    """The first answers after assignments: where they are, of which key, and what the group had committed by then."""
    begins = {one.op: one for one in events if one.type == "invoke"}
    committed, given, found = dict[str, int](), dict[tuple[str, str], int](), []
    for at, one in enumerate(events):
        if one.f == "commit" and one.type == "ok":
            committed |= begins[one.op].offsets
        elif one.f == "assign" and one.type == "invoke":
            given |= {(one.process, key): committed.get(key, 0) for key in one.keys}
        elif one.f == "poll" and one.type == "ok" and events[at - 1].op == one.op:
            found += [(at, key, given[one.process, key]) for key in one.keys if one.polls.get(key)]
    return found


def fall_back(events: list[Event], chance: random.Random) -> list[Event]:
    """A member that is given a key begins at a record before what its group has committed."""
    known = {(key, pair) for one in events if one.ended for key, found in one.polls.items() for pair in found}
    firsts_ = [(at, key, pair) for at, key, high in firsts(events) for name, pair in known if name == key and pair[0] < high]
    at, key, pair = chance.choice(sorted(firsts_))
    return changed(events, at, polls={**events[at].polls, key: [pair, *events[at].polls[key]]})


def leap(events: list[Event], chance: random.Random) -> list[Event]:
    """A member that is given a key begins at the second record of those that it should begin with."""
    at, key, _ = chance.choice([one for one in firsts(events) if one[1] != TABLE and len(events[one[0]].polls[one[1]]) > 1])
    return changed(events, at, polls={**events[at].polls, key: events[at].polls[key][1:]})


def forget(events: list[Event], chance: random.Random) -> list[Event]:
    """A group is told that it has never committed."""
    begins = {one.op: one for one in events if one.type == "invoke"}
    committed: set[str] = set()
    told = []
    for at, one in enumerate(events):
        begin = begins[one.op]
        if one.f == "commit" and one.type == "ok":
            committed |= set(begin.offsets)
        elif one.f == "committed" and one.type == "ok" and begin.group == "team" and set(one.offsets) <= committed:
            told.append(at)
    at = chance.choice(told)
    return changed(events, at, offsets=dict.fromkeys(events[at].offsets, -1))


def late(events: list[Event], chance: random.Random) -> list[Event]:
    """A commit of old is taken once more, at the end."""
    done = ended(events, "commit")
    commits = [one for one in events if one.f == "commit" and one.type == "invoke" and one.op in done]
    high = {key: offset for one in commits for key, offset in one.offsets.items()}
    old = chance.choice([one for one in commits if all(offset < high[key] for key, offset in one.offsets.items())])
    again = replace(old, op=max(one.op for one in events) + 1)
    return [*events, again, replace(again, type="ok")]


PLANTS: Sequence[tuple[str, Plant]] = (
    ("lost-write", lose),
    ("lost-write", vanish),
    ("lost-latest", overdo),
    ("duplicate", double),
    ("int-nonmonotonic-poll", swap),
    ("int-poll-skip", disagree),
    ("inconsistent-offsets", confuse),
    ("G1a", dirty),
    ("G1b", early),
    ("G1c", circle),
    ("torn-transaction", tear),
    ("consumed-twice", repeat),
    ("owned-twice", share),
    ("group-rewind", fall_back),
    ("group-leap", leap),
    ("lost-commit", forget),
    ("stale-commit", late),
)
