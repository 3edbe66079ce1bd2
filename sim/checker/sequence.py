"""The order in which each process reads and writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from operator import attrgetter

from sim.checker.anomaly import Anomaly
from sim.checker.history import Found, Operation
from sim.checker.log import NOWHERE, Key, Log

Positions = dict[str, int]
"""Key to the last value that a process has read there, or sent."""


class Watch:
    """Skips and steps back within operations and between those of one process.

    Reads come in the order of their ends. Between those of a group's member partitions may have changed hands.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._positions: defaultdict[str, Positions] = defaultdict(dict)

    def see(self, op: Operation) -> Iterator[Anomaly]:
        if op.f == "assign":
            kept = set(op.keys) - set(op.offsets)
            mine = self._positions[op.process]
            self._positions[op.process] = {name: value for name, value in mine.items() if name in kept}
        for name, found in op.polls.items():
            if found:
                yield from self._poll(op, name, found)

    def _poll(self, op: Operation, name: str, found: Sequence[Found]) -> Iterator[Anomaly]:
        mine, key = self._positions[op.process], self._log.keys[name]
        if name not in op.keys:
            yield from _steps("int-", name, key, op, [(one[1], two[1]) for one, two in pairwise(found)])
        if name in mine:
            yield from _steps("group-" if op.group else "", name, key, op, [(mine[name], found[0][1])])
        if op.outcome == "ok":
            mine[name] = found[-1][1]
        elif op.outcome == "info":
            mine.pop(name, None)  # it may have gone back or not

    def end(self) -> Iterator[Anomaly]:
        yield from _sends(self._log)


def _steps(prefix: str, name: str, key: Key, op: Operation, pairs: Iterable[tuple[int, int]]) -> Iterator[Anomaly]:
    position = attrgetter("first" if op.uncommitted else "place")
    for before, after in pairs:
        step = position(key.values[after]) - position(key.values[before])
        if step > 1 and not key.compacted:
            yield Anomaly(f"{prefix}poll-skip", name, f"{op} reads {after} after {before}, {step - 1} lie between")
        elif step < 1:
            yield Anomaly(f"{prefix}nonmonotonic-poll", name, f"{op} reads {after} after {before}")


def _sends(log: Log) -> Iterator[Anomaly]:
    """Writes in the order in which they began. What lies between two is other writers' (int-send-skip is no anomaly)."""
    lasts: defaultdict[str, Positions] = defaultdict(dict)
    for op in log.writes:
        mine, here = lasts[op.process], set[str]()
        for name, value, _ in op.sends:
            values = log.keys[name].values
            if values[value].first == NOWHERE:
                continue
            if name in mine and values[value].first <= values[mine[name]].first:
                kind = "int-nonmonotonic-send" if name in here else "nonmonotonic-send"
                yield Anomaly(kind, name, f"{op} sent {value} after {mine[name]}, which lies behind it")
            mine[name] = value
            here.add(name)
