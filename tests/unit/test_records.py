"""Keys and values of Kafka's own topics."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftfold.base.errors import WireError
from leftfold.wire.codec import Message
from leftfold.wire.generated.group_records import GroupMetadataKey, OffsetCommitKey, OffsetCommitValue
from leftfold.wire.records import decode_key, decode_value, encode_key, encode_value

KINDS: dict[int, type[Message]] = {1: OffsetCommitKey, 2: GroupMetadataKey}


def test_a_key_begins_with_its_kind() -> None:
    key = GroupMetadataKey(group="g")
    assert encode_key(key) == bytes.fromhex("0002 0001 67")
    assert decode_key(KINDS, encode_key(key)) == key


def test_a_value_begins_with_its_version() -> None:
    value = OffsetCommitValue(offset=7, metadata="m", commit_timestamp=9)
    for version in range(5):
        body = encode_value(value, version)
        assert body[:2] == version.to_bytes(2, "big")
        assert decode_value(OffsetCommitValue, body) == value


def test_a_kind_that_is_not_known_is_left_alone() -> None:
    assert decode_key(KINDS, bytes.fromhex("7fff 00")) is None


@given(st.binary(max_size=40))
def test_whatever_bytes_come_they_are_read_or_refused(content: bytes) -> None:
    try:
        decode_key(KINDS, content)
        decode_value(OffsetCommitValue, content)
    except WireError:
        pass


@pytest.mark.parametrize("content", [b"", b"\0", bytes.fromhex("0001 0005 67")])
def test_a_key_cut_short_is_refused(content: bytes) -> None:
    with pytest.raises(WireError):
        decode_key(KINDS, content)


def test_a_value_of_a_later_version_is_refused() -> None:
    with pytest.raises(WireError, match="versions 0-4, not 5"):
        decode_value(OffsetCommitValue, bytes.fromhex("0005") + bytes(30))
