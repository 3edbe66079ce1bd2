"""Listings: a table for people, JSON or YAML for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import click

Rows = Sequence[Mapping[str, Any]]
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
_WORDS_OF_YAML = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def formatted(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--format`; it gets `form`."""
    option = click.option("--format", "form", type=click.Choice(["text", "json", "yaml"]), default="text", show_default=True)
    return option(command)


def tell(document: Any, form: str, text: Callable[[], str]) -> None:
    """Print a document in the form that was asked for; `text` makes the one for people."""
    match form:
        case "json":
            click.echo(json.dumps(document, indent=2, ensure_ascii=False))
        case "yaml":
            click.echo(yaml(document))
        case _:
            click.echo(text())


def table(rows: Rows, columns: Mapping[str, str]) -> str:
    """Columns (key -> heading) side by side; numbers to the right. Without rows only the headings."""
    keys = list(columns)
    cells = [[columns[key] for key in keys]] + [[_cell(row.get(key)) for key in keys] for row in rows]
    widths = [max(len(line[place]) for line in cells) for place in range(len(keys))]
    right = [all(isinstance(row.get(key), int) for row in rows) and bool(rows) for key in keys]
    lines = (
        "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(line, widths, right, strict=True)
        )
        for line in cells
    )
    return "\n".join(line.rstrip() for line in lines)


def pairs(document: Mapping[str, Any]) -> str:
    """NAME  value, a line each."""
    width = max((len(name) for name in document), default=0)
    return "\n".join(f"{name.upper().replace('_', ' '):{width}}  {_cell(value)}" for name, value in document.items())


def _cell(value: Any) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return "[" + " ".join(str(one) for one in value) + "]"
        case _:
            return str(value)


def yaml(document: Any) -> str:
    """Plain values as block YAML."""
    return "\n".join(_yaml(document, 0))


def _yaml(value: Any, depth: int) -> Iterator[str]:
    pad = "  " * depth
    if isinstance(value, Mapping) and value:
        for key, one in value.items():
            yield from _entry(f"{pad}{_scalar(key)}:", one, depth)
    elif isinstance(value, (list, tuple)) and value:
        for one in value:
            first, *rest = list(_yaml(one, depth + 1))
            yield f"{pad}- {first.lstrip()}"
            yield from rest
    else:
        yield pad + _scalar(value)


def _entry(head: str, value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, (Mapping, list, tuple)) and value:
        yield head
        yield from _yaml(value, depth + 1)
    else:
        yield f"{head} {_scalar(value)}"


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS_OF_YAML:
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(one if one.isprintable() else f"\\U{ord(one):08x}" for one in quoted)
