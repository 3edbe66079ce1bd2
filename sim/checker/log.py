"""What must have been in each key, told from its readers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sim.checker.history import HistoryError, Operation


class Key:
    """One key: who sent each value, who has read it, and the order of values by offset, gaps removed.

    `first` and `last` are the positions of a value in that order; they differ only if it is there twice.
    """

    __slots__ = ("by_offset", "end_at", "first", "last", "read", "read_ok", "writers")

    def __init__(self) -> None:
        self.writers: dict[int, Operation] = {}
        self.read_ok: set[int] = set()
        self.read: set[int] = set()
        self.by_offset: dict[int, list[int]] = {}
        self.first: dict[int, int] = {}
        self.last: dict[int, int] = {}
        self.end_at = 0  # the last line at which somebody began to read it who saw its end

    def put(self, offset: int, value: int) -> None:
        """Somebody saw or was told of this value there."""
        values = self.by_offset.setdefault(offset, [])
        if value not in values:
            values.append(value)

    def number(self) -> None:
        """Give each value its position. Two at one offset share it: what follows from that is a hint only."""
        for position, offset in enumerate(sorted(self.by_offset)):
            for value in self.by_offset[offset]:
                self.first.setdefault(value, position)
                self.last[value] = position

    @property
    def bound(self) -> int:
        """The furthest position that was read for certain: all before it must have been read as well; -1 for none."""
        return max((self.first[value] for value in self.read_ok), default=-1)


class Log:
    """All keys."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.keys: defaultdict[str, Key] = defaultdict(Key)
        self._note(operations)
        self._place(operations)
        for key in self.keys.values():
            key.number()

    def _note(self, operations: Iterable[Operation]) -> None:
        for op in operations:
            for name, value, _ in op.sends:
                other = self.keys[name].writers.setdefault(value, op)
                if other is not op:
                    raise HistoryError(f"value {value} is sent to {name} by {other} and by {op}; values must be unique")
            for name, found in op.polls.items():
                key = self.keys[name]
                values = [value for _, value in found]
                key.read.update(values)
                if op.outcome == "ok":
                    key.read_ok.update(values)
            if op.outcome == "ok":
                for name in op.ended:
                    key = self.keys[name]
                    key.end_at = max(key.end_at, op.began)

    def _place(self, operations: Iterable[Operation]) -> None:
        for op in operations:
            if op.sends and self.committed(op):
                for name, value, offset in op.sends:
                    if offset is not None:
                        self.keys[name].put(offset, value)
            for name, found in op.polls.items():  # even those of transactions that were aborted: what is seen is there
                key = self.keys[name]
                for offset, value in found:
                    key.put(offset, value)

    def committed(self, op: Operation) -> bool:
        """Whether it has happened: it was said to, or somebody saw a value of it. An unknown one is never proven absent."""
        if op.outcome == "info":
            return any(value in self.keys[name].read_ok for name, value, _ in op.sends)
        return op.outcome == "ok"
