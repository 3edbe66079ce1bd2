"""Compacted partitions: the last value of each key stays."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator

from sim.checker.anomaly import Anomaly
from sim.checker.history import COMPACTED, Operation
from sim.checker.log import Log


class Watch:
    """Who has seen the end of a record key has read what was acknowledged last before it began to read, or what came later.

    What lies between may be gone; the order in which it is read is looked at in sequence.py.
    """

    def __init__(self, log: Log) -> None:
        self._acknowledged = _acknowledged(log)
        self._furthest: dict[tuple[str, str], int] = {}

    def see(self, op: Operation) -> Iterator[Anomaly]:
        if op.outcome != "ok" or op.uncommitted:
            return
        for name, found in op.polls.items():
            if found and COMPACTED in name:
                self._furthest[op.process, name] = found[-1][0]
        for name in op.ended:
            lines, highs = self._acknowledged.get(name, ((), ()))
            before = bisect_left(lines, op.began)
            if before and self._furthest.get((op.process, name), -1) < highs[before - 1]:
                yield Anomaly("lost-latest", name, f"{op} has seen the end; {highs[before - 1]} was written, and is not there")

    def end(self) -> Iterator[Anomaly]:
        yield from ()


def _acknowledged(log: Log) -> dict[str, tuple[list[int], list[int]]]:
    """Of each record key the lines at which values were acknowledged, and the highest offset by then."""
    found: defaultdict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for op in sorted((one for one in log.writes if one.outcome == "ok"), key=lambda one: one.ended_at):
        for name, _, offset in op.sends:
            if log.keys[name].compacted and offset is not None:
                lines, highs = found[name]
                lines.append(op.ended_at)
                highs.append(max(offset, highs[-1] if highs else offset))
    return found
