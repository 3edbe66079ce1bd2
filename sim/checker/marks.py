"""A set of offsets, a byte each."""

from __future__ import annotations


class Marks:
    """Offsets of one key that something holds of."""

    __slots__ = ("_bytes",)

    def __init__(self) -> None:
        self._bytes = bytearray()

    def add(self, offset: int) -> bool:
        """Whether it was not there."""
        if offset >= len(self._bytes):
            self._bytes.extend(bytes(offset + 1 - len(self._bytes)))
        new = not self._bytes[offset]
        self._bytes[offset] = 1
        return new

    def __contains__(self, offset: int) -> bool:
        return offset < len(self._bytes) and bool(self._bytes[offset])
