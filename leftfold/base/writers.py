"""Who writes a batch: the broker, a transaction, its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Producer(NamedTuple):
    """Who wrote a batch in a transaction."""

    producer_id: int
    producer_epoch: int


class Marker(NamedTuple):
    """The end of a producer's transaction in this partition; a batch of its own."""

    producer_id: int
    producer_epoch: int
    commit: bool


Writer = Producer | Marker | None  # of a batch; None: the broker itself


@dataclass(frozen=True, slots=True)
class Written:
    """A record of a batch that is not the broker's own."""

    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]
    writer: Producer | Marker


_COMMITS = {bytes(4): False, b"\0\0\0\1": True}  # a marker's key: its version, then whether it commits


def marker_record(commit: bool, at_ms: int) -> tuple[bytes, bytes, tuple[()], int]:
    """The record of a marker, as the kernel writes it and every client reads it: version and coordinator epoch are 0."""
    return next(key for key, means in _COMMITS.items() if means is commit), bytes(6), (), at_ms


def commits(key: bytes | None) -> bool | None:
    """What a control record says of its transaction; None if it speaks of something else."""
    return _COMMITS.get(key or b"")
