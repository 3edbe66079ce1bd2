"""`leftfold topic delete`."""

from __future__ import annotations

import click

from leftfold.base.errors import Failure
from leftfold.cli.asking import confirm, destructive
from leftfold.cli.connection import Cluster, Problem, connected, explained, refused
from leftfold.cli.listing import formatted
from leftfold.cli.topic.list import chosen
from leftfold.cli.topic.names import topics_argument
from leftfold.cli.topic.outcomes import FIELDS, tell_outcomes


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
    outcomes: dict[str, str | Problem] = {name: cluster.missing(name, known) for name in names}
    outcomes |= dict.fromkeys(present, "would be deleted") if dry else _delete(cluster, present)
    tell_outcomes(outcomes, form)


def _delete(cluster: Cluster, names: list[str]) -> dict[str, str | Problem]:
    from confluent_kafka import KafkaException

    if not names:
        return {}
    with explained(cluster, "delete"):
        answers = cluster.admin().delete_topics(names, request_timeout=cluster.command_seconds)
    outcomes: dict[str, str | Problem] = {}
    for name, answer in answers.items():
        try:
            answer.result()
            outcomes[name] = "deleted"
        except KafkaException as failure:
            outcomes[name] = refused(f"delete topic {name}", failure.args[0])
    return outcomes
