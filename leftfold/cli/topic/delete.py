"""`leftfold topic delete`."""

from __future__ import annotations

import click

from leftfold.cli.connection import SECONDS_MAX, Cluster, Problem, connected, explained
from leftfold.cli.listing import formatted, table, tell
from leftfold.cli.topic.list import chosen


@click.command()
@click.argument("topics", nargs=-1, required=True)
@click.option("-r", "--regex", is_flag=True, help="The names given are regular expressions.")
@formatted
@connected
def command(*, cluster: Cluster, topics: tuple[str, ...], regex: bool, form: str) -> None:
    """Delete topics and all their records. There is no way back."""
    from confluent_kafka import KafkaException

    admin = cluster.admin()
    known = list(cluster.metadata(admin).topics)
    names = chosen(known, topics, regex=regex) if regex else list(topics)
    if not names:
        raise Problem(f"no topic at {cluster.brokers} matches {' '.join(topics)}; `leftfold topic list` shows those there are")
    with explained(cluster, "delete"):
        answers = admin.delete_topics(names, request_timeout=SECONDS_MAX)
    rows, failed = [], False
    for name, answer in answers.items():
        try:
            answer.result()
            rows.append({"topic": name, "status": "deleted"})
        except KafkaException as failure:
            error, failed = failure.args[0], True
            rows.append({"topic": name, "status": f"{error.name()}: {error.str()}"})
    tell(rows, form, lambda: table(rows, {"topic": "TOPIC", "status": "STATUS"}))
    if failed:
        raise Problem("not every topic was deleted; the list above says why")
