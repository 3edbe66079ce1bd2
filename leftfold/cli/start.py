"""`leftfold start`: run a broker until it is told to stop."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from leftfold.base import ports, settings
from leftfold.base.errors import LeftfoldError

CLASHING = "{option} and --set {name} say the same thing; give one of them"


@click.command()
@click.option("--data", metavar="DIR", help="The data folder; made if it is missing. [default: leftfold-data]")
@click.option("--listen", "listen", multiple=True, metavar="HOST:PORT", help="Where Kafka clients connect, again for more.")
@click.option("--admin", metavar="HOST:PORT", help="Metrics and health over HTTP; empty serves none. [default: 127.0.0.1:9644]")
@click.option(
    "--set", "sets", multiple=True, metavar="NAME=VALUE", help="Any setting, under Kafka's own name where it has one."
)
@click.option(
    "--config", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="A file of NAME=VALUE settings."
)
def command(data: str | None, listen: tuple[str, ...], admin: str | None, sets: tuple[str, ...], config: Path | None) -> None:
    """Run a broker from one folder.

    Prints one line beginning `ready` when it answers, logs to standard error, and stops cleanly on SIGTERM or Ctrl-C.
    """
    given = {
        "log.dirs": ("--data", data),
        "listeners": ("--listen", ",".join(listen) or None),
        "admin.listener": ("--admin", admin),
    }
    named = {one.partition("=")[0] for one in sets}
    for name, (option, value) in given.items():
        if value is not None and name in named:
            raise click.UsageError(CLASHING.format(option=option, name=name))
    every = [*sets, *(f"{name}={value}" for name, (_, value) in given.items() if value is not None)]
    try:
        loaded = settings.load(config, ports.real().environment, every)
    except LeftfoldError as why:
        click.echo(f"leftfold: {why} [{why.failure.number}]", err=True)
        sys.exit(1)
    from leftfold.node.run import run

    sys.exit(run(loaded))
