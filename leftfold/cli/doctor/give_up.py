"""Giving damage up: the operator's explicit word."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leftfold.base.errors import Failure
from leftfold.cli.problem import Problem

if TYPE_CHECKING:
    from leftfold.kernel import Kernel

DATA = click.option(
    "--data",
    required=True,
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="DIR",
    help="The data folder.",
)
YES = click.option("-y", "--yes", is_flag=True, help="Do not ask.")


@click.command("give-up")
@DATA
@click.argument("topic")
@click.argument("partition", type=click.IntRange(min=0))
@click.argument("first", type=click.IntRange(min=0))
@click.argument("last", type=click.IntRange(min=0))
@YES
def records(*, data: Path, topic: str, partition: int, first: int, last: int, yes: bool) -> None:
    """Give up the quarantined offsets FIRST to LAST: consumers go on behind them. The bytes are kept in a file of their own.

    The broker must be stopped. TOPIC is a name, or an id as `leftfold doctor --data DIR` shows it.
    """
    from leftfold.cli.doctor import opened
    from leftfold.kernel import KernelError

    with _opened(data) as kernel:
        topic_id = opened.topics(kernel).find(topic)
        if topic_id is None or kernel.partition(topic_id, partition) is None:
            raise Problem(f"{data} holds no partition {partition} of a topic {topic}", Failure.PARTITION_MISSING)
        kernel.verify(topic_id, partition)
        where = f"topic {topic} partition {partition}"
        count = last - first + 1
        if not yes:
            click.echo(f"{where}: {count} offset{'' if count == 1 else 's'}, {first} to {last}, will be gone for every reader.")
            click.confirm("Give them up?", abort=True)
        try:
            path = kernel.give_up(topic_id, partition, first, last)
        except KernelError as error:
            failure = Failure.of_kernel(error.code)
            raise Problem(f"{where}: {error}", failure) from None
    click.echo(f"{where}: offsets {first} to {last} are given up; their bytes are kept in {path}")


@click.command("give-up-journal")
@DATA
@YES
def journal(*, data: Path, yes: bool) -> None:
    """Open a folder whose journal is damaged where nothing tells what is lost: what can be read stays, the rest is kept aside.

    The broker must be stopped.
    """
    if not yes:
        click.echo(f"{data}: acknowledged records may be lost; restoring the folder from a copy is better, if there is one.")
        click.confirm("Go on without what cannot be read?", abort=True)
    with _opened(data, journal_give_up=True) as kernel:
        notes = kernel.notes()
    for note in notes or ["nothing was given up: the journal can be read"]:
        click.echo(note)


@contextmanager
def _opened(data: Path, **settings: int | bool | str) -> Iterator[Kernel]:
    from leftfold.cli.doctor import opened
    from leftfold.cli.doctor.folder import VERSION_FILE
    from leftfold.kernel import KernelError

    if not (data / VERSION_FILE).exists():
        raise Problem(f"{data} is not a data folder: it has no file {VERSION_FILE}", Failure.FOLDER_FORMAT)
    try:
        with opened.recovered(data, settings) as kernel:
            yield kernel
    except KernelError as error:
        failure = Failure.of_kernel(error.code)
        if failure is Failure.FOLDER_IN_USE:
            raise Problem(f"{data} is in use by {opened.holder(data)}; stop it first", failure) from None
        raise Problem(f"{data} cannot be opened: {error}; {failure.todo}", failure) from None
