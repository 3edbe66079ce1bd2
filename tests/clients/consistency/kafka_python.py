"""kafka-python tells what it lives through."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from kafka import ConsumerRebalanceListener, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata

from sim.checker import Event
from tests.clients.consistency.voice import IN_FLIGHT_MAX, PATIENCE_S, POLL_RECORDS_MAX, POLL_S, Client, Membership, main


class Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    """Tells of partitions that come and go."""

    def __init__(self, membership: Membership, consumer: Any) -> None:
        self.membership, self.consumer = membership, consumer

    def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
        self.membership.given((one.partition for one in assigned), self.consumer.group_metadata().generation_id)

    def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
        """kafka-python 3.0.12 keeps its positions of partitions that it is given again, though others have had them meanwhile
        if it was late for a generation; Java's client lets go of all, and so do we.
        """
        self.membership.taken(one.partition for one in revoked)
        self.consumer._subscription.assign_from_subscribed([])


class KafkaPython(Client):
    """kafka-python."""

    BACKOFF: ClassVar[dict[str, Any]] = {"reconnect_backoff_ms": 10, "reconnect_backoff_max_ms": 200, "retry_backoff_ms": 10}

    def write(self) -> None:
        producer = KafkaProducer(
            bootstrap_servers=self.plan.bootstrap,
            acks="all",
            enable_idempotence=True,
            delivery_timeout_ms=PATIENCE_S * 1000,
            max_block_ms=PATIENCE_S * 1000,
            **self.BACKOFF,
        )
        room = threading.Semaphore(IN_FLIGHT_MAX)
        for partition, value in self.numbers():
            room.acquire()
            begun = self.sends(partition, value)
            sent = producer.send(self.plan.topic, b"%d" % value, partition=partition)
            sent.add_callback(partial(self._delivered, begun))
            sent.add_errback(partial(self.unsure, begun))
            sent.add_both(partial(_release, room))
        producer.flush(PATIENCE_S)

    def _delivered(self, begun: Event, metadata: Any) -> None:
        self.sent(begun, metadata.offset)

    def _consumer(self, **options: Any) -> Any:
        fixed = {"enable_auto_commit": False, "auto_offset_reset": "earliest", "bootstrap_servers": self.plan.bootstrap}
        fixed["isolation_level"] = self.plan.isolation
        return KafkaConsumer(**fixed, **self.BACKOFF, **options)

    def follow(self) -> None:
        consumer = self._consumer()
        places = [TopicPartition(self.plan.topic, partition) for partition in range(self.plan.partitions)]
        consumer.assign(places)
        for place in places:
            consumer.seek(place, 0)
        while self.running:
            since = time.monotonic_ns()
            self.followed(since, _found(consumer.poll(POLL_S * 1000, max_records=POLL_RECORDS_MAX)))

    def belong(self) -> None:
        consumer = self._consumer(
            group_id=self.plan.group,
            session_timeout_ms=self.plan.session_ms,
            heartbeat_interval_ms=self.plan.session_ms // 4,
            partition_assignment_strategy=[RangePartitionAssignor],
        )
        consumer.subscribe([self.plan.topic], listener=Listener(self.membership, consumer))
        polls = 0
        while self.running:
            since = time.monotonic_ns()
            try:
                found = _found(consumer.poll(POLL_S * 1000, max_records=POLL_RECORDS_MAX))
            except KafkaError:
                continue  # its coordinator cannot be reached: a poll says so, the next one tries again
            self.membership.polled(since, found)
            if found:
                self._commit(consumer, {partition: pairs[-1][0] + 1 for partition, pairs in found.items()})
                polls += 1
                if polls % 10 == 0:
                    self._ask(consumer, list(found))

    def _commit(self, consumer: Any, offsets: Mapping[int, int]) -> None:
        begun = self.membership.commits(offsets)
        given = {TopicPartition(self.plan.topic, one): OffsetAndMetadata(offset, "", -1) for one, offset in offsets.items()}
        try:
            consumer.commit(given)
        except KafkaError as error:
            self.unsure(begun, repr(error))
        else:
            self.voice.end(begun, "ok")

    def _ask(self, consumer: Any, partitions: Sequence[int]) -> None:
        begun = self.membership.asks()
        try:
            found = {one: consumer.committed(TopicPartition(self.plan.topic, one)) for one in partitions}
        except KafkaError as error:
            self.unsure(begun, repr(error))
        else:
            self.membership.told(begun, {one: -1 if offset is None else offset for one, offset in found.items()})


def _release(room: threading.Semaphore, _result: object) -> None:
    room.release()


def _found(polled: Mapping[Any, Sequence[Any]]) -> dict[int, list[tuple[int, int]]]:
    return {
        place.partition: [(record.offset, int(record.value)) for record in records]
        for place, records in polled.items()
        if records
    }


if __name__ == "__main__":
    main(KafkaPython)
