"""`leftfold topic`: topics and their records."""

import click

from leftfold.cli.lazy import LazyGroup

ROWS = {
    "create": ("leftfold.cli.topic.create", "Make topics."),
    "list": ("leftfold.cli.topic.list", "Which topics there are."),
    "describe": ("leftfold.cli.topic.describe", "Partitions, offsets and configs of topics."),
    "delete": ("leftfold.cli.topic.delete", "Delete topics and all their records."),
    "produce": ("leftfold.cli.topic.produce", "Write records, from standard input."),
    "consume": ("leftfold.cli.topic.consume", "Read records."),
    "analyze": ("leftfold.cli.topic.analyze", "What is in topics: batches, rates, sizes, gaps."),
    "alter-config": ("leftfold.cli.topic.alter_config", "Set and delete configs of topics."),
    "add-partitions": ("leftfold.cli.topic.add_partitions", "Give topics more partitions."),
    "trim-prefix": ("leftfold.cli.topic.trim_prefix", "Delete the records before an offset."),
}


@click.group(cls=LazyGroup, rows=ROWS)
def command() -> None:
    """Topics and their records."""
