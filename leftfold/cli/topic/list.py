"""`leftfold topic list`."""

from __future__ import annotations

import re
from typing import Any

import click

from leftfold.cli.connection import Cluster, connected
from leftfold.cli.listing import formatted, table, tell


@click.command()
@click.argument("topics", nargs=-1)
@click.option("-d", "--detailed", is_flag=True, help="Each partition with its leader and replicas.")
@click.option("-i", "--internal", is_flag=True, help="Internal topics too.")
@click.option("-r", "--regex", is_flag=True, help="The names given are regular expressions.")
@formatted
@connected
def command(*, cluster: Cluster, topics: tuple[str, ...], detailed: bool, internal: bool, regex: bool, form: str) -> None:
    """Which topics there are."""
    found = cluster.metadata(cluster.admin()).topics
    shown = [found[name] for name in sorted(chosen(list(found), topics, regex=regex)) if internal or not name.startswith("__")]
    rows: list[dict[str, Any]] = []
    for topic in shown:
        partitions = sorted(topic.partitions.values(), key=lambda one: one.id)
        row: dict[str, Any] = {
            "name": topic.topic,
            "partitions": len(partitions),
            "replicas": len(partitions[0].replicas) if partitions else 0,
        }
        if detailed:
            each = [
                {"partition": one.id, "leader": one.leader, "replicas": one.replicas, "isr": one.isrs} for one in partitions
            ]
            row = {**row, "each": each}
        rows.append(row)

    def text() -> str:
        if not detailed:
            return table(rows, {"name": "NAME", "partitions": "PARTITIONS", "replicas": "REPLICAS"})
        flat = [{"name": row["name"], **one} for row in rows for one in row["each"]]
        return table(flat, {"name": "NAME", "partition": "PARTITION", "leader": "LEADER", "replicas": "REPLICAS", "isr": "ISR"})

    tell(rows, form, text)


def chosen(names: list[str], wanted: tuple[str, ...], *, regex: bool) -> list[str]:
    """Those of `names` that were asked for; all without a wish."""
    if not wanted:
        return names
    if not regex:
        return [name for name in names if name in wanted]
    try:
        patterns = [re.compile(one) for one in wanted]
    except re.error as error:
        raise click.UsageError(f"not a regular expression: {error}") from None
    return [name for name in names if any(pattern.search(name) for pattern in patterns)]
