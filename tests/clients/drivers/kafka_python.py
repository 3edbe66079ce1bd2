"""kafka-python, the pure Python client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewPartitions, NewTopic

from tests.clients.drivers.driver import MESSAGE_BYTES_MAX, Driver, Record

WAIT_SECONDS_MAX = 60


class KafkaPython(Driver):
    """One admin client and one consumer for all questions; a producer for each set of options."""

    name: ClassVar[str] = "kafka-python"

    def __init__(self, bootstrap: str) -> None:
        super().__init__(bootstrap)
        self.admin = KafkaAdminClient(bootstrap_servers=bootstrap)
        self.asker = self._consumer()

    def _consumer(self) -> Any:
        return KafkaConsumer(
            bootstrap_servers=self.bootstrap,
            enable_auto_commit=False,
            auto_offset_reset="none",
            max_partition_fetch_bytes=MESSAGE_BYTES_MAX,
        )

    def create(self, topic: str, partitions: int, configs: Mapping[str, str]) -> None:
        self.admin.create_topics([NewTopic(topic, partitions, 1, topic_configs=dict(configs))])

    def add_partitions(self, topic: str, total: int) -> None:
        self.admin.create_partitions({topic: NewPartitions(total)})

    def partitions(self, topic: str) -> int:
        return len(self.admin.describe_topics([topic])[0]["partitions"])

    def topics(self) -> set[str]:
        return set(self.admin.list_topics())

    def delete(self, topic: str) -> None:
        self.admin.delete_topics([topic])

    def configs(self, topic: str) -> dict[str, str]:
        resource = ConfigResource(ConfigResourceType.TOPIC, topic)
        described = self.admin.describe_configs([resource], config_filter="all")
        return {name: entry["value"] for name, entry in described["topic"][topic].items()}

    def alter(self, topic: str, configs: Mapping[str, str]) -> None:
        self.admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs=dict(configs))])

    def delete_records(self, topic: str, partition: int, before: int) -> None:
        self.admin.delete_records({TopicPartition(topic, partition): before})

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
        producer = KafkaProducer(
            bootstrap_servers=self.bootstrap,
            compression_type=None if codec == "none" else codec,
            acks="all",
            enable_idempotence=idempotent,
            batch_size=0 if alone else 16384,
            linger_ms=0 if alone else 5,
            max_request_size=MESSAGE_BYTES_MAX,
            retry_backoff_ms=10,
        )
        try:
            sent = [producer.send(topic, one.value, one.key, list(one.headers), partition, one.timestamp) for one in records]
            for future in sent:
                future.get(WAIT_SECONDS_MAX)
        finally:
            producer.close()

    def read(self, topic: str, partition: int, offset: int, count: int) -> list[Record]:
        consumer, place = self._consumer(), TopicPartition(topic, partition)
        try:
            consumer.assign([place])
            consumer.seek(place, offset)
            records: list[Record] = []
            while len(records) < count:
                found = consumer.poll(WAIT_SECONDS_MAX * 1000, max_records=count - len(records))
                if not found:
                    raise TimeoutError(f"{len(records)} of {count} records of {topic}-{partition} from {offset} on")
                records.extend(_record(one) for one in found[place])
            return records
        finally:
            consumer.close()

    def offsets(self, topic: str, partition: int) -> tuple[int, int]:
        place = TopicPartition(topic, partition)
        return self.asker.beginning_offsets([place])[place], self.asker.end_offsets([place])[place]

    def offset_at(self, topic: str, partition: int, timestamp: int) -> int | None:
        place = TopicPartition(topic, partition)
        found = self.asker.offsets_for_times({place: timestamp})[place]
        return None if found is None else found.offset

    def close(self) -> None:
        self.asker.close()
        self.admin.close()


def _record(one: Any) -> Record:
    return Record(one.value, one.key, tuple((name, bytes(value)) for name, value in one.headers), one.timestamp, one.offset)
