"""`leftfold topic produce`: records from standard input."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from leftfold.cli.connection import Cluster, Problem, connected, explained
from leftfold.cli.formatter import Line, compile_format
from leftfold.cli.parser import BadInput, Draft, records
from leftfold.cli.verbs import BadFormat

if TYPE_CHECKING:
    from confluent_kafka import KafkaError, Message, Producer

FLUSH_SECONDS = 60
PRODUCED = "Produced to partition %p at offset %o.\\n"


@click.command()
@click.argument("topic", required=False)
@click.option("-f", "--format", "form", default="%v\\n", show_default=True, metavar="FORMAT", help="How to read a record.")
@click.option("-k", "--key", help="The key of every record.")
@click.option("-H", "--header", "headers", multiple=True, metavar="NAME:VALUE", help="A header of every record.")
@click.option("-p", "--partition", type=click.IntRange(min=-1), default=-1, help="The partition of every record.")
@click.option(
    "-z", "--compression", type=click.Choice(["none", "gzip", "snappy", "lz4", "zstd"]), default="none", show_default=True
)
@click.option("--acks", type=click.Choice(["-1", "all", "0", "1"]), default="all", show_default=True, help="Who must have it.")
@click.option("-Z", "--tombstone", is_flag=True, help="Empty values become null: the record deletes its key.")
@click.option("-o", "--output-format", default=PRODUCED, metavar="FORMAT", help="What to say for each; empty is nothing.")
@click.option("--create", "create_it", is_flag=True, help="Make the topic if it is missing.")
@connected
def command(
    *,
    cluster: Cluster,
    topic: str | None,
    form: str,
    key: str | None,
    headers: tuple[str, ...],
    partition: int,
    compression: str,
    acks: str,
    tombstone: bool,
    output_format: str,
    create_it: bool,
) -> None:
    """Write records, by default a line each.

    The format tells how to read them: '%k %v\\n' is key, space, value to the end of the line. Without TOPIC, a %t in the format
    must say where each one goes.
    """
    from confluent_kafka import Producer

    try:
        drafts, told = records(form, sys.stdin.buffer), compile_format(output_format)
    except BadFormat as error:
        raise click.UsageError(str(error)) from None
    fixed = [_header(one) for one in headers]
    _check_topic(cluster, topic, create_it)
    producer = Producer(cluster.config(acks=acks, **{"compression.type": compression, "linger.ms": 5}))
    work = _Work(producer, told)
    try:
        with explained(cluster, f"produce to {topic or 'the topics'}"):
            for draft in drafts:
                _complete(draft, topic, key, fixed, partition=partition, tombstone=tombstone)
                work.send(draft)
            left = producer.flush(FLUSH_SECONDS)
    except BadInput as error:
        producer.flush(FLUSH_SECONDS)
        raise Problem(f"standard input, record {work.count + 1}: {error}") from None
    if left:
        work.errors.append(f"{left} were not acknowledged within {FLUSH_SECONDS} s")
    if work.errors:
        raise Problem(f"{len(work.errors)} of {work.count} records were not written: {work.errors[0]}")


class _Work:
    """Sends drafts and says what became of each, in the order of the acknowledgements."""

    def __init__(self, producer: Producer, told: Any) -> None:
        self._producer, self._told = producer, told
        self.count = 0
        self.errors: list[str] = []

    def send(self, draft: Draft) -> None:
        assert draft.topic is not None
        where: dict[str, Any] = {} if draft.partition is None else {"partition": draft.partition}
        when: dict[str, Any] = {} if draft.timestamp is None else {"timestamp": draft.timestamp}
        while True:
            try:
                self._producer.produce(
                    draft.topic,
                    draft.value,
                    draft.key,
                    headers=list(draft.headers),
                    on_delivery=self._delivered,
                    **where,
                    **when,
                )
            except BufferError:
                self._producer.poll(0.1)
            else:
                break
        self.count += 1
        self._producer.poll(0)

    def _delivered(self, error: KafkaError | None, message: Message) -> None:
        if error is not None:
            self.errors.append(f"{error.str()} [{error.name()}]")
            return
        topic, partition, offset = message.topic() or "", message.partition() or 0, message.offset() or 0
        line = Line(topic, partition, offset, message.timestamp()[1], message.key(), message.value())
        sys.stdout.buffer.write(self._told(line))
        sys.stdout.buffer.flush()


def _complete(
    draft: Draft, topic: str | None, key: str | None, headers: list[tuple[str, bytes]], *, partition: int, tombstone: bool
) -> None:
    draft.topic = draft.topic or topic
    if not draft.topic:
        raise BadInput("the topic is empty")
    if draft.key is None and key is not None:
        draft.key = key.encode()
    if draft.partition is None and partition >= 0:
        draft.partition = partition
    draft.headers.extend(headers)
    if tombstone and not draft.value:
        draft.value = None
    elif draft.value is None:
        draft.value = b""


def _check_topic(cluster: Cluster, topic: str | None, create_it: bool) -> None:
    admin = cluster.admin()
    topics = cluster.metadata(admin).topics
    if topic is None or topic in topics:
        return
    if not create_it:
        raise Problem(
            f"topic {topic} does not exist at {cluster.brokers}; make it with `leftfold topic create {topic}`, or say --create"
        )
    from leftfold.cli.topic.create import make

    make(cluster, topic)


def _header(text: str) -> tuple[str, bytes]:
    name, colon, value = text.partition(":")
    if not colon or not name:
        raise click.BadParameter(f"{text!r} is not NAME:VALUE", param_hint="-H")
    return name, value.encode()
