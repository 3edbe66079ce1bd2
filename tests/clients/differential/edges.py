"""Every field of a request at its edges, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from leftfold.wire.codec import Field, Message, Struct

BITS = {"int8": 8, "int16": 16, "int32": 32, "int64": 64}
TEXTS = ("", "unknown", "a/b", ".", "x" * 250)
NO_ID, UNKNOWN_ID = bytes(16), b"nobody knows it."

Path = tuple[str | int, ...]
Overrides = Mapping[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Edge:
    """One field set to another value. `path` leads from the request to the field: names of fields, indexes of arrays."""

    path: Path
    value: Any

    def __str__(self) -> str:
        words = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path).removeprefix(".")
        return f"{words}={shown(self.value)}"

    def apply(self, request: Message) -> None:
        """Set it. A value that is a function is given what stands there."""
        place: Any = request
        for step in self.path[:-1]:
            place = place[step] if isinstance(step, int) else getattr(place, step)
        last = self.path[-1]
        value = self.value
        if isinstance(last, int):
            place[last] = value
        else:
            setattr(place, last, value(getattr(place, last)) if callable(value) else value)


def shown(value: Any) -> str:
    if callable(value):
        return "twice"
    if isinstance(value, str) and len(value) > 20:
        return f"{value[0]}*{len(value)}"
    return repr(value)


def twice(value: list[Any]) -> list[Any]:
    return [*value, *value]


def edges(message: Struct, version: int, overrides: Overrides, path: Path = ()) -> Iterator[Edge]:
    """All edges of a request's fields that exist at a version."""
    for field in message.FIELDS:
        if not field.versions[0] <= version <= field.versions[1]:
            continue
        here, value = (*path, field.name), getattr(message, field.name)
        if field.nullable[0] <= version <= field.nullable[1] and value is not None:
            yield Edge(here, None)
        yield from _field_edges(field, value, version, overrides, here)


def _field_edges(field: Field, value: Any, version: int, overrides: Overrides, here: Path) -> Iterator[Edge]:
    if field.array:
        if value:
            yield Edge(here, [])
            yield Edge(here, twice)
            for index, one in enumerate(value[:1]):
                if field.struct is not None:
                    yield from edges(one, version, overrides, (*here, index))
                else:
                    yield from (Edge((*here, index), other) for other in _values(field, one, overrides))
    elif field.struct is not None:
        if value is not None:
            yield from edges(value, version, overrides, here)
    else:
        yield from (Edge(here, other) for other in _values(field, value, overrides))


def _values(field: Field, value: Any, overrides: Overrides) -> Iterator[Any]:
    """What else a single value might be."""
    candidates = overrides[field.name] if field.name in overrides else _by_kind(field.kind, value)
    yield from (other for other in dict.fromkeys(candidates) if other != value or type(other) is not type(value))


def _by_kind(kind: str, value: Any) -> tuple[Any, ...]:
    match kind:
        case "int8" | "int16" | "int32" | "int64":
            top = 1 << (BITS[kind] - 1)
            return (-2, -1, 0, 1, 2, top - 1, -top)
        case "bool":
            return (not value,)
        case "string":
            return TEXTS
        case "uuid":
            return (NO_ID, UNKNOWN_ID)
        case "bytes":
            return (b"", b"\0", b"\xff" * 20)
        case "records":
            return (b"", b"\0" * 61)
        case _:
            raise AssertionError(kind)


SPOILS: Mapping[str, Callable[[bytes], bytes]] = {
    "cut by a byte": lambda body: body[:-1],
    "cut in half": lambda body: body[: len(body) // 2],
    "longer by a byte": lambda body: body + b"\0",
    "all bits set": lambda body: b"\xff" * len(body),
    "empty": lambda body: body[:0],
}
"""Bytes that are no such request."""
