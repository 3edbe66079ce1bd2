"""The primitive types, and what is said when they fail.

The functions that reading.py and writing.py make have most of it inline; what is here is shared by all. Every length from
outside is compared with the bytes that are left before it is used (https://kafka.apache.org/protocol, section "Protocol
Primitive Types"; compact lengths and tagged fields: KIP-482).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, Final

# One letter of the struct module for each type of a fixed size; a uuid is 16 bytes as they are (KIP-516).
FORMATS: Final = {
    "bool": "?",
    "int8": "b",
    "int16": "h",
    "uint16": "H",
    "int32": "i",
    "uint32": "I",
    "int64": "q",
    "float64": "d",
    "uuid": "16s",
}
TEXT_BYTES_MAX: Final = 0x7FFF
_VARINT_BYTES_MAX = 5
_UNKNOWN_TAG_COST_BYTES = 200

TagRead = Callable[[bytes, int, list[int]], tuple[Any, int]]


class Wrong(Exception):
    """Bytes or values that do not fit, on their way up to the message: each struct adds where it was."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
        self.path: list[str] = []

    def __str__(self) -> str:
        return f"{'.'.join(reversed(self.path))}: {self.what}" if self.path else self.what


# What reading outside bytes or writing wrong values can raise; anything else is a bug and goes its own way.
READ_ERRORS: Final = (Wrong, IndexError, struct.error, UnicodeDecodeError)
WRITE_ERRORS: Final = (Wrong, TypeError, AttributeError, ValueError, struct.error)


def located(error: Exception, name: str, index: int, position: int | None) -> Wrong:
    """The same error, knowing one more step of its path; `position` is a byte where there are bytes."""
    match error:
        case Wrong():
            wrong = error
        case IndexError():
            wrong = Wrong(f"the bytes end at byte {position}")
        case UnicodeDecodeError():
            wrong = Wrong(f"not UTF-8 at byte {position}")
        case struct.error() if position is not None:
            wrong = Wrong(f"the bytes end inside a number at byte {position}")
        case _:
            wrong = Wrong(f"a value does not fit: {error}")
    wrong.path.append(name if index < 0 else f"{name}[{index}]")
    return wrong


def null() -> Wrong:
    return Wrong("null where a value is needed")


def bad_length(length: int, position: int, data: bytes) -> Wrong:
    """Why `length` bytes or elements cannot be read here."""
    if length < 0:
        return Wrong(f"a length of {length} at byte {position}")
    return Wrong(f"{length} announced at byte {position}, {len(data) - position} bytes are left")


def text_too_long(length: int) -> Wrong:
    return Wrong(f"a string of {length} bytes, {TEXT_BYTES_MAX} are allowed")


def too_much() -> Wrong:
    return Wrong("decoded, this would take many times the memory of its bytes")


def no_such_field() -> Wrong:
    return Wrong("it is set, but this version has no such field")


def uuid(value: bytes) -> bytes:
    """The same, checked: the struct module would fill or cut it."""
    if len(value) != 16:
        raise Wrong(f"a uuid has 16 bytes, not {len(value)}")
    return value


def uvarint(data: bytes, position: int) -> tuple[int, int]:
    """(unsigned number of at most 32 bits, the position behind it)."""
    value = 0
    for index in range(_VARINT_BYTES_MAX):
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            if value > 0xFFFFFFFF:
                break
            return value, position
    raise Wrong(f"a variable-length number before byte {position} has more than 32 bits")


def put_uvarint(out: bytearray, value: int) -> None:
    while value > 0x7F:
        out.append((value & 0x7F) | 0x80)
        value >>= 7
    out.append(value)


def read_tags(owner: Any, data: bytes, position: int, budget: list[int], known: dict[int, tuple[str, TagRead]]) -> int:
    """The tagged fields of a struct; returns the position behind them. What nobody knows is kept in `owner.unknown`.

    The order of tags is not insisted upon, as Kafka does not; of a tag that repeats, the last counts.
    """
    count, position = uvarint(data, position)
    if count * 2 > len(data) - position:
        raise bad_length(count, position, data)
    for _ in range(count):
        tag, position = uvarint(data, position)
        size, position = uvarint(data, position)
        if size > len(data) - position:
            raise bad_length(size, position, data)
        payload = data[position : position + size]
        position += size
        if tag in known:
            _read_tag(owner, payload, budget, *known[tag])
            continue
        budget[0] -= _UNKNOWN_TAG_COST_BYTES
        if budget[0] < 0:
            raise too_much()
        if owner.unknown is None:
            owner.unknown = {}
        owner.unknown[tag] = payload
    return position


def _read_tag(owner: Any, payload: bytes, budget: list[int], name: str, read: TagRead) -> None:
    value, end = read(payload, 0, budget)
    if end != len(payload):
        raise Wrong(f"{name}: {len(payload) - end} bytes follow the end of a tagged field")
    setattr(owner, name, value)


def write_tags(out: bytearray, tags: dict[int, bytes | bytearray], unknown: dict[int, bytes] | None) -> None:
    """The tagged fields that are set, lowest tag first."""
    every = {**tags, **unknown} if unknown else tags
    put_uvarint(out, len(every))
    for tag, payload in sorted(every.items()):
        put_uvarint(out, tag)
        put_uvarint(out, len(payload))
        out += payload
