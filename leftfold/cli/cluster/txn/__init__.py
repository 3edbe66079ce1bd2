"""`leftfold cluster txn`: transactions, and what they block."""

import click

from leftfold.cli.lazy import LazyGroup

ROWS = {
    "list": ("leftfold.cli.cluster.txn.list", "Which transactional ids there are, and how they stand."),
    "describe": ("leftfold.cli.cluster.txn.describe", "Who holds transactional ids, and what is open."),
    "blocking": ("leftfold.cli.cluster.txn.blocking", "What holds back readers of committed records."),
}


@click.group(cls=LazyGroup, rows=ROWS)
def command() -> None:
    """Transactions, and what they block."""
