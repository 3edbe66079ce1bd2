"""Transactions that have read each other's writes in a circle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set

from sim.checker.anomaly import Anomaly
from sim.checker.history import Operation
from sim.checker.log import Log


class Watch:
    """G1c: a circle of write-read edges. Write-write edges are left out: Kafka's transactions may interleave (G0)."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._edges: defaultdict[int, set[int]] = defaultdict(set)
        self._names: dict[int, str] = {}

    def see(self, op: Operation) -> Iterator[Anomaly]:
        if op.f == "txn" and self._log.committed(op):
            self._names[op.id] = str(op)
            for name, found in op.polls.items():
                values = self._log.keys[name].values
                for _, value in found:
                    writer = values[value].writer
                    if writer is not None and writer.f == "txn" and writer.id != op.id:
                        self._edges[writer.id].add(op.id)
        yield from ()

    def end(self) -> Iterator[Anomaly]:
        for circle in components(self._edges):
            if len(circle) > 1:
                shown = ", ".join(self._names[one] for one in sorted(circle) if one in self._names)
                yield Anomaly("G1c", f"{len(circle)} transactions", f"each has read what another wrote: {shown}")


def components(edges: Mapping[int, Set[int]]) -> Iterator[list[int]]:
    """The strongly connected components of a graph (Tarjan 1972), on a stack of its own: histories are long."""
    numbers: dict[int, int] = {}
    lows: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    for root in edges:
        if root in numbers:
            continue
        numbers[root] = lows[root] = len(numbers)
        stack.append(root)
        on_stack.add(root)
        work = [(root, iter(edges[root]))]
        while work:
            node, following = work[-1]
            for other in following:
                if other not in numbers:
                    numbers[other] = lows[other] = len(numbers)
                    stack.append(other)
                    on_stack.add(other)
                    work.append((other, iter(edges.get(other, ()))))
                    break
                if other in on_stack:
                    lows[node] = min(lows[node], numbers[other])
            else:
                work.pop()
                if work:
                    lows[work[-1][0]] = min(lows[work[-1][0]], lows[node])
                if lows[node] == numbers[node]:
                    circle = [stack.pop()]
                    while circle[-1] != node:
                        circle.append(stack.pop())
                    on_stack.difference_update(circle)
                    yield circle
