"""`leftfold topic trim-prefix`: delete what is before."""

from __future__ import annotations

from collections.abc import Mapping

import click

from leftfold.base import ports
from leftfold.base.errors import Failure
from leftfold.cli import offsets
from leftfold.cli.asking import confirm, destructive
from leftfold.cli.connection import Cluster, Problem, connected, explained
from leftfold.cli.listing import Field, formatted, tell_rows
from leftfold.cli.numbers import Partitions, counted
from leftfold.cli.topic.names import topic_argument
from leftfold.cli.topic.positions import known_partitions, resolved, watermarks

FIELDS = (
    Field("partition", "number", "its number, from 0"),
    Field("log_start", "number", "the first offset that is left, or would be"),
    Field("records", "number", "how many offsets go, or would go", wide=True),
)


@click.command()
@topic_argument()
@click.option("-o", "--offset", required=True, metavar="SPEC", help="The first record to keep: 42, end, -10, @-1h ...")
@click.option("-p", "--partitions", type=Partitions(), default=(), metavar="N,N,...", help="Only these.")
@destructive
@formatted(*FIELDS)
@connected
def command(*, cluster: Cluster, topic: str, offset: str, partitions: tuple[int, ...], dry: bool, yes: bool, form: str) -> None:
    """Delete the records before an offset. There is no way back."""
    try:
        span = offsets.parse(offset, ports.real().wall_ms())
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="-o") from None
    if span.stop is not None:
        raise click.BadParameter(f"{offset!r} has two ends; one place is wanted", param_hint="-o")
    marks = watermarks(cluster, topic, known_partitions(cluster, topic, partitions))
    places = resolved(cluster, topic, marks, span.start)
    if past := [one for one, first in places.items() if first > marks[one][1]]:
        raise Problem(
            f"topic {topic}, partition {past[0]} ends at offset {marks[past[0]][1]}, before {places[past[0]]}",
            Failure.OFFSET_PAST_END,
        )
    gone = {one: max(0, first - marks[one][0]) for one, first in places.items()}
    if not dry:
        confirm(f"delete {counted(sum(gone.values()), 'record')} of topic {topic} at {cluster.brokers}", yes=yes)
        places = _trim(cluster, topic, places)
    rows = [{"partition": one, "log_start": first, "records": gone[one]} for one, first in sorted(places.items())]
    tell_rows(rows, form, FIELDS)


def _trim(cluster: Cluster, topic: str, places: Mapping[int, int]) -> Mapping[int, int]:
    from confluent_kafka import TopicPartition

    with explained(cluster, f"trim topic {topic}"):
        asked = [TopicPartition(topic, partition, first) for partition, first in places.items()]
        answers = cluster.admin().delete_records(asked, request_timeout=cluster.command_seconds)
        return {place.partition: answer.result().low_watermark for place, answer in answers.items()}
