"""A writer and readers of a compacted topic (librdkafka)."""

from __future__ import annotations

import itertools
import random
import time
from functools import partial

from confluent_kafka import Producer

from tests.clients.consistency.librdkafka import Librdkafka
from tests.clients.consistency.voice import IN_FLIGHT_MAX, PATIENCE_S, POLL_S, main
from tests.clients.consistency.whole import Whole, by_record_key
from tests.clients.consistency.work import RATE, Work

RECORD_KEYS = [str(number) for number in range(20)]
"""Of each partition."""


class Table(Librdkafka):
    """Its writer and its worker update record keys; a new reader goes through all there is, again and again."""

    def write(self) -> None:
        producer = Producer(
            {"bootstrap.servers": self.plan.bootstrap, **self.BACKOFF, "enable.idempotence": True, "linger.ms": 0}
        )
        for partition, value in self.numbers():
            record_key = random.choice(RECORD_KEYS)
            sends = [(self.plan.key(partition, record_key), value, None)]
            told = partial(self._delivered, self.voice.begin(f"{self.plan.name}-writer", "send", sends=sends))
            producer.produce(self.plan.topic, b"%d" % value, record_key, partition=partition, on_delivery=told)
            producer.poll(0)
            while len(producer) >= IN_FLIGHT_MAX and self.writing:
                producer.poll(POLL_S)
        producer.flush(PATIENCE_S)

    def work(self) -> None:
        work = Work(self, RECORD_KEYS)
        producer = self._transactional(work)
        for _ in self.paced(RATE):
            _, producer = self._turn(work, work.begins({}), producer, None)

    def follow(self) -> None:
        reader = Whole(self.plan.bootstrap, self.plan.isolation, **self.BACKOFF)
        for count in itertools.count():
            for partition in range(self.plan.partitions):
                if not self.running:
                    return
                time.sleep(POLL_S)
                self._read(reader, f"{self.plan.name}-{count}-reader", partition)

    def _read(self, reader: Whole, process: str, partition: int) -> None:
        begun = self.voice.begin(process, "poll", uncommitted=self.plan.uncommitted)
        found = by_record_key(reader.read(self.plan.topic, partition))
        polls = {self.plan.key(partition, record_key): pairs for record_key, pairs in found.items()}
        self.voice.end(begun, "ok", polls=polls, ended=[self.plan.key(partition, one) for one in RECORD_KEYS])


if __name__ == "__main__":
    main(Table)
