"""Listings: a table for people, JSON or YAML for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import click

Rows = Sequence[Mapping[str, Any]]
FORMS = ("text", "wide", "json", "yaml", "help")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
_WORDS_OF_YAML = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


@dataclass(frozen=True, slots=True)
class Field:
    """What a listing tells of each thing. In documents it stands under `key`, in tables under `heading`.

    `wide`: tables show it only with --format wide. `inside` is where it lies in a document, as in `partitions[].`.
    """

    key: str
    kind: str
    meaning: str
    wide: bool = False
    inside: str = ""

    @property
    def heading(self) -> str:
        return self.key.upper().replace("_", "-")


Fields = tuple[Field, ...]


def inside(place: str, fields: Fields) -> Fields:
    """The same fields, deeper in a document: `inside("partitions[]", FIELDS)`."""
    return tuple(replace(field, inside=f"{place}.{field.inside}") for field in fields)


def formatted(*fields: Field) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command `--format`; it gets `form`. `fields` are all that its documents may hold: --format help tells of them."""

    def say_help(context: click.Context, _: click.Parameter, form: str) -> str:
        if form == "help":
            rows = [{"field": one.inside + one.key, "kind": one.kind, "meaning": one.meaning} for one in fields]
            click.echo(table(rows, (Field("field", "", ""), Field("kind", "", ""), Field("meaning", "", ""))))
            context.exit()
        return form

    return click.option(
        "--format", "form", type=click.Choice(FORMS), default="text", show_default=True, is_eager=True, callback=say_help,
        help="wide shows more columns; help tells what each field means.",
    )  # fmt: skip


def tell(document: Any, form: str, text: Callable[[], str]) -> None:
    """Print a document in the form that was asked for; `text` makes the one for people."""
    match form:
        case "json":
            click.echo(json.dumps(document, indent=2, ensure_ascii=False))
        case "yaml":
            click.echo(yaml(document))
        case _:
            click.echo(text())


def tell_rows(rows: Rows, form: str, fields: Fields) -> None:
    """Print rows in the form that was asked for."""
    tell(rows, form, lambda: table(rows, fields, wide=form == "wide"))


def table(rows: Rows, fields: Fields, *, wide: bool = False) -> str:
    """Columns side by side; numbers to the right. Without rows only the headings."""
    shown = [field for field in fields if wide or not field.wide]
    cells = [[field.heading for field in shown]] + [[_cell(row.get(field.key)) for field in shown] for row in rows]
    widths = [max(len(line[place]) for line in cells) for place in range(len(shown))]
    right = [all(isinstance(row.get(field.key), (int, float)) for row in rows) and bool(rows) for field in shown]
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
