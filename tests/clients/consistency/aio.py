"""aiokafka tells what it lives through."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import KafkaError

from sim.checker import Event
from tests.clients.consistency.voice import IN_FLIGHT_MAX, PATIENCE_S, POLL_RECORDS_MAX, POLL_S, Client, Membership, main
from tests.clients.consistency.work import RATE, TRANSACTION_MS, Step, Work


class Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    """Tells of partitions that come and go."""

    def __init__(self, membership: Membership, consumer: Any) -> None:
        self.membership, self.consumer = membership, consumer

    def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
        self.membership.given((one.partition for one in assigned), self.consumer._coordinator.generation)

    def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
        self.membership.taken(one.partition for one in revoked)


class Aiokafka(Client):
    """aiokafka, a loop in each thread."""

    def write(self) -> None:
        asyncio.run(self._write())

    async def _write(self) -> None:
        producer = AIOKafkaProducer(
            bootstrap_servers=self.plan.bootstrap,
            acks="all",
            enable_idempotence=True,
            request_timeout_ms=PATIENCE_S * 1000,
            retry_backoff_ms=10,
        )
        await producer.start()
        room = asyncio.Semaphore(IN_FLIGHT_MAX)
        waiting: set[asyncio.Task[None]] = set()
        loop = asyncio.get_running_loop()
        numbers = iter(self.numbers())
        while (following := await loop.run_in_executor(None, next, numbers, None)) is not None:
            partition, value = following
            await room.acquire()
            begun = self.sends(partition, value)
            sent = await producer.send(self.plan.topic, b"%d" % value, partition=partition)
            task = asyncio.create_task(self._acknowledged(begun, sent, room))
            task.add_done_callback(waiting.discard)
            waiting.add(task)
        await asyncio.gather(*waiting)
        await producer.stop()

    async def _acknowledged(self, begun: Event, sent: Any, room: asyncio.Semaphore) -> None:
        try:
            metadata = await sent
        except Exception as error:
            self.unsure(begun, repr(error))
        else:
            self.sent(begun, metadata.offset)
        finally:
            room.release()

    def _consumer(self, **options: Any) -> Any:
        fixed = {"enable_auto_commit": False, "auto_offset_reset": "earliest", "retry_backoff_ms": 10}
        fixed["isolation_level"] = self.plan.isolation
        return AIOKafkaConsumer(bootstrap_servers=self.plan.bootstrap, **fixed, **options)

    def follow(self) -> None:
        asyncio.run(self._follow())

    async def _follow(self) -> None:
        consumer = self._consumer()
        await consumer.start()
        places = [TopicPartition(self.plan.topic, partition) for partition in range(self.plan.partitions)]
        consumer.assign(places)
        for place in places:
            consumer.seek(place, 0)
        while self.running:
            since = time.monotonic_ns()
            self.followed(since, _found(await consumer.getmany(timeout_ms=int(POLL_S * 1000), max_records=POLL_RECORDS_MAX)))

    def belong(self) -> None:
        asyncio.run(self._belong())

    async def _belong(self) -> None:
        consumer = self._consumer(
            group_id=self.plan.group,
            session_timeout_ms=self.plan.session_ms,
            heartbeat_interval_ms=self.plan.session_ms // 4,
            partition_assignment_strategy=[RangePartitionAssignor],
        )
        consumer.subscribe([self.plan.topic], listener=Listener(self.membership, consumer))
        await consumer.start()
        polls = 0
        while self.running:
            since = time.monotonic_ns()
            found = _found(await consumer.getmany(timeout_ms=int(POLL_S * 1000), max_records=POLL_RECORDS_MAX))
            self.membership.polled(since, found)
            if found:
                await self._commit(consumer, {partition: pairs[-1][0] + 1 for partition, pairs in found.items()})
                polls += 1
                if polls % 10 == 0:
                    await self._ask(consumer, list(found))

    async def _commit(self, consumer: Any, offsets: Mapping[int, int]) -> None:
        begun = self.membership.commits(offsets)
        try:
            await consumer.commit({TopicPartition(self.plan.topic, one): offset for one, offset in offsets.items()})
        except KafkaError as error:
            self.unsure(begun, repr(error))
        else:
            self.voice.end(begun, "ok")

    async def _ask(self, consumer: Any, partitions: Sequence[int]) -> None:
        begun = self.membership.asks()
        try:
            found = {one: await consumer.committed(TopicPartition(self.plan.topic, one)) for one in partitions}
        except KafkaError as error:
            self.unsure(begun, repr(error))
        else:
            self.membership.told(begun, {one: -1 if offset is None else offset for one, offset in found.items()})

    # -- transactions: without a group, since aiokafka does not name its generation when it commits offsets in them -----------

    def work(self) -> None:
        asyncio.run(self._work())

    async def _work(self) -> None:
        work = Work(self)
        loop = asyncio.get_running_loop()
        producer = await self._transactional(work)
        turns = iter(self.paced(RATE))
        while await loop.run_in_executor(None, next, turns, None) is not None:
            step = work.begins({})
            try:
                following = await self._transact(work, step, producer)
            except (KafkaError, TimeoutError) as error:
                following = await self._recover(work, step, producer, error)
            if following is not producer:
                await _drop(producer)
                producer = following

    async def _transactional(self, work: Work) -> AIOKafkaProducer:
        """A producer that has begun: it has fenced the one before it, whose open transaction has come to an end."""
        while True:
            producer = AIOKafkaProducer(
                bootstrap_servers=self.plan.bootstrap,
                transactional_id=work.transactional_id,
                transaction_timeout_ms=TRANSACTION_MS,
                request_timeout_ms=PATIENCE_S * 1000,
                retry_backoff_ms=10,
            )
            try:
                await producer.start()
            except KafkaError:
                await _drop(producer)
                if not work.patience():
                    raise
            else:
                return producer

    async def _transact(self, work: Work, step: Step, producer: AIOKafkaProducer) -> AIOKafkaProducer:
        """The producer to go on with."""
        await producer.begin_transaction()
        sent = [await producer.send(self.plan.topic, b"%d" % one.value, partition=one.partition) for one in step.sends]
        if step.fate == "abort":
            await producer.abort_transaction()
            step.aborted()
            return producer
        for index, future in enumerate(sent):
            step.delivered(index, (await future).offset)
        successor = await self._transactional(work) if step.fate == "replaced" else producer
        step.asks()
        try:
            await asyncio.wait_for(producer.commit_transaction(), step.impatience_s if step.fate == "impatient" else PATIENCE_S)
        except (KafkaError, TimeoutError) as error:
            if successor is producer:
                raise
            step.lost(error)
        else:
            step.committed()
        return successor

    async def _recover(self, work: Work, step: Step, producer: AIOKafkaProducer, error: Exception) -> AIOKafkaProducer:
        """Abort if it has not asked for its commit; else a new producer takes over, and nobody knows how this one ended."""
        if not step.asked:
            with suppress(KafkaError, TimeoutError):
                await asyncio.wait_for(producer.abort_transaction(), PATIENCE_S)
                step.aborted()
                return producer
        step.lost(error)
        return await self._transactional(work)


async def _drop(producer: AIOKafkaProducer) -> None:
    """Let go of it, whatever it still waits for."""
    with suppress(Exception):
        await asyncio.wait_for(producer.stop(), POLL_S)


def _found(polled: Mapping[Any, Sequence[Any]]) -> dict[int, list[tuple[int, int]]]:
    return {
        place.partition: [(record.offset, int(record.value)) for record in records]
        for place, records in polled.items()
        if records
    }


if __name__ == "__main__":
    main(Aiokafka)
