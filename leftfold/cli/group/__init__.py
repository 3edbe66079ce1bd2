"""`leftfold group`: consumer groups, their lag and offsets."""

import click

from leftfold.cli.lazy import LazyGroup

ROWS = {
    "list": ("leftfold.cli.group.list", "Which groups there are."),
    "describe": ("leftfold.cli.group.describe", "Members, committed offsets and lag of groups."),
    "seek": ("leftfold.cli.group.seek", "Move the committed offsets of a group."),
    "offset-delete": ("leftfold.cli.group.offset_delete", "Forget the committed offsets of topics."),
    "delete": ("leftfold.cli.group.delete", "Delete groups and their committed offsets."),
}


@click.group(cls=LazyGroup, rows=ROWS)
def command() -> None:
    """Consumer groups, their lag and offsets."""
