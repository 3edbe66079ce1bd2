"""Keys and values of records in Kafka's own topics.

A key is an int16 that names the kind of record, then the key's fields; a value is an int16 version, then its fields in that
version. A kind that is not known is for the reader to skip, as Kafka does: a newer broker may have written it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from leftfold.base.errors import WireError
from leftfold.wire.codec import Message

KEY_VERSION = 0  # every kind's key has this one version of its own; what differs is the kind

Value = TypeVar("Value", bound=Message)


def encode_key(key: Message) -> bytes:
    """The bytes of a key, its kind first."""
    return key.API_KEY.to_bytes(2, "big") + key.encode(KEY_VERSION)


def encode_value(value: Message, version: int) -> bytes:
    """The bytes of a value, its version first."""
    return version.to_bytes(2, "big") + value.encode(version)


def decode_key(kinds: Mapping[int, type[Message]], key: bytes) -> Message | None:
    """The key that these bytes are; None if `kinds` does not know their kind. WireError if they are no key."""
    owner = kinds.get(_number(key, "a key"))
    return None if owner is None else owner.decode(KEY_VERSION, key[2:])


def decode_value(owner: type[Value], value: bytes) -> Value:
    """The value that these bytes are, in whatever version they say; WireError if they are none."""
    return owner.decode(_number(value, owner.__name__), value[2:])


def _number(content: bytes, what: str) -> int:
    if len(content) < 2:
        raise WireError(f"{what} of {len(content)} bytes: its first two are missing")
    return int.from_bytes(content[:2], "big", signed=True)
