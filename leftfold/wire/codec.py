"""Every version of a message from one table of its fields.

A generated class says what its fields are (`Field`); the first time that a version is read or written, reading.py or
writing.py makes a function for it. Types and nullability follow the message definitions of Kafka 4.4.0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final, Self

from leftfold.base.errors import WireError
from leftfold.wire.primitives import Wrong
from leftfold.wire.reading import reader
from leftfold.wire.writing import writer

VERSION_MAX: Final = 0x7FFF
Versions = tuple[int, int]
NEVER: Final[Versions] = (1, 0)
ALWAYS: Final[Versions] = (0, VERSION_MAX)

# What the values of one body may take in memory: Python's are larger than their bytes, so a body of many tiny elements
# is refused before they are made. A request that creates a hundred thousand topics still fits.
_MEMORY_FACTOR = 4
_MEMORY_BYTES_MIN = 32 << 20


class Unset:
    """Says "the field's default" where None is a value of its own."""

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final[Any] = Unset()


@dataclass(slots=True, eq=False)
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
    flexible: bool = True
    ignorable: bool = False
    struct: type[Struct] | None = None

    def initial(self) -> Any:
        """A new default value."""
        if self.default is not UNSET:
            return self.default
        return [] if self.array or self.struct is None else self.struct()


class Struct:
    """The base of all generated classes. Invariant: `unknown` holds the tagged fields that this version does not know."""

    __slots__ = ("unknown",)
    FIELDS: ClassVar[tuple[Field, ...]] = ()
    unknown: dict[int, bytes] | None

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, field.name) == getattr(other, field.name) for field in self.FIELDS)

    __hash__ = None  # type: ignore[assignment]  # fields can be set

    def __repr__(self) -> str:
        values = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in self.FIELDS)
        return f"{type(self).__qualname__}({values})"


class Message(Struct):
    """A request, response or header: what `decode` and `encode` belong to."""

    __slots__ = ()
    API_KEY: ClassVar[int] = -1
    VERSIONS: ClassVar[Versions] = ALWAYS
    FLEXIBLE_FROM: ClassVar[int] = VERSION_MAX

    @classmethod
    def decode(cls, version: int, body: bytes | memoryview) -> Self:
        """The message that `body` holds, to its last byte; raises WireError saying where it is not one."""
        message, end = cls.decode_start(version, body)
        if end != len(body):
            raise WireError(f"{cls.__name__} v{version}: {len(body) - end} bytes follow its end at byte {end}")
        return message

    @classmethod
    def decode_start(cls, version: int, body: bytes | memoryview) -> tuple[Self, int]:
        """The message at the start of `body` (a header), and where it ends."""
        data = bytes(body)
        budget = [_MEMORY_FACTOR * len(data) + _MEMORY_BYTES_MIN]
        read = reader(cls, cls._checked(version), version >= cls.FLEXIBLE_FROM)
        try:
            message: tuple[Self, int] = read(data, 0, budget)
        except Wrong as wrong:
            raise WireError(f"{cls.__name__} v{version}: {wrong}") from None
        return message

    def encode(self, version: int) -> bytes:
        """The body, without header; raises WireError where a value does not fit its field or has none in this version."""
        out = bytearray()
        write = writer(type(self), self._checked(version), version >= self.FLEXIBLE_FROM)
        try:
            write(out, self)
        except Wrong as wrong:
            raise WireError(f"{type(self).__name__} v{version}: {wrong}") from None
        return bytes(out)

    @classmethod
    def _checked(cls, version: int) -> int:
        if not cls.VERSIONS[0] <= version <= cls.VERSIONS[1]:
            raise WireError(f"{cls.__name__} has versions {cls.VERSIONS[0]}-{cls.VERSIONS[1]}, not {version}")
        return version
