"""A click group whose commands are imported when they are run."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import click


class LazyGroup(click.Group):
    """`rows`: command -> (module, one line of help). Listing the commands imports none of them.

    The module's attribute `command` is the command. Help of the group costs no import, so `leftfold --help` stays quick.
    """

    def __init__(self, *arguments: Any, rows: Mapping[str, tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.rows = rows

    def list_commands(self, _: click.Context) -> list[str]:
        return list(self.rows)

    def get_command(self, _: click.Context, name: str) -> click.Command | None:
        if name not in self.rows:
            return None
        command = importlib.import_module(self.rows[name][0]).command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(self, context: click.Context, words: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if words[0] not in self.rows and not words[0].startswith("-") and not context.resilient_parsing:
            near = get_close_matches(words[0], self.rows, n=1)
            context.fail(f"there is no command {words[0]}" + (f", perhaps {near[0]} is meant" if near else ""))
        return super().resolve_command(context, words)

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self.rows.items()])
