"""aiokafka, the asyncio client."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import for_code

from tests.clients.drivers.driver import MESSAGE_BYTES_MAX, Driver, Record

WAIT_SECONDS_MAX = 60
Result = TypeVar("Result")


class Aiokafka(Driver):
    """Each method runs a loop of its own to its end: nothing outlives it."""

    name: ClassVar[str] = "aiokafka"

    def _run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run(asyncio.wait_for(work, WAIT_SECONDS_MAX))

    def _administer(self, method: str, *arguments: Any, **options: Any) -> Any:
        async def ask() -> Any:
            admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
            await admin.start()
            try:
                return await getattr(admin, method)(*arguments, **options)
            finally:
                await admin.close()

        return self._run(ask())

    def create(self, topic: str, partitions: int, configs: Mapping[str, str]) -> None:
        answer = self._administer("create_topics", [NewTopic(topic, partitions, 1, topic_configs=dict(configs))])
        _check(answer.topic_errors)

    def add_partitions(self, topic: str, total: int) -> None:
        _check(self._administer("create_partitions", {topic: NewPartitions(total)}).topic_errors)

    def partitions(self, topic: str) -> int:
        return len(self._administer("describe_topics", [topic])[0]["partitions"])

    def topics(self) -> set[str]:
        return set(self._administer("list_topics"))

    def delete(self, topic: str) -> None:
        _check(self._administer("delete_topics", [topic]).topic_error_codes)

    def configs(self, topic: str) -> dict[str, str]:
        (answer,) = self._administer("describe_configs", [ConfigResource(ConfigResourceType.TOPIC, topic)])
        ((code, _, _, _, entries),) = answer.resources
        _check([(topic, code)])
        return {entry[0]: entry[1] for entry in entries}

    def alter(self, topic: str, configs: Mapping[str, str]) -> None:
        """By the old AlterConfigs, which is all that aiokafka has."""
        resource = ConfigResource(ConfigResourceType.TOPIC, topic, configs=dict(configs))
        for answer in self._administer("alter_configs", [resource]):
            _check((topic, code) for code, *_ in answer.resources)

    def delete_records(self, topic: str, partition: int, before: int) -> None:
        self._administer("delete_records", {TopicPartition(topic, partition): RecordsToDelete(before_offset=before)})

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
        async def send() -> None:
            producer = AIOKafkaProducer(
                bootstrap_servers=self.bootstrap,
                compression_type=None if codec == "none" else codec,
                acks="all",
                enable_idempotence=idempotent,
                max_batch_size=1 if alone else 16384,
                max_request_size=MESSAGE_BYTES_MAX,
                retry_backoff_ms=10,
            )
            await producer.start()
            try:
                sent = [
                    await producer.send(topic, one.value, one.key, partition, one.timestamp, list(one.headers))
                    for one in records
                ]
                await asyncio.gather(*sent)
            finally:
                await producer.stop()

        self._run(send())

    def read(self, topic: str, partition: int, offset: int, count: int) -> list[Record]:
        place = TopicPartition(topic, partition)

        async def read(consumer: AIOKafkaConsumer) -> list[Record]:
            consumer.assign([place])
            consumer.seek(place, offset)
            return [_record(await consumer.getone()) for _ in range(count)]

        return self._consume(read)

    def offsets(self, topic: str, partition: int) -> tuple[int, int]:
        place = TopicPartition(topic, partition)

        async def ask(consumer: AIOKafkaConsumer) -> tuple[int, int]:
            return (await consumer.beginning_offsets([place]))[place], (await consumer.end_offsets([place]))[place]

        return self._consume(ask)

    def offset_at(self, topic: str, partition: int, timestamp: int) -> int | None:
        place = TopicPartition(topic, partition)

        async def ask(consumer: AIOKafkaConsumer) -> int | None:
            found = (await consumer.offsets_for_times({place: timestamp}))[place]
            return None if found is None else found.offset

        return self._consume(ask)

    def _consume(self, work: Callable[[AIOKafkaConsumer], Awaitable[Result]]) -> Result:
        async def consume() -> Result:
            consumer = AIOKafkaConsumer(
                bootstrap_servers=self.bootstrap,
                enable_auto_commit=False,
                auto_offset_reset="none",
                max_partition_fetch_bytes=MESSAGE_BYTES_MAX,
            )
            await consumer.start()
            try:
                return await work(consumer)
            finally:
                await consumer.stop()

        return self._run(consume())


def _record(one: Any) -> Record:
    return Record(one.value, one.key, tuple((name, bytes(value)) for name, value in one.headers), one.timestamp, one.offset)


def _check(outcomes: Any) -> None:
    """Raise the first error of [(topic, code, ...)]."""
    for topic, code, *_ in outcomes:
        if code:
            raise for_code(code)(topic)
