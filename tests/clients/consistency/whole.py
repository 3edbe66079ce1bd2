"""All that there is in a partition."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from tests.clients.consistency.voice import PATIENCE_S, POLL_S


class Whole:
    """Goes through partitions from the first record to the end, past what is open.

    Who reads what is committed is told the last stable offset when it asks for the end; another has to ask.
    """

    def __init__(self, bootstrap: str, isolation: str, **options: Any) -> None:
        fixed = {"bootstrap.servers": bootstrap, "group.id": "none", "enable.auto.commit": False, **options}
        self._reader = Consumer({**fixed, "isolation.level": isolation, "enable.partition.eof": True})
        self._ends = Consumer({**fixed, "isolation.level": "read_uncommitted"})

    def read(self, topic: str, partition: int) -> Iterator[Message]:
        """The records of a partition. The last of them may be a marker, which is not shown: the end is there when the reader's
        place is.
        """
        place = TopicPartition(topic, partition, 0)
        end = self._end(place)
        self._reader.assign([place])
        offset, until = 0, time.monotonic() + PATIENCE_S
        while offset < end:
            if time.monotonic() > until:
                raise TimeoutError(f"{topic}-{partition} ends at {end}, and nothing came from {offset} on")
            for message in self._reader.consume(1000, POLL_S):
                error, offset = message.error(), message.offset() or 0
                if error is None:
                    yield message
                    offset += 1
                elif error.code() != KafkaError._PARTITION_EOF:
                    raise KafkaException(error)

    def _end(self, place: TopicPartition) -> int:
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                _, end = self._ends.get_watermark_offsets(place, PATIENCE_S)
            except KafkaException:
                if time.monotonic() > until:
                    raise
            else:
                return int(end)

    def close(self) -> None:
        self._reader.close()
        self._ends.close()


def pair(message: Message) -> tuple[int, int]:
    """(offset, value)."""
    return message.offset() or 0, int(message.value() or b"-1")


def by_record_key(messages: Iterable[Message]) -> dict[str, list[tuple[int, int]]]:
    """(offset, value) pairs of each record key."""
    found: dict[str, list[tuple[int, int]]] = {}
    for message in messages:
        found.setdefault((message.key() or b"").decode(), []).append(pair(message))
    return found
