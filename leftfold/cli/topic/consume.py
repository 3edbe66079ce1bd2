"""`leftfold topic consume`: read by assignment, no group."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from types import FrameType

import click

from leftfold.base import ports
from leftfold.base.errors import Failure
from leftfold.cli import kcat, offsets
from leftfold.cli.connection import Cluster, Problem, connected, explained
from leftfold.cli.formatter import Line, as_json, compile_format
from leftfold.cli.listing import FORMS
from leftfold.cli.numbers import Duration, Partitions
from leftfold.cli.topic.create import make_missing
from leftfold.cli.topic.lines import by_client, by_group, by_hand, ranges
from leftfold.cli.topic.list import chosen
from leftfold.cli.topic.names import topics_argument
from leftfold.cli.verbs import BATCH_VERBS, BadFormat, letters

BALANCERS = ("cooperative-sticky", "range", "roundrobin")
GROUP_OFFSETS = {"start": "earliest", "oldest": "earliest", "end": "latest", "newest": "latest"}


@click.command()
@topics_argument()
@click.option("-f", "--format", "form", metavar="FORMAT", default="json", show_default=True, help="json, or verbs: '%k %v\\n'.")
@click.option("--format-style", "style", type=click.Choice(["rpk", "kcat"]), default="rpk", help="Whose verbs.")
@click.option(
    "-o", "--offset", default="start", show_default=True, metavar="SPEC", help="start end :end +N -N N A:B @-1h:end ..."
)
@click.option("-n", "--num", type=click.IntRange(min=0), default=0, help="Stop after so many records; 0 does not.")
@click.option("-p", "--partitions", type=Partitions(), default=(), metavar="N,N,...", help="Only these.")
@click.option("-g", "--group", metavar="GROUP", help="Read as a member of a group, which goes on where it stopped.")
@click.option("-b", "--balancer", type=click.Choice(BALANCERS), default=BALANCERS[0], help="How a group divides partitions.")
@click.option("-r", "--regex", is_flag=True, help="The topics are regular expressions.")
@click.option("--meta-only", is_flag=True, help="With json: sizes instead of key and value.")
@click.option("--pretty-print/--no-pretty-print", default=True, help="With json: over several lines.")
@click.option("--read-committed", is_flag=True, help="No record of an open or aborted transaction.")
@click.option("--create", "create_it", is_flag=True, help="Make the topics if they are missing, and wait for records.")
@click.option("--rack", default="", help="Where this reader stands: a replica there may be read.")
@click.option("--fetch-max-bytes", type=click.IntRange(min=1), default=1 << 20, show_default=True, help="Of one answer.")
@click.option("--fetch-max-wait", type=Duration(), default="500ms", show_default=True, help="How long a broker may wait.")
@connected
def command(
    *,
    cluster: Cluster,
    topics: tuple[str, ...],
    form: str,
    style: str,
    offset: str,
    num: int,
    partitions: tuple[int, ...],
    group: str | None,
    balancer: str,
    regex: bool,
    meta_only: bool,
    pretty_print: bool,
    read_committed: bool,
    create_it: bool,
    rack: str,
    fetch_max_bytes: int,
    fetch_max_wait: int,
) -> None:
    """Read records. It waits for more at the end, unless -o or -n says where to stop.

    \b
    %t topic  %k key  %v value  %h{%k=%v } headers  %p partition  %o offset  %d time  %e epoch
    %x producer  %y its epoch  %a{compression}  %i count  %[ start  %] end  %| stable end
    %T %K %V %H sizes; {hex} {base64} {json} {unpack[>Iqs]} {big32} {strftime[%F %T]} {go[...]}

    Ctrl-C while it reads writes out what came and ends with status 0; before that it ends at once, as anywhere else.
    """
    try:
        span = offsets.parse(offset, ports.real().wall_ms())
        write, used = _writer(form, style, meta_only, pretty_print)
    except BadFormat as error:
        raise click.BadParameter(str(error), param_hint="-f") from None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="-o") from None
    if read_committed and used & BATCH_VERBS:
        raise click.UsageError(f"--read-committed cannot be told together with %{' %'.join(sorted(used & BATCH_VERBS))}")
    if group is not None:
        _check_group(offset, partitions, used)
    names = _names(cluster, topics, regex, create_it)
    alone = names if group is None else []
    found = {place: one for name in alone for place, one in ranges(cluster, name, partitions, span).items()}
    if span.stop is None and not num:
        click.echo("waiting; Ctrl-C ends; -o :end stops at the end", err=True)
    config = {
        "isolation.level": "read_committed" if read_committed else "read_uncommitted", "client.rack": rack,
        "fetch.max.bytes": max(fetch_max_bytes, 1024), "message.max.bytes": min(max(fetch_max_bytes, 1024), 1_000_000_000),
        "fetch.wait.max.ms": fetch_max_wait,
    }  # fmt: skip
    with _ended_by_signals() as ended, explained(cluster, f"consume {' '.join(names)}"):
        if group is not None:
            config |= {"group.id": group, "partition.assignment.strategy": balancer, "auto.offset.reset": GROUP_OFFSETS[offset]}
            lines = by_group(cluster, names, ended, config, num)
        elif used & BATCH_VERBS:
            lines = by_hand(cluster, found, ended)
        else:
            lines = by_client(cluster, found, ended, config)
        with closing(lines):
            for line in islice(lines, num or None) if group is None else lines:
                sys.stdout.buffer.write(write(line))
                sys.stdout.buffer.flush()


def _check_group(offset: str, partitions: tuple[int, ...], used: frozenset[str]) -> None:
    """A group knows by itself which partitions it reads and where it goes on."""
    if offset not in GROUP_OFFSETS:
        raise click.BadParameter(f"a group that is new begins at start or end, not at {offset!r}", param_hint="-o")
    if partitions:
        raise click.UsageError("--group and --partitions exclude each other: the group divides the partitions")
    if used & BATCH_VERBS:
        raise click.UsageError(f"--group cannot be told together with %{' %'.join(sorted(used & BATCH_VERBS))}")


def _writer(form: str, style: str, meta_only: bool, pretty: bool) -> tuple[Callable[[Line], bytes], frozenset[str]]:
    """The function that writes a record, and the verbs that it needs to know."""
    if form == "json":
        indent = 2 if pretty else None

        def as_text(line: Line) -> bytes:
            return json.dumps(as_json(line, meta_only=meta_only), indent=indent, ensure_ascii=False).encode() + b"\n"

        return as_text, frozenset()
    if form in FORMS:
        raise BadFormat(f"records are told as json or by verbs, not as {form}: try -f '%k %v\\n'")
    return (kcat.compile_format(form), frozenset()) if style == "kcat" else (compile_format(form), letters(form))


def _names(cluster: Cluster, topics: tuple[str, ...], regex: bool, create_it: bool) -> list[str]:
    if not regex:
        make_missing(cluster, topics, create_it=create_it)
        return list(topics)
    names = chosen(list(cluster.metadata(cluster.admin()).topics), topics, regex=True)
    if not names:
        raise Problem(
            f"no topic at {cluster.brokers} matches {' '.join(topics)}; `leftfold topic list` shows those there are",
            Failure.TOPIC_MISSING,
        )
    return names


@contextmanager
def _ended_by_signals() -> Iterator[list[int]]:
    """Ctrl-C and SIGTERM end the reading, not the process in its middle; the second of its kind ends it at once."""
    ended: list[int] = []

    def asked(number: int, _: FrameType | None) -> None:
        ended.append(number)
        signal.signal(number, signal.SIG_DFL)

    before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
