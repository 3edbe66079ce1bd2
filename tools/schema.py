"""The facts in schemas/kafka as values, for the generators."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FACTS = Path(__file__).parent.parent / "schemas" / "kafka"
VERSION_MAX = 0x7FFF
NEVER = (1, 0)
ALWAYS = (0, VERSION_MAX)
PRIMITIVES = {"bool", "int8", "int16", "uint16", "int32", "uint32", "int64", "float64", "string", "uuid", "bytes", "records"}


def versions(text: str | None) -> tuple[int, int]:
    if not text or text == "none":
        return NEVER
    if text.endswith("+"):
        return int(text[:-1]), VERSION_MAX
    low, _, high = text.partition("-")
    return int(low), int(high or low)


def overlap(asked: tuple[int, int], valid: tuple[int, int]) -> tuple[int, int]:
    """The part of `asked` that a message has; ALWAYS where that is all of it."""
    low, high = max(asked[0], valid[0]), min(asked[1], valid[1])
    if (low, high) == valid:
        return ALWAYS
    return (low, high) if low <= high else NEVER


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


@dataclass(frozen=True)
class Field:
    """`versions` and `nullable` are the part of the message's versions in which it is there and may be null."""

    name: str
    kind: str  # a primitive, or the name of a struct
    array: bool
    versions: tuple[int, int]
    nullable: tuple[int, int]
    tag: int | None
    default: Any
    flexible: bool
    ignorable: bool

    @property
    def is_struct(self) -> bool:
        return self.kind not in PRIMITIVES


@dataclass(frozen=True)
class Struct:
    name: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Message:
    """`structs` are inner ones first, so that each stands before its first use."""

    name: str
    type: str
    key: int
    versions: tuple[int, int]
    flexible_from: int
    root: Struct
    structs: tuple[Struct, ...]


def _default(facts: dict[str, Any], kind: str, array: bool, nullable: tuple[int, int]) -> Any:
    text = facts.get("default")  # a null that is not in quotes is no default: Kafka's own generator overlooks it
    if text == "null" or (text is None and array is False and kind == "records" and nullable != NEVER):
        return None
    if array or kind not in PRIMITIVES:
        return ()
    if kind == "string":
        return text or ""
    if kind == "bool":
        return str(text).lower() == "true"
    if kind == "float64":
        return float(text or 0)
    if kind == "uuid":
        return bytes(16)
    if kind in {"bytes", "records"}:
        return b""
    return int(str(text), 0) if text not in (None, "") else 0


def _field(facts: dict[str, Any], valid: tuple[int, int]) -> Field:
    kind = facts["type"]
    array = kind.startswith("[]")
    kind = kind.removeprefix("[]")
    nullable = overlap(versions(facts.get("nullableVersions")), valid)
    tag = facts.get("tag")
    present = _present(facts)
    assert tag is None or facts["taggedVersions"] == present, f"{facts['name']}: tagged in some versions only"
    return Field(
        name=snake(facts["name"]),
        kind=kind,
        array=array,
        versions=overlap(versions(present), valid),
        nullable=nullable,
        tag=tag,
        default=_default(facts, kind, array, nullable),
        flexible=facts.get("flexibleVersions") != "none",
        ignorable=bool(facts.get("ignorable")),
    )


def _present(facts: dict[str, Any]) -> str:
    """The versions that have a field; one that says only where it is tagged is nowhere else."""
    return str(facts.get("versions") or facts.get("taggedVersions") or "0+")


def load(path: Path) -> Message:
    facts = json.loads(path.read_text())
    structs: list[Struct] = []
    valid = versions(facts["validVersions"])

    def walk(fields: list[dict[str, Any]]) -> tuple[Field, ...]:
        for inner in fields:
            if "fields" in inner:
                structs.append(Struct(inner["type"].removeprefix("[]"), walk(inner["fields"])))
        return tuple(_field(inner, valid) for inner in fields if overlap(versions(_present(inner)), valid) != NEVER)

    for common in _by_need(facts.get("commonStructs", [])):
        structs.append(Struct(common["name"], walk(common["fields"])))
    root = Struct(facts["name"], walk(facts["fields"]))
    return Message(
        name=facts["name"],
        type=facts["type"],
        key=facts.get("apiKey", -1),
        versions=valid,
        flexible_from=versions(facts["flexibleVersions"])[0] if facts["flexibleVersions"] != "none" else VERSION_MAX,
        root=root,
        structs=tuple(structs),
    )


def _by_need(commons: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Common structs may use one another; the used one first."""
    names = {common["name"]: common for common in commons}
    done: set[str] = set()

    def visit(common: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if common["name"] in done:
            return
        done.add(common["name"])
        for field in common["fields"]:
            needed = names.get(field["type"].removeprefix("[]"))
            if needed is not None:
                yield from visit(needed)
        yield common

    for common in commons:
        yield from visit(common)


def messages() -> list[Message]:
    """Every request, response and header."""
    return [load(path) for path in sorted((FACTS / "messages").glob("*.json"))]


def records() -> list[Message]:
    """What Kafka keeps in its own topics; the key of a record's key and value is the number of its kind."""
    return [load(path) for path in sorted((FACTS / "records").glob("*.json"))]
