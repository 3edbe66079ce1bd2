"""Makes the functions that read and write one struct.

Once per struct and version it writes a small Python function from the table of fields and compiles it, as dataclasses and
attrs do: no field is looked up at run time, and neighbours of fixed size are read by one `unpack`. A function keeps in `f`
which field it is at and in `i` which element, so that an error can say where it happened at no cost while there is none.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from leftfold.wire import primitives
from leftfold.wire.primitives import FORMATS, TEXT_BYTES_MAX, TagRead

if TYPE_CHECKING:
    from leftfold.wire.codec import Field, Struct

# (bytes, position, [bytes of memory that may still be taken]) -> (value, the position behind it)
Read = TagRead
Write = Callable[[bytearray, Any], None]

# Rough sizes in memory, in bytes, of what an element of an array brings with it.
_OBJECT_COST, _SLOT_COST = 40, 8
_VALUE_COST = {"string": 52, "bytes": 36, "records": 36, "uuid": 52, "struct": 0}
_NUMBER_COST, _ARRAY_COST = 28, 60
_INT8_NEGATIVE = 127


_readers: dict[tuple[type[Struct], int, bool], Read] = {}
_writers: dict[tuple[type[Struct], int, bool], Write] = {}


def reader(owner: type[Struct], version: int, flexible: bool) -> Read:
    """The function that reads `owner` at `version`; raises Wrong."""
    key = (owner, version, flexible)
    made = _readers.get(key)
    if made is None:
        made = _readers[key] = _Reader(owner, version, flexible).function()
    return made


def writer(owner: type[Struct], version: int, flexible: bool) -> Write:
    """The function that writes `owner` at `version`; raises Wrong."""
    key = (owner, version, flexible)
    made = _writers.get(key)
    if made is None:
        made = _writers[key] = _Writer(owner, version, flexible).function()
    return made


class _Function:
    """One function while it is written: its lines, and the names that they use."""

    def __init__(self, owner: type[Struct], version: int, flexible: bool) -> None:
        self.owner = owner
        self.version = version
        self.flexible = flexible
        self.lines: list[str] = []
        self.names: list[str] = []
        self.globals: dict[str, Any] = {"P": primitives, "names": self.names}
        served = [field for field in owner.FIELDS if self.within(field.versions)]
        self.placed = [field for field in served if field.tag is None]
        self.tagged = sorted((field for field in served if field.tag is not None), key=lambda field: field.tag or 0)
        self.absent = [field for field in owner.FIELDS if not self.within(field.versions)]

    def within(self, versions: tuple[int, int]) -> bool:
        return versions[0] <= self.version <= versions[1]

    def nullable(self, field: Field) -> bool:
        return self.within(field.nullable)

    def compact(self, field: Field) -> bool:
        return self.flexible and field.flexible

    def named(self, value: Any, stem: str) -> str:
        """A name by which the function knows a value."""
        name = f"{stem}{len(self.globals)}"
        self.globals[name] = value
        return name

    def at(self, *names: str) -> None:
        """What follows is about these fields."""
        self.names.append("/".join(names))
        self.lines.append(f"f = {len(self.names) - 1}")

    def runs(self) -> list[list[Field]]:
        """The fields in place; neighbours of fixed size together."""
        runs: list[list[Field]] = []
        for field in self.placed:
            if _is_fixed(field) and runs and _is_fixed(runs[-1][-1]):
                runs[-1].append(field)
            else:
                runs.append([field])
        return runs

    def compiled(self, head: str, catch: str, tail: list[str]) -> Any:
        body = "\n".join(f"        {line}" for line in [*self.lines, *tail])
        position = "p" if "p" in head else "None"
        source = (
            f"{head}\n    f, i = 0, -1\n    try:\n{body}\n"
            f"    except P.{catch} as error:\n        raise P.located(error, names[f], i, {position}) from None\n"
        )
        where = f"<{self.owner.__qualname__} v{self.version}>"
        exec(compile(source, where, "exec"), self.globals)  # written from our own tables only
        return self.globals["function"]


class _Reader(_Function):
    def function(self) -> Read:
        lines = self.lines
        self.names.append("start")
        lines += [f"value = {self.named(self.owner.__new__, 'new')}({self.named(self.owner, 'owner')})", "e = len(data)"]
        lines += [f"value.{field.name} = {self._initial(field)}" for field in (*self.absent, *self.tagged)]
        lines.append("value.unknown = None")
        for run in self.runs():
            self.at(*(field.name for field in run))
            if _is_fixed(run[0]):
                self._fixed(run)
            else:
                self._field(run[0], f"value.{run[0].name}")
        if self.flexible:
            self._tags()
        return self._compiled(["return value, p"])

    def of_field(self, field: Field) -> Read:
        """A function for one tagged field alone."""
        self.at(field.name)
        self.lines.append("e = len(data)")
        if _is_fixed(field):
            form = self.named(struct.Struct(f">{FORMATS[field.kind]}").unpack_from, "unpack")
            self.lines += [f"value, = {form}(data, p)", f"p += {struct.calcsize('>' + FORMATS[field.kind])}"]
        else:
            self._field(field, "value")
        return self._compiled(["return value, p"])

    def _compiled(self, tail: list[str]) -> Read:
        made: Read = self.compiled("def function(data, p, budget):", "READ_ERRORS", tail)
        return made

    def _initial(self, field: Field) -> str:
        value = field.initial()
        if isinstance(value, list):
            return "[]"
        return f"{self.named(field.struct, 'struct')}()" if value is not None and field.struct else repr(value)

    def _fixed(self, run: list[Field]) -> None:
        form = struct.Struct(">" + "".join(FORMATS[field.kind] for field in run))
        targets = ", ".join(f"value.{field.name}" for field in run)
        self.lines += [f"{targets}{',' if len(run) == 1 else ''} = {self.named(form.unpack_from, 'unpack')}(data, p)"]
        self.lines += [f"p += {form.size}"]

    def _field(self, field: Field, target: str) -> None:
        if field.array:
            self._array(field, target)
        elif field.kind == "struct":
            self._struct(field, target)
        elif field.kind == "string":
            self._text(target, self.compact(field), self.nullable(field))
        else:
            self._bytes(target, self.compact(field), self.nullable(field))

    def _length(self, compact: bool, short: bool = False) -> None:
        """Leaves the length in `n`; -1 is null."""
        if compact:
            self.lines += ["n = data[p] - 1", "p += 1", "if n > 126:", "    n, p = P.uvarint(data, p - 1)", "    n -= 1"]
        else:
            form = struct.Struct(">h" if short else ">i")
            self.lines += [f"n, = {self.named(form.unpack_from, 'unpack')}(data, p)", f"p += {form.size}"]

    def _null(self, target: str, nullable: bool) -> str:
        return f"{target} = None" if nullable else "raise P.null()"

    def _text(self, target: str, compact: bool, nullable: bool) -> None:
        self._length(compact, short=True)
        self.lines += ["q = p + n", "if n == -1:", f"    {self._null(target, nullable)}", "elif n < 0 or q > e:"]
        self.lines += ["    raise P.bad_length(n, p, data)"]
        if compact:
            self.lines += [f"elif n > {TEXT_BYTES_MAX}:", "    raise P.text_too_long(n)"]
        self.lines += ["else:", f"    {target} = data[p:q].decode()", "    p = q"]

    def _bytes(self, target: str, compact: bool, nullable: bool) -> None:
        self._length(compact)
        self.lines += ["q = p + n", "if n == -1:", f"    {self._null(target, nullable)}", "elif n < 0 or q > e:"]
        self.lines += ["    raise P.bad_length(n, p, data)", "else:", f"    {target} = data[p:q]", "    p = q"]

    def _struct(self, field: Field, target: str) -> None:
        inner = self.named(reader(_struct_of(field), self.version, self.flexible), "read")
        if not self.nullable(field):
            self.lines.append(f"{target}, p = {inner}(data, p, budget)")
            return
        self.lines += ["n = data[p]", "p += 1", f"if n > {_INT8_NEGATIVE}:", f"    {target} = None", "else:"]
        self.lines.append(f"    {target}, p = {inner}(data, p, budget)")

    def _array(self, field: Field, target: str) -> None:
        self._length(self.compact(field))
        least, cost = self._element_sizes(field)
        self.lines += ["if n == -1:", f"    {self._null(target, self.nullable(field))}", "else:"]
        self.lines += [f"    if n < 0 or n * {least} > e - p:", "        raise P.bad_length(n, p, data)"]
        self.lines += [f"    budget[0] -= n * {cost}", "    if budget[0] < 0:", "        raise P.too_much()"]
        outer, self.lines = self.lines, []
        self._elements(field, target)
        self.lines = outer + [f"    {line}" for line in self.lines]

    def _elements(self, field: Field, target: str) -> None:
        if field.kind == "uuid":
            self.lines += [f"q = p + n * {16}", f"{target} = [data[j : j + 16] for j in range(p, q, 16)]", "p = q"]
            return
        if field.kind in FORMATS:
            unpack = self.named(struct.unpack_from, "unpack")
            self.lines.append(f"{target} = list({unpack}('>%d{FORMATS[field.kind]}' % n, data, p))")
            self.lines.append(f"p += n * {struct.calcsize('>' + FORMATS[field.kind])}")
            return
        outer, self.lines = self.lines, []
        if field.kind == "struct":
            inner = self.named(reader(_struct_of(field), self.version, self.flexible), "read")
            self.lines.append(f"item, p = {inner}(data, p, budget)")
        elif field.kind == "string":
            self._text("item", self.compact(field), False)
        else:
            self._bytes("item", self.compact(field), False)
        body = [f"    {line}" for line in [*self.lines, "items.append(item)"]]
        self.lines = [*outer, "items = []", f"{target} = items", "for i in range(n):", *body, "i = -1"]

    def _element_sizes(self, field: Field) -> tuple[int, int]:
        """(the fewest bytes one takes on the wire, about what it takes in memory beyond its bytes)."""
        if field.kind == "struct":
            inner = _Function(_struct_of(field), self.version, self.flexible)
            least = sum(_bytes_min(each, self.compact(each), self.nullable(each), self) for each in inner.placed)
            cost = _OBJECT_COST + sum(_SLOT_COST + _cost(each) for each in inner.owner.FIELDS)
            return max(1, least + self.flexible), cost
        return _value_bytes_min(field, self.compact(field), self), _SLOT_COST + _VALUE_COST.get(field.kind, _NUMBER_COST)

    def _tags(self) -> None:
        known = {field.tag: (field.name, _tag_reader(self, field)) for field in self.tagged}
        self.at("tagged fields")
        self.lines += ["n = data[p]", "p += 1", "if n:"]
        self.lines.append(f"    p = P.read_tags(value, data, p - 1, budget, {self.named(known, 'known')})")


class _Writer(_Function):
    def function(self) -> Write:
        self._absent()
        for run in self.runs():
            self.at(*(field.name for field in run))
            if _is_fixed(run[0]):
                self._fixed(run)
            else:
                self._field(run[0], f"value.{run[0].name}")
        if self.flexible:
            self._tags()
        return self._compiled()

    def of_field(self, field: Field) -> Write:
        """A function for one tagged field alone; its value is the second argument."""
        self.at(field.name)
        if _is_fixed(field):
            pack = self.named(struct.Struct(f">{FORMATS[field.kind]}").pack, "pack")
            self.lines.append(f"out += {pack}(value)")
        else:
            self._field(field, "value")
        return self._compiled()

    def _compiled(self) -> Write:
        made: Write = self.compiled("def function(out, value):", "WRITE_ERRORS", ["return"])
        return made

    def _absent(self) -> None:
        """A value that would be lost is refused, unless the protocol allows that it is."""
        for field in self.absent:
            if not field.ignorable:
                self.at(field.name)
                self.lines += [f"if {self._is_set(field, f'value.{field.name}')}:"]
                self.lines += ["    raise P.Wrong('it is set, but this version has no such field')"]

    def _is_set(self, field: Field, value: str) -> str:
        initial = field.initial()
        if initial is None:
            return f"{value} is not None"
        if isinstance(initial, list):
            return value
        return f"{value} != {self.named(initial, 'initial')}"

    def _fixed(self, run: list[Field]) -> None:
        form = struct.Struct(">" + "".join(FORMATS[field.kind] for field in run))
        values = ", ".join(f"value.{field.name}" for field in run)
        for field in run:
            if field.kind == "uuid":  # the struct module would fill or cut it
                self.lines += [f"if len(value.{field.name}) != 16:", f"    raise P.Wrong('{field.name} has not 16 bytes')"]
        self.lines.append(f"out += {self.named(form.pack, 'pack')}({values})")

    def _field(self, field: Field, source: str) -> None:
        if field.array:
            self._array(field, source)
        elif field.kind == "struct":
            self._struct(field, source)
        else:
            self._bytes(field, source, self.nullable(field))

    def _length(self, compact: bool, short: bool = False) -> list[str]:
        if compact:
            return ["if n < 127:", "    out.append(n + 1)", "else:", "    P.put_uvarint(out, n + 1)"]
        return [f"out += {self.named(struct.Struct('>h' if short else '>i').pack, 'pack')}(n)"]

    def _null(self, compact: bool, nullable: bool, short: bool = False) -> str:
        if not nullable:
            return "raise P.null()"
        return "out.append(0)" if compact else f"out += {self.named(bytes([255] * (2 if short else 4)), 'null')}"

    def _bytes(self, field: Field, source: str, nullable: bool) -> None:
        text = field.kind == "string"
        compact = self.compact(field)
        self.lines += [f"b = {source}", "if b is None:", f"    {self._null(compact, nullable, text)}", "else:"]
        if text:
            self.lines += ["    b = b.encode()", f"    if len(b) > {TEXT_BYTES_MAX}:", "        raise P.text_too_long(len(b))"]
        self.lines += ["    n = len(b)", *(f"    {line}" for line in self._length(compact, text)), "    out += b"]

    def _struct(self, field: Field, source: str) -> None:
        inner = self.named(writer(_struct_of(field), self.version, self.flexible), "write")
        self.lines += [f"b = {source}", "if b is None:"]
        self.lines.append("    out.append(255)" if self.nullable(field) else "    raise P.null()")
        self.lines += ["else:", *(["    out.append(1)"] if self.nullable(field) else []), f"    {inner}(out, b)"]

    def _array(self, field: Field, source: str) -> None:
        compact = self.compact(field)
        self.lines += [f"items = {source}", "if items is None:", f"    {self._null(compact, self.nullable(field))}", "else:"]
        self.lines += ["    n = len(items)", *(f"    {line}" for line in self._length(compact))]
        outer, self.lines = self.lines, []
        self._elements(field)
        self.lines = outer + [f"    {line}" for line in self.lines]

    def _elements(self, field: Field) -> None:
        if field.kind in FORMATS and field.kind != "uuid":
            self.lines.append(f"out += {self.named(struct.pack, 'pack')}('>%d{FORMATS[field.kind]}' % n, *items)")
            return
        outer, self.lines = self.lines, []
        if field.kind == "struct":
            inner = self.named(writer(_struct_of(field), self.version, self.flexible), "write")
            self.lines.append(f"{inner}(out, item)")
        elif field.kind == "uuid":
            self.lines += ["if len(item) != 16:", "    raise P.Wrong('a uuid has not 16 bytes')", "out += item"]
        else:
            self._bytes(field, "item", False)
        body = [f"    {line}" for line in self.lines]
        self.lines = [*outer, "for i, item in enumerate(items):", *body, "i = -1"]

    def _tags(self) -> None:
        self.lines.append("tags = {}")
        for field in self.tagged:
            self.at(field.name)
            write = self.named(_Writer(self.owner, self.version, self.flexible).of_field(field), "write")
            self.lines += [f"if {self._is_set(field, f'value.{field.name}')}:", f"    tags[{field.tag}] = b = bytearray()"]
            self.lines.append(f"    {write}(b, value.{field.name})")
        self.at("tagged fields")
        self.lines += ["if tags or value.unknown:", "    P.write_tags(out, tags, value.unknown)", "else:", "    out.append(0)"]


def _tag_reader(function: _Function, field: Field) -> Read:
    return _Reader(function.owner, function.version, function.flexible).of_field(field)


def _struct_of(field: Field) -> type[Struct]:
    assert field.struct is not None, field.name
    return field.struct


def _is_fixed(field: Field) -> bool:
    return not field.array and field.kind in FORMATS


def _cost(field: Field) -> int:
    return _ARRAY_COST if field.array else _VALUE_COST.get(field.kind, _NUMBER_COST)


def _bytes_min(field: Field, compact: bool, nullable: bool, function: _Function) -> int:
    if field.array:
        return 1 if compact else 4
    if field.kind == "struct" and nullable:
        return 1
    return _value_bytes_min(field, compact, function)


def _value_bytes_min(field: Field, compact: bool, function: _Function) -> int:
    if field.kind in FORMATS:
        return struct.calcsize(">" + FORMATS[field.kind])
    if field.kind == "struct":
        inner = _Function(_struct_of(field), function.version, function.flexible)
        least = sum(_bytes_min(each, function.compact(each), function.nullable(each), function) for each in inner.placed)
        return max(1, least + function.flexible)
    if compact:
        return 1
    return 2 if field.kind == "string" else 4
