"""How a command fails: one line, exit status 1."""

from __future__ import annotations

from typing import Any

import click

from leftfold.base.errors import Code, Failure


class Problem(click.ClickException):
    """What happened, to what, and what to do; exit status 1. The code is for `leftfold explain`: ours, or Kafka's by name."""

    def __init__(self, message: str, failure: Failure | Code) -> None:
        super().__init__(f"{message} [{failure.number if isinstance(failure, Failure) else failure.name}]")
        self.failure = failure

    def show(self, file: Any = None) -> None:
        click.echo(f"leftfold: {self.message}", err=True, file=file)
