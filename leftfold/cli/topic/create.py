"""`leftfold topic create`."""

from __future__ import annotations

from collections.abc import Collection

import click

from leftfold.base.errors import Failure
from leftfold.cli.asking import dry_run
from leftfold.cli.connection import Cluster, Problem, connected, explained
from leftfold.cli.listing import Field, formatted, tell_rows

FIELDS = (
    Field("topic", "text", "its name"),
    Field("status", "text", "what became of it, or would: otherwise the error's name, and why"),
)


def named_values(given: tuple[str, ...], hint: str) -> dict[str, str]:
    """`name=value` options as a mapping; raises a usage error."""
    found: dict[str, str] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{one!r} is not NAME=VALUE", param_hint=hint)
        found[name] = value
    return found


@click.command()
@click.argument("topics", nargs=-1, required=True)
@click.option("-p", "--partitions", type=click.IntRange(min=-1), default=-1, help="How many. [default: the broker's]")
@click.option("-r", "--replicas", type=click.IntRange(min=-1), default=-1, help="How many. [default: the broker's]")
@click.option("-c", "--topic-config", "configs", multiple=True, metavar="NAME=VALUE", help="A config, again for more.")
@click.option("--if-not-exists", is_flag=True, help="A topic that exists is no error.")
@dry_run
@formatted(*FIELDS)
@connected
def command(
    *,
    cluster: Cluster,
    topics: tuple[str, ...],
    partitions: int,
    replicas: int,
    configs: tuple[str, ...],
    if_not_exists: bool,
    dry: bool,
    form: str,
) -> None:
    """Make topics."""
    from confluent_kafka import KafkaError, KafkaException
    from confluent_kafka.cimpl import NewTopic

    admin = cluster.admin()
    cluster.metadata(admin)
    new = [
        NewTopic(name, num_partitions=partitions, replication_factor=replicas, config=named_values(configs, "-c"))
        for name in topics
    ]
    with explained(cluster, "create"):
        answers = admin.create_topics(new, request_timeout=cluster.command_seconds, validate_only=dry)
    rows, failed = [], False
    for name, answer in answers.items():
        status = "would be created" if dry else "created"
        try:
            answer.result()
        except KafkaException as failure:
            error = failure.args[0]
            if if_not_exists and error.code() == KafkaError.TOPIC_ALREADY_EXISTS:
                status = "exists"
            else:
                status, failed = f"{error.name()}: {error.str()}", True
        rows.append({"topic": name, "status": status})
    tell_rows(rows, form, FIELDS)
    if failed:
        raise Problem("not every topic was created; the list above says why", Failure.NOT_ALL_DONE)


def make_missing(cluster: Cluster, topics: Collection[str], *, create_it: bool) -> None:
    """Make those of some topics that are not there, and say so; raises Problem where nobody said `create_it`."""
    known = cluster.metadata(cluster.admin()).topics
    for name in topics:
        if name in known:
            continue
        if not create_it:
            todo = f"make it with `leftfold topic create {name}`, or say --create"
            raise Problem(f"topic {name} does not exist at {cluster.brokers}; {todo}", Failure.TOPIC_MISSING)
        make(cluster, name)


def make(cluster: Cluster, topic: str) -> None:
    """Make one topic with the broker's own defaults, and say so."""
    from confluent_kafka.cimpl import NewTopic

    with explained(cluster, f"create {topic}"):
        new = NewTopic(topic, num_partitions=-1, replication_factor=-1)
        cluster.admin().create_topics([new], request_timeout=cluster.command_seconds)[topic].result()
    click.echo(f"topic {topic} did not exist and was created; `leftfold topic describe {topic}` shows it", err=True)
