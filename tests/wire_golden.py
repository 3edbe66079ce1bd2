"""The hot messages as golden bytes that Rust must read alike.

    python -m tests.wire_golden          # writes schemas/kafka/golden.txt anew

A line is a message, a version, a body in hexadecimal and what Rust's `{:?}` must show of it. The bytes are Python's, which
tests/clients/test_wire_bytes.py holds against Kafka's own classes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from leftfold.wire.generated import headers
from leftfold.wire.messages import request_class, response_class
from tests.wire_values import NAMES, Facts, FieldFacts, Values
from tools.generate_rust import HEADERS, HOT
from tools.schema import snake

FILE = Path(__file__).parents[1] / "schemas" / "kafka" / "golden.txt"
_BITS = {"int8": 7, "int16": 15, "int32": 31, "int64": 63}


class Filler:
    """Values that differ from field to field, so that no two can be mixed up; `sparse` leaves out what may be null."""

    def __init__(self, *, sparse: bool) -> None:
        self.sparse = sparse
        self._count = itertools.count(1)

    def struct(self, fields: tuple[FieldFacts, ...]) -> Values:
        return {field.name: self._field(field) for field in fields}

    def _field(self, field: FieldFacts) -> Any:
        if self.sparse and field.nullable[0] <= field.nullable[1]:
            return None
        if field.array:
            return [self._one(field) for _ in range(0 if self.sparse else 2)]
        return self._one(field)

    def _one(self, field: FieldFacts) -> Any:
        number = next(self._count)
        match field.kind:
            case "string":
                return f"{number:<130}" if number % 16 == 0 else f"é{number}"  # from 127 on, a length takes two bytes
            case "bytes" | "records":
                return bytes([number % 256]) * (number % 7)
            case "uuid":
                return number.to_bytes(16, "big")
            case "bool":
                return number % 2 == 1
            case kind if field.inner is None:
                return -number if number % 3 == 0 else (1 << _BITS[kind] - 1) + number % 100
            case _:
                return self.struct(field.inner or ())


def lines() -> Iterator[str]:
    for facts in map(Facts, NAMES):
        if facts.key not in HOT and facts.key != HEADERS:
            continue
        values = [{}, Filler(sparse=False).struct(facts.fields), Filler(sparse=True).struct(facts.fields)]
        for version in range(facts.versions[0], facts.versions[1] + 1):
            for some in values:
                yield _line(facts, facts.at(some, version), version)


def _line(facts: Facts, values: Values, version: int) -> str:
    if facts.key == HEADERS:
        owner = getattr(headers, facts.name)
    else:
        owner = request_class(facts.key) if facts.name.endswith("Request") else response_class(facts.key)
    body = facts.python(values, owner).encode(version)
    return f"{facts.name} {version} {body.hex() or '-'} {_struct(facts, facts.name, facts.fields, values)}"


def _struct(facts: Facts, name: str, fields: tuple[FieldFacts, ...], values: Values) -> str:
    shown = [f"{snake(field.name)}: {_shown(facts, field, values)}" for field in fields]
    return f"{name} {{ {', '.join(shown)} }}"


def _shown(facts: Facts, field: FieldFacts, values: Values) -> str:
    value = values.get(field.name, field.default)
    if field.kind == "records" and field.name not in values:
        value = None  # Kafka's default of records that may be null
    optional = field.nullable[0] <= field.nullable[1] or field.default is None
    if value is None:
        return "None"
    items = value if field.array else [value]
    inner = [_one(facts, field, item) for item in items]
    text = f"[{', '.join(inner)}]" if field.array else inner[0]
    return f"Some({text})" if optional else text


def _one(facts: Facts, field: FieldFacts, value: Any) -> str:
    match field.kind:
        case "string":
            return f'"{value}"'
        case "records":
            return f"Records({len(value)} bytes)"
        case "uuid" | "bytes":
            return f"[{', '.join(map(str, value))}]"
        case "bool":
            return str(value).lower()
        case _ if field.inner is None:
            return str(value)
        case _:
            return _struct(facts, field.kind, field.inner or (), value)


if __name__ == "__main__":
    FILE.write_text("".join(f"{line}\n" for line in lines()))
