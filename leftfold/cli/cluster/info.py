"""`leftfold cluster info`."""

from __future__ import annotations

import click

from leftfold.cli.connection import Cluster, connected, explained
from leftfold.cli.listing import Field, formatted, inside, pairs, table, tell

FIELDS = (
    Field("cluster", "text", "the cluster's id"),
    Field("controller", "number", "the broker that controls it"),
    Field("topics", "number", "how many, internal ones too"),
    Field("partitions", "number", "how many they have together"),
)
BROKERS = (
    Field("id", "number", "its number"),
    Field("host", "text", "where clients are told to find it"),
    Field("port", "number", "and at which port"),
    Field("rack", "text or null", "where it stands", wide=True),
    Field("leads", "number", "partitions that it leads", wide=True),
)


@click.command()
@formatted(*FIELDS, *inside("brokers[]", BROKERS))
@connected
def command(*, cluster: Cluster, form: str) -> None:
    """Which brokers there are, and how much they hold."""
    found = cluster.metadata(cluster.admin())
    with explained(cluster, "describe the cluster"):
        nodes = cluster.admin().describe_cluster(request_timeout=cluster.command_seconds).result().nodes
    leaders = [one.leader for topic in found.topics.values() for one in topic.partitions.values()]
    brokers = [
        {"id": one.id, "host": one.host, "port": one.port, "rack": one.rack, "leads": leaders.count(one.id)}
        for one in sorted(nodes, key=lambda one: one.id)
    ]
    document = {
        "cluster": found.cluster_id,
        "controller": found.controller_id,
        "topics": len(found.topics),
        "partitions": len(leaders),
        "brokers": brokers,
    }

    def text() -> str:
        numbers = {name: value for name, value in document.items() if name != "brokers"}
        return f"{pairs(numbers)}\n\n{table(brokers, BROKERS, wide=form == 'wide')}"

    tell(document, form, text)
