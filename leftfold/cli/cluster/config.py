"""`leftfold cluster config`: a broker's settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from leftfold.base.errors import Failure
from leftfold.cli.asking import dry_run
from leftfold.cli.connection import Cluster, Problem, connected, explained
from leftfold.cli.listing import Field, formatted, tell_rows
from leftfold.cli.topic.describe import source

if TYPE_CHECKING:
    from confluent_kafka.admin._config import ConfigEntry

FIELDS = (
    Field("name", "text", "the setting's name"),
    Field("value", "text or null", "its value"),
    Field("source", "text", "where the value comes from"),
    Field("read_only", "yes or no", "whether it needs a restart with another --set", wide=True),
    Field("sensitive", "yes or no", "whether its value is kept to the broker", wide=True),
)
Changes = Mapping[str, str | None]  # None: back to the default
which = click.option("--broker", type=int, help="Which broker. [default: the first]")


@click.group()
def command() -> None:
    """Settings of a broker, by Kafka's own names."""


@command.command("list")
@which
@formatted(*FIELDS)
@connected
def list_(*, cluster: Cluster, broker: int | None, form: str) -> None:
    """All settings with their values and where each comes from."""
    entries = _entries(cluster, _chosen(cluster, broker))
    rows: list[dict[str, Any]] = [
        {
            "name": name,
            "value": entry.value,
            "source": source(entry),
            "read_only": entry.is_read_only,
            "sensitive": entry.is_sensitive,
        }
        for name, entry in sorted(entries.items())
    ]
    tell_rows(rows, form, FIELDS)


@command.command()
@click.argument("name")
@which
@connected
def get(*, cluster: Cluster, name: str, broker: int | None) -> None:
    """The value of one setting."""
    chosen = _chosen(cluster, broker)
    entries = _entries(cluster, chosen)
    if name not in entries:
        raise Problem(
            f"broker {chosen} has no setting {name}; `leftfold cluster config list` shows all", Failure.SETTING_UNKNOWN
        )
    click.echo(entries[name].value)


@command.command("set")
@click.argument("name")
@click.argument("value")
@which
@dry_run
@connected
def set_(*, cluster: Cluster, name: str, value: str, broker: int | None, dry: bool) -> None:
    """Give a setting that can change while the broker runs a value."""
    _apply(cluster, _chosen(cluster, broker), {name: value}, dry=dry)


@command.command()
@which
@dry_run
@connected
def edit(*, cluster: Cluster, broker: int | None, dry: bool) -> None:
    """Change settings in your editor ($VISUAL or $EDITOR). A line that you remove takes its setting back to the default."""
    chosen = _chosen(cluster, broker)
    entries = {name: entry for name, entry in sorted(_entries(cluster, chosen).items()) if not entry.is_read_only}
    head = f"# Settings of broker {chosen} at {cluster.brokers} that can change while it runs. Save and leave to apply them."
    lines = [f"{name}={entry.value or ''}" for name, entry in entries.items() if not entry.is_sensitive]
    edited = click.edit("\n".join([head, *lines, ""]), extension=".properties")
    changes = changed(entries, edited) if edited is not None else {}
    if not changes:
        click.echo("nothing was changed")
    else:
        _apply(cluster, chosen, changes, dry=dry)


def changed(entries: Mapping[str, ConfigEntry], edited: str) -> Changes:
    """What an edited file asks for, beside what is; raises Problem on a line that is no setting."""
    said: dict[str, str] = {}
    for number, line in enumerate(edited.splitlines(), 1):
        name, equals, value = (part.strip() for part in line.partition("="))
        if line.strip() == "" or line.lstrip().startswith("#"):
            continue
        if not equals or name not in entries:
            raise Problem(
                f"line {number}, {line!r}, is no setting that can change; nothing was changed", Failure.INPUT_UNREADABLE
            )
        said[name] = value
    changes: dict[str, str | None] = {name: value for name, value in said.items() if value != (entries[name].value or "")}
    set_by_hand = [name for name, entry in entries.items() if not entry.is_default and not entry.is_sensitive]
    return changes | dict.fromkeys([name for name in set_by_hand if name not in said])


def _chosen(cluster: Cluster, broker: int | None) -> int:
    return broker if broker is not None else min(cluster.metadata(cluster.admin()).brokers)


def _entries(cluster: Cluster, broker: int) -> dict[str, ConfigEntry]:
    from confluent_kafka.admin._config import ConfigResource

    resource = ConfigResource(ConfigResource.Type.BROKER, str(broker))
    with explained(cluster, f"settings of broker {broker}"):
        answers = cluster.admin().describe_configs([resource], request_timeout=cluster.command_seconds)
        entries: dict[str, ConfigEntry] = answers[resource].result()
    return entries


def _apply(cluster: Cluster, broker: int, changes: Changes, *, dry: bool) -> None:
    from confluent_kafka.admin._config import AlterConfigOpType, ConfigEntry, ConfigResource

    ways = {name: AlterConfigOpType.DELETE if value is None else AlterConfigOpType.SET for name, value in changes.items()}
    entries = [ConfigEntry(name, value, incremental_operation=ways[name]) for name, value in changes.items()]
    resource = ConfigResource(ConfigResource.Type.BROKER, str(broker), incremental_configs=entries)
    with explained(cluster, f"settings of broker {broker}"):
        answers = cluster.admin().incremental_alter_configs(
            [resource], request_timeout=cluster.command_seconds, validate_only=dry
        )
        answers[resource].result()
    for name, value in changes.items():
        said = "back to its default" if value is None else f"= {value}"
        click.echo(f"broker {broker}: {name} {said}{' (dry run: not changed)' if dry else ''}")
