"""Arguments that name topics; a shell completes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from leftfold.cli.connection import resolved_from

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def topics_argument(*, required: bool = True) -> Decorator:
    """`TOPICS...`"""
    return click.argument("topics", nargs=-1, required=required, shell_complete=_names)


def topic_argument(*, required: bool = True) -> Decorator:
    """`TOPIC`"""
    return click.argument("topic", required=required, shell_complete=_names)


def _names(context: click.Context, _: click.Parameter, beginning: str) -> list[str]:
    """Topics of the cluster that the words typed so far mean; none where there is no answer."""
    typed = context.params
    try:
        cluster = resolved_from(typed)
        found = cluster.metadata(cluster.admin()).topics
    except click.ClickException:
        return []
    given = typed.get("topics") or ()
    return sorted(one for one in found if one.startswith(beginning) and one not in given and not one.startswith("__"))
