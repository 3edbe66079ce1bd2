"""`leftfold topic produce`: records from standard input."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import click

from leftfold.base.errors import Failure
from leftfold.cli.connection import Cluster, Problem, connected, explained
from leftfold.cli.formatter import Formatter, Line, compile_format
from leftfold.cli.numbers import Duration
from leftfold.cli.parser import BadInput, Draft, records
from leftfold.cli.topic.create import make_missing
from leftfold.cli.topic.names import topic_argument
from leftfold.cli.topic.positions import known_partitions
from leftfold.cli.verbs import BadFormat

if TYPE_CHECKING:
    from confluent_kafka import KafkaError, Message, Producer

INTERRUPTED = 130  # as a shell tells of a program that SIGINT ended
POLL_SECONDS = 0.1
TYPING = "type records of the form {form}, each is written when it is complete; Ctrl-D ends"
PRODUCED = "Produced to partition %p at offset %o.\\n"


@click.command()
@topic_argument(required=False)
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
@click.option("--create", "--allow-auto-topic-creation", "create_it", is_flag=True, help="Make a topic that is missing.")
@click.option("--delivery-timeout", type=Duration(), default="60s", show_default=True, help="How long a record may take.")
@click.option("--max-message-bytes", type=click.IntRange(min=1000), help="Of a batch before it is compressed.")
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
    delivery_timeout: int,
    max_message_bytes: int | None,
) -> None:
    """Write records, by default a line each.

    The format tells how to read them: '%k %v\\n' is key, space, value to the end of the line. Without TOPIC, a %t in the format
    must say where each one goes. A text ends at what follows it, or is as long as a %K{big32} or %K{5} before says; json and
    re[...] find their own end. -f '%v{json}' reads values that follow one another, -f '%K{big32}%k%V{big32}%v' packed ones.
    """
    try:
        drafts, told = records(form, sys.stdin.buffer), compile_format(output_format)
    except BadFormat as error:
        raise click.UsageError(str(error)) from None
    fixed = [_header(one) for one in headers]
    if topic is not None:
        make_missing(cluster, [topic], create_it=create_it)
        known_partitions(cluster, topic, [partition] if partition >= 0 else [])
    if sys.stdin.isatty():
        click.echo(TYPING.format(form=form), err=True)
    sizes = {} if max_message_bytes is None else {"message.max.bytes": max_message_bytes, "batch.size": max_message_bytes}
    options = {"compression.type": compression, "linger.ms": 5, "message.timeout.ms": delivery_timeout, **sizes}
    work = _Work(cluster.producer(acks=acks, **options), told)
    known = set(cluster.metadata(cluster.admin()).topics)
    try:
        with explained(cluster, f"produce to {topic or 'the topics'}"), _interrupted(work):
            for draft in drafts:
                _complete(draft, topic, key, fixed, partition=partition, tombstone=tombstone)
                if draft.topic not in known:
                    make_missing(cluster, [draft.topic or ""], create_it=create_it)
                    known.add(draft.topic or "")
                work.send(draft)
            work.flush()
    except BadInput as error:
        work.flush()
        raise Problem(f"standard input, record {work.count + 1}: {error}", Failure.INPUT_UNREADABLE) from None
    if work.errors:
        why = f"{len(work.errors)} of {work.count} records were not written: {work.errors[0]}"
        raise Problem(why, Failure.NOT_WRITTEN)


@contextmanager
def _interrupted(work: _Work) -> Iterator[None]:
    """Ctrl-C ends the reading of input; what was read is written. A second one ends at once."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        work.flush()
        sys.exit(INTERRUPTED)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


class _Work:
    """Sends drafts and says what became of each, in the order of the acknowledgements.

    A thread says it as soon as it is known, while the other waits for input: a person who types wants to see.
    """

    def __init__(self, producer: Producer, told: Formatter) -> None:
        self._producer, self._told = producer, told
        self._saying = threading.Lock()
        self._flushed = False
        self.count = 0
        self.errors: list[str] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while not self._flushed:
            self._producer.poll(POLL_SECONDS)

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
            except BufferError:  # the broker is slower than the input: wait for acknowledgements
                self._producer.poll(POLL_SECONDS)
            else:
                break
        self.count += 1

    def flush(self) -> None:
        """Wait until everything is acknowledged or given up: each record has its delivery timeout."""
        self._producer.flush()
        self._flushed = True

    def _delivered(self, error: KafkaError | None, message: Message) -> None:
        with self._saying:
            if error is not None:
                self.errors.append(f"{error.str()} [{error.name()}]")
                return
            topic, partition, offset = message.topic() or "", message.partition() or 0, message.offset() or 0
            line = Line(topic, partition, offset, message.timestamp()[1], message.key(), message.value())
            with suppress(BrokenPipeError):  # whoever read along has gone; the records are written all the same
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


def _header(text: str) -> tuple[str, bytes]:
    name, colon, value = text.partition(":")
    if not colon or not name:
        raise click.BadParameter(f"{text!r} is not NAME:VALUE", param_hint="-H")
    return name, value.encode()
