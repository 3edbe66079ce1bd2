"""`leftfold cluster txn describe`."""

from __future__ import annotations

import click

from leftfold.base.errors import Code
from leftfold.cli.cluster.txn.brokers import Brokers, age_seconds, at
from leftfold.cli.connection import Cluster, Problem, connected
from leftfold.cli.listing import Field, formatted, tell_rows

FIELDS = (
    Field("transactional_id", "text", "the name that a producer gives itself"),
    Field("coordinator", "number", "the broker that coordinates it"),
    Field("state", "text", "Empty, Ongoing, PrepareCommit, PrepareAbort, CompleteCommit or CompleteAbort"),
    Field("producer_id", "number", "the number that its holder was given"),
    Field("epoch", "number", "how often it was taken over, or a transaction ended"),
    Field("timeout_ms", "number", "how long a transaction may last before it is aborted"),
    Field("began", "text or null", "when its last transaction did"),
    Field("open_seconds", "number or null", "how long the transaction that is open now lasts"),
    Field("partitions", "list of text", "TOPIC/PARTITION that the transaction that is open now writes to"),
)


@click.command()
@click.argument("ids", nargs=-1, metavar="[TRANSACTIONAL-IDS]...")
@formatted(*FIELDS)
@connected
def command(*, cluster: Cluster, ids: tuple[str, ...], form: str) -> None:
    """Who holds transactional ids, and what is open. Without a name: all that are not at rest."""
    brokers = Brokers.of(cluster)
    listed = [(broker, one.transactional_id, one.transaction_state) for broker, one in brokers.listed()]
    missing = sorted(set(ids) - {name for _, name, _ in listed})
    if missing:
        why = f"nobody holds transactional id {', '.join(missing)}; `leftfold cluster txn list` shows those that are held"
        raise Problem(why, Code.TRANSACTIONAL_ID_NOT_FOUND)
    busy = ("Ongoing", "PrepareCommit", "PrepareAbort")
    asked = [(broker, name) for broker, name, state in listed if (name in ids if ids else state in busy)]
    rows = [
        {
            "transactional_id": one.transactional_id,
            "coordinator": broker,
            "state": one.transaction_state,
            "producer_id": one.producer_id,
            "epoch": one.producer_epoch,
            "timeout_ms": one.transaction_timeout_ms,
            "began": at(one.transaction_start_time_ms),
            "open_seconds": age_seconds(one.transaction_start_time_ms) if one.transaction_state in busy else None,
            "partitions": [f"{topic.topic}/{number}" for topic in one.topics for number in topic.partitions],
        }
        for broker, one in brokers.described(asked)
    ]
    tell_rows(rows, form, FIELDS)
