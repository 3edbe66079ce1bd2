"""`leftfold generate`: shell completion."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.group()
def command() -> None:
    """Shell completion."""


@command.command("shell-completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def shell_completion(shell: str) -> None:
    """Print a script that completes commands: eval "$(leftfold generate shell-completion bash)"."""
    from leftfold.cli.root import command as root

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(root, {}, "leftfold", "_LEFTFOLD_COMPLETE").source())
