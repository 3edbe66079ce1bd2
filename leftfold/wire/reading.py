"""Writes the functions that read.

In them `data` is the whole body, `p` the position, `e` its end, `n` a length, `budget` the memory that may still be taken.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from leftfold.wire.function import Function, form, is_fixed, struct_of
from leftfold.wire.primitives import FORMATS, TEXT_BYTES_MAX

if TYPE_CHECKING:
    from leftfold.wire.codec import Field, Struct

# (body, position, [bytes of memory that may still be taken]) -> (value, the position behind it); raises Wrong
Read = Callable[[bytes, int, list[int]], tuple[Any, int]]

# Rough sizes in memory, in bytes, of what an element of an array brings with it.
_OBJECT_COST, _SLOT_COST, _NUMBER_COST, _ARRAY_COST = 40, 8, 28, 60
_VALUE_COST = {"string": 52, "bytes": 36, "records": 36, "uuid": 52, "struct": 0}

_readers: dict[tuple[type[Struct], int, bool], Read] = {}


def reader(owner: type[Struct], version: int, flexible: bool) -> Read:
    """The function that reads `owner` at `version`, made on first use."""
    key = (owner, version, flexible)
    made = _readers.get(key)
    if made is None:
        made = _readers[key] = _Reading(owner, version, flexible).whole()
    return made


class _Reading(Function):
    def whole(self) -> Read:
        """A function for the struct."""
        self.at("start")
        self.line(f"value = {self.named(self.owner.__new__, 'new')}({self.named(self.owner, 'owner')})", "e = len(data)")
        for field in (*self.absent, *self.tagged):
            self.line(f"value.{field.name} = {self._initial(field)}")
        self.line("value.unknown = None")
        for run in self.runs():
            self.at(*(field.name for field in run))
            if is_fixed(run[0]):
                self._fixed([f"value.{field.name}" for field in run], run)
            else:
                self._varied(run[0], f"value.{run[0].name}")
        if self.flexible:
            self._tags()
        return self._finished()

    def alone(self, field: Field) -> Read:
        """A function for one tagged field, whose bytes are all that it is given."""
        self.at(field.name)
        self.line("e = len(data)")
        if is_fixed(field):
            self._fixed(["value"], [field])
        else:
            self._varied(field, "value")
        return self._finished()

    def _finished(self) -> Read:
        self.line("return value, p")
        made: Read = self.compiled("data, p, budget", "READ_ERRORS", "p")
        return made

    def _initial(self, field: Field) -> str:
        value = field.initial()
        if isinstance(value, list):
            return "[]"
        return repr(value) if field.struct is None or value is None else f"{self.named(field.struct, 'struct')}()"

    def _fixed(self, targets: list[str], run: list[Field]) -> None:
        unpack = self.named(form(run).unpack_from, "unpack")
        self.line(f"{', '.join(targets)}{',' if len(run) == 1 else ''} = {unpack}(data, p)", f"p += {form(run).size}")

    def _varied(self, field: Field, target: str) -> None:
        if field.array:
            self._array(field, target)
        elif field.kind == "struct":
            self._struct(field, target)
        else:
            self._bytes(field, target, self.nullable(field))

    def _length(self, compact: bool, *, short: bool = False) -> None:
        """Leaves a length in `n`; -1 is null."""
        if compact:
            self.line("n = data[p] - 1", "p += 1")
            with self.block("if n > 126:"):
                self.line("n, p = P.uvarint(data, p - 1)", "n -= 1")
        else:
            size = struct.Struct(">h" if short else ">i")
            self.line(f"n, = {self.named(size.unpack_from, 'unpack')}(data, p)", f"p += {size.size}")

    def _null(self, target: str, nullable: bool) -> None:
        with self.block("if n == -1:"):
            self.line(f"{target} = None" if nullable else "raise P.null()")

    def _bytes(self, field: Field, target: str, nullable: bool) -> None:
        """Bytes, records or a string."""
        text = field.kind == "string"
        self._length(self.compact(field), short=text)
        self.line("q = p + n")
        self._null(target, nullable)
        with self.block("elif n < 0 or q > e:"):
            self.line("raise P.bad_length(n, p, data)")
        if text and self.compact(field):
            with self.block(f"elif n > {TEXT_BYTES_MAX}:"):
                self.line("raise P.text_too_long(n)")
        with self.block("else:"):
            self.line(f"{target} = data[p:q]{'.decode()' if text else ''}", "p = q")

    def _struct(self, field: Field, target: str) -> None:
        inner = self.named(reader(struct_of(field), self.version, self.flexible), "read")
        if not self.nullable(field):
            self.line(f"{target}, p = {inner}(data, p, budget)")
            return
        self.line("n = data[p]", "p += 1")
        with self.block("if n > 127:" if field.tag is None else "if n == 0:"):  # an int8 below 0 (KIP-893); a varint in a tag
            self.line(f"{target} = None")
        with self.block("else:"):
            self.line(f"{target}, p = {inner}(data, p, budget)")

    def _array(self, field: Field, target: str) -> None:
        self._length(self.compact(field))
        self._null(target, self.nullable(field))
        with self.block("else:"):
            with self.block(f"if n < 0 or n * {_element_bytes_min(field, self)} > e - p:"):
                self.line("raise P.bad_length(n, p, data)")
            self.line(f"budget[0] -= n * {_element_cost(field)}")
            with self.block("if budget[0] < 0:"):
                self.line("raise P.too_much()")
            self._elements(field, target)

    def _elements(self, field: Field, target: str) -> None:
        size = struct.calcsize(f">{FORMATS[field.kind]}") if field.kind in FORMATS else 0
        if field.kind == "uuid":
            self.line(f"q = p + n * {size}", f"{target} = [data[j : j + {size}] for j in range(p, q, {size})]", "p = q")
        elif field.kind in FORMATS:
            unpack = self.named(struct.unpack_from, "unpack")
            self.line(f"{target} = list({unpack}('>%d{FORMATS[field.kind]}' % n, data, p))", f"p += n * {size}")
        else:
            self.line("items = []", f"{target} = items")
            with self.block("for i in range(n):"):
                self._element(field)
                self.line("items.append(item)")
            self.line("i = -1")

    def _element(self, field: Field) -> None:
        if field.kind == "struct":
            inner = self.named(reader(struct_of(field), self.version, self.flexible), "read")
            self.line(f"item, p = {inner}(data, p, budget)")
        else:
            self._bytes(field, "item", nullable=False)

    def _tags(self) -> None:
        alone = {field: _Reading(self.owner, self.version, self.flexible).alone(field) for field in self.tagged}
        known = {field.tag: (field.name, read) for field, read in alone.items()}
        self.at("tagged fields")
        self.line("n = data[p]", "p += 1")
        with self.block("if n:"):
            self.line(f"p = P.read_tags(value, data, p - 1, budget, {self.named(known, 'known')})")


def _element_bytes_min(field: Field, function: Function) -> int:
    """The fewest bytes that an element takes on the wire, at least 1."""
    if field.kind in FORMATS:
        return struct.calcsize(f">{FORMATS[field.kind]}")
    if field.kind == "struct":
        inner = Function(struct_of(field), function.version, function.flexible)
        return max(1, sum(_bytes_min(each, inner) for each in inner.placed) + inner.flexible)
    if function.compact(field):
        return 1
    return 2 if field.kind == "string" else 4


def _bytes_min(field: Field, function: Function) -> int:
    if field.array:
        return 1 if function.compact(field) else 4
    return 1 if field.kind == "struct" and function.nullable(field) else _element_bytes_min(field, function)


def _element_cost(field: Field) -> int:
    """About what an element takes in memory beside the bytes of its strings."""
    if field.struct is None:
        return _SLOT_COST + _VALUE_COST.get(field.kind, _NUMBER_COST)
    return _OBJECT_COST + sum(_SLOT_COST + _cost(each) for each in field.struct.FIELDS)


def _cost(field: Field) -> int:
    return _ARRAY_COST if field.array else _VALUE_COST.get(field.kind, _NUMBER_COST)
