"""kafka-python, steadily."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any, ClassVar

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from tests.clients.steady.threads import POLL_SECONDS, Threads, main


class SteadyKafkaPython(Threads):
    """kafka-python."""

    BACKOFF: ClassVar[dict[str, Any]] = {"reconnect_backoff_ms": 10, "reconnect_backoff_max_ms": 200, "retry_backoff_ms": 10}

    def write(self) -> None:
        producer = KafkaProducer(
            bootstrap_servers=self.bootstrap,
            acks="all",
            enable_idempotence=True,
            delivery_timeout_ms=self.patience_seconds * 1000,
            max_block_ms=self.patience_seconds * 1000,
            **self.BACKOFF,
        )
        room = threading.Semaphore(self.in_flight_max)
        number = 0
        try:
            while self.writing:
                if room.acquire(timeout=POLL_SECONDS):
                    sent = producer.send(self.writes, b"%d" % number, partition=0)
                    sent.add_both(partial(_release, room))
                    sent.add_callback(partial(self._delivered, number))
                    sent.add_errback(partial(self.say, "failed", number))
                    number += 1
            producer.flush(self.patience_seconds)
        finally:
            producer.close()

    def _delivered(self, number: int, metadata: Any) -> None:
        self.say("wrote", number, metadata.offset)

    def follow(self) -> None:
        consumer = KafkaConsumer(
            bootstrap_servers=self.bootstrap, enable_auto_commit=False, auto_offset_reset="none", **self.BACKOFF
        )
        place = TopicPartition(self.reads, 0)
        try:
            consumer.assign([place])
            consumer.seek(place, 0)
            while self.reading:
                for record in consumer.poll(POLL_SECONDS * 1000).get(place, ()):
                    self.say("read", record.offset, record.value.decode())
        finally:
            consumer.close()


def _release(room: threading.Semaphore, result: object) -> None:
    del result
    room.release()


if __name__ == "__main__":
    main(SteadyKafkaPython)
