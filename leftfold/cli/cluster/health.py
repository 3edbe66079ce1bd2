"""`leftfold cluster health`."""

from __future__ import annotations

import sys

import click

from leftfold.cli.connection import Cluster, connected
from leftfold.cli.listing import Field, formatted, pairs, tell

NOT_HEALTHY = 3
FIELDS = (
    Field("healthy", "yes or no", "whether both lists below are empty"),
    Field("brokers", "number", "how many there are"),
    Field("leaderless", "list of text", "TOPIC/PARTITION that nobody leads"),
    Field("under_replicated", "list of text", "TOPIC/PARTITION with copies that are behind"),
)


@click.command()
@click.option("-e", "--exit-when-healthy", "quiet", is_flag=True, help="Say nothing when all is well.")
@formatted(*FIELDS)
@connected
def command(*, cluster: Cluster, quiet: bool, form: str) -> None:
    """Whether every partition has a leader and all its replicas; exit status 3 when not."""
    found = cluster.metadata(cluster.admin())
    partitions = [(f"{name}/{one.id}", one) for name, topic in found.topics.items() for one in topic.partitions.values()]
    leaderless = [name for name, one in partitions if one.leader < 0]
    behind = [name for name, one in partitions if len(one.isrs) < len(one.replicas)]
    healthy = not leaderless and not behind
    document = {"healthy": healthy, "brokers": len(found.brokers), "leaderless": leaderless, "under_replicated": behind}
    if not (healthy and quiet):
        tell(document, form, lambda: pairs(document))
    if not healthy:
        sys.exit(NOT_HEALTHY)
