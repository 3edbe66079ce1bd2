"""What must have been in each key, told from its readers."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator

from sim.checker.history import COMPACTED, HistoryError, Operation

NOWHERE = -1


class Value:
    """What is known of one value: who sent it, whether anybody has read it, and one who is shown only what is committed.

    `first` and `last` are its positions in the order of offsets, gaps removed; they differ only if it is there twice.
    `place` is the first of them among what is committed.
    """

    __slots__ = ("first", "last", "place", "read", "read_committed", "writer")

    def __init__(self) -> None:
        self.writer: Operation | None = None
        self.read = self.read_committed = False
        self.first = self.last = self.place = NOWHERE


class Key:
    """One key: its values, and which of them was seen at each offset."""

    __slots__ = ("_offsets", "_others", "_shown", "compacted", "end_at", "values")

    def __init__(self, name: str) -> None:
        self.compacted = COMPACTED in name
        self.values: defaultdict[int, Value] = defaultdict(Value)
        self._offsets: dict[int, int] = {}
        self._others: dict[int, list[int]] = {}
        self._shown: tuple[list[int], list[int]] = ([], [])  # offsets of all records, and of those that are committed
        self.end_at = 0  # the last line at which somebody began to read it who saw its end

    def put(self, offset: int, value: int) -> None:
        """Somebody saw or was told of this value there."""
        if self._offsets.setdefault(offset, value) != value:
            others = self._others.setdefault(offset, [])
            if value not in others:
                others.append(value)

    def by_offset(self) -> Iterator[tuple[int, list[int]]]:
        """The values of each offset: one, if all is well."""
        for offset in sorted(self._offsets):
            yield offset, [self._offsets[offset], *self._others.get(offset, ())]

    def number(self, committed: Callable[[Operation], bool]) -> None:
        """Give each value its positions. Two at one offset share them: what follows from that is a hint only."""
        place = 0
        everything, committed_only = self._shown
        for position, (offset, values) in enumerate(self.by_offset()):
            shown = False
            everything.append(offset)
            for value in values:
                known = self.values[value]
                known.last = position
                if known.first == NOWHERE:
                    known.first = position
                if known.read_committed or (known.writer is not None and committed(known.writer)):
                    shown = True
                    if known.place == NOWHERE:
                        known.place = place
            if shown:
                place += 1
                committed_only.append(offset)

    def before(self, offset: int, *, uncommitted: bool) -> int:
        """Where the last record before an offset is that a reader is shown, NOWHERE if there is none."""
        shown = self._shown[0 if uncommitted else 1]
        at = bisect_left(shown, offset)
        return shown[at - 1] if at else NOWHERE

    @property
    def bound(self) -> int:
        """The furthest place that was read for certain: all before it must have been read as well."""
        return max((known.place for known in self.values.values() if known.read_committed), default=NOWHERE)


class _Keys(dict[str, Key]):
    def __missing__(self, name: str) -> Key:
        self[name] = key = Key(name)
        return key


class Log:
    """All keys, and who has written what. It grows with what was written, not with how often that was read."""

    def __init__(self) -> None:
        self.keys: dict[str, Key] = _Keys()
        self.writes: list[Operation] = []
        self.operations = self.sent = self.acknowledged = self.read = self.unknown = 0

    def note(self, op: Operation) -> None:
        """Take in one operation after the other, in the order in which they were told of."""
        self._count(op)
        self._note_sends(op)
        self._note_polls(op)

    def settle(self) -> None:
        """When all are noted: where everything is, and in which order it was begun."""
        for op in self.writes:
            self._place(op)
        for key in self.keys.values():
            key.number(self.committed)
        self.writes.sort(key=lambda one: one.began)

    def committed(self, op: Operation) -> bool:
        """Whether it has happened: it was said to, or somebody saw a value of it. An unknown one is never proven absent."""
        if op.outcome != "info":
            return op.outcome == "ok"
        values = [self.keys[name].values[value] for name, value, _ in op.sends]
        return any(known.read_committed if op.f == "txn" else known.read for known in values)

    def possible(self, op: Operation) -> bool:
        """Whether it may have happened: what compaction has taken of an unknown one proves nothing."""
        compacted = op.outcome == "info" and any(self.keys[name].compacted for name, _, _ in op.sends)
        return compacted or self.committed(op)

    def _count(self, op: Operation) -> None:
        self.operations += 1
        self.sent += len(op.sends)
        self.acknowledged += len(op.sends) if op.outcome == "ok" else 0
        self.read += sum(map(len, op.polls.values()))
        self.unknown += op.outcome == "info"

    def _note_sends(self, op: Operation) -> None:
        kept = op.without_polls
        if op.sends:
            self.writes.append(kept)
        for name, value, _ in op.sends:
            known = self.keys[name].values[value]
            if known.writer is not None:
                raise HistoryError(f"value {value} is sent to {name} by {known.writer} and by {op}; values must be unique")
            known.writer = kept

    def _note_polls(self, op: Operation) -> None:
        shown = not op.uncommitted
        for name, found in op.polls.items():  # even those of transactions that were aborted: what is seen is there
            key = self.keys[name]
            for offset, value in found:
                known = key.values[value]
                known.read = True
                known.read_committed |= shown
                key.put(offset, value)
        if shown and op.outcome == "ok":
            for name in op.ended:
                key = self.keys[name]
                key.end_at = max(key.end_at, op.began)

    def _place(self, op: Operation) -> None:
        """What a transaction was told to have been written is in the log, whatever became of the transaction."""
        if op.f == "txn" or self.committed(op):
            for name, value, offset in op.sends:
                if offset is not None:
                    self.keys[name].put(offset, value)
