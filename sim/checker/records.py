"""Records lost, doubled, torn, or seen that must not be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.checker.anomaly import Anomaly
from sim.checker.history import Operation
from sim.checker.log import Key, Log


def check(log: Log, operations: Sequence[Operation]) -> Iterator[Anomaly]:
    """Every anomaly of single records."""
    for name, key in log.keys.items():
        yield from _offsets(name, key)
        yield from _lost(log, name, key)
        yield from _strange(name, key)
    for op in operations:
        if op.sends and op.polls:
            yield from _own(op)
        if op.f == "txn" and op.outcome != "fail":
            yield from _torn(log, op)


def _offsets(name: str, key: Key) -> Iterator[Anomaly]:
    for offset, values in sorted(key.by_offset.items()):
        if len(values) > 1:
            yield Anomaly("inconsistent-offsets", name, f"offset {offset} holds {_listed(values)}")
    for value, last in key.last.items():
        if last != key.first[value]:
            offsets = [offset for offset, values in key.by_offset.items() if value in values]
            yield Anomaly("duplicate", name, f"value {value} is at offsets {_listed(sorted(offsets))}")


def _lost(log: Log, name: str, key: Key) -> Iterator[Anomaly]:
    """What readers have passed without seeing it; and what was acknowledged before a reader who saw the end began."""
    bound = key.bound
    for value, op in key.writers.items():
        position = key.last.get(value)
        if position is not None and position <= bound:
            if value not in key.read_ok and log.committed(op):
                yield Anomaly("lost-write", name, f"value {value} of {op} was passed by and never read")
        elif op.outcome == "ok" and value not in key.read and op.ended_at < key.end_at:
            yield Anomaly("unseen", name, f"value {value} of {op} was acknowledged, and the key ends before it")


def _strange(name: str, key: Key) -> Iterator[Anomaly]:
    for value in sorted(key.read):
        op = key.writers.get(value)
        if op is None:
            yield Anomaly("phantom", name, f"value {value} was read, and nobody sent it")
        elif op.outcome == "fail" and value in key.read_ok:
            yield Anomaly("G1a", name, f"value {value} was read, and {op} did not happen")


def _own(op: Operation) -> Iterator[Anomaly]:
    sent = {(name, value) for name, value, _ in op.sends}
    for name, found in op.polls.items():
        for _, value in found:
            if (name, value) in sent:
                yield Anomaly("precommitted-read", name, f"{op} reads value {value}, which it sends itself")


def _torn(log: Log, op: Operation) -> Iterator[Anomaly]:
    seen = {(name, value): value in log.keys[name].read for name, value, _ in op.sends}
    began = op.began
    missing = [(name, value) for (name, value), known in seen.items() if not known and log.keys[name].end_at > began]
    if missing and any(seen.values()):
        shown = _listed([f"value {value} of {name}" for name, value in missing])
        yield Anomaly("torn-transaction", missing[0][0], f"of {op} a part was read, and {shown} never")


def _listed(things: Sequence[object]) -> str:
    return " and ".join(map(str, things))
