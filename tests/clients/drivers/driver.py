"""What each client can be asked to do, in one set of words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

MESSAGE_BYTES_MAX = 11_000_000
"""What every producer and consumer here is allowed to send and take, so that the broker's limits are the ones that count."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record as sent (without offset; a timestamp of None is the client's own) or as read."""

    value: bytes | None
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    timestamp: int | None = None
    offset: int = -1


class Driver(ABC):
    """A Kafka client, connected to one broker. Everything is done when a method returns; a failure is an exception."""

    name: ClassVar[str]

    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap

    def can_send(self, record: Record) -> bool:
        """Whether the client's interface has a way to say this record."""
        del record
        return True

    @abstractmethod
    def create(self, topic: str, partitions: int, configs: Mapping[str, str]) -> None: ...

    @abstractmethod
    def add_partitions(self, topic: str, total: int) -> None: ...

    @abstractmethod
    def partitions(self, topic: str) -> int: ...

    @abstractmethod
    def topics(self) -> set[str]: ...

    @abstractmethod
    def delete(self, topic: str) -> None: ...

    @abstractmethod
    def configs(self, topic: str) -> dict[str, str]: ...

    @abstractmethod
    def alter(self, topic: str, configs: Mapping[str, str]) -> None: ...

    @abstractmethod
    def delete_records(self, topic: str, partition: int, before: int) -> None: ...

    @abstractmethod
    def produce(
        self,
        topic: str,
        partition: int,
        records: Sequence[Record],
        *,
        codec: str = "none",
        idempotent: bool = False,
        alone: bool = False,
    ) -> None:
        """Send in order and wait for all with acks=all; `alone`: each record in a batch of its own."""

    @abstractmethod
    def read(self, topic: str, partition: int, offset: int, count: int) -> list[Record]:
        """The next `count` records from an offset on, by assignment and seek; waits for them."""

    @abstractmethod
    def offsets(self, topic: str, partition: int) -> tuple[int, int]:
        """The first offset and the next one to be written."""

    @abstractmethod
    def offset_at(self, topic: str, partition: int, timestamp: int) -> int | None:
        """The first offset at or after a time; None behind the last record."""

    def close(self) -> None:  # noqa: B027  most have nothing to let go of
        """Let go of connections and processes."""
