"""THE TABLE of anomalies, and the judgement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sim.checker import cycles, groups, records, sequence, tables, transactions
from sim.checker.anomaly import Anomaly
from sim.checker.history import Operation
from sim.checker.log import Log

SHOWN_MAX = 5

KINDS: Mapping[str, str] = {
    "lost-write": "a record was acknowledged or seen, and a reader who went past it never got it",
    "unseen": "a record was acknowledged, and a reader who began later saw the end of its key without it",
    "lost-latest": "the last value of a record key in a compacted partition is gone, and no later one is there",
    "duplicate": "one record is at two offsets",
    "inconsistent-offsets": "one offset holds two records",
    "phantom": "a record was read that nobody sent",
    "G1a": "a record was read whose write failed or whose transaction was aborted",
    "G1b": "a record was read before its transaction had asked to be committed",
    "G1c": "transactions have read each other's writes in a circle",
    "precommitted-read": "a transaction has read what it sends itself",
    "torn-transaction": "a part of a transaction was read, another part never",
    "consumed-twice": "two committed transactions of one group have read the same record",
    "int-poll-skip": "one answer leaves out records",
    "int-nonmonotonic-poll": "one answer has records in another order than their offsets",
    "int-nonmonotonic-send": "one operation's records are in the log in another order than it sent them",
    "poll-skip": "a reader went on past records that it had not read",
    "nonmonotonic-poll": "a reader went back",
    "nonmonotonic-send": "a writer's records are in the log in another order than it sent them",
    "group-poll-skip": "a group's member went on past records (others may have read them)",
    "group-nonmonotonic-poll": "a group's member went back (it may have lost a partition and got it again)",
    "group-skip": "a group has committed past a record that no member has read",
    "group-rewind": "a member began before what its group had committed",
    "group-leap": "a member began past what its group had committed, and left out a record",
    "owned-twice": "a key was given to two members in one generation of their group",
    "lost-commit": "a group was told an offset that had been overwritten",
    "stale-commit": "a member was let commit less than its group had committed before it asked",
    "phantom-commit": "a group was told an offset that nobody had committed",
    "aborted-commit": "a group was told an offset whose commit failed or whose transaction was aborted",
}
ALLOWED = frozenset({"group-poll-skip", "group-nonmonotonic-poll"})
"""What a rebalance explains: counted, and no fault."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a history shows; the counts say how much it can show."""

    anomalies: Sequence[Anomaly]
    operations: int
    sent: int
    acknowledged: int
    read: int
    unknown: int

    @property
    def faults(self) -> list[Anomaly]:
        """The anomalies that must not be."""
        return [one for one in self.anomalies if one.kind not in ALLOWED]

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of its faults."""
        return frozenset(one.kind for one in self.faults)

    def __str__(self) -> str:
        counts = Counter(one.kind for one in self.anomalies)
        lines = [
            f"{self.operations} operations, {self.unknown} with an unknown end: "
            f"{self.sent} records sent, {self.acknowledged} acknowledged, {self.read} read"
        ]
        for kind in KINDS:
            if counts[kind]:
                lines.append(f"{kind} ({counts[kind]}): {KINDS[kind]}{'; allowed' if kind in ALLOWED else ''}")
                shown = [one for one in self.anomalies if one.kind == kind][:SHOWN_MAX]
                lines += [f"  {one.where}: {one.what}" for one in shown]
        lines.append("valid" if not self.faults else f"NOT VALID: {len(self.faults)} anomalies")
        return "\n".join(lines)


class Watch(Protocol):
    """What sees the operations of a history go by, when it is known what was in the log."""

    def see(self, op: Operation) -> Iterable[Anomaly]:
        """What is wrong with this one, after those before it."""

    def end(self) -> Iterable[Anomaly]:
        """What is wrong when all have been seen."""


def judge(history: Iterable[Operation]) -> Verdict:
    """All anomalies of a history, which is gone through twice. HistoryError if it sends one value twice."""
    log, table = Log(), groups.Table()
    for op in history:
        log.note(op)
        table.note(op)
    log.settle()
    watches: Sequence[Watch] = (
        transactions.Watch(log),
        tables.Watch(log),
        sequence.Watch(log),
        cycles.Watch(log),
        groups.Watch(log, table),
    )
    found = list(records.check(log))
    for op in history:
        for watch in watches:
            found += watch.see(op)
    for watch in watches:
        found += watch.end()
    return Verdict(
        anomalies=found,
        operations=log.operations,
        sent=log.sent,
        acknowledged=log.acknowledged,
        read=log.read,
        unknown=log.unknown,
    )
