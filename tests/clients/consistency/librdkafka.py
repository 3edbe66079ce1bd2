"""librdkafka tells what it lives through."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, ClassVar

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

from sim.checker import Event
from tests.clients.consistency.voice import IN_FLIGHT_MAX, PATIENCE_S, POLL_RECORDS_MAX, POLL_S, Client, Membership, main
from tests.clients.consistency.work import GROUP, RATE, TRANSACTION_MS, Step, Work

VISIT_S_MAX = 2.0


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
        fixed["isolation.level"] = self.plan.isolation
        return Consumer({"bootstrap.servers": self.plan.bootstrap, **self.BACKOFF, **fixed, **options})

    def follow(self) -> None:
        consumer = self._consumer("none")
        consumer.assign([TopicPartition(self.plan.topic, partition, 0) for partition in range(self.plan.partitions)])
        while self.running:
            since = time.monotonic_ns()
            self.followed(since, _found(consumer.consume(POLL_RECORDS_MAX, POLL_S)))

    def _classic(self) -> dict[str, Any]:
        beat_ms = self.plan.session_ms // 4
        timeouts = {"session.timeout.ms": self.plan.session_ms, "heartbeat.interval.ms": beat_ms}
        return {"partition.assignment.strategy": "range", **timeouts}

    def _grouped(self) -> dict[str, Any]:
        return {"group.protocol": "consumer"} if self.plan.protocol == "consumer" else self._classic()

    def belong(self) -> None:
        consumer = self._consumer(self.plan.group, **self._grouped())
        self._subscribe(consumer, self.membership)
        polls = 0
        while self.running:
            since = time.monotonic_ns()
            found = _found(consumer.consume(POLL_RECORDS_MAX, POLL_S))
            self.membership.polled(since, found)
            if found:
                self._commit(consumer, {partition: pairs[-1][0] + 1 for partition, pairs in found.items()})
                polls += 1
                if polls % 10 == 0:
                    self._ask(consumer, self.membership, found)

    def visit(self) -> None:
        membership = Membership(self.voice, self.plan, "guest", self.plan.group)
        while self.running:
            consumer = self._consumer(self.plan.group, **self._grouped())
            self._subscribe(consumer, membership)
            leaves = time.monotonic() + random.uniform(0, VISIT_S_MAX)
            while self.running and (time.monotonic() < leaves or not membership.owned):
                consumer.consume(POLL_RECORDS_MAX, POLL_S / 4)
            consumer.close()

    def _subscribe(self, consumer: Consumer, membership: Membership) -> None:
        def given(consumer: Consumer, partitions: list[TopicPartition]) -> None:
            membership.given((one.partition for one in partitions), _generation(consumer) if membership.classic else -1)

        def taken(_consumer: Consumer, partitions: list[TopicPartition]) -> None:
            membership.taken(one.partition for one in partitions)

        consumer.subscribe([self.plan.topic], on_assign=given, on_revoke=taken, on_lost=taken)

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

    def _ask(self, consumer: Consumer, membership: Membership, partitions: Iterable[int]) -> None:
        begun = membership.asks()
        try:
            found = consumer.committed([TopicPartition(self.plan.topic, one) for one in partitions], PATIENCE_S)
        except KafkaException as error:
            self.unsure(begun, error)
        else:
            membership.told(begun, {one.partition: one.offset for one in found if not one.error})

    # -- transactions ----------------------------------------------------------------------------------------------------------

    def work(self) -> None:
        work = Work(self)
        consumer = self._consumer(GROUP, **self._classic(), **{"isolation.level": "read_committed"})
        self._subscribe(consumer, work.membership)
        producer = self._transactional(work)
        for count in self.paced(RATE):
            step = work.begins(_found(consumer.consume(POLL_RECORDS_MAX, POLL_S / 4)))
            done, producer = self._turn(work, step, producer, consumer)
            if not done:
                self._go_back(work, consumer)
            if count % 10 == 0:
                self._ask(consumer, work.membership, range(self.plan.partitions))

    def _turn(self, work: Work, step: Step, producer: Producer, consumer: Consumer | None) -> tuple[bool, Producer]:
        """Whether it was committed, and the producer to go on with."""
        try:
            return self._transact(work, step, producer, consumer)
        except KafkaException as error:
            return False, self._recover(work, step, producer, error)

    def _transactional(self, work: Work) -> Producer:
        """A producer that has begun: it has fenced the one before it, whose open transaction has come to an end."""
        options = {"transactional.id": work.transactional_id, "linger.ms": 0, "transaction.timeout.ms": TRANSACTION_MS}
        options["metadata.recovery.strategy"] = "none"  # librdkafka 2.16 may wait for ever for a coordinator it has let go of
        producer = Producer({"bootstrap.servers": self.plan.bootstrap, **self.BACKOFF, **options})
        while True:
            try:
                producer.init_transactions(PATIENCE_S)
            except KafkaException as error:
                if not error.args[0].retriable() or not work.patience():
                    raise
            else:
                return producer

    def _transact(self, work: Work, step: Step, producer: Producer, consumer: Consumer | None) -> tuple[bool, Producer]:
        def delivered(index: int, error: KafkaError | None, message: Message) -> None:
            step.delivered(index, message.offset() if error is None else None)

        producer.begin_transaction()
        for index, one in enumerate(step.sends):
            told = partial(delivered, index)
            producer.produce(self.plan.topic, b"%d" % one.value, one.record_key, partition=one.partition, on_delivery=told)
        if consumer is not None and step.positions:
            places = [TopicPartition(self.plan.topic, partition, offset) for partition, offset in step.positions.items()]
            producer.send_offsets_to_transaction(places, consumer.consumer_group_metadata(), PATIENCE_S)
        if step.fate == "abort":
            producer.abort_transaction(PATIENCE_S)
            step.aborted()
            return False, producer
        producer.flush(PATIENCE_S)
        successor = self._transactional(work) if step.fate == "replaced" else producer
        step.asks()
        try:
            producer.commit_transaction(step.impatience_s if step.fate == "impatient" else PATIENCE_S)
        except KafkaException as error:
            if successor is producer:
                raise
            step.lost(error)
            return False, successor
        step.committed()
        return True, successor

    def _recover(self, work: Work, step: Step, producer: Producer, error: KafkaException) -> Producer:
        """Abort if that is what the library asks for; else a new producer takes over, and nobody knows how this one ended."""
        if error.args[0].txn_requires_abort():
            with suppress(KafkaException):
                producer.abort_transaction(PATIENCE_S)
                step.aborted()
                return producer
        step.lost(error)
        return self._transactional(work)

    def _go_back(self, work: Work, consumer: Consumer) -> None:
        """What was not taken is read again."""
        while places := consumer.assignment():
            try:
                found = consumer.committed(places, PATIENCE_S)
            except KafkaException:
                if not work.patience():
                    return
            else:
                consumer.assign([TopicPartition(one.topic, one.partition, max(one.offset, 0)) for one in found])
                return


def _generation(consumer: Consumer) -> int:
    """Its metadata is a magic of seven bytes, the generation in the machine's order, and who it is."""
    metadata: Any = consumer.consumer_group_metadata()
    return int.from_bytes(metadata[7:11], sys.byteorder, signed=True)


def _found(messages: Sequence[Message]) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    for message in messages:
        if not message.error():
            pair = (message.offset() or 0, int(message.value() or b"-1"))
            found.setdefault(message.partition() or 0, []).append(pair)
    return found


if __name__ == "__main__":
    main(Librdkafka)
