"""`leftfold bench`: how fast this cluster is from here."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

import click

from leftfold.base import ports
from leftfold.base.errors import Failure
from leftfold.cli.connection import Cluster, Problem, connected, explained
from leftfold.cli.listing import Field, formatted, inside, table, tell
from leftfold.cli.numbers import Duration

if TYPE_CHECKING:
    from confluent_kafka import Consumer, Message

THROUGHPUT = (
    Field("step", "text", "produce: as fast as it goes; consume: read that back, as far as the time allows"),
    Field("records", "number", "how many"),
    Field("seconds", "number", "from the first record to the last acknowledgement, or the last record read"),
    Field("records_per_second", "number", "through this one client"),
    Field("megabytes_per_second", "number", "of values alone, a million bytes each"),
)
LATENCY = (
    Field("rate", "number", "records a second that were due"),
    Field("records", "number", "how many came back"),
    Field("p50_ms", "number", "half of the records were read no later than so long after they were due"),
    Field("p90_ms", "number", "90 of 100"),
    Field("p99_ms", "number", "99 of 100"),
    Field("p999_ms", "number", "999 of 1,000"),
    Field("max_ms", "number", "the slowest"),
)
PREFIX = "leftfold-bench-"
PATIENCE_S = 30
QUEUE_RECORDS = 100_000
Tick = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried, on a topic that is there for this alone."""

    cluster: Cluster
    topic: str
    partitions: int
    seconds: float
    value: bytes
    acks: str
    compression: str


@click.command()
@click.option("-s", "--seconds", "time_ms", type=Duration(), default="5s", show_default=True, help="How long each step takes.")
@click.option("--record-bytes", type=click.IntRange(16, 900_000), default=100, show_default=True, help="Size of a value.")
@click.option("-p", "--partitions", type=click.IntRange(1, 1000), default=4, show_default=True, help="Of the topic.")
@click.option("--rate", type=click.IntRange(1, 50_000), default=1000, show_default=True, help="Records/s for the latency.")
@click.option("--acks", type=click.Choice(["all", "1", "0"]), default="all", show_default=True, help="What is waited for.")
@click.option(
    "-z", "--compression", type=click.Choice(["none", "gzip", "snappy", "lz4", "zstd"]), default="none", show_default=True,
    help="Codec of the batches.",
)  # fmt: skip
@click.option("-c", "--topic-config", "configs", multiple=True, metavar="NAME=VALUE", help="Such as write.caching=true.")
@formatted(*inside("throughput[]", THROUGHPUT), *inside("latency", LATENCY))
@connected
def command(
    *,
    cluster: Cluster,
    time_ms: int,
    record_bytes: int,
    partitions: int,
    rate: int,
    acks: str,
    compression: str,
    configs: tuple[str, ...],
    form: str,
) -> None:
    """Produce as fast as it goes, read it back, then measure how long records take from end to end at a steady rate.

    All through one librdkafka client in Python, on a topic of its own that is deleted afterwards. It says what one such client
    sees from this machine; what the broker itself can do is more (bench/ in the source asks that).
    """
    from leftfold.cli.topic.create import named_values

    signal.signal(signal.SIGINT, signal.default_int_handler)  # the topic is deleted first
    topic = PREFIX + ports.real().random_bytes(4).hex()
    trial = Trial(cluster, topic, partitions, time_ms / 1000, b"v" * record_bytes, acks, compression)
    with _topic(trial, named_values(configs, "-c")), _progress(3 * trial.seconds, shown=form in ("text", "wide")) as step:
        produced = _produce(trial, step("produce"))
        consumed = _consume(trial, produced["records"], step("consume"))
        latency = _deliver(trial, rate, step("end to end"))
    rows = [produced, consumed]
    document = {"throughput": rows, "latency": latency}
    tell(document, form, lambda: f"{table(rows, THROUGHPUT)}\n\n{table([latency], LATENCY)}")


@contextmanager
def _topic(trial: Trial, config: dict[str, str]) -> Iterator[None]:
    """Made before and deleted after, whatever happens between."""
    from confluent_kafka.cimpl import NewTopic

    admin, patience = trial.cluster.admin(), trial.cluster.command_seconds
    with explained(trial.cluster, f"create {trial.topic}"):
        new = NewTopic(trial.topic, trial.partitions, -1, config=config)
        admin.create_topics([new], request_timeout=patience)[trial.topic].result()
    try:
        yield
    finally:
        with explained(trial.cluster, f"delete {trial.topic}"):
            admin.delete_topics([trial.topic], request_timeout=patience)[trial.topic].result()


@contextmanager
def _progress(seconds: float, *, shown: bool) -> Iterator[Callable[[str], Tick]]:
    """A bar on standard error, if that is a terminal. Each step gets a function that it tells how many seconds have passed."""
    if not shown or not sys.stderr.isatty():
        yield lambda _: lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description:10}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=seconds)

        def step(name: str) -> Tick:
            begun = progress.tasks[0].completed
            progress.update(task, description=name)
            return lambda passed: progress.update(task, completed=begun + min(passed, seconds / 3))

        yield step


def _throughput(step: str, records: int, seconds: float, record_bytes: int) -> dict[str, Any]:
    rate = records / seconds if seconds else 0.0
    return {
        "step": step,
        "records": records,
        "seconds": round(seconds, 3),
        "records_per_second": round(rate),
        "megabytes_per_second": round(rate * record_bytes / 1e6, 1),
    }


def _produce(trial: Trial, tick: Tick) -> dict[str, Any]:
    failures: list[str] = []

    def delivered(error: Any, _: Any) -> None:
        failures.append(error.str())

    producer = trial.cluster.producer(
        **{
            "acks": trial.acks,
            "linger.ms": 5,
            "compression.type": trial.compression,
            "queue.buffering.max.messages": QUEUE_RECORDS,
            "delivery.report.only.error": True,
        }
    )
    begun, records = _now_s(), 0
    while not failures and (passed := _now_s() - begun) < trial.seconds:
        try:
            for _ in range(500):
                producer.produce(trial.topic, trial.value, partition=records % trial.partitions, on_delivery=delivered)
                records += 1
            producer.poll(0)
        except BufferError:
            producer.poll(0.01)
        tick(passed)
    left = producer.flush(PATIENCE_S)
    if failures or left:
        why = failures[0] if failures else f"{left} were not acknowledged within {PATIENCE_S} s"
        raise Problem(
            f"topic {trial.topic}: records were not written: {why}; `leftfold doctor` looks closer", Failure.NOT_WRITTEN
        )
    return _throughput("produce", records, _now_s() - begun, len(trial.value))


def _consumer(trial: Trial, offset: int, **config: Any) -> Consumer:
    from confluent_kafka import TopicPartition

    consumer = trial.cluster.consumer(**config)
    consumer.assign([TopicPartition(trial.topic, number, offset) for number in range(trial.partitions)])
    return consumer


def _consume(trial: Trial, records: int, tick: Tick) -> dict[str, Any]:
    from confluent_kafka import OFFSET_BEGINNING

    consumer = _consumer(trial, OFFSET_BEGINNING)
    begun, seen, last = _now_s(), 0, _now_s()
    try:
        while seen < records and ((passed := _now_s() - begun) < trial.seconds or not seen):
            messages = consumer.consume(10_000, 0.2)
            seen += sum(_is_record(trial, message) for message in messages)
            if messages:
                last = _now_s()
            elif _now_s() - last > PATIENCE_S:
                raise _missing(trial, records - seen)
            tick(passed)
    finally:
        consumer.close()
    return _throughput("consume", seen, last - begun, len(trial.value))


def _deliver(trial: Trial, rate: int, tick: Tick) -> dict[str, Any]:
    """Open loop: a record is due at its time, however late it is sent; its latency counts from then."""
    from confluent_kafka import OFFSET_END

    producer = trial.cluster.producer(
        **{
            "acks": trial.acks,
            "linger.ms": 0,
            "compression.type": trial.compression,
            "queue.buffering.max.messages": QUEUE_RECORDS,
        }
    )
    consumer = _consumer(trial, OFFSET_END)
    try:
        _wait_until_it_reads(trial, producer, consumer)
        count, sent, latencies = max(1, int(rate * trial.seconds)), 0, list[float]()
        padding = trial.value[8:]
        begun = last = ports.real().mono_ns()
        while len(latencies) < count:
            now = ports.real().mono_ns()
            while sent < count and (due := begun + sent * 1_000_000_000 // rate) <= now:
                try:
                    producer.produce(trial.topic, due.to_bytes(8, "big") + padding, partition=sent % trial.partitions)
                except BufferError:  # the broker is behind: what is due waits, and its waiting counts
                    break
                sent += 1
            producer.poll(0)
            message = consumer.poll(0.0005 if sent < count else 0.2)
            if message is not None and _is_record(trial, message):
                last = ports.real().mono_ns()
                latencies.append((last - int.from_bytes((message.value() or b"")[:8], "big")) / 1e6)
            elif now - last > PATIENCE_S * 1_000_000_000:
                raise _missing(trial, count - len(latencies))
            tick((now - begun) / 1e9)
    finally:
        consumer.close()
    latencies.sort()
    parts = {"p50_ms": 0.5, "p90_ms": 0.9, "p99_ms": 0.99, "p999_ms": 0.999, "max_ms": 1.0}
    found = {name: round(latencies[ceil(count * part) - 1], 3) for name, part in parts.items()}
    return {"rate": rate, "records": count, **found}


def _wait_until_it_reads(trial: Trial, producer: Any, consumer: Consumer) -> None:
    """A first record to each partition comes back: connections are there, and every partition is read from its end."""
    deadline, missing = _now_s() + PATIENCE_S, set(range(trial.partitions))
    while missing:
        for number in missing:
            producer.produce(trial.topic, trial.value, partition=number)
        producer.flush(PATIENCE_S)
        waited = _now_s() + 1
        while missing and _now_s() < waited:
            message = consumer.poll(0.1)
            if message is not None and _is_record(trial, message):
                missing.discard(message.partition())
        if _now_s() > deadline:
            raise _missing(trial, len(missing))
    while (message := consumer.poll(0.2)) is not None:
        _is_record(trial, message)


def _is_record(trial: Trial, message: Message) -> bool:
    if (error := message.error()) is not None:
        raise Problem(f"topic {trial.topic} cannot be read: {error.str()}; `leftfold doctor` looks closer", Failure.REFUSED)
    return True


def _missing(trial: Trial, count: int) -> Problem:
    why = f"topic {trial.topic}: {count} records did not come back within {PATIENCE_S} s; `leftfold doctor` looks closer"
    return Problem(why, Failure.NOT_ALL_DONE)


def _now_s() -> float:
    return ports.real().mono_ns() / 1e9
