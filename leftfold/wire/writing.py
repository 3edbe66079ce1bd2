"""Writes the functions that write.

In them `out` is the body as far as it is written, `value` the struct, `b` one of its values, `n` a length.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from leftfold.wire.function import Function, form, is_fixed, struct_of
from leftfold.wire.primitives import FORMATS, TEXT_BYTES_MAX

if TYPE_CHECKING:
    from leftfold.wire.codec import Field, Struct

# (body so far, value); raises Wrong
Write = Callable[[bytearray, Any], None]

_writers: dict[tuple[type[Struct], int, bool], Write] = {}


def writer(owner: type[Struct], version: int, flexible: bool) -> Write:
    """The function that writes `owner` at `version`, made on first use."""
    key = (owner, version, flexible)
    made = _writers.get(key)
    if made is None:
        made = _writers[key] = _Writing(owner, version, flexible).whole()
    return made


class _Writing(Function):
    def whole(self) -> Write:
        """A function for the struct."""
        self._absent()
        for run in self.runs():
            self.at(*(field.name for field in run))
            if is_fixed(run[0]):
                self._fixed([f"value.{field.name}" for field in run], run)
            else:
                self._varied(run[0], f"value.{run[0].name}")
        if self.flexible:
            self._tags()
        return self._finished()

    def alone(self, field: Field) -> Write:
        """A function for one tagged field; its value is what it is given."""
        self.at(field.name)
        if is_fixed(field):
            self._fixed(["value"], [field])
        else:
            self._varied(field, "value")
        return self._finished()

    def _finished(self) -> Write:
        self.line("return")
        made: Write = self.compiled("out, value", "WRITE_ERRORS", "None")
        return made

    def _absent(self) -> None:
        """A value that would be lost is refused, unless the protocol says that it may be."""
        for field in self.absent:
            if not field.ignorable:
                self.at(field.name)
                with self.block(f"if {self._is_set(field)}:"):
                    self.line("raise P.no_such_field()")

    def _is_set(self, field: Field) -> str:
        initial = field.initial()
        if initial is None:
            return f"value.{field.name} is not None"
        if initial == []:
            return f"value.{field.name} is None or value.{field.name}" if self.nullable(field) else f"value.{field.name}"
        return f"value.{field.name} != {self.named(initial, 'initial')}"

    def _fixed(self, sources: list[str], run: list[Field]) -> None:
        values = [f"P.uuid({source})" if field.kind == "uuid" else source for source, field in zip(sources, run, strict=True)]
        self.line(f"out += {self.named(form(run).pack, 'pack')}({', '.join(values)})")

    def _varied(self, field: Field, source: str) -> None:
        if field.array:
            self._array(field, source)
        elif field.kind == "struct":
            self._struct(field, source)
        else:
            self._bytes(field, source, self.nullable(field))

    def _length(self, compact: bool, *, short: bool = False) -> None:
        """Writes the length in `n`."""
        if not compact:
            self.line(f"out += {self.named(struct.Struct('>h' if short else '>i').pack, 'pack')}(n)")
            return
        with self.block("if n < 127:"):
            self.line("out.append(n + 1)")
        with self.block("else:"):
            self.line("P.put_uvarint(out, n + 1)")

    def _null(self, compact: bool, nullable: bool, *, short: bool = False) -> None:
        with self.block("if b is None:"):
            if not nullable:
                self.line("raise P.null()")
            elif compact:
                self.line("out.append(0)")
            else:
                self.line(f"out += {self.named(bytes([0xFF] * (2 if short else 4)), 'null')}")

    def _bytes(self, field: Field, source: str, nullable: bool) -> None:
        """Bytes, records or a string."""
        text, compact = field.kind == "string", self.compact(field)
        self.line(f"b = {source}")
        self._null(compact, nullable, short=text)
        with self.block("else:"):
            if text:
                self.line("b = b.encode()")
                with self.block(f"if len(b) > {TEXT_BYTES_MAX}:"):
                    self.line("raise P.text_too_long(len(b))")
            self.line("n = len(b)")
            self._length(compact, short=text)
            self.line("out += b")

    def _struct(self, field: Field, source: str) -> None:
        inner = self.named(writer(struct_of(field), self.version, self.flexible), "write")
        self.line(f"b = {source}")
        with self.block("if b is None:"):
            absent = 255 if field.tag is None else 0  # an int8 of -1 (KIP-893), but behind a tag Kafka writes a varint
            self.line(f"out.append({absent})" if self.nullable(field) else "raise P.null()")
        with self.block("else:"):
            if self.nullable(field):
                self.line("out.append(1)")
            self.line(f"{inner}(out, b)")

    def _array(self, field: Field, source: str) -> None:
        compact = self.compact(field)
        self.line(f"b = {source}")
        self._null(compact, self.nullable(field))
        with self.block("else:"):
            self.line("items = b", "n = len(items)")
            self._length(compact)
            self._elements(field)

    def _elements(self, field: Field) -> None:
        if field.kind in FORMATS and field.kind != "uuid":
            self.line(f"out += {self.named(struct.pack, 'pack')}('>%d{FORMATS[field.kind]}' % n, *items)")
            return
        with self.block("for i, item in enumerate(items):"):
            if field.kind == "struct":
                self.line(f"{self.named(writer(struct_of(field), self.version, self.flexible), 'write')}(out, item)")
            elif field.kind == "uuid":
                self.line("out += P.uuid(item)")
            else:
                self._bytes(field, "item", nullable=False)
        self.line("i = -1")

    def _tags(self) -> None:
        self.line("tags = {}")
        for field in self.tagged:
            self.at(field.name)
            write = self.named(_Writing(self.owner, self.version, self.flexible).alone(field), "write")
            with self.block(f"if {self._is_set(field)}:"):
                self.line(f"tags[{field.tag}] = b = bytearray()", f"{write}(b, value.{field.name})")
        self.at("tagged fields")
        with self.block("if tags or value.unknown:"):
            self.line("P.write_tags(out, tags, value.unknown)")
        with self.block("else:"):
            self.line("out.append(0)")
