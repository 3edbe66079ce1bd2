"""The demo's table: what was folded, in a compacted topic."""

# One record a carrier, its key the carrier and its value the fold's whole state as JSON. What the fold made of a partition of
# the flights stands in the partition of the table that has the same number; so who is given a partition knows where to read.

from __future__ import annotations

from collections.abc import Collection

import msgspec
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

from leftfold.demo.delays import Delays

READ_SECONDS_MAX = 30

as_json = msgspec.json.Encoder().encode
_delays = msgspec.json.Decoder(Delays).decode


def read(bootstrap: str, table: str, partitions: Collection[int]) -> dict[str, Delays]:
    """The newest committed state of each carrier in these partitions; raises KafkaException."""
    state: dict[str, Delays] = {}
    unread = set(partitions)
    consumer = Consumer(
        {"bootstrap.servers": bootstrap, "group.id": table, "enable.auto.commit": False, "isolation.level": "read_committed",
         "enable.partition.eof": True, "fetch.wait.max.ms": 10, "log_level": 0}
    )  # fmt: skip
    try:
        consumer.assign([TopicPartition(table, partition, OFFSET_BEGINNING) for partition in partitions])
        while unread:
            message = consumer.poll(READ_SECONDS_MAX)
            if message is None:
                raise KafkaException(KafkaError(KafkaError._TIMED_OUT, f"topic {table} could not be read"))
            error, key, value = message.error(), message.key(), message.value()
            if error is None and key is not None and value is not None:
                state[key.decode()] = _delays(value)
            elif error is not None and error.code() == KafkaError._PARTITION_EOF:
                unread.discard(message.partition())
            elif error is not None and not error.retriable():
                raise KafkaException(error)
    finally:
        consumer.close()
    return state
