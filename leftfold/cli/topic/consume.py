"""`leftfold topic consume`: read by assignment, no group."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING

import click

from leftfold.base import ports
from leftfold.cli import offsets
from leftfold.cli.connection import Cluster, Problem, connected, explained
from leftfold.cli.formatter import Line, as_json, compile_format
from leftfold.cli.offsets import Span
from leftfold.cli.topic.list import chosen
from leftfold.cli.topic.positions import known_partitions, resolved, watermarks
from leftfold.cli.verbs import BadFormat

if TYPE_CHECKING:
    from confluent_kafka import Consumer, Message

WAIT_SECONDS = 0.1
Place = tuple[str, int]


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


@click.command()
@click.argument("topics", nargs=-1, required=True)
@click.option("-f", "--format", "form", metavar="FORMAT", default="json", show_default=True, help="json, or verbs: '%k %v\\n'.")
@click.option(
    "-o", "--offset", default="start", show_default=True, metavar="SPEC", help="start end :end +N -N N A:B @-1h:end ..."
)
@click.option("-n", "--num", type=click.IntRange(min=1), help="Stop after so many records.")
@click.option("-p", "--partitions", multiple=True, type=click.IntRange(min=0), help="Only these, again for more.")
@click.option("-r", "--regex", is_flag=True, help="The topics are regular expressions.")
@click.option("--meta-only", is_flag=True, help="With json: sizes instead of key and value.")
@click.option("--pretty-print/--no-pretty-print", default=True, help="With json: over several lines.")
@click.option("--read-committed", is_flag=True, help="No record of an open or aborted transaction.")
@connected
def command(
    *,
    cluster: Cluster,
    topics: tuple[str, ...],
    form: str,
    offset: str,
    num: int | None,
    partitions: tuple[int, ...],
    regex: bool,
    meta_only: bool,
    pretty_print: bool,
    read_committed: bool,
) -> None:
    """Read records. It waits for more at the end, unless -o or -n says where to stop."""
    try:
        span = offsets.parse(offset, ports.real().wall_ms())
        write = _writer(form, meta_only, pretty_print)
    except BadFormat as error:
        raise click.BadParameter(str(error), param_hint="-f") from None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="-o") from None
    names = _names(cluster, topics, regex)
    with _ended_by_signals() as ended, explained(cluster, f"consume {' '.join(names)}"):
        ranges = {place: one for name in names for place, one in _ranges(cluster, name, partitions, span).items()}
        if span.stop is None and num is None:
            click.echo("waiting; Ctrl-C ends; -o :end stops at the end", err=True)
        _read(cluster, ranges, num, write, ended=ended, read_committed=read_committed)


def _writer(form: str, meta_only: bool, pretty: bool) -> Callable[[Line], bytes]:
    if form == "json":
        return lambda line: (
            json.dumps(as_json(line, meta_only=meta_only), indent=2 if pretty else None, ensure_ascii=False).encode() + b"\n"
        )
    return compile_format(form)


def _names(cluster: Cluster, topics: tuple[str, ...], regex: bool) -> list[str]:
    admin = cluster.admin()
    if not regex:
        return [cluster.topic(admin, name).topic or name for name in topics]
    names = chosen(list(cluster.metadata(admin).topics), topics, regex=True)
    if not names:
        raise Problem(f"no topic at {cluster.brokers} matches {' '.join(topics)}; `leftfold topic list` shows those there are")
    return names


def _ranges(cluster: Cluster, topic: str, wanted: tuple[int, ...], span: Span) -> Mapping[Place, Range]:
    partitions = known_partitions(cluster, topic, wanted)
    marks = watermarks(cluster, topic, partitions)
    starts = resolved(cluster, topic, marks, span.start)
    stops = resolved(cluster, topic, marks, span.stop) if span.stop is not None else {}
    return {(topic, one): Range(starts[one], stops.get(one), *marks[one]) for one in partitions}


def _read(
    cluster: Cluster,
    ranges: Mapping[Place, Range],
    count_max: int | None,
    write: Callable[[Line], bytes],
    *,
    ended: list[int],
    read_committed: bool,
) -> None:
    from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

    open_places = {place for place, one in ranges.items() if not one.is_empty}
    if not open_places:
        return
    consumer = Consumer(
        cluster.config(**{
            "group.id": "leftfold-consume", "enable.auto.commit": False, "enable.partition.eof": True,
            "auto.offset.reset": "error", "isolation.level": "read_committed" if read_committed else "read_uncommitted",
        })
    )  # fmt: skip
    consumer.assign([TopicPartition(topic, partition, ranges[topic, partition].start) for topic, partition in open_places])
    written = 0
    try:
        while open_places and not ended and (count_max is None or written < count_max):
            message = consumer.poll(WAIT_SECONDS)
            if message is None:
                continue
            error = message.error()
            if error is not None and error.code() != KafkaError._PARTITION_EOF:
                raise KafkaException(error)
            place = (message.topic() or "", message.partition() or 0)
            if error is None and place in open_places and not _is_past(message, ranges[place]):
                written += 1
                sys.stdout.buffer.write(write(_line(message, ranges[place], written)))
                sys.stdout.buffer.flush()
            if place in open_places and _is_done(message, ranges[place]):
                open_places.discard(place)
                _leave(consumer, place)
    finally:
        consumer.close()


def _is_past(message: Message, one: Range) -> bool:
    return one.stop is not None and (message.offset() or 0) >= one.stop


def _is_done(message: Message, one: Range) -> bool:
    """Whether nothing more of the range can come; an end-of-partition event carries the next offset."""
    if one.stop is None:
        return False
    offset = message.offset() or 0
    return offset >= one.stop if message.error() is not None else offset + 1 >= one.stop


def _leave(consumer: Consumer, place: Place) -> None:
    from confluent_kafka import TopicPartition

    consumer.incremental_unassign([TopicPartition(*place)])


def _line(message: Message, one: Range, iteration: int) -> Line:
    headers = [(pair[0], _bytes(pair[1])) for pair in message.headers() or ()]
    epoch = message.leader_epoch()
    return Line(
        topic=message.topic() or "",
        partition=message.partition() or 0,
        offset=message.offset() or 0,
        timestamp=message.timestamp()[1],
        key=_bytes(message.key()),
        value=_bytes(message.value()),
        headers=headers,
        leader_epoch=-1 if epoch is None else epoch,
        iteration=iteration,
        log_start=one.log_start,
        high_watermark=one.high_watermark,
    )


def _bytes(content: str | bytes | None) -> bytes | None:
    return content.encode() if isinstance(content, str) else content


@contextmanager
def _ended_by_signals() -> Iterator[list[int]]:
    """Ctrl-C and SIGTERM end the reading, not the process in its middle."""
    ended: list[int] = []

    def asked(number: int, _: FrameType | None) -> None:
        ended.append(number)

    before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
