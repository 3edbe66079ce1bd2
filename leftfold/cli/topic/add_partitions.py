"""`leftfold topic add-partitions`."""

from __future__ import annotations

import click

from leftfold.cli.connection import SECONDS_MAX, Cluster, connected, explained
from leftfold.cli.listing import formatted, table, tell


@click.command()
@click.argument("topics", nargs=-1, required=True)
@click.option("-n", "--num", type=click.IntRange(min=1), required=True, help="How many more.")
@formatted
@connected
def command(*, cluster: Cluster, topics: tuple[str, ...], num: int, form: str) -> None:
    """Give topics more partitions. Records stay where they are: keys may go elsewhere from now on."""
    from confluent_kafka.cimpl import NewPartitions

    admin = cluster.admin()
    rows = []
    for name in topics:
        count = len(cluster.topic(admin, name).partitions) + num
        with explained(cluster, f"add partitions to topic {name}"):
            admin.create_partitions([NewPartitions(name, count)], request_timeout=SECONDS_MAX)[name].result()
        rows.append({"topic": name, "partitions": count})
    tell(rows, form, lambda: table(rows, {"topic": "TOPIC", "partitions": "PARTITIONS"}))
