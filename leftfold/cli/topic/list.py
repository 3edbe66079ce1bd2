"""`leftfold topic list`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from leftfold.cli.connection import Cluster, connected
from leftfold.cli.listing import Field, formatted, inside, table, tell, tell_rows
from leftfold.cli.topic.names import topics_argument

if TYPE_CHECKING:
    from confluent_kafka.admin._metadata import TopicMetadata

FIELDS = (
    Field("name", "text", "its name"),
    Field("partitions", "number", "how many"),
    Field("replicas", "number", "copies of each partition"),
    Field("internal", "yes or no", "whether it is the cluster's own", wide=True),
    Field("leaderless", "number", "partitions that nobody leads now", wide=True),
    Field("under_replicated", "number", "partitions with copies that are behind", wide=True),
)
EACH = (
    Field("partition", "number", "its number, from 0"),
    Field("leader", "number", "the broker that leads it, -1 for none"),
    Field("replicas", "list of numbers", "the brokers that keep it"),
    Field("isr", "list of numbers", "those of them that are not behind"),
)


@click.command()
@topics_argument(required=False)
@click.option("-d", "--detailed", is_flag=True, help="Each partition with its leader and replicas.")
@click.option("-i", "--internal", is_flag=True, help="Internal topics too.")
@click.option("-r", "--regex", is_flag=True, help="The names given are regular expressions.")
@formatted(*FIELDS, *inside("each[]", EACH))
@connected
def command(*, cluster: Cluster, topics: tuple[str, ...], detailed: bool, internal: bool, regex: bool, form: str) -> None:
    """Which topics there are."""
    found = cluster.metadata(cluster.admin()).topics
    names = sorted(chosen(list(found), topics, regex=regex))
    rows = [_row(found[name], detailed) for name in names if internal or not name.startswith("__")]
    if not detailed:
        tell_rows(rows, form, FIELDS)
        return
    flat = [{"name": row["name"], **one} for row in rows for one in row["each"]]
    tell(rows, form, lambda: table(flat, (FIELDS[0], *EACH)))


def _row(topic: TopicMetadata, detailed: bool) -> dict[str, Any]:
    partitions = sorted(topic.partitions.values(), key=lambda one: one.id)
    row: dict[str, Any] = {
        "name": topic.topic,
        "partitions": len(partitions),
        "replicas": len(partitions[0].replicas) if partitions else 0,
        "internal": (topic.topic or "").startswith("__"),
        "leaderless": sum(one.leader < 0 for one in partitions),
        "under_replicated": sum(len(one.isrs) < len(one.replicas) for one in partitions),
    }
    if detailed:
        row["each"] = [
            {"partition": one.id, "leader": one.leader, "replicas": one.replicas, "isr": one.isrs} for one in partitions
        ]
    return row


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
