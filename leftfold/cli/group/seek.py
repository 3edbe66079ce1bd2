"""`leftfold group seek`: move a group's offsets."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import IO

import click

from leftfold.base import ports
from leftfold.base.errors import Failure
from leftfold.cli import offsets
from leftfold.cli.asking import dry_run
from leftfold.cli.connection import Cluster, Problem, connected
from leftfold.cli.group.standing import Place, commits, group_argument, patiently
from leftfold.cli.listing import Field, formatted, tell_rows
from leftfold.cli.numbers import Partitions
from leftfold.cli.topic.positions import known_partitions, resolved, watermarks

FIELDS = (
    Field("topic", "text", "the topic's name"),
    Field("partition", "number", "its number"),
    Field("prior_offset", "number or null", "what was committed before"),
    Field("current_offset", "number", "what is committed now, or would be"),
)


@click.command()
@group_argument()
@click.option("--to", metavar="SPEC", help="start, end, an offset, +N, -N or a time, as after `consume -o`.")
@click.option("--to-group", metavar="GROUP", help="Where another group stands.")
@click.option("--to-file", type=click.File("r"), metavar="FILE", help="TOPIC PARTITION OFFSET, a line each.")
@click.option("--topics", metavar="TOPIC,...", help="Only these. [default: all that the group committed]")
@click.option("-p", "--partitions", type=Partitions(), default=(), metavar="N,N,...", help="Only these of each topic.")
@click.option("--allow-new-topics", "new", is_flag=True, help="Topics too for which the group committed nothing yet.")
@dry_run
@formatted(*FIELDS)
@connected
def command(
    *,
    cluster: Cluster,
    group: str,
    to: str | None,
    to_group: str | None,
    to_file: IO[str] | None,
    topics: str | None,
    partitions: tuple[int, ...],
    new: bool,
    dry: bool,
    form: str,
) -> None:
    """Move the committed offsets of a group. It must have no members now."""
    if sum(one is not None for one in (to, to_group, to_file)) != 1:
        raise click.UsageError("say one of --to, --to-group and --to-file")
    before = commits(cluster, group)
    named = {one.strip() for one in topics.split(",") if one.strip()} if topics else None
    old = {topic for topic, _ in before}
    if to is not None:
        after = _places(cluster, to, (named if new else named & old) if named is not None else old)
    elif to_group is not None:
        after = commits(cluster, to_group)
    else:
        assert to_file is not None, "one of the three was given"
        after = _from_file(to_file)
    kept = {
        place: offset
        for place, offset in after.items()
        if (new or place[0] in old) and (named is None or place[0] in named) and (not partitions or place[1] in partitions)
    }
    if not kept:
        why = f"group {group}: nothing to move; --topics names topics, and --allow-new-topics those that it never read"
        raise Problem(why, Failure.NOTHING_TO_MOVE)
    if not dry:
        _commit(cluster, group, kept)
    rows = [
        {
            "topic": topic,
            "partition": partition,
            "prior_offset": before.get((topic, partition)),
            "current_offset": offset,
        }
        for (topic, partition), offset in sorted(kept.items())
    ]
    tell_rows(rows, form, FIELDS)


def _places(cluster: Cluster, spec: str, topics: Collection[str]) -> Mapping[Place, int]:
    """What a spec means in every partition of some topics."""
    try:
        is_time = spec.isdigit() and len(spec) in (10, 13)  # rpk takes a time without its @ here
        span = offsets.parse(f"@{spec}" if is_time else spec, ports.real().wall_ms())
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--to") from None
    if span.stop is not None:
        raise click.BadParameter(f"{spec!r} has two ends; one place is wanted", param_hint="--to")
    found: dict[Place, int] = {}
    for topic in sorted(topics):
        marks = watermarks(cluster, topic, known_partitions(cluster, topic, ()))
        found |= {(topic, one): min(at, marks[one][1]) for one, at in resolved(cluster, topic, marks, span.start).items()}
    return found


def _from_file(stream: IO[str]) -> Mapping[Place, int]:
    found: dict[Place, int] = {}
    for number, line in enumerate(stream, 1):
        words = line.split()
        if not words or line.startswith("#"):
            continue
        if len(words) != 3 or not words[1].isdecimal() or not words[2].isdecimal():
            why = f"--to-file, line {number}: {line.strip()!r} is not TOPIC PARTITION OFFSET"
            raise Problem(why, Failure.INPUT_UNREADABLE)
        found[words[0], int(words[1])] = int(words[2])
    return found


def _commit(cluster: Cluster, group: str, places: Mapping[Place, int]) -> None:
    from confluent_kafka import ConsumerGroupTopicPartitions, KafkaException, TopicPartition

    def ask() -> None:
        asked = [TopicPartition(topic, partition, offset) for (topic, partition), offset in places.items()]
        answers = cluster.admin().alter_consumer_group_offsets(
            [ConsumerGroupTopicPartitions(group, asked)], request_timeout=cluster.command_seconds
        )
        for one in answers[group].result().topic_partitions:
            if one.error is not None:
                raise KafkaException(one.error)

    patiently(cluster, f"seek group {group}", ask)
