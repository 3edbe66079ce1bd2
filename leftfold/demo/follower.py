"""The demo's consumer: reads every partition and folds."""

from __future__ import annotations

import time
from collections.abc import Mapping

import msgspec
from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

from leftfold.base.histogram import Histogram
from leftfold.demo.delays import Delays, Departure, finished, fold
from leftfold.demo.feeder import DUE_HEADER, MINUTE_MS

MESSAGES_MAX = 2000
WAIT_SECONDS = 0.05


class _Event(msgspec.Struct):
    """What the fold reads of an event's JSON; the time is the record's own."""

    carrier: str
    departure_delay: int | None


class Follower:
    """One consumer over all partitions, the fold's state by carrier, and how long events took to arrive."""

    def __init__(self, bootstrap: str, topic: str, partitions: int) -> None:
        self._consumer = Consumer(
            {"bootstrap.servers": bootstrap, "group.id": "leftfold-demo", "enable.auto.commit": False,
             "auto.offset.reset": "earliest", "fetch.wait.max.ms": 100, "enable.partition.eof": False,
             "log_level": 0}
        )  # fmt: skip
        self._places = [TopicPartition(topic, partition, 0) for partition in range(partitions)]
        self._consumer.assign(self._places)
        self._next = dict.fromkeys(range(partitions), 0)
        self._decode = msgspec.json.Decoder(_Event).decode
        self.state: Mapping[str, Delays] = {}
        self.events = 0
        self.latency_us = Histogram()

    def step(self) -> int:
        """Take what has come, waiting a moment at most; returns how many events it folded."""
        first = self._consumer.poll(WAIT_SECONDS)
        if first is None:
            return 0
        messages = [first, *self._consumer.consume(MESSAGES_MAX, 0)]  # with a wait it would sit until so many have come
        now = time.monotonic_ns()
        state = dict(self.state)
        for message in messages:
            error = message.error()
            if error is not None:
                raise KafkaException(error)
            self._take(message, now, state)
        self.state = state
        self.events += len(messages)
        return len(messages)

    def _take(self, message: Message, now: int, state: dict[str, Delays]) -> None:
        value, partition, offset = message.value(), message.partition(), message.offset()
        assert value is not None and partition is not None and offset is not None
        event = self._decode(value)
        departure = Departure(message.timestamp()[1] // MINUTE_MS, event.departure_delay)
        state[event.carrier] = fold(state.get(event.carrier, Delays()), departure)
        self._next[partition] = offset + 1
        due = dict(message.headers() or ()).get(DUE_HEADER)
        if isinstance(due, bytes):
            self.latency_us.add((now - int.from_bytes(due, "big")) // 1000)

    def take_latency(self) -> Histogram:
        """The latencies since the last call."""
        taken, self.latency_us = self.latency_us, Histogram()
        return taken

    def lag(self) -> int:
        """How many records the broker has that were not read yet, by what its last answers said."""
        behind = 0
        for place in self._places:
            marks = self._consumer.get_watermark_offsets(place, cached=True)
            if marks is not None and marks[1] > 0:
                behind += max(0, marks[1] - self._next[place.partition])
        return behind

    def final(self) -> Mapping[str, Delays]:
        """The state once nothing more will come."""
        return {carrier: finished(delays) for carrier, delays in sorted(self.state.items())}

    def close(self) -> None:
        self._consumer.close()
