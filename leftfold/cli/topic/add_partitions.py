"""`leftfold topic add-partitions`."""

from __future__ import annotations

import click

from leftfold.cli.asking import dry_run
from leftfold.cli.connection import Cluster, connected, explained
from leftfold.cli.listing import Field, formatted, tell_rows
from leftfold.cli.numbers import PARTITIONS_MAX
from leftfold.cli.topic.names import topics_argument

FIELDS = (
    Field("topic", "text", "its name"),
    Field("partitions", "number", "how many it has now, or would have"),
)


@click.command()
@topics_argument()
@click.option("-n", "--num", type=click.IntRange(1, PARTITIONS_MAX), required=True, help="How many more.")
@dry_run
@formatted(*FIELDS)
@connected
def command(*, cluster: Cluster, topics: tuple[str, ...], num: int, dry: bool, form: str) -> None:
    """Give topics more partitions. Records stay where they are: keys may go elsewhere from now on."""
    from confluent_kafka.cimpl import NewPartitions

    admin = cluster.admin()
    rows = []
    for name in topics:
        count = len(cluster.topic(admin, name).partitions) + num
        with explained(cluster, f"add partitions to topic {name}"):
            asked = [NewPartitions(name, count)]
            admin.create_partitions(asked, request_timeout=cluster.command_seconds, validate_only=dry)[name].result()
        rows.append({"topic": name, "partitions": count})
    tell_rows(rows, form, FIELDS)
