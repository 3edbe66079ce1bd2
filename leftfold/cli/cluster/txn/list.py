"""`leftfold cluster txn list`."""

from __future__ import annotations

import click

from leftfold.cli.cluster.txn.brokers import Brokers
from leftfold.cli.connection import Cluster, connected
from leftfold.cli.listing import Field, formatted, tell_rows

FIELDS = (
    Field("transactional_id", "text", "the name that a producer gives itself"),
    Field("coordinator", "number", "the broker that coordinates it"),
    Field("producer_id", "number", "the number that its holder was given"),
    Field("state", "text", "Empty, Ongoing, PrepareCommit, PrepareAbort, CompleteCommit or CompleteAbort"),
)


@click.command("list")
@click.option("-s", "--states", multiple=True, metavar="STATE", help="Only those in this state, again for more.")
@click.option("-p", "--producer-ids", multiple=True, type=int, metavar="ID", help="Only those of this producer, likewise.")
@formatted(*FIELDS)
@connected
def command(*, cluster: Cluster, states: tuple[str, ...], producer_ids: tuple[int, ...], form: str) -> None:
    """Which transactional ids there are, and how they stand."""
    rows = [
        {
            "transactional_id": one.transactional_id,
            "coordinator": broker,
            "producer_id": one.producer_id,
            "state": one.transaction_state,
        }
        for broker, one in Brokers.of(cluster).listed(states, producer_ids)
    ]
    tell_rows(rows, form, FIELDS)
