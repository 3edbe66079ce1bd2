"""Transactions that have read each other's writes in a circle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set

from sim.checker.anomaly import Anomaly
from sim.checker.history import Operation
from sim.checker.log import Log


def check(log: Log, history: Iterable[Operation]) -> Iterator[Anomaly]:
    """G1c: a circle of write-read edges. Write-write edges are left out: Kafka's transactions may interleave (G0)."""
    edges: defaultdict[int, set[int]] = defaultdict(set)
    names: dict[int, str] = {}
    for op in history:
        if op.f == "txn" and log.committed(op):
            names[op.id] = str(op)
            for name, found in op.polls.items():
                values = log.keys[name].values
                for _, value in found:
                    writer = values[value].writer
                    if writer is not None and writer.f == "txn" and writer.id != op.id:
                        edges[writer.id].add(op.id)
    for circle in components(edges):
        if len(circle) > 1:
            shown = ", ".join(names[one] for one in sorted(circle) if one in names)
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
