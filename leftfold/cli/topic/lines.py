"""The records of some partitions, one line after the other."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leftfold.cli.batches import BatchReader, Fetched, Place
from leftfold.cli.connection import Cluster
from leftfold.cli.formatter import Line
from leftfold.cli.offsets import Span
from leftfold.cli.topic.positions import known_partitions, resolved, watermarks

if TYPE_CHECKING:
    from confluent_kafka import Consumer, Message

WAIT_SECONDS = 0.1
Lines = Generator[Line, None, None]


@dataclass(slots=True)
class Range:
    """What of one partition is read: from `start` until `stop`, which is not read; None goes on for ever."""

    start: int
    stop: int | None
    log_start: int
    high_watermark: int

    @property
    def is_empty(self) -> bool:
        return self.stop is not None and self.start >= self.stop


def ranges(cluster: Cluster, topic: str, wanted: Sequence[int], span: Span) -> Mapping[Place, Range]:
    """What a span means in each partition of a topic, as of now. A stop that nobody has reached yet is waited for."""
    partitions = known_partitions(cluster, topic, wanted)
    marks = watermarks(cluster, topic, partitions)
    starts = resolved(cluster, topic, marks, span.start)
    stops = resolved(cluster, topic, marks, span.stop) if span.stop is not None else {}
    return {(topic, one): Range(starts[one], stops.get(one), *marks[one]) for one in partitions}


def by_client(cluster: Cluster, found: Mapping[Place, Range], ended: list[int], config: Mapping[str, object]) -> Lines:
    """Read with librdkafka until every range is read or something is in `ended`; raises KafkaException."""
    from confluent_kafka import KafkaError, KafkaException, TopicPartition

    left = {place for place, one in found.items() if not one.is_empty}
    if not left:
        return
    consumer = cluster.consumer(**{"enable.partition.eof": True, "auto.offset.reset": "error", **config})
    consumer.assign([TopicPartition(*place, found[place].start) for place in left])
    count = 0
    try:
        while left and not ended:
            message = consumer.poll(WAIT_SECONDS)
            if message is None:
                continue
            error = message.error()
            if error is not None and error.code() != KafkaError._PARTITION_EOF:
                raise KafkaException(error)
            place = (message.topic() or "", message.partition() or 0)
            if error is None and place in left and not _is_past(message, found[place]):
                count += 1
                yield _line(message, _marks(consumer, place, found[place]), count)
            if place in left and _is_done(message, found[place]):
                left.discard(place)
                consumer.incremental_unassign([TopicPartition(*place)])
    finally:
        consumer.close()


def by_group(cluster: Cluster, topics: Sequence[str], ended: list[int], config: Mapping[str, object], count_max: int) -> Lines:
    """Read as a member of a group until `count_max` (0: never), or until something is in `ended`.

    A record is committed once the next one is asked for: whoever stops between the two gets it again.
    """
    from confluent_kafka import KafkaException

    consumer = cluster.consumer(**{**config, "enable.auto.commit": True, "enable.auto.offset.store": False})
    consumer.subscribe(list(topics))
    count = 0
    try:
        while not ended and (not count_max or count < count_max):
            message = consumer.poll(WAIT_SECONDS)
            if message is None:
                continue
            if (error := message.error()) is not None:
                raise KafkaException(error)
            count += 1
            place = (message.topic() or "", message.partition() or 0)
            yield _line(message, _marks(consumer, place, Range(-1, None, -1, -1)), count)
            consumer.store_offsets(message)
    finally:
        consumer.close()  # commits what was stored, and leaves


def by_hand(cluster: Cluster, found: Mapping[Place, Range], ended: list[int]) -> Lines:
    """The same from whole batches, which tell more of each record. Markers of transactions are passed over."""
    left = {place: one.start for place, one in found.items() if not one.is_empty}
    if not left:
        return
    count = 0
    with BatchReader(cluster, sorted({topic for topic, _ in left})) as reader:
        while left and not ended:
            for fetched in reader.fetch(left):
                place, stop = fetched.place, found[fetched.place].stop
                for line in _of_batches(fetched, left[place], stop, count):
                    count = line.iteration
                    yield line
                if fetched.batches:
                    left[place] = fetched.batches[-1].last_offset + 1
                if stop is not None and left[place] >= stop:
                    del left[place]


def _of_batches(fetched: Fetched, start: int, stop: int | None, count: int) -> Iterator[Line]:
    topic, partition = fetched.place
    for batch in fetched.batches:
        if batch.control:
            continue
        for record in batch.records:
            if record.offset < start or (stop is not None and record.offset >= stop):
                continue
            count += 1
            yield Line(
                topic=topic,
                partition=partition,
                offset=record.offset,
                timestamp=record.timestamp,
                key=record.key,
                value=record.value,
                headers=record.headers,
                leader_epoch=batch.leader_epoch,
                iteration=count,
                log_start=fetched.log_start,
                high_watermark=fetched.high_watermark,
                last_stable=fetched.last_stable,
                producer_id=batch.producer_id,
                producer_epoch=batch.producer_epoch,
                compression=batch.compression,
                log_append_time=batch.timestamp_type == "log_append_time",
                transactional=batch.transactional,
            )


def _is_past(message: Message, one: Range) -> bool:
    return one.stop is not None and (message.offset() or 0) >= one.stop


def _is_done(message: Message, one: Range) -> bool:
    """Whether nothing more of the range can come; an end-of-partition event carries the next offset."""
    if one.stop is None:
        return False
    offset = message.offset() or 0
    return offset >= one.stop if message.error() is not None else offset + 1 >= one.stop


def _marks(consumer: Consumer, place: Place, one: Range) -> tuple[int, int]:
    """Where the partition stands by the last answer; by the first look at it while librdkafka does not say."""
    from confluent_kafka import TopicPartition

    first, last = consumer.get_watermark_offsets(TopicPartition(*place), cached=True) or (-1, -1)
    return first if first >= 0 else one.log_start, last if last >= 0 else one.high_watermark


def _line(message: Message, marks: tuple[int, int], iteration: int) -> Line:
    epoch = message.leader_epoch()
    return Line(
        topic=message.topic() or "",
        partition=message.partition() or 0,
        offset=message.offset() or 0,
        timestamp=message.timestamp()[1],
        key=_bytes(message.key()),
        value=_bytes(message.value()),
        headers=[(pair[0], _bytes(pair[1])) for pair in message.headers() or ()],
        leader_epoch=-1 if epoch is None else epoch,
        iteration=iteration,
        log_start=marks[0],
        high_watermark=marks[1],
    )


def _bytes(content: str | bytes | None) -> bytes | None:
    return content.encode() if isinstance(content, str) else content
