"""The order in which each process reads and writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from sim.checker.anomaly import Anomaly
from sim.checker.history import Operation
from sim.checker.log import Log

Positions = dict[str, int]
"""Key to the last value that a process has read there, or sent."""


def check(log: Log, operations: Sequence[Operation]) -> Iterator[Anomaly]:
    """Skips and steps back within operations and between those of one process."""
    yield from _polls(log, sorted(operations, key=lambda one: one.told))
    yield from _sends(log, operations)


def _polls(log: Log, operations: Sequence[Operation]) -> Iterator[Anomaly]:
    """Reads in the order of their ends. Between those of a group's member partitions may have changed hands."""
    positions: defaultdict[str, Positions] = defaultdict(dict)
    for op in operations:
        mine = positions[op.process]
        if op.f == "assign":
            kept = set(op.keys) - set(op.offsets)
            positions[op.process] = {name: value for name, value in mine.items() if name in kept}
        for name, found in op.polls.items():
            if not found:
                continue
            first = log.keys[name].first
            if name not in op.keys:
                values = [value for _, value in found]
                yield from _steps("int-", name, first, op, list(pairwise(values)))
            if name in mine:
                prefix = "group-" if op.group else ""
                yield from _steps(prefix, name, first, op, [(mine[name], found[0][1])])
            if op.outcome == "ok":
                mine[name] = found[-1][1]
            elif op.outcome == "info":
                mine.pop(name, None)  # it may have gone back or not


def _steps(
    prefix: str, name: str, first: Mapping[int, int], op: Operation, pairs: Sequence[tuple[int, int]]
) -> Iterator[Anomaly]:
    for before, after in pairs:
        step = first[after] - first[before]
        if step > 1:
            yield Anomaly(f"{prefix}poll-skip", name, f"{op} reads {after} after {before}, {step - 1} lie between")
        elif step < 1:
            yield Anomaly(f"{prefix}nonmonotonic-poll", name, f"{op} reads {after} after {before}")


def _sends(log: Log, operations: Sequence[Operation]) -> Iterator[Anomaly]:
    """Writes in the order in which they began. What lies between two is other writers' (int-send-skip is no anomaly)."""
    lasts: defaultdict[str, Positions] = defaultdict(dict)
    for op in operations:
        if op.outcome == "fail":
            continue
        mine, here = lasts[op.process], set[str]()
        for name, value, _ in op.sends:
            first = log.keys[name].first
            if value not in first:
                continue
            if name in mine and first[value] <= first[mine[name]]:
                kind = "int-nonmonotonic-send" if name in here else "nonmonotonic-send"
                yield Anomaly(kind, name, f"{op} sent {value} after {mine[name]}, which lies behind it")
            mine[name] = value
            here.add(name)
