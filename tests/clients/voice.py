"""What members and steps say on standard output, and hear."""

from __future__ import annotations

import json
import select
import sys
from collections.abc import Iterable

Position = tuple[int, int]
"""A partition and an offset."""


def told_to_leave() -> bool:
    """Standard input has ended."""
    return bool(select.select([sys.stdin], [], [], 0)[0])


class Voice:
    """A JSON object a line."""

    def __init__(self) -> None:
        self._owned: list[int] = []

    def owns(self, partitions: Iterable[int]) -> None:
        owned = sorted(partitions)
        if owned != self._owned:
            self._owned = owned
            self.say("owned", owned)

    def read(self, records: Iterable[Position]) -> None:
        self.say("read", list(records))

    def say(self, what: str, value: object = True) -> None:
        print(json.dumps({what: value}), flush=True)
