"""The demo's producer, a process of its own: flights as JSON."""

# python -m leftfold.demo.feeder TOPIC PACE, where PACE is `max`, `rate=EVENTS_A_SECOND` or `speed=TIMES_REAL_TIME`. It unpacks
# the flights at once and begins when a line of its standard input says where the broker is; without one it ends. At its end it
# prints one line of JSON: how many events it found in the topic, how many it sent, and how many of these were acknowledged.
# Which flights are missing the log itself tells: an idempotent producer leaves no gap and changes no order, so a partition
# holds the first of its flights, as many as its end offset says.
# Every record carries the time at which it was due in a header: a stall of the producer counts as waiting, as it would for a
# person, instead of hiding (open loop). The clock is monotonic, and one for all processes of a machine.

from __future__ import annotations

import json
import signal
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

from leftfold.demo.flights import Flight, as_reported

PARTITIONS = 4
DUE_HEADER = "due_ns"
POLL_EVERY = 256
FLUSH_SECONDS_MAX = 60
REST_SECONDS_MIN = 0.001  # shorter rests would keep a core busy; the events of one rest go out together
MINUTE_MS = 60_000


@dataclass(slots=True)
class Sent:
    """What became of the records so far; `found` were there before."""

    found: int = 0
    count: int = 0
    acknowledged: int = 0
    errors: set[str] = field(default_factory=set)

    def delivered(self, error: KafkaError | None, _: Message) -> None:
        if error is None:
            self.acknowledged += 1
        else:
            self.errors.add(error.str())


def as_json(flight: Flight) -> bytes:
    """The event of one flight, as a newcomer would want to read it."""
    return _encode(
        {
            "carrier": flight.carrier,
            "flight": flight.number,
            "tail": flight.tail,
            "origin": flight.origin,
            "destination": flight.destination,
            "scheduled": _instant(flight.scheduled),
            "departed": None if flight.departure_delay is None else _instant(flight.departed),
            "departure_delay": flight.departure_delay,
            "arrival_delay": flight.arrival_delay,
            "air_time": flight.air_time,
            "distance": flight.distance,
        }
    )


def partition_of(carrier: str) -> int:
    """Where a carrier's flights go; every client library would choose it by the key like this."""
    return zlib.crc32(carrier.encode()) % PARTITIONS


def missing(flights: Sequence[Flight], bootstrap: str, topic: str) -> list[Flight]:
    """The flights that the topic does not hold yet, in their order."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": topic, "log_level": 0})
    try:
        marks = (consumer.get_watermark_offsets(TopicPartition(topic, each), FLUSH_SECONDS_MAX) for each in range(PARTITIONS))
        there = [end for _, end in marks]
    finally:
        consumer.close()
    left = []
    for flight in flights:
        partition = partition_of(flight.carrier)
        if there[partition]:
            there[partition] -= 1
        else:
            left.append(flight)
    return left


def due_after(flights: Sequence[Flight], pace: str) -> Callable[[int], int]:
    """When the n-th event is due, in nanoseconds after the first; always 0 means as fast as it goes."""
    kind, _, number = pace.partition("=")
    match kind:
        case "max":
            return lambda _: 0
        case "rate":
            gap = 1_000_000_000 / float(number)
            return lambda place: int(place * gap)
        case "speed":
            minute = 60_000_000_000 / float(number)
            first = flights[0].reported if flights else 0
            return lambda place: int((flights[place].reported - first) * minute)
        case _:
            raise ValueError(f"a pace is max, rate=N or speed=N, not {pace!r}")


def feed(flights: Sequence[Flight], bootstrap: str, topic: str, pace: str, stopped: Callable[[], bool]) -> Sent:
    """Produce what is missing of the flights in their order, until the last or until `stopped`."""
    left = missing(flights, bootstrap, topic)
    due = due_after(left, pace)
    producer = Producer(
        {"bootstrap.servers": bootstrap, "acks": "all", "enable.idempotence": True, "linger.ms": 5 if pace == "max" else 1,
         "compression.type": "lz4", "queue.buffering.max.messages": 100_000, "log_level": 0}
    )  # fmt: skip
    sent = Sent(found=len(flights) - len(left))
    start = time.monotonic_ns()
    for place, flight in enumerate(left):
        due_at = start + due(place)
        while (ahead := due_at - time.monotonic_ns()) > 0 and not stopped():
            producer.poll(0)
            time.sleep(min(max(ahead / 1e9, REST_SECONDS_MIN), 0.1))
        if stopped():
            break
        if pace == "max":
            due_at = time.monotonic_ns()
        _send(producer, topic, flight, due_at, sent)
        if place == 0:  # connecting and getting a producer id takes half a second: the clock starts after that
            producer.flush(FLUSH_SECONDS_MAX)
            start = time.monotonic_ns()
        elif place % POLL_EVERY == 0:
            producer.poll(0)
    producer.flush(FLUSH_SECONDS_MAX)
    return sent


def _send(producer: Producer, topic: str, flight: Flight, due_at: int, sent: Sent) -> None:
    while True:
        try:
            producer.produce(
                topic,
                as_json(flight),
                flight.carrier.encode(),
                partition_of(flight.carrier),
                timestamp=flight.departed * MINUTE_MS,
                headers=[(DUE_HEADER, due_at.to_bytes(8, "big"))],
                on_delivery=sent.delivered,
            )
        except BufferError:  # the broker is slower than we are: wait for acknowledgements
            producer.poll(0.05)
        else:
            sent.count += 1
            return


_encode = msgspec.json.Encoder().encode


def _instant(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)


def main() -> int:
    topic, pace = sys.argv[1:]
    stop: list[int] = []
    flights = as_reported()
    bootstrap = sys.stdin.readline().strip()
    signal.signal(signal.SIGTERM, lambda number, _: stop.append(number))  # until here it may end us: nothing was sent
    try:
        sent = feed(flights, bootstrap, topic, pace, lambda: bool(stop)) if bootstrap else Sent()
    except KafkaException as error:
        sent = Sent(errors={error.args[0].str()})
    told = {"found": sent.found, "sent": sent.count, "acknowledged": sent.acknowledged, "errors": sorted(sent.errors)}
    print(json.dumps(told), flush=True)
    return 1 if sent.errors else 0


if __name__ == "__main__":
    sys.exit(main())
