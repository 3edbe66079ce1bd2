"""How a command fails: one line, exit status 1."""

from __future__ import annotations

from typing import Any

import click


class Problem(click.ClickException):
    """What happened, to what, and what to do; exit status 1."""

    def show(self, file: Any = None) -> None:
        click.echo(f"leftfold: {self.message}", err=True, file=file)
