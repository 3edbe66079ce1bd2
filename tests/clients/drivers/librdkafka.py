"""librdkafka, through confluent-kafka."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    ResourceType,
)

from tests.clients.drivers.driver import MESSAGE_BYTES_MAX, Driver, Record

WAIT_SECONDS_MAX = 60


class Librdkafka(Driver):
    """Talks to the broker as most clients that are not Java do."""

    name: ClassVar[str] = "librdkafka"

    def __init__(self, bootstrap: str) -> None:
        super().__init__(bootstrap)
        self.base: dict[str, Any] = {
            "bootstrap.servers": bootstrap,
            "reconnect.backoff.ms": 10,
            "reconnect.backoff.max.ms": 100,
        }
        self.admin = AdminClient(self.base)

    def create(self, topic: str, partitions: int, configs: Mapping[str, str]) -> None:
        _finish(self.admin.create_topics([NewTopic(topic, partitions, 1, config=dict(configs))]))

    def add_partitions(self, topic: str, total: int) -> None:
        _finish(self.admin.create_partitions([NewPartitions(topic, total)]))

    def partitions(self, topic: str) -> int:
        return len(self.admin.list_topics(topic, timeout=WAIT_SECONDS_MAX).topics[topic].partitions)

    def topics(self) -> set[str]:
        return set(self.admin.list_topics(timeout=WAIT_SECONDS_MAX).topics)

    def delete(self, topic: str) -> None:
        _finish(self.admin.delete_topics([topic]))

    def configs(self, topic: str) -> dict[str, str]:
        resource = ConfigResource(ResourceType.TOPIC, topic)
        entries = self.admin.describe_configs([resource])[resource].result(WAIT_SECONDS_MAX)
        return {name: entry.value for name, entry in entries.items()}

    def alter(self, topic: str, configs: Mapping[str, str]) -> None:
        entries = [ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET) for name, value in configs.items()]
        _finish(self.admin.incremental_alter_configs([ConfigResource(ResourceType.TOPIC, topic, incremental_configs=entries)]))

    def delete_records(self, topic: str, partition: int, before: int) -> None:
        _finish(self.admin.delete_records([TopicPartition(topic, partition, before)]))

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
        options = {
            "compression.type": codec,
            "acks": "all",
            "linger.ms": 0 if alone else 5,
            "batch.num.messages": 1 if alone else 10_000,
            "message.max.bytes": MESSAGE_BYTES_MAX,
            "enable.idempotence": idempotent,
            "retry.backoff.ms": 10,
        }
        producer = Producer(self.base | options)
        failures: list[KafkaError] = []

        def delivered(error: KafkaError | None, message: Message) -> None:
            del message
            if error is not None:
                failures.append(error)

        for record in records:
            timestamp: dict[str, Any] = {} if record.timestamp is None else {"timestamp": record.timestamp}
            producer.produce(
                topic,
                record.value,
                record.key,
                partition=partition,
                headers=list(record.headers),
                on_delivery=delivered,
                **timestamp,
            )
        left = producer.flush(WAIT_SECONDS_MAX)
        if failures or left:
            raise KafkaException(failures[0] if failures else KafkaError(KafkaError._TIMED_OUT))

    def consumer(self, **options: Any) -> Consumer:
        limits = {"fetch.message.max.bytes": MESSAGE_BYTES_MAX, "auto.offset.reset": "error", "enable.auto.commit": False}
        return Consumer(self.base | limits | {"group.id": "none", "check.crcs": True} | options)

    def read(self, topic: str, partition: int, offset: int, count: int) -> list[Record]:
        consumer = self.consumer()
        try:
            consumer.assign([TopicPartition(topic, partition, offset)])
            records: list[Record] = []
            while len(records) < count:
                messages = consumer.consume(count - len(records), timeout=WAIT_SECONDS_MAX)
                if not messages:
                    raise TimeoutError(f"{len(records)} of {count} records of {topic}-{partition} from {offset} on")
                records.extend(_record(message) for message in messages)
            return records
        finally:
            consumer.close()

    def offsets(self, topic: str, partition: int) -> tuple[int, int]:
        consumer = self.consumer()
        try:
            first, end = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=WAIT_SECONDS_MAX)
            return first, end
        finally:
            consumer.close()

    def offset_at(self, topic: str, partition: int, timestamp: int) -> int | None:
        consumer = self.consumer()
        try:
            asked = [TopicPartition(topic, partition, timestamp)]
            offset: int = consumer.offsets_for_times(asked, timeout=WAIT_SECONDS_MAX)[0].offset
            return offset if offset >= 0 else None
        finally:
            consumer.close()


def _record(message: Message) -> Record:
    error = message.error()
    if error is not None:
        raise KafkaException(error)
    headers: Any = message.headers() or ()  # its types allow a text in a pair's place
    pairs = tuple((name, bytes(value)) for name, value in headers)
    offset = message.offset()
    assert offset is not None, "a message without an error has an offset"
    return Record(message.value(), message.key(), pairs, message.timestamp()[1], offset)


def _finish(futures: Mapping[Any, Any]) -> None:
    for future in futures.values():
        future.result(WAIT_SECONDS_MAX)
