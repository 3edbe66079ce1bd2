"""aiokafka, steadily."""

from __future__ import annotations

import asyncio
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from tests.clients.steady.threads import POLL_SECONDS, Threads, main


class SteadyAiokafka(Threads):
    """aiokafka, a loop in each thread."""

    def write(self) -> None:
        asyncio.run(self._write())

    async def _write(self) -> None:
        producer = AIOKafkaProducer(
            bootstrap_servers=self.bootstrap,
            acks="all",
            enable_idempotence=True,
            request_timeout_ms=self.patience_seconds * 1000,
            retry_backoff_ms=10,
        )
        await producer.start()
        room = asyncio.Semaphore(self.in_flight_max)
        waiting: set[asyncio.Task[None]] = set()
        number = 0
        try:
            while self.writing:
                await room.acquire()
                sent = await producer.send(self.writes, b"%d" % number, partition=0)
                task = asyncio.create_task(self._acknowledged(number, sent, room))
                task.add_done_callback(waiting.discard)
                waiting.add(task)
                number += 1
            await asyncio.gather(*waiting)
        finally:
            await producer.stop()

    async def _acknowledged(self, number: int, sent: Any, room: asyncio.Semaphore) -> None:
        try:
            metadata = await sent
        except Exception as error:
            self.say("failed", repr(error))
        else:
            self.say("wrote", number, metadata.offset)
        finally:
            room.release()

    def follow(self) -> None:
        asyncio.run(self._follow())

    async def _follow(self) -> None:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.bootstrap, enable_auto_commit=False, auto_offset_reset="none", retry_backoff_ms=10
        )
        await consumer.start()
        place = TopicPartition(self.reads, 0)
        try:
            consumer.assign([place])
            consumer.seek(place, 0)
            while self.reading:
                found = await consumer.getmany(timeout_ms=int(POLL_SECONDS * 1000))
                for record in found.get(place, ()):
                    self.say("read", record.offset, record.value.decode())
        finally:
            await consumer.stop()


if __name__ == "__main__":
    main(SteadyAiokafka)
