"""Records lost, doubled, or seen that must not be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.checker.anomaly import Anomaly
from sim.checker.log import NOWHERE, Key, Log


def check(log: Log) -> Iterator[Anomaly]:
    """Every anomaly of single records."""
    for name, key in log.keys.items():
        yield from _offsets(name, key)
        if not key.compacted:
            yield from _lost(name, key)
        yield from _strange(name, key)


def listed(things: Sequence[object]) -> str:
    """Things in a sentence."""
    return " and ".join(map(str, things))


def _offsets(name: str, key: Key) -> Iterator[Anomaly]:
    doubled = {value for value, known in key.values.items() if known.last != known.first}
    offsets: dict[int, list[int]] = {value: [] for value in sorted(doubled)}
    for offset, values in key.by_offset():
        if len(values) > 1:
            yield Anomaly("inconsistent-offsets", name, f"offset {offset} holds {listed(values)}")
        for value in doubled.intersection(values):
            offsets[value].append(offset)
    for value, found in offsets.items():
        yield Anomaly("duplicate", name, f"value {value} is at offsets {listed(found)}")


def _lost(name: str, key: Key) -> Iterator[Anomaly]:
    """What readers have passed without seeing it; and what was acknowledged before a reader who saw the end began."""
    bound = key.bound
    for value, known in key.values.items():
        op = known.writer
        if op is None or known.read_committed:
            continue
        if NOWHERE < known.place <= bound:
            yield Anomaly("lost-write", name, f"value {value} of {op} was passed by and never read")
        elif op.outcome == "ok" and op.ended_at < key.end_at:
            yield Anomaly("unseen", name, f"value {value} of {op} was acknowledged, and the key ends before it")


def _strange(name: str, key: Key) -> Iterator[Anomaly]:
    for value, known in sorted(key.values.items()):
        op = known.writer
        if known.read and op is None:
            yield Anomaly("phantom", name, f"value {value} was read, and nobody sent it")
        elif op is not None and op.outcome == "fail" and (known.read if op.f == "send" else known.read_committed):
            yield Anomaly("G1a", name, f"value {value} was read, and {op} did not happen")
