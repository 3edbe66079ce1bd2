"""`leftfold topic create`."""

from __future__ import annotations

from collections.abc import Collection

import click

from leftfold.cli.asking import dry_run
from leftfold.cli.connection import Cluster, Problem, connected, explained, refused
from leftfold.cli.listing import formatted
from leftfold.cli.numbers import PARTITIONS_MAX
from leftfold.cli.topic.outcomes import FIELDS, tell_outcomes

COUNT = click.IntRange(-1, PARTITIONS_MAX)
REPLICAS_MAX = 32_767  # the protocol counts them in 16 bits


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
@click.option(
    "-p", "--partitions", type=click.IntRange(-1, PARTITIONS_MAX), default=-1, help="How many. [default: the broker's]"
)
@click.option("-r", "--replicas", type=click.IntRange(-1, REPLICAS_MAX), default=-1, help="How many. [default: the broker's]")
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

    new = [
        NewTopic(name, num_partitions=partitions, replication_factor=replicas, config=named_values(configs, "-c"))
        for name in topics
    ]
    with explained(cluster, "create"):
        answers = cluster.admin().create_topics(new, request_timeout=cluster.command_seconds, validate_only=dry)
    outcomes: dict[str, str | Problem] = {}
    for name, answer in answers.items():
        try:
            answer.result()
            outcomes[name] = "would be created" if dry else "created"
        except KafkaException as failure:
            error = failure.args[0]
            exists = if_not_exists and error.code() == KafkaError.TOPIC_ALREADY_EXISTS
            outcomes[name] = "exists" if exists else refused("" if name in error.str() else f"topic {name}", error)
    tell_outcomes(outcomes, form)


def make_missing(cluster: Cluster, topics: Collection[str], *, create_it: bool) -> None:
    """Make those of some topics that are not there, and say so; raises Problem where nobody said `create_it`."""
    known = cluster.metadata(cluster.admin()).topics
    for name in topics:
        if name in known:
            continue
        if not create_it:
            raise cluster.missing(name, known, ", or say --create")
        make(cluster, name)


def make(cluster: Cluster, topic: str) -> None:
    """Make one topic with the broker's own defaults, and say so."""
    from confluent_kafka.cimpl import NewTopic

    with explained(cluster, f"create {topic}"):
        new = NewTopic(topic, num_partitions=-1, replication_factor=-1)
        cluster.admin().create_topics([new], request_timeout=cluster.command_seconds)[topic].result()
    click.echo(f"topic {topic} did not exist and was created; `leftfold topic describe {topic}` shows it", err=True)
