"""Records that Kafka 4.4.0 wrote into __consumer_offsets."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftfold.base import ids
from leftfold.base.errors import StartError
from leftfold.machines.groups.events import (
    EpochBumped,
    GenerationForgotten,
    GenerationWritten,
    MemberAssigned,
    MemberSubscribed,
    MemberTargeted,
    OffsetForgotten,
    OffsetsCommitted,
    TargetsSet,
)
from leftfold.machines.groups.records import Records
from leftfold.machines.groups.state import Current, Generation, Member, Offset, Step, Subscription
from leftfold.wire.generated.group_records import OffsetCommitKey, OffsetCommitValue
from leftfold.wire.records import encode_key, encode_value

MEMBER_ID = "Bw9DnS3TQC25wHF4+16yYw"
TOPIC_ID = "H8mrOKVWR4C_eq8YXW_93A"
RANGE = "000000010001740000000000000000ffffffff0000"  # what librdkafka 2.12 says for the range assignor, its version apart


@dataclass(frozen=True)
class Entry:
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[()] = ()


def entry(key: str, value: str | None) -> Entry:
    return Entry(0, bytes.fromhex(key), None if value is None else bytes.fromhex(value))


MEMBER = Member(
    member_id="rdkafka-3dbaf016-e78f-4361-95f4-825fa8464323",
    instance_id=None,
    client_id="rdkafka",
    client_host="/127.0.0.1",
    rebalance_timeout_ms=300_000,
    session_timeout_ms=6_000,
    subscription=bytes.fromhex("0003" + RANGE),
    assignment=b"\0\0" + bytes.fromhex("00000001000174000000020000000000000001") + bytes(4),
)
WRITTEN: list[tuple[str, str | None, Any]] = [
    (
        "0001000673696d706c6500017400000000",
        "00040000000000000005ffffffff01000001a20d8928140100101fc9ab38a5564780bf7aaf185d6ffddc",
        OffsetsCommitted("simple", (("t", 0, Offset(5, -1, "", 0x1A20D892814, topic_id=TOPIC_ID)),)),
    ),
    (
        "000200026731",
        "0003000000000000ffffffff000001a20d8926eb00000000",
        GenerationWritten("g1", Generation(0, "", None, None, 0x1A20D8926EB, ())),
    ),
    (
        "000200026731",
        "00030008636f6e73756d657200000001000572616e6765002c72646b61666b612d33646261663031362d653738662d343336312d39356634"
        "2d383235666138343634333233000001a20d89270c00000001002c72646b61666b612d33646261663031362d653738662d343336312d3935"
        "66342d383235666138343634333233ffff000772646b61666b61000a2f3132372e302e302e31000493e00000177000000017000300000001"
        "0001740000000000000000ffffffff00000000001900000000000100017400000002000000000000000100000000",
        GenerationWritten("g1", Generation(1, "consumer", "range", MEMBER.member_id, 0x1A20D89270C, (MEMBER,))),
    ),
    (
        "0005000267320016427739446e53335451433235774846342b3136795977",
        "0000" + "00" + "00" + "0872646b61666b61" + "0b2f3132372e302e302e31" + "020274" + "01" + "000493e0" + "00" + "01000100",
        MemberSubscribed("g2", MEMBER_ID, Subscription(None, None, "rdkafka", "/127.0.0.1", ("t",), 300_000, None)),
    ),
    ("000300026732", "00000000000201000898b5a2c9abc5d5b2", EpochBumped("g2", (2, -0x674A5D36543A2A4E))),
    (
        "0007000267320016427739446e53335451433235774846342b3136795977",
        "0000021fc9ab38a5564780bf7aaf185d6ffddc0300000000000000010000",
        MemberTargeted("g2", MEMBER_ID, frozenset({(TOPIC_ID, 0), (TOPIC_ID, 1)})),
    ),
    ("000600026732", "000000000002010008000001a20d892866", TargetsSet("g2", (2, 0x1A20D892866))),
    (
        "0008000267320016427739446e53335451433235774846342b3136795977",
        "0000000000020000000000021fc9ab38a5564780bf7aaf185d6ffddc0300000000000000010100090300000002000000020100",
        MemberAssigned("g2", MEMBER_ID, Current(2, 0, Step.STABLE, ((TOPIC_ID, 0, 2), (TOPIC_ID, 1, 2)), ())),
    ),
    ("0008000267320016427739446e53335451433235774846342b3136795977", None, MemberAssigned("g2", MEMBER_ID, None)),
    ("0007000267320016427739446e53335451433235774846342b3136795977", None, MemberTargeted("g2", MEMBER_ID, None)),
    ("0005000267320016427739446e53335451433235774846342b3136795977", None, MemberSubscribed("g2", MEMBER_ID, None)),
    ("000300026732", "00000000000300", EpochBumped("g2", (3, 0))),
    ("000600026732", "00000000000300", TargetsSet("g2", (3, 0))),
    ("00010002673100017400000000", None, OffsetForgotten("g1", "t", 0)),
    ("000200026731", None, GenerationForgotten("g1")),
]


@pytest.mark.parametrize(("key", "value", "event"), WRITTEN)
def test_kafkas_records_are_read_and_written_to_the_byte(key: str, value: str | None, event: Any) -> None:
    read = Records().decode(entry(key, value), "here")
    assert read == event
    (record,) = Records().encode(event, 7)
    assert (record[0] or b"").hex() == key
    assert record[1] is None if value is None else (record[1] or b"").hex() == value


def test_older_versions_are_read_too() -> None:
    codec = Records()
    version_1 = entry(
        "000100016700017400000000", "0001" + "0000000000000005" + "0000" + "0000000000000007" + "0000000000000009"
    )
    assert codec.decode(version_1, "here") == OffsetsCommitted("g", (("t", 0, Offset(5, -1, "", 7, expires_ms=9)),))
    legacy = entry("000000016700017400000000", "0000" + "0000000000000005" + "0000" + "0000000000000007")
    assert codec.decode(legacy, "here") == OffsetsCommitted("g", (("t", 0, Offset(5, -1, "", 7)),))


def test_kinds_of_later_brokers_are_left_alone_and_broken_records_named() -> None:
    assert Records().decode(entry("00630001670001", "0000"), "here") is None
    with pytest.raises(StartError, match="offset 7: OffsetCommitValue v4"):
        Records().decode(entry("000100016700017400000000", "000400"), "offset 7")


@given(
    st.builds(
        Offset,
        offset=st.integers(-1, 2**63 - 1),
        leader_epoch=st.integers(-1, 2**31 - 1),
        metadata=st.text(st.characters(codec="utf-8"), max_size=200),
        committed_ms=st.integers(0, 2**63 - 1),
        expires_ms=st.just(-1),
        topic_id=st.sampled_from(["", TOPIC_ID]),
    )
)
def test_an_offset_is_written_and_read_as_the_messages_would(offset: Offset) -> None:
    """The short way is the long way: Kafka's messages give the same bytes, and both ways read the same offset."""
    topic_id = ids.to_bytes(offset.topic_id) if offset.topic_id else ids.ZERO
    message = OffsetCommitValue(
        offset=offset.offset,
        leader_epoch=offset.leader_epoch,
        metadata=offset.metadata,
        commit_timestamp=offset.committed_ms,
        topic_id=topic_id,
    )
    event = OffsetsCommitted("g", (("t", 7, offset),))
    ((key, value, _, _),) = Records().encode(event, 0)
    assert key == encode_key(OffsetCommitKey(group="g", topic="t", partition=7))
    assert value == encode_value(message, 4)
    assert Records().decode(Entry(0, key, value, ()), "here") == event


@pytest.mark.parametrize("cut", range(1, 40))
def test_a_record_that_breaks_off_is_refused_wherever_it_does(cut: int) -> None:
    ((key, value, _, _),) = Records().encode(OffsetsCommitted("g", (("t", 7, Offset(5, 1, "mm", 9, topic_id=TOPIC_ID)),)), 0)
    assert key is not None and value is not None
    with pytest.raises(StartError, match="here: "):
        Records().decode(Entry(0, key, value[: len(value) - cut], ()), "here")
