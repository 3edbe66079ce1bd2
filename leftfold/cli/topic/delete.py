"""`leftfold topic delete`."""

from __future__ import annotations

import click

from leftfold.base.errors import Failure
from leftfold.cli.asking import confirm, destructive
from leftfold.cli.connection import Cluster, Problem, connected, explained
from leftfold.cli.listing import formatted, tell_rows
from leftfold.cli.topic.create import FIELDS
from leftfold.cli.topic.list import chosen
from leftfold.cli.topic.names import topics_argument


@click.command()
@topics_argument()
@click.option("-r", "--regex", is_flag=True, help="The names given are regular expressions.")
@destructive
@formatted(*FIELDS)
@connected
def command(*, cluster: Cluster, topics: tuple[str, ...], regex: bool, dry: bool, yes: bool, form: str) -> None:
    """Delete topics and all their records. There is no way back."""
    known = list(cluster.metadata(cluster.admin()).topics)
    names = [one for one in chosen(known, topics, regex=True) if not one.startswith("__")] if regex else list(topics)
    if not names:
        raise Problem(
            f"no topic at {cluster.brokers} matches {' '.join(topics)}; `leftfold topic list` shows those there are",
            Failure.TOPIC_MISSING,
        )
    present = [name for name in names if name in known]
    if present and not dry:
        confirm(f"delete {', '.join(present)} at {cluster.brokers} with all records", yes=yes)
    status = dict.fromkeys(names, "does not exist") | (dict.fromkeys(present, "would be deleted") if dry else {})
    if not dry:
        status = _delete(cluster, names)
    tell_rows([{"topic": name, "status": said} for name, said in status.items()], form, FIELDS)
    if any(said not in ("deleted", "would be deleted") for said in status.values()):
        raise Problem("not every topic can be deleted; the list above says why", Failure.NOT_ALL_DONE)


def _delete(cluster: Cluster, names: list[str]) -> dict[str, str]:
    from confluent_kafka import KafkaException

    with explained(cluster, "delete"):
        answers = cluster.admin().delete_topics(names, request_timeout=cluster.command_seconds)
    status = {}
    for name, answer in answers.items():
        try:
            answer.result()
            status[name] = "deleted"
        except KafkaException as failure:
            status[name] = f"{failure.args[0].name()}: {failure.args[0].str()}"
    return status
