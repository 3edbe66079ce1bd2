"""`leftfold topic alter-config`."""

from __future__ import annotations

import click

from leftfold.cli.asking import dry_run
from leftfold.cli.connection import Cluster, connected, explained
from leftfold.cli.listing import formatted, tell_rows
from leftfold.cli.topic.create import named_values
from leftfold.cli.topic.names import topics_argument
from leftfold.cli.topic.outcomes import FIELDS


@click.command()
@topics_argument()
@click.option("-s", "--set", "sets", multiple=True, metavar="NAME=VALUE", help="Give a config a value.")
@click.option("-d", "--delete", "deletes", multiple=True, metavar="NAME", help="Take a config back to its default.")
@click.option("--append", "appends", multiple=True, metavar="NAME=VALUE", help="Add to a config that is a list.")
@click.option("--subtract", "subtracts", multiple=True, metavar="NAME=VALUE", help="Take from a config that is a list.")
@dry_run
@formatted(*FIELDS)
@connected
def command(
    *,
    cluster: Cluster,
    topics: tuple[str, ...],
    sets: tuple[str, ...],
    deletes: tuple[str, ...],
    appends: tuple[str, ...],
    subtracts: tuple[str, ...],
    dry: bool,
    form: str,
) -> None:
    """Set and delete configs of topics; what is not named stays as it is."""
    from confluent_kafka.admin._config import AlterConfigOpType, ConfigEntry, ConfigResource

    changes = [(AlterConfigOpType.SET, name, value) for name, value in named_values(sets, "--set").items()]
    changes += [(AlterConfigOpType.APPEND, name, value) for name, value in named_values(appends, "--append").items()]
    changes += [(AlterConfigOpType.SUBTRACT, name, value) for name, value in named_values(subtracts, "--subtract").items()]
    if not changes and not deletes:
        raise click.UsageError("nothing to change: say --set, --delete, --append or --subtract")
    admin = cluster.admin()
    rows = []
    for topic in topics:
        cluster.topic(admin, topic)
        entries = [ConfigEntry(name, value, incremental_operation=how) for how, name, value in changes]
        entries += [ConfigEntry(name, None, incremental_operation=AlterConfigOpType.DELETE) for name in deletes]
        resource = ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=entries)
        with explained(cluster, f"configs of topic {topic}"):
            answers = admin.incremental_alter_configs([resource], request_timeout=cluster.command_seconds, validate_only=dry)
            answers[resource].result()
        rows.append({"topic": topic, "status": "would be changed" if dry else "changed"})
    tell_rows(rows, form, FIELDS)
