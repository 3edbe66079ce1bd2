"""`leftfold cluster`: brokers, health, settings, transactions."""

import click

from leftfold.cli.lazy import LazyGroup

ROWS = {
    "info": ("leftfold.cli.cluster.info", "Which brokers there are, and how much they hold."),
    "health": ("leftfold.cli.cluster.health", "Whether every partition has its leader and replicas."),
    "txn": ("leftfold.cli.cluster.txn", "Transactions, and what they block."),
    "config": ("leftfold.cli.cluster.config", "Settings of a broker, by Kafka's own names."),
}


@click.group(cls=LazyGroup, rows=ROWS)
def command() -> None:
    """The brokers, their health and settings."""
