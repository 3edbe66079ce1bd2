"""`leftfold profile`: named clusters of the user's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from leftfold.base import ports
from leftfold.base.errors import Failure
from leftfold.cli import options, profiles
from leftfold.cli.listing import Field, formatted, pairs, tell, tell_rows
from leftfold.cli.problem import Problem
from leftfold.cli.profiles import Profiles

FIELDS = (
    Field("name", "text", "its name"),
    Field("current", "yes or no", "whether commands use it when they are told nothing else"),
    Field("brokers", "text", "where its cluster is"),
    Field("settings", "number", "how many it has", wide=True),
)
SETTINGS = tuple(Field(one.name, "text", one.meaning) for one in options.TABLE)
HIDDEN = "(hidden)"


def _in_file(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--config`; it gets `file`, the file of profiles."""

    def chosen(_: click.Context, __: click.Parameter, given: str | None) -> Path:
        return profiles.place(ports.real().environment, given)

    option = click.option("--config", "file", metavar="FILE", callback=chosen, help="The file of profiles.")
    return option(command)


@click.group()
def command() -> None:
    """Named clusters: `profile create`, then `--profile NAME` or `profile use NAME`."""


@command.command()
@click.argument("name")
@click.option("-s", "--set", "sets", multiple=True, metavar="NAME=VALUE", help="What it says; `-X list` shows the names.")
@click.option("--brokers", metavar="HOST:PORT,...", help="The same as --set brokers=...")
@_in_file
def create(*, name: str, sets: tuple[str, ...], brokers: str | None, file: Path) -> None:
    """Make a profile, and use it from now on."""
    known = profiles.read(file)
    if not profiles.NAME.fullmatch(name):
        raise click.BadParameter("a name has letters, digits, '-', '_' and '.'", param_hint="NAME")
    if name in known.named:
        raise Problem(
            f"profile {name} is there already; change it with `leftfold profile set {name} NAME=VALUE`", Failure.PROFILE_EXISTS
        )
    settings = options.from_flags(sets) | ({"brokers": brokers} if brokers else {})
    profiles.write(file, known.put(name, settings).use(name))
    click.echo(f"profile {name} is made, and in use")


@command.command("set")
@click.argument("name")
@click.argument("values", nargs=-1, required=True, metavar="NAME=VALUE...")
@_in_file
def set_(*, name: str, values: tuple[str, ...], file: Path) -> None:
    """Change what a profile says; an empty value removes one."""
    known = profiles.read(file)
    settings = {**known.one(name), **options.from_flags(values)}
    profiles.write(file, known.put(name, {one: value for one, value in settings.items() if value}))
    click.echo(f"profile {name} is changed")


@command.command("list")
@formatted(*FIELDS)
@_in_file
def list_(*, file: Path, form: str) -> None:
    """Which profiles there are."""
    known = profiles.read(file)
    rows = [
        {
            "name": name,
            "current": name == known.current,
            "brokers": settings.get("brokers") or known.defaults.get("brokers") or options.BROKERS,
            "settings": len(settings),
        }
        for name, settings in sorted(known.named.items())
    ]
    tell_rows(rows, form, FIELDS)


@command.command()
@click.argument("name")
@_in_file
def use(*, name: str, file: Path) -> None:
    """Let commands use this profile when they are told nothing else."""
    known = profiles.read(file)
    known.one(name)
    profiles.write(file, known.use(name))
    click.echo(f"profile {name} is in use")


@command.command()
@click.argument("name", required=False)
@formatted(*SETTINGS)
@_in_file
def show(*, name: str | None, file: Path, form: str) -> None:
    """What a profile says; the one in use without a NAME. Secrets stay hidden."""
    known = profiles.read(file)
    settings = known.one(name or _current(known))
    document = {one: HIDDEN if one in _SECRET else value for one, value in settings.items()}
    tell(document, form, lambda: pairs(document))


@command.command()
@click.argument("name")
@_in_file
def delete(*, name: str, file: Path) -> None:
    """Remove a profile. The cluster stays what it is."""
    known = profiles.read(file)
    known.one(name)
    profiles.write(file, known.without(name))
    click.echo(f"profile {name} is deleted{'; none is in use now' if known.current == name else ''}")


@command.command()
@_in_file
def current(*, file: Path) -> None:
    """The name of the profile in use."""
    click.echo(_current(profiles.read(file)))


def _current(known: Profiles) -> str:
    if not known.current:
        raise Problem("no profile is in use; choose one with `leftfold profile use NAME`", Failure.PROFILE_MISSING)
    return known.current


_SECRET = {one.name for one in options.TABLE if one.secret} | {"sasl.password", "ssl.key.password"}
