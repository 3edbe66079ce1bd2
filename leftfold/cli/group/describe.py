"""`leftfold group describe`."""

from __future__ import annotations

from typing import Any

import click

from leftfold.cli.connection import Cluster, connected
from leftfold.cli.group.standing import described, group_argument, lags, names
from leftfold.cli.listing import Field, formatted, inside, pairs, table, tell
from leftfold.cli.topic.list import chosen

SUMMARY = (
    Field("group", "text", "its name"),
    Field("coordinator", "number", "the broker that coordinates it"),
    Field("state", "text", "stable, empty, preparing_rebalancing, completing_rebalancing or dead"),
    Field("type", "text", "classic or consumer (KIP-848)"),
    Field("balancer", "text", "how partitions are given to members"),
    Field("members", "number", "how many"),
    Field("total_lag", "number", "records that are not read yet, of all partitions"),
)
PARTITIONS = (
    Field("topic", "text", "the topic's name"),
    Field("partition", "number", "its number"),
    Field("current_offset", "number or null", "what is committed"),
    Field("log_start_offset", "number or null", "the first offset that can be read", wide=True),
    Field("log_end_offset", "number or null", "the offset that the next record gets"),
    Field("lag", "number or null", "how many records lie between"),
    Field("member_id", "text or null", "the member that reads it now"),
    Field("instance_id", "text or null", "its group.instance.id", wide=True),
    Field("client_id", "text or null", "its client.id"),
    Field("host", "text or null", "where it is"),
)


@click.command()
@group_argument(several=True)
@click.option("-s", "--print-summary", "summary", is_flag=True, help="Only the summary.")
@click.option("-c", "--print-commits", "partitions", is_flag=True, help="Only the partitions.")
@click.option("-r", "--regex", is_flag=True, help="The names given are regular expressions.")
@formatted(*inside("summary", SUMMARY), *inside("partitions[]", PARTITIONS))
@connected
def command(*, cluster: Cluster, groups: tuple[str, ...], summary: bool, partitions: bool, regex: bool, form: str) -> None:
    """Members, committed offsets and lag of groups."""
    asked = chosen(names(cluster), groups, regex=True) if regex else list(groups)
    documents = [_document(cluster, group) for group in asked]
    if summary != partitions:
        dropped = "partitions" if summary else "summary"
        documents = [{name: part for name, part in one.items() if name != dropped} for one in documents]
    tell(documents, form, lambda: "\n\n".join(_text(one, form == "wide") for one in documents))


def _document(cluster: Cluster, group: str) -> dict[str, Any]:
    description = described(cluster, group)
    rows = lags(cluster, description)
    summary = {
        "group": group,
        "coordinator": description.coordinator.id if description.coordinator else None,
        "state": getattr(description.state, "name", str(description.state)).lower(),
        "type": getattr(description.type, "name", str(description.type)).lower(),
        "balancer": description.partition_assignor,
        "members": len(description.members),
        "total_lag": sum(row["lag"] or 0 for row in rows),
    }
    return {"summary": summary, "partitions": rows}


def _text(document: dict[str, Any], wide: bool) -> str:
    parts = []
    if "summary" in document:
        parts.append(pairs(document["summary"]))
    if "partitions" in document:
        parts.append(table(document["partitions"], PARTITIONS, wide=wide))
    return "\n\n".join(parts)
