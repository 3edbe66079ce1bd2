"""The demo's pipeline: a left fold, its place in the log."""

# What the fold made of the flights and how far it has read them are written in one transaction, so they agree whatever dies
# and whenever: no flight is folded twice, none is left out. There is one way to begin, for the first start and for any other:
# fence whoever ran before, read the table, go on at the group's offsets. Between two transactions nothing but memory changes,
# so after a failed one, or when the group gives out its partitions anew, the pipeline begins in that same way.

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import msgspec
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

from leftfold.base.histogram import Histogram
from leftfold.demo import table
from leftfold.demo.delays import Delays, Departure, finished, fold
from leftfold.demo.feeder import DUE_HEADER, MINUTE_MS

MESSAGES_MAX = 2000
WAIT_SECONDS = 0.05
COMMIT_SECONDS = 0.5
TRY_SECONDS = 1.0
ANSWER_SECONDS_MAX = 30

Answer = TypeVar("Answer")


class _Event(msgspec.Struct):
    """What the fold reads of an event's JSON; the time is the record's own."""

    carrier: str
    departure_delay: int | None


def group_of(topic: str) -> str:
    """The pipeline's name: of its group, of its transactions and of the topic that holds its table."""
    return f"{topic}-delays"


class Pipeline:
    """A member of a consumer group, the fold's state by carrier, and how long events took to arrive.

    `name` makes it a static member: the next of that name takes its place at once, instead of waiting until its session is
    over. `check` is called while the broker does not answer and may raise. Errors of the cluster are KafkaException.
    Invariant: `state` is the fold of all flights before `next`, and of no others.
    """

    def __init__(self, bootstrap: str, topic: str, name: str = "", check: Callable[[], None] = lambda: None) -> None:
        self.topic, self.group = topic, group_of(topic)
        self._bootstrap, self._check = bootstrap, check
        member = {"group.instance.id": name} if name else {}
        self._consumer = Consumer(
            {"bootstrap.servers": bootstrap, "group.id": self.group, **member, "enable.auto.commit": False,
             "auto.offset.reset": "earliest", "fetch.wait.max.ms": 100, "log_level": 0}
        )  # fmt: skip
        # Once librdkafka 2.16 has looked for brokers anew it waits for ever for the coordinator that it had before.
        again = {"metadata.recovery.strategy": "none"}
        self._producer = Producer(
            {"bootstrap.servers": bootstrap, "transactional.id": self.group, "linger.ms": 0, **again, "log_level": 0}
        )
        self._decode = msgspec.json.Decoder(_Event).decode
        self._began_ns = time.monotonic_ns()
        self._commit_at = 0.0
        self._changed: dict[str, int] = {}  # the carriers that the table does not know yet, and their partition
        self.went_on: Mapping[int, int] = {}  # by partition, where the group's offsets let it begin; empty: not given any yet
        self.next: dict[int, int] = {}
        self.state: Mapping[str, Delays] = {}
        self.committed = 0  # so many flights are in the table
        self.latency_us = Histogram()
        self._insist(self._producer.init_transactions)
        self._consumer.subscribe(
            [topic], on_assign=lambda _, places: self._go_on(places), on_revoke=lambda *_: self._changed.clear()
        )

    def _go_on(self, places: Sequence[TopicPartition]) -> None:
        """Begin where the log says that we are."""
        committed = self._insist(lambda seconds: self._consumer.committed(list(places), seconds))
        self.next = {place.partition: max(place.offset, 0) for place in committed}  # below 0: nothing was committed yet
        self.state = table.read(self._bootstrap, self.group, self.next)
        self.committed = self.events
        self._changed.clear()
        self.went_on = self.went_on or dict(self.next)
        self._consumer.assign([TopicPartition(self.topic, partition, offset) for partition, offset in self.next.items()])

    @property
    def events(self) -> int:
        """How many flights are in the state, those of earlier runs with them."""
        return sum(delays.flights for delays in self.state.values())

    def step(self) -> int:
        """Take what has come, waiting a moment at most; commit when it is time. Returns how many events it folded."""
        if time.monotonic() >= self._commit_at:
            self.commit()
        first = self._consumer.poll(WAIT_SECONDS)
        if first is None:
            return 0
        messages = [first, *self._consumer.consume(MESSAGES_MAX, 0)]  # with a wait it would sit until so many have come
        now = time.monotonic_ns()
        state = dict(self.state)
        folded = sum(self._take(message, now, state) for message in messages)
        self.state = state
        return folded

    def _take(self, message: Message, now: int, state: dict[str, Delays]) -> bool:
        error = message.error()
        if error is not None:
            if not error.retriable():
                raise KafkaException(error)
            return False
        value, partition, offset = message.value(), message.partition(), message.offset()
        assert value is not None and partition is not None and offset is not None
        event = self._decode(value)
        departure = Departure(message.timestamp()[1] // MINUTE_MS, event.departure_delay)
        state[event.carrier] = fold(state.get(event.carrier, Delays()), departure)
        self._changed[event.carrier] = partition
        self.next[partition] = offset + 1
        due = dict(message.headers() or ()).get(DUE_HEADER)
        if isinstance(due, bytes) and self._began_ns <= (due_ns := int.from_bytes(due, "big")) <= now:
            self.latency_us.add((now - due_ns) // 1000)  # what waited for this start was not slow, we were away
        return True

    def commit(self) -> None:
        """Write what changed of the table together with the offsets up to which it was folded: both or neither."""
        self._commit_at = time.monotonic() + COMMIT_SECONDS
        if not self._changed:
            return
        places = [TopicPartition(self.topic, partition, offset) for partition, offset in self.next.items()]
        member = self._consumer.consumer_group_metadata()
        try:
            self._producer.begin_transaction()
            for carrier, partition in self._changed.items():
                self._producer.produce(self.group, table.as_json(self.state[carrier]), carrier, partition)
            self._insist(lambda seconds: self._producer.send_offsets_to_transaction(places, member, seconds))
            self._insist(self._producer.commit_transaction)
            self.committed = self.events
            self._changed.clear()
        except KafkaException as error:
            if not error.args[0].txn_requires_abort():
                raise
            self._insist(self._producer.abort_transaction)
            self._go_on(self._consumer.assignment())

    def _insist(self, ask: Callable[[float], Answer]) -> Answer:
        """Ask again while there is no answer, for at most `ANSWER_SECONDS_MAX`."""
        until = time.monotonic() + ANSWER_SECONDS_MAX
        while True:
            self._check()
            try:
                return ask(TRY_SECONDS)
            except KafkaException as error:
                failed: KafkaError = error.args[0]
                slow = failed.retriable() or failed.code() == KafkaError._TIMED_OUT
                if not slow or failed.txn_requires_abort() or time.monotonic() >= until:
                    raise

    def take_latency(self) -> Histogram:
        """The latencies since the last call."""
        taken, self.latency_us = self.latency_us, Histogram()
        return taken

    def lag(self) -> int:
        """How many records the broker has that were not read yet, by what its last answers said."""
        behind = 0
        for partition, offset in self.next.items():
            marks = self._consumer.get_watermark_offsets(TopicPartition(self.topic, partition), cached=True)
            if marks is not None and marks[1] > 0:
                behind += max(0, marks[1] - offset)
        return behind

    def final(self) -> Mapping[str, Delays]:
        """The state once nothing more will come."""
        return {carrier: finished(delays) for carrier, delays in sorted(self.state.items())}

    def close(self) -> None:
        """Leave; what was not committed is folded again by whoever comes next."""
        self._consumer.close()
