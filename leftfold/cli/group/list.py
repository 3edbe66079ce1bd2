"""`leftfold group list`."""

from __future__ import annotations

import click

from leftfold.cli.connection import Cluster, connected
from leftfold.cli.group.standing import listed
from leftfold.cli.listing import Field, formatted, tell_rows

FIELDS = (
    Field("group", "text", "its name"),
    Field("state", "text", "stable, empty, preparing_rebalancing, completing_rebalancing or dead"),
    Field("type", "text", "classic or consumer (KIP-848)", wide=True),
    Field("simple", "yes or no", "whether it only keeps offsets and has no members", wide=True),
)


@click.command("list")
@click.option("-s", "--states", multiple=True, metavar="STATE", help="Only those in this state, again for more.")
@formatted(*FIELDS)
@connected
def command(*, cluster: Cluster, states: tuple[str, ...], form: str) -> None:
    """Which groups there are."""
    wanted = {state.lower() for state in states}
    rows = [
        {
            "group": one.group_id,
            "state": one.state.name.lower(),
            "type": one.type.name.lower(),
            "simple": one.is_simple_consumer_group,
        }
        for one in listed(cluster)
        if not wanted or one.state.name.lower() in wanted
    ]
    tell_rows(rows, form, FIELDS)
