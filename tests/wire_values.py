"""Values for every message, from the facts in schemas/kafka.

They are drawn from the facts and not from the generated classes, so that a field the generator forgot is missed here. One
draw serves all versions of a message: `Facts.at` takes from it what a version has.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from leftfold.wire.codec import Message, Struct
from tools.schema import overlap, snake, versions

FOLDER = Path(__file__).parents[1] / "schemas" / "kafka"
NAMES = sorted(path.stem for path in (FOLDER / "messages").glob("*.json"))
RECORD_NAMES = sorted(path.stem for path in (FOLDER / "records").glob("*.json"))
VERSION_MAX = 0x7FFF
Values = dict[str, Any]

_BITS = {"int8": 8, "int16": 16, "int32": 32, "int64": 64, "uint16": -16, "uint32": -32}
# Lengths 126 to 128 are where a compact length grows to two bytes.
_TEXT = st.text(st.characters(codec="utf-8"), max_size=6) | st.sampled_from(["x" * 126, "é" * 63 + "x", "x" * 128, "x" * 32767])
_BYTES = st.binary(max_size=6) | st.sampled_from([b"b" * 126, b"b" * 127, b"b" * 16384])
_UNKNOWN_TAGS = st.none() | st.dictionaries(st.integers(1000, 0x7FFFFFFE), st.binary(max_size=4), min_size=1, max_size=2)
UNKNOWN = "(unknown tags)"


def _numbers(bits: int) -> st.SearchStrategy[int]:
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if bits > 0 else (0, (1 << -bits) - 1)
    return st.sampled_from([low, high, 0, 1]) | st.integers(low, high)


_PRIMITIVES: dict[str, st.SearchStrategy[Any]] = {
    **{kind: _numbers(bits) for kind, bits in _BITS.items()},
    "bool": st.booleans(),
    "float64": st.floats(allow_nan=False, allow_infinity=False),
    "string": _TEXT,
    "bytes": _BYTES,
    "records": _BYTES,
    "uuid": st.binary(min_size=16, max_size=16),
}
_EMPTY = {"string": "", "bytes": b"", "records": b""}


@dataclass(frozen=True)
class FieldFacts:
    """One field as the definitions have it; `name` in their spelling."""

    name: str
    kind: str
    array: bool
    versions: tuple[int, int]
    nullable: tuple[int, int]
    tagged: tuple[int, int]
    default: Any
    inner: tuple[FieldFacts, ...] | None

    def any(self) -> st.SearchStrategy[Any]:
        one = _PRIMITIVES[self.kind] if self.inner is None else _any(self.inner)
        value = st.lists(one, max_size=2) if self.array else one
        return st.none() | value if self.nullable[0] <= self.nullable[1] else value

    def at(self, value: Any, version: int) -> Any:
        """The value as `version` can have it: no null where it has none, and inside it no field of another version."""
        if value is None:
            return None if _within(version, self.nullable) else self.empty(version)
        if self.inner is None:
            return value
        return [_at(self.inner, item, version) for item in value] if self.array else _at(self.inner, value, version)

    def empty(self, version: int) -> Any:
        if self.array:
            return []
        return _EMPTY[self.kind] if self.inner is None else _at(self.inner, {}, version)

    def python(self, value: Any, root: type[Message]) -> Any:
        if self.inner is None or value is None:
            return value
        owner = getattr(root, self.kind)
        return (
            [_python(self.inner, item, owner, root) for item in value]
            if self.array
            else _python(self.inner, value, owner, root)
        )

    def json(self, value: Any, version: int) -> Any:
        if value is None:
            return None
        return [self._json_one(item, version) for item in value] if self.array else self._json_one(value, version)

    def _json_one(self, value: Any, version: int) -> Any:
        if self.inner is not None:
            return _json(self.inner, value, version)
        match self.kind:
            case "uuid":
                return base64.urlsafe_b64encode(value).decode().rstrip("=")
            case "bytes":
                return base64.b64encode(value).decode()
            case _:
                return value

    def is_default(self, value: Any, version: int) -> bool:
        """Whether a tagged field says nothing, so that it is not written."""
        if self.inner is not None and not self.array and value is not None:
            return all(field.is_default(value[field.name], version) for field in self.inner if field.name in value)
        return bool(value == self.default)


def _within(version: int, allowed: tuple[int, int]) -> bool:
    return allowed[0] <= version <= allowed[1]


def _any(fields: tuple[FieldFacts, ...]) -> st.SearchStrategy[Values]:
    return st.fixed_dictionaries({**{field.name: field.any() for field in fields}, UNKNOWN: _UNKNOWN_TAGS})


def _at(fields: tuple[FieldFacts, ...], values: Values, version: int) -> Values:
    served = [field for field in fields if _within(version, field.versions)]
    taken = {field.name: field.at(values.get(field.name, field.default), version) for field in served}
    return {**taken, UNKNOWN: values.get(UNKNOWN)}


def _python(fields: tuple[FieldFacts, ...], values: Values, owner: type[Struct], root: type[Message]) -> Struct:
    made = owner(**{snake(field.name): field.python(values[field.name], root) for field in fields if field.name in values})
    made.unknown = values[UNKNOWN]
    return made


def _json(fields: tuple[FieldFacts, ...], values: Values, version: int) -> Values:
    """As Kafka's JsonConverter writes it: camel case, tagged fields only where they say something."""
    out: Values = {}
    for field in fields:
        if field.name not in values:
            continue
        value, name = values[field.name], field.name[0].lower() + field.name[1:]
        if _within(version, field.tagged) and field.is_default(value, version):
            continue
        if field.kind == "records" and value is not None:
            out[f"{name}SizeInBytes"] = len(value)
        else:
            out[name] = field.json(value, version)
    return out


class Facts:
    """One message or record: its versions, its values, and what they are in Python and in Kafka's JSON."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_record = name in RECORD_NAMES
        self._facts = json.loads((FOLDER / ("records" if self.is_record else "messages") / f"{name}.json").read_text())
        self.key: int = self._facts.get("apiKey", -1)
        self.versions = versions(self._facts["validVersions"])
        flexible = self._facts["flexibleVersions"]
        self.flexible_from = VERSION_MAX if flexible == "none" else versions(flexible)[0]

    @cached_property
    def fields(self) -> tuple[FieldFacts, ...]:
        commons = {common["name"]: common["fields"] for common in self._facts.get("commonStructs", [])}
        return self._read(self._facts["fields"], commons)

    def _read(self, fields: list[Any], commons: dict[str, list[Any]]) -> tuple[FieldFacts, ...]:
        return tuple(self._field(field, commons) for field in fields)

    def _field(self, field: Any, commons: dict[str, list[Any]]) -> FieldFacts:
        kind = field["type"].removeprefix("[]")
        array = kind != field["type"]
        inside = field.get("fields", commons.get(kind))
        inner = None if inside is None else self._read(inside, commons)
        return FieldFacts(
            name=field["name"],
            kind=kind,
            array=array,
            versions=versions(field.get("versions") or field["taggedVersions"]),
            nullable=overlap(versions(field.get("nullableVersions")), self.versions),
            tagged=versions(field.get("taggedVersions")),
            default=_default(field.get("default"), kind, array, inner),
            inner=inner,
        )

    def any(self) -> st.SearchStrategy[Values]:
        return _any(self.fields)

    def at(self, values: Values, version: int) -> Values:
        return _at(self.fields, values, version)

    def python(self, values: Values, owner: type[Message]) -> Message:
        message = _python(self.fields, values, owner, owner)
        assert isinstance(message, Message)
        return message

    def json(self, values: Values, version: int) -> Values:
        return _json(self.fields, values, version)


def _default(text: Any, kind: str, array: bool, inner: tuple[FieldFacts, ...] | None) -> Any:
    if text == "null":
        return None
    if array:
        return []
    if inner is not None:
        return {}
    match kind:
        case "string":
            return text or ""
        case "bool":
            return str(text).lower() == "true"
        case "float64":
            return float(text or 0)
        case "uuid":
            return bytes(16)
        case "bytes" | "records":
            return b""
        case _:
            return int(str(text), 0) if text not in (None, "") else 0
