"""Compacted partitions: the last value of each key stays."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator

from sim.checker.anomaly import Anomaly
from sim.checker.history import Operation
from sim.checker.log import Log


def check(log: Log, history: Iterable[Operation]) -> Iterator[Anomaly]:
    """Who has seen the end of a record key has read what was acknowledged last before it began to read, or what came later.

    What lies between may be gone; the order in which it is read is looked at in sequence.py.
    """
    acknowledged = _acknowledged(log)
    furthest: dict[tuple[str, str], int] = {}
    for op in history:
        if op.outcome != "ok" or op.uncommitted:
            continue
        for name, found in op.polls.items():
            if found:
                furthest[op.process, name] = found[-1][0]
        for name in op.ended:
            lines, highs = acknowledged.get(name, ((), ()))
            before = bisect_left(lines, op.began)
            if before and furthest.get((op.process, name), -1) < highs[before - 1]:
                yield Anomaly("lost-latest", name, f"{op} has seen the end; {highs[before - 1]} was written, and is not there")


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
