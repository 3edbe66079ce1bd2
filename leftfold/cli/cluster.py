"""`leftfold cluster`: brokers, health and settings."""

from __future__ import annotations

import sys
from typing import Any

import click

from leftfold.cli.connection import SECONDS_MAX, Cluster, Problem, connected, explained
from leftfold.cli.listing import formatted, pairs, table, tell
from leftfold.cli.topic.describe import SOURCES

NOT_HEALTHY = 3


@click.group()
def command() -> None:
    """The brokers, their health and settings."""


@command.command()
@formatted
@connected
def info(*, cluster: Cluster, form: str) -> None:
    """Which brokers there are, and how much they hold."""
    found = cluster.metadata(cluster.admin())
    brokers = [{"id": one.id, "host": one.host, "port": one.port} for _, one in sorted(found.brokers.items())]
    document = {
        "cluster": found.cluster_id,
        "controller": found.controller_id,
        "topics": len(found.topics),
        "partitions": sum(len(topic.partitions) for topic in found.topics.values()),
        "brokers": brokers,
    }

    def text() -> str:
        numbers = {name: value for name, value in document.items() if name != "brokers"}
        return f"{pairs(numbers)}\n\n{table(brokers, {'id': 'ID', 'host': 'HOST', 'port': 'PORT'})}"

    tell(document, form, text)


@command.command()
@click.option("-e", "--exit-when-healthy", "quiet", is_flag=True, help="Say nothing when all is well.")
@formatted
@connected
def health(*, cluster: Cluster, quiet: bool, form: str) -> None:
    """Whether every partition has a leader and all its replicas; exit status 3 when not."""
    found = cluster.metadata(cluster.admin())
    partitions = [(f"{name}/{one.id}", one) for name, topic in found.topics.items() for one in topic.partitions.values()]
    leaderless = [name for name, one in partitions if one.leader < 0]
    behind = [name for name, one in partitions if len(one.isrs) < len(one.replicas)]
    healthy = not leaderless and not behind
    document = {"healthy": healthy, "brokers": len(found.brokers), "leaderless": leaderless, "under_replicated": behind}
    if not (healthy and quiet):
        tell(document, form, lambda: pairs(document))
    if not healthy:
        sys.exit(NOT_HEALTHY)


@command.group()
def config() -> None:
    """Settings of a broker, by Kafka's own names."""


def _entries(cluster: Cluster, broker: int | None) -> tuple[int, dict[str, Any]]:
    from confluent_kafka.admin._config import ConfigResource

    admin = cluster.admin()
    chosen = broker if broker is not None else min(cluster.metadata(admin).brokers)
    resource = ConfigResource(ConfigResource.Type.BROKER, str(chosen))
    with explained(cluster, f"settings of broker {chosen}"):
        return chosen, admin.describe_configs([resource], request_timeout=SECONDS_MAX)[resource].result()


@config.command("list")
@click.option("--broker", type=int, help="Which broker. [default: the first]")
@formatted
@connected
def list_(*, cluster: Cluster, broker: int | None, form: str) -> None:
    """All settings with their values and where each comes from."""
    _, entries = _entries(cluster, broker)
    rows = [
        {"name": name, "value": entry.value, "source": SOURCES.get(entry.source, str(entry.source))}
        for name, entry in sorted(entries.items())
    ]
    tell(rows, form, lambda: table(rows, {"name": "NAME", "value": "VALUE", "source": "SOURCE"}))


@config.command()
@click.argument("name")
@click.option("--broker", type=int, help="Which broker. [default: the first]")
@connected
def get(*, cluster: Cluster, name: str, broker: int | None) -> None:
    """The value of one setting."""
    chosen, entries = _entries(cluster, broker)
    if name not in entries:
        raise Problem(f"broker {chosen} has no setting {name}; `leftfold cluster config list` shows all")
    click.echo(entries[name].value)


@config.command("set")
@click.argument("name")
@click.argument("value")
@click.option("--broker", type=int, help="Which broker. [default: the first]")
@connected
def set_(*, cluster: Cluster, name: str, value: str, broker: int | None) -> None:
    """Give a setting that can change while the broker runs a value."""
    from confluent_kafka.admin._config import AlterConfigOpType, ConfigEntry, ConfigResource

    admin = cluster.admin()
    chosen = broker if broker is not None else min(cluster.metadata(admin).brokers)
    entry = ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ConfigResource.Type.BROKER, str(chosen), incremental_configs=[entry])
    with explained(cluster, f"setting {name} of broker {chosen}"):
        admin.incremental_alter_configs([resource], request_timeout=SECONDS_MAX)[resource].result()
    click.echo(f"broker {chosen}: {name} = {value}")
