"""Before something is lost: --dry-run, a question, or --yes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from leftfold.base.errors import Failure
from leftfold.cli.problem import Problem

dry_run = click.option("--dry-run", "--dry", "dry", is_flag=True, help="Only say what would happen.")


def destructive(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--dry-run` and `--yes`; it gets `dry` and `yes`, and must ask `confirm`."""
    yes = click.option("-y", "--yes", "--no-confirm", is_flag=True, help="Do not ask.")
    return dry_run(yes(command))


def confirm(what: str, *, yes: bool) -> None:
    """Ask on a terminal; where nobody can be asked, only --yes is an answer. Raises Problem without one."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise Problem(
            f"this would {what}, and there is no terminal to ask at; say --yes, or look with --dry-run", Failure.NOT_CONFIRMED
        )
    if not click.confirm(f"This will {what}. There is no way back. Go on?", err=True):
        raise Problem("nothing was done", Failure.NOT_CONFIRMED)
