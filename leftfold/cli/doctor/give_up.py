"""Giving damage up: the operator's explicit word."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leftfold.base.errors import Failure
from leftfold.cli.asking import confirm, destructive
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


@click.command("give-up")
@DATA
@click.argument("topic")
@click.argument("partition", type=click.IntRange(min=0))
@click.argument("first", type=click.IntRange(min=0))
@click.argument("last", type=click.IntRange(min=0))
@destructive
def records(*, data: Path, topic: str, partition: int, first: int, last: int, dry: bool, yes: bool) -> None:
    """Give up the quarantined offsets FIRST to LAST: consumers go on behind them. The bytes are kept in a file of their own.

    The broker must be stopped. TOPIC is a name, or an id as `leftfold doctor --data DIR` shows it.
    """
    from leftfold.cli.doctor import opened
    from leftfold.kernel import KernelError

    with _opened(data) as kernel:
        topic_id = opened.topics(kernel, data).find(topic)
        if topic_id is None or kernel.partition(topic_id, partition) is None:
            raise Problem(f"{data} holds no partition {partition} of a topic {topic}", Failure.PARTITION_MISSING)
        kernel.verify(topic_id, partition)
        where = f"topic {topic} partition {partition}"
        what = f"make offsets {first} to {last} of {where} a gap for every reader; their bytes are kept"
        if dry:
            click.echo(f"this would {what}")
            return
        confirm(what, yes=yes)
        try:
            path = kernel.give_up(topic_id, partition, first, last)
        except KernelError as error:
            failure = Failure.of_kernel(error.code)
            raise Problem(f"{where}: {error}", failure) from None
    click.echo(f"{where}: offsets {first} to {last} are given up; their bytes are kept in {path}")


@click.command("give-up-journal")
@DATA
@destructive
def journal(*, data: Path, dry: bool, yes: bool) -> None:
    """Open a folder whose journal is damaged where nothing tells what is lost: what can be read stays, the rest is kept aside.

    The broker must be stopped.
    """
    if not dry:
        what = f"go on without what cannot be read of the journal in {data}, acknowledged records perhaps; its bytes are kept"
        confirm(what, yes=yes)
    with _opened(data, journal_give_up=True, changes_nothing=dry) as kernel:
        notes = kernel.notes()
    for note in notes or ["nothing needs to be given up: the journal can be read"]:
        click.echo(f"{'this would find: ' if dry else ''}{note}")


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
