"""Every version of a message from one table of its fields.

A generated class says what its fields are (`Field`); the first time a version is read or written, this module makes a
plan for it: a tuple of (attribute, function). Types and nullability follow the message definitions of Kafka 4.4.0.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Self, cast

from leftfold.base.errors import WireError
from leftfold.wire.primitives import Reader, Writer

VERSION_MAX: Final = 0x7FFF
Versions = tuple[int, int]
NEVER: Final[Versions] = (1, 0)
ALWAYS: Final[Versions] = (0, VERSION_MAX)

Read = Callable[[Reader], Any]
Write = Callable[[Writer, Any], None]

_FIXED_BYTES = {"int8": 1, "bool": 1, "int16": 2, "uint16": 2, "int32": 4, "uint32": 4, "int64": 8, "float64": 8, "uuid": 16}


class Unset:
    """Says "the field's default" where None is a value of its own."""

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final[Any] = Unset()


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `kind` is a primitive's name or "struct", `array` makes it an array of them; versions are [min, max].

    `flexible` is False where the old encoding stays in flexible versions (the header's client id).
    """

    name: str
    kind: str
    versions: Versions = ALWAYS
    nullable: Versions = NEVER
    default: Any = UNSET
    array: bool = False
    tag: int | None = None
    tagged: Versions = NEVER
    flexible: bool = True
    ignorable: bool = False
    struct: type[Struct] | None = None

    def initial(self) -> Any:
        """A new default value."""
        if self.default is not UNSET:
            return self.default
        if self.array:
            return []
        return self.struct() if self.struct is not None else None


@dataclass(frozen=True, slots=True)
class Plan:
    """How one struct is read and written at one version."""

    reads: tuple[tuple[str, Read], ...]
    writes: tuple[tuple[str, Write], ...]
    tag_reads: dict[int, tuple[str, Read]]
    tag_writes: tuple[tuple[int, Field, Write], ...]
    defaults: tuple[Field, ...]
    absent: tuple[Field, ...]
    flexible: bool
    bytes_min: int


class Struct:
    """The base of all generated classes. Invariant: `unknown` holds the tags that this version does not know."""

    __slots__ = ("unknown",)
    FIELDS: ClassVar[tuple[Field, ...]] = ()
    unknown: dict[int, bytes] | None

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, f.name) == getattr(other, f.name) for f in self.FIELDS)

    __hash__ = None  # type: ignore[assignment]  # fields can be set

    def __repr__(self) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{f.name}={getattr(self, f.name)!r}' for f in self.FIELDS)})"


class Message(Struct):
    """A request, response or header: what `decode` and `encode` belong to."""

    __slots__ = ()
    API_KEY: ClassVar[int] = -1
    VERSIONS: ClassVar[Versions] = ALWAYS
    FLEXIBLE_FROM: ClassVar[int] = VERSION_MAX

    @classmethod
    def decode(cls, version: int, body: bytes | memoryview) -> Self:
        """The message that `body` holds, to its last byte; raises WireError saying where it is not one."""
        reader = Reader(body)
        message = cls.read(version, reader)
        reader.finish()
        return message

    @classmethod
    def read(cls, version: int, reader: Reader) -> Self:
        """The message at the reader's position; what follows it stays unread."""
        cls._check_version(version)
        try:
            return cast(Self, read_struct(cls, plan(cls, version, version >= cls.FLEXIBLE_FROM), reader))
        except WireError as error:
            raise WireError(f"{cls.__name__} v{version}: {error}") from error

    def encode(self, version: int) -> bytes:
        """The body, without header; raises WireError where a value has no place in this version."""
        self._check_version(version)
        writer = Writer()
        try:
            write_struct(plan(type(self), version, version >= self.FLEXIBLE_FROM), writer, self)
        except (struct.error, TypeError, AttributeError) as error:
            raise WireError(f"{type(self).__name__} v{version}: a value does not fit its field: {error}") from error
        except WireError as error:
            raise WireError(f"{type(self).__name__} v{version}: {error}") from error
        return bytes(writer.data)

    @classmethod
    def _check_version(cls, version: int) -> None:
        if not cls.VERSIONS[0] <= version <= cls.VERSIONS[1]:
            raise WireError(f"{cls.__name__} has versions {cls.VERSIONS[0]}-{cls.VERSIONS[1]}, not {version}")


_plans: dict[tuple[type[Struct], int, bool], Plan] = {}


def plan(owner: type[Struct], version: int, flexible: bool) -> Plan:
    """The plan of one struct at one version, made once."""
    key = (owner, version, flexible)
    made = _plans.get(key)
    if made is None:
        made = _plans[key] = _make(owner, version, flexible)
    return made


def _within(version: int, versions: Versions) -> bool:
    return versions[0] <= version <= versions[1]


def _make(owner: type[Struct], version: int, flexible: bool) -> Plan:
    reads: list[tuple[str, Read]] = []
    writes: list[tuple[str, Write]] = []
    tag_reads: dict[int, tuple[str, Read]] = {}
    tag_writes: list[tuple[int, Field, Write]] = []
    bytes_min = 1 if flexible else 0
    for field in owner.FIELDS:
        if not _within(version, field.versions):
            continue
        read, write, least = _field_codec(field, version, flexible and field.flexible)
        if field.tag is not None and _within(version, field.tagged):
            tag_reads[field.tag] = (field.name, read)
            tag_writes.append((field.tag, field, write))
            continue
        reads.append((field.name, _named(field.name, read)))
        writes.append((field.name, write))
        bytes_min += least
    named = {name for name, _ in reads}
    return Plan(
        reads=tuple(reads),
        writes=tuple(writes),
        tag_reads=tag_reads,
        tag_writes=tuple(sorted(tag_writes, key=lambda row: row[0])),
        defaults=tuple(f for f in owner.FIELDS if f.name not in named),
        absent=tuple(f for f in owner.FIELDS if not _within(version, f.versions) and not f.ignorable),
        flexible=flexible,
        bytes_min=bytes_min,
    )


def _named(name: str, read: Read) -> Read:
    """A failure says in which field it happened."""

    def named(reader: Reader) -> Any:
        try:
            return read(reader)
        except WireError as error:
            raise WireError(f"{name}: {error}") from None

    return named


def read_struct(owner: type[Struct], how: Plan, reader: Reader) -> Struct:
    value = owner.__new__(owner)
    for field in how.defaults:
        setattr(value, field.name, field.initial())
    value.unknown = None
    for name, read in how.reads:
        setattr(value, name, read(reader))
    if how.flexible:
        _read_tags(value, how, reader)
    return value


def _read_tags(value: Struct, how: Plan, reader: Reader) -> None:
    last = -1
    for _ in range(reader.count(reader.uvarint(), 2)):
        tag = reader.uvarint()
        if tag <= last:
            raise WireError(f"tag {tag} follows tag {last}: tags ascend and do not repeat")
        last = tag
        size = reader.uvarint()
        known = how.tag_reads.get(tag)
        payload = reader.take(size)
        if known is None:
            value.unknown = value.unknown or {}
            value.unknown[tag] = bytes(payload)
            continue
        name, read = known
        inner = Reader(payload)
        setattr(value, name, read(inner))
        inner.finish()


def write_struct(how: Plan, writer: Writer, value: Struct) -> None:
    for field in how.absent:
        if getattr(value, field.name) != field.initial():
            raise WireError(f"{field.name} is set, but this version has no such field")
    for name, write in how.writes:
        write(writer, getattr(value, name))
    if not how.flexible:
        return
    tags: list[tuple[int, bytes]] = []
    for tag, field, write in how.tag_writes:
        content = getattr(value, field.name)
        if content != field.initial():
            inner = Writer()
            write(inner, content)
            tags.append((tag, bytes(inner.data)))
    if value.unknown:
        tags = sorted([*tags, *value.unknown.items()])
    writer.uvarint(len(tags))
    for tag, payload in tags:
        writer.uvarint(tag)
        writer.uvarint(len(payload))
        writer.data += payload


def _field_codec(field: Field, version: int, flexible: bool) -> tuple[Read, Write, int]:
    """(read, write, the fewest bytes it can take)."""
    nullable = _within(version, field.nullable)
    if field.array:
        read, write, least = _element_codec(field, version, flexible, False)
        return _read_array(read, least, flexible, nullable), _write_array(write, flexible, nullable), 1 if flexible else 4
    return _element_codec(field, version, flexible, nullable)


def _element_codec(field: Field, version: int, flexible: bool, nullable: bool) -> tuple[Read, Write, int]:
    kind = field.kind
    if kind == "string":
        return _read_text(flexible, nullable), _write_text(flexible, nullable), 1 if flexible else 2
    if kind in {"bytes", "records"}:
        return _read_bytes(flexible, nullable), _write_bytes(flexible, nullable), 1 if flexible else 4
    if kind == "struct":
        assert field.struct is not None
        how = plan(field.struct, version, flexible)
        return _read_inner(field.struct, how, nullable), _write_inner(how, nullable), 1 if nullable else how.bytes_min
    return cast(Read, getattr(Reader, kind)), cast(Write, getattr(Writer, kind)), _FIXED_BYTES[kind]


def _is_null(length: int, nullable: bool) -> bool:
    if length == -1 and not nullable:
        raise WireError("null where a value is needed")
    return length == -1


def _refuse_null(value: Any, nullable: bool) -> None:
    if value is None and not nullable:
        raise WireError("null where a value is needed")


def _read_text(compact: bool, nullable: bool) -> Read:
    def read(reader: Reader) -> str | None:
        length = reader.text_length(compact)
        return None if _is_null(length, nullable) else reader.text(length)

    return read


def _write_text(compact: bool, nullable: bool) -> Write:
    def write(writer: Writer, value: str | None) -> None:
        _refuse_null(value, nullable)
        writer.text(value, compact)

    return write


def _read_bytes(compact: bool, nullable: bool) -> Read:
    def read(reader: Reader) -> bytes | None:
        length = reader.length(compact)
        return None if _is_null(length, nullable) else bytes(reader.take(length))

    return read


def _write_bytes(compact: bool, nullable: bool) -> Write:
    def write(writer: Writer, value: bytes | None) -> None:
        _refuse_null(value, nullable)
        writer.length(-1 if value is None else len(value), compact)
        if value is not None:
            writer.data += value

    return write


def _read_array(element: Read, element_bytes_min: int, compact: bool, nullable: bool) -> Read:
    def read(reader: Reader) -> list[Any] | None:
        length = reader.length(compact)
        if _is_null(length, nullable):
            return None
        return [element(reader) for _ in range(reader.count(length, element_bytes_min))]

    return read


def _write_array(element: Write, compact: bool, nullable: bool) -> Write:
    def write(writer: Writer, value: list[Any] | None) -> None:
        _refuse_null(value, nullable)
        writer.length(-1 if value is None else len(value), compact)
        for item in value or ():
            element(writer, item)

    return write


def _read_inner(owner: type[Struct], how: Plan, nullable: bool) -> Read:
    def read(reader: Reader) -> Struct | None:
        if nullable and reader.int8() < 0:
            return None
        return read_struct(owner, how, reader)

    return read


def _write_inner(how: Plan, nullable: bool) -> Write:
    def write(writer: Writer, value: Struct | None) -> None:
        _refuse_null(value, nullable)
        if nullable:
            writer.int8(-1 if value is None else 1)
        if value is not None:
            write_struct(how, writer, value)

    return write
