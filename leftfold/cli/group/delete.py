"""`leftfold group delete`."""

from __future__ import annotations

import click

from leftfold.base.errors import Failure
from leftfold.cli.asking import confirm, destructive
from leftfold.cli.connection import Cluster, Problem, connected, explained, refused
from leftfold.cli.group.standing import group_argument, names
from leftfold.cli.listing import Field, formatted, tell_rows

FIELDS = (
    Field("group", "text", "its name"),
    Field("status", "text", "what became of it, or would; otherwise what went wrong"),
)


@click.command()
@group_argument(several=True)
@destructive
@formatted(*FIELDS)
@connected
def command(*, cluster: Cluster, groups: tuple[str, ...], dry: bool, yes: bool, form: str) -> None:
    """Delete groups and their committed offsets. A group that has members is not deleted."""
    known = names(cluster)
    if missing := [group for group in groups if group not in known]:
        why = f"group {missing[0]} does not exist at {cluster.brokers}; `leftfold group list` shows those there are"
        raise Problem(why, Failure.GROUP_MISSING)
    if dry:
        tell_rows([{"group": group, "status": "would be deleted"} for group in groups], form, FIELDS)
        return
    confirm(f"delete the groups {', '.join(groups)} at {cluster.brokers} with their offsets", yes=yes)
    rows, problems = _delete(cluster, groups)
    if problems and len(groups) == 1 and form in ("text", "wide"):
        raise problems[0]
    tell_rows(rows, form, FIELDS)
    if problems:
        raise Problem(f"{len(problems)} of {len(groups)} groups failed; the list above says why", Failure.NOT_ALL_DONE)


def _delete(cluster: Cluster, groups: tuple[str, ...]) -> tuple[list[dict[str, str]], list[Problem]]:
    from confluent_kafka import KafkaException

    with explained(cluster, "delete groups"):
        answers = cluster.admin().delete_consumer_groups(list(groups), request_timeout=cluster.command_seconds)
    rows, problems = [], []
    for group, answer in answers.items():
        try:
            answer.result()
            status = "deleted"
        except KafkaException as failure:
            problems.append(refused(f"group {group}", failure.args[0]))
            status = problems[-1].message
        rows.append({"group": group, "status": status})
    return rows, problems
