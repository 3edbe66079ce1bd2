"""`leftfold topic trim-prefix`: delete what is before."""

from __future__ import annotations

import click

from leftfold.base import ports
from leftfold.cli import offsets
from leftfold.cli.connection import SECONDS_MAX, Cluster, Problem, connected, explained
from leftfold.cli.listing import formatted, table, tell
from leftfold.cli.topic.consume import resolved
from leftfold.cli.topic.describe import watermarks


@click.command()
@click.argument("topic")
@click.option("-o", "--offset", required=True, metavar="SPEC", help="The first record to keep: 42, end, -10, @-1h ...")
@click.option("-p", "--partitions", multiple=True, type=click.IntRange(min=0), help="Only these, again for more.")
@formatted
@connected
def command(*, cluster: Cluster, topic: str, offset: str, partitions: tuple[int, ...], form: str) -> None:
    """Delete the records before an offset. There is no way back."""
    from confluent_kafka import TopicPartition

    try:
        span = offsets.parse(offset, ports.real().wall_ms())
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="-o") from None
    if span.stop is not None:
        raise click.BadParameter(f"{offset!r} has two ends; one place is wanted", param_hint="-o")
    admin = cluster.admin()
    known = cluster.topic(admin, topic).partitions
    if missing := [one for one in partitions if one not in known]:
        raise Problem(f"topic {topic} has no partition {missing[0]}; it has {len(known)}, numbered from 0")
    places = resolved(cluster, topic, watermarks(cluster, topic, sorted(partitions or known)), span.start)
    rows = []
    with explained(cluster, f"trim topic {topic}"):
        asked = [TopicPartition(topic, partition, first) for partition, first in places.items()]
        for place, answer in admin.delete_records(asked, request_timeout=SECONDS_MAX).items():
            rows.append({"partition": place.partition, "log_start": answer.result().low_watermark})
    tell(rows, form, lambda: table(rows, {"partition": "PARTITION", "log_start": "LOG-START"}))
