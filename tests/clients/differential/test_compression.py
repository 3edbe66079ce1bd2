"""Both store batches in the codec that a topic asks for."""

from __future__ import annotations

import gzip
import struct
from typing import Any

import cramjam
import lz4.frame
import pytest

from tests.clients.batches import CODECS, Batch
from tests.clients.differential.conftest import Pair
from tests.clients.differential.side import Side
from tests.clients.differential.words import SPRING, fetch, produce

ASKED = {"producer": None, "uncompressed": "none", "gzip": "gzip", "snappy": "snappy", "lz4": "lz4", "zstd": "zstd"}
"""compression.type, and the codec it stands for."""
LEVELS = {"gzip": "9", "lz4": "17", "zstd": "19"}
CASES = [*((asked, "") for asked in ASKED), *LEVELS.items()]
"""compression.type, and a level where one is given."""
HEADER = struct.Struct(">qiibIhiqqqhii")
NAMES = {number: name for name, number in CODECS.items()}
VALUES = (b"small", b"repeated " * 3000)


def sent(codec: str, value: bytes, sequence: int) -> Batch:
    times = (SPRING, SPRING + 7, SPRING + 3)
    return Batch(
        values=(value, None, value),
        keys=(b"a", b"b", None),
        timestamps=times,
        codec=codec,
        producer_id=5000,
        producer_epoch=1,
        base_sequence=sequence,
    )


def plain(codec: str, payload: bytes) -> bytes:
    match codec:
        case "gzip":
            return gzip.decompress(payload)
        case "lz4":
            return bytes(lz4.frame.decompress(payload))
        case "zstd":
            return bytes(cramjam.zstd.decompress(payload))
        case "snappy":
            return _blocks(payload[16:])
        case _:
            return payload


def _blocks(rest: bytes) -> bytes:
    """Of the JVM's snappy frame."""
    found = b""
    while rest:
        size = int.from_bytes(rest[:4])
        found += bytes(cramjam.snappy.decompress_raw(rest[4 : 4 + size]))
        rest = rest[4 + size :]
    return found


def stored(side: Side, topic: str) -> list[tuple[Any, ...]]:
    """What each batch of a topic says: its codec, its header without what depends on the codec, its records."""
    answer: Any = side.ask(fetch({topic: 0}))
    rest: bytes = answer.responses[0].partitions[0].records
    found = []
    while rest:
        offset, length, epoch, magic, _, attributes, *others = HEADER.unpack_from(rest)
        codec = NAMES[attributes & 7]
        found.append((codec, offset, epoch, magic, attributes & ~7, *others, plain(codec, rest[HEADER.size : 12 + length])))
        rest = rest[12 + length :]
    return found


@pytest.mark.parametrize(("asked", "level"), CASES)
def test_a_batch_has_the_codec_that_its_topic_asks_for(asked: str, level: str, pair: Pair) -> None:
    topic = f"Compression.v0.{asked}.{level}"
    configs = {"compression.type": asked} | ({f"compression.{asked}.level": level} if level else {})
    batches = [sent(codec, value, 3 * at) for at, (codec, value) in enumerate((c, v) for c in CODECS for v in VALUES)]

    def life(side: Side) -> list[tuple[Any, ...]]:
        side.create([topic], configs)
        side.produce([topic], *(batch.encode() for batch in batches))
        side.produce([topic], batches[-1].encode())  # a duplicate is one, however it is stored
        return stored(side, topic)

    kafka, ours = pair.both(life)
    assert [found[0] for found in ours] == [ASKED[asked] or batch.codec for batch in batches]
    assert ours == kafka


def test_what_becomes_too_large_is_refused_by_both(pair: Pair) -> None:
    topic = "Compression.v0.too.large"

    def life(side: Side) -> tuple[Any, ...]:
        side.create([topic], {"compression.type": "uncompressed", "max.message.bytes": "1000"})
        answer: Any = side.ask(produce(topic, sent("gzip", VALUES[1], 0)))
        part = answer.responses[0].partition_responses[0]
        return part.error_code, part.base_offset, part.log_append_time_ms, part.log_start_offset, len(part.record_errors)

    kafka, ours = pair.both(life)
    assert ours == kafka
