"""Names for things: topic ids and their two shapes."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from functools import lru_cache

ZERO = bytes(16)
CLUSTER_TOPIC_ID = bytes(15) + b"\x4c"  # the first hundred ids are reserved in Kafka and never drawn at random


@lru_cache(maxsize=10_000)
def to_text(identity: bytes) -> str:
    """16 bytes as the 22 letters that Kafka's tools show (KIP-516)."""
    return urlsafe_b64encode(identity)[:22].decode("ascii")


def to_bytes(text: str) -> bytes:
    """The 16 bytes of a text that `to_text` made; ValueError for any other."""
    identity = urlsafe_b64decode(text + "==")
    if len(identity) != 16 or to_text(identity) != text:
        raise ValueError(f"{text!r} is not the text of a 16-byte id")
    return identity


def draw(random_bytes: Callable[[int], bytes]) -> str:
    """A new random id (UUID version 4) as text, never a reserved one and never beginning with a hyphen, which tools misread."""
    while True:
        raw = bytearray(random_bytes(16))
        raw[6] = raw[6] & 0x0F | 0x40
        raw[8] = raw[8] & 0x3F | 0x80
        text = to_text(bytes(raw))
        if not text.startswith("-"):
            return text
