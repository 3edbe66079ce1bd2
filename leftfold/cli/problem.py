"""How a command fails: one line, exit status 1."""

from __future__ import annotations

from typing import Any

import click

from leftfold.base.errors import Failure


class Problem(click.ClickException):
    """What happened, to what, and what to do; exit status 1. A `failure` gives the number for `leftfold explain`."""

    def __init__(self, message: str, failure: Failure | None = None) -> None:
        super().__init__(message if failure is None else f"{message} [{failure.number}]")
        self.failure = failure

    def show(self, file: Any = None) -> None:
        click.echo(f"leftfold: {self.message}", err=True, file=file)
