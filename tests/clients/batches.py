"""Record batches by hand, every field of which may lie."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import cramjam
import lz4.frame

CODECS = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}
_AFTER_CRC = struct.Struct(">hiqqqhii")
_HEAD = struct.Struct(">qiib")


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch v2; what is None is what is true. `attributes` are or-ed to the codec's."""

    values: Sequence[bytes | None] = (b"v",)
    keys: Sequence[bytes | None] = ()
    timestamps: Sequence[int] = ()
    base_offset: int = 0
    leader_epoch: int = -1
    magic: int = 2
    codec: str = "none"
    attributes: int = 0
    last_offset_delta: int | None = None
    base_timestamp: int = 1_700_000_000_000
    max_timestamp: int | None = None
    producer_id: int = -1
    producer_epoch: int = -1
    base_sequence: int = -1
    count: int | None = None
    length_more: int = 0
    crc_xor: int = 0
    offset_deltas: Sequence[int] = field(default=())
    body: bytes | None = None

    def encode(self) -> bytes:
        times = list(self.timestamps) or [self.base_timestamp] * len(self.values)
        body = self.body
        if body is None:
            deltas = list(self.offset_deltas) or list(range(len(self.values)))
            keys = list(self.keys) or [None] * len(self.values)
            body = b"".join(
                record(value, key, delta, at - self.base_timestamp)
                for value, key, delta, at in zip(self.values, keys, deltas, times, strict=True)
            )
            body = compress(self.codec, body)
        after = (
            _AFTER_CRC.pack(
                self.attributes | CODECS[self.codec],
                len(self.values) - 1 if self.last_offset_delta is None else self.last_offset_delta,
                self.base_timestamp,
                max(times, default=-1) if self.max_timestamp is None else self.max_timestamp,
                self.producer_id,
                self.producer_epoch,
                self.base_sequence,
                len(self.values) if self.count is None else self.count,
            )
            + body
        )
        head = _HEAD.pack(self.base_offset, len(after) + 9 + self.length_more, self.leader_epoch, self.magic)
        return head + struct.pack(">I", crc32c(after) ^ self.crc_xor) + after


def record(value: bytes | None, key: bytes | None = None, offset_delta: int = 0, timestamp_delta: int = 0) -> bytes:
    """One record without headers, its length in front."""
    inner = b"\0" + varint(timestamp_delta) + varint(offset_delta) + _part(key) + _part(value) + varint(0)
    return varint(len(inner)) + inner


def _part(value: bytes | None) -> bytes:
    return varint(-1) if value is None else varint(len(value)) + value


def varint(number: int) -> bytes:
    """Zigzag, as in records."""
    number = (number << 1) ^ (number >> 63)
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def compress(codec: str, data: bytes) -> bytes:
    """As Kafka's Java client frames it: snappy in xerial's frames."""
    match codec:
        case "gzip":
            return gzip.compress(data, mtime=0)
        case "snappy":
            block = bytes(cramjam.snappy.compress_raw(data))
            return b"\x82SNAPPY\0" + struct.pack(">iii", 1, 1, len(block)) + block
        case "lz4":
            return bytes(lz4.frame.compress(data, block_linked=False))  # Kafka reads no others
        case "zstd":
            return bytes(cramjam.zstd.compress(data))
        case _:
            return data


def crc32c(data: bytes) -> int:
    """CRC-32C (Castagnoli), byte by byte."""
    table, value = _table(), 0xFFFFFFFF
    for byte in data:
        value = table[(value ^ byte) & 0xFF] ^ (value >> 8)
    return value ^ 0xFFFFFFFF


@cache
def _table() -> tuple[int, ...]:
    def entry(value: int) -> int:
        for _ in range(8):
            value = (value >> 1) ^ 0x82F63B78 if value & 1 else value >> 1
        return value

    return tuple(entry(value) for value in range(256))
