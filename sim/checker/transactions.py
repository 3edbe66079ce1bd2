"""Transactions: all or nothing, shown when committed, once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sim.checker.anomaly import Anomaly
from sim.checker.history import Operation
from sim.checker.log import Log
from sim.checker.marks import Marks
from sim.checker.records import listed


class Watch:
    """Every anomaly of single transactions; cycles.py looks at several."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._taken: defaultdict[tuple[str, str], Marks] = defaultdict(Marks)

    def see(self, op: Operation) -> Iterator[Anomaly]:
        if not op.uncommitted:
            yield from _early(self._log, op)
        if op.f == "txn":
            yield from _own(op)
            if op.group and self._log.committed(op):
                yield from self._twice(op)

    def end(self) -> Iterator[Anomaly]:
        for op in self._log.writes:
            if op.f == "txn" and op.outcome != "fail":
                yield from _torn(self._log, op)

    def _twice(self, op: Operation) -> Iterator[Anomaly]:
        """A transaction that commits its group's offsets takes what it has read: no other of the group takes it again."""
        for name, found in op.polls.items():
            taken = self._taken[op.group, name]
            for offset, value in found:
                if offset < op.offsets.get(name, 0) and not taken.add(offset):
                    what = f"{op} has read value {value}, and so has one of group {op.group} before"
                    yield Anomaly("consumed-twice", name, what)


def _torn(log: Log, op: Operation) -> Iterator[Anomaly]:
    sends = [(name, value) for name, value, _ in op.sends if not log.keys[name].compacted]
    seen = {(name, value): log.keys[name].values[value].read_committed for name, value in sends}
    missing = [(name, value) for (name, value), known in seen.items() if not known and log.keys[name].end_at > op.began]
    if missing and any(seen.values()):
        shown = listed([f"value {value} of {name}" for name, value in missing])
        yield Anomaly("torn-transaction", missing[0][0], f"of {op} a part was read, and {shown} never")


def _early(log: Log, op: Operation) -> Iterator[Anomaly]:
    shown_by = op.asked or op.told
    for name, found in op.polls.items():
        values = log.keys[name].values
        for _, value in found:
            writer = values[value].writer
            if writer is not None and writer.f == "txn" and shown_by < writer.asked:
                yield Anomaly("G1b", name, f"{op} was shown value {value}, and {writer} had not asked to be committed")


def _own(op: Operation) -> Iterator[Anomaly]:
    sent = {(name, value) for name, value, _ in op.sends}
    for name, found in op.polls.items():
        for _, value in found:
            if (name, value) in sent:
                yield Anomaly("precommitted-read", name, f"{op} reads value {value}, which it sends itself")
