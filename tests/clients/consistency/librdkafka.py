"""librdkafka tells what it lives through."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

from sim.checker import Event
from tests.clients.consistency.voice import IN_FLIGHT_MAX, PATIENCE_S, POLL_RECORDS_MAX, POLL_S, Client, main


class Librdkafka(Client):
    """librdkafka. Lost connections are its own to mend."""

    BACKOFF: ClassVar[dict[str, Any]] = {"reconnect.backoff.ms": 10, "reconnect.backoff.max.ms": 200, "log_level": 0}

    def write(self) -> None:
        options = {"enable.idempotence": True, "linger.ms": 0, "message.timeout.ms": PATIENCE_S * 1000}
        producer = Producer({"bootstrap.servers": self.plan.bootstrap, **self.BACKOFF, **options})
        for partition, value in self.numbers():
            begun = self.sends(partition, value)
            producer.produce(self.plan.topic, b"%d" % value, partition=partition, on_delivery=partial(self._delivered, begun))
            producer.poll(0)
            while len(producer) >= IN_FLIGHT_MAX and self.writing:
                producer.poll(POLL_S)
        producer.flush(PATIENCE_S)

    def _delivered(self, begun: Event, error: KafkaError | None, message: Message) -> None:
        offset = message.offset()
        if error is None and offset is not None:
            self.sent(begun, offset)
        else:
            self.unsure(begun, error)

    def _consumer(self, group: str, **options: Any) -> Consumer:
        fixed = {"group.id": group, "enable.auto.commit": False, "auto.offset.reset": "earliest", "check.crcs": True}
        return Consumer({"bootstrap.servers": self.plan.bootstrap, **self.BACKOFF, **fixed, **options})

    def follow(self) -> None:
        consumer = self._consumer("none")
        consumer.assign([TopicPartition(self.plan.topic, partition, 0) for partition in range(self.plan.partitions)])
        while self.running:
            since = time.monotonic_ns()
            self.followed(since, _found(consumer.consume(POLL_RECORDS_MAX, POLL_S)))

    def belong(self) -> None:
        if self.plan.protocol == "consumer":
            options: dict[str, Any] = {"group.protocol": "consumer"}
        else:
            beat_ms = self.plan.session_ms // 4
            options = {"session.timeout.ms": self.plan.session_ms, "heartbeat.interval.ms": beat_ms}
            options["partition.assignment.strategy"] = "range"
        consumer = self._consumer(self.plan.group, **options)
        consumer.subscribe([self.plan.topic], on_assign=self._given, on_revoke=self._taken, on_lost=self._taken)
        polls = 0
        while self.running:
            since = time.monotonic_ns()
            found = _found(consumer.consume(POLL_RECORDS_MAX, POLL_S))
            self.membership.polled(since, found)
            if found:
                self._commit(consumer, {partition: pairs[-1][0] + 1 for partition, pairs in found.items()})
                polls += 1
                if polls % 10 == 0:
                    self._ask(consumer, list(found))

    def _given(self, _consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self.membership.given(one.partition for one in partitions)

    def _taken(self, _consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self.membership.taken(one.partition for one in partitions)

    def _commit(self, consumer: Consumer, offsets: dict[int, int]) -> None:
        begun = self.membership.commits(offsets)
        try:
            given = [TopicPartition(self.plan.topic, partition, offset) for partition, offset in offsets.items()]
            done = consumer.commit(offsets=given, asynchronous=False) or []
            failed: list[object] = [one.error for one in done if one.error]
        except KafkaException as error:
            failed = [error]
        if failed:
            self.unsure(begun, failed[0])
        else:
            self.voice.end(begun, "ok")

    def _ask(self, consumer: Consumer, partitions: list[int]) -> None:
        begun = self.membership.asks()
        try:
            found = consumer.committed([TopicPartition(self.plan.topic, one) for one in partitions], 10)
        except KafkaException as error:
            self.unsure(begun, error)
        else:
            self.membership.told(begun, {one.partition: one.offset for one in found if not one.error})


def _found(messages: Sequence[Message]) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    for message in messages:
        if not message.error():
            pair = (message.offset() or 0, int(message.value() or b"-1"))
            found.setdefault(message.partition() or 0, []).append(pair)
    return found


if __name__ == "__main__":
    main(Librdkafka)
