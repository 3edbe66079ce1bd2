"""Groups' events as the records of Kafka's __consumer_offsets."""

# Values are written in the versions that Apache Kafka 4.4.0 writes, and read in all: so Kafka's tools read this topic, and a
# topic that Kafka wrote can be read here.

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from struct import Struct
from struct import error as StructError

from leftfold.base import ids
from leftfold.base.errors import Failure, StartError, WireError
from leftfold.base.writers import Marker, Producer, Writer, Written, marker_record
from leftfold.fold.journal import Entry, Record
from leftfold.machines.groups import consumer_records
from leftfold.machines.groups.events import (
    EpochBumped,
    Event,
    GenerationForgotten,
    GenerationWritten,
    MemberAssigned,
    MemberSubscribed,
    MemberTargeted,
    OffsetForgotten,
    OffsetsCommitted,
    OffsetsPended,
    PatternResolved,
    PresenceChanged,
    ProducerEnded,
    TargetsSet,
    TimePassed,
)
from leftfold.machines.groups.state import Generation, Member, Offset
from leftfold.wire.codec import Message
from leftfold.wire.generated.group_records import (
    GroupMetadataKey,
    GroupMetadataValue,
    LegacyOffsetCommitKey,
    LegacyOffsetCommitValue,
    OffsetCommitKey,
    OffsetCommitValue,
)
from leftfold.wire.primitives import put_uvarint
from leftfold.wire.records import decode_key, decode_value, encode_key, encode_value

_CLASSIC: tuple[type[Message], ...] = (LegacyOffsetCommitKey, OffsetCommitKey, GroupMetadataKey)
_KINDS = {kind.API_KEY: kind for kind in (*_CLASSIC, *consumer_records.KEYS)}
_OFFSET_VERSION = 4
_OFFSET_VERSION_WITH_EXPIRY = 1  # the only one that has the field
_GENERATION_VERSION = 3


class Records:
    """From events to records and back; presence has none."""

    def encode(self, event: Event, at_ms: int) -> Sequence[Record]:
        """The records of an event; a tombstone for what is forgotten, none for presence."""
        match event:
            case OffsetsCommitted() | OffsetsPended():
                return _offset_records(event.group_id, event.offsets, at_ms)
            case PresenceChanged() | TimePassed():
                return ()
            case OffsetForgotten():
                return ((offset_key(event.group_id, event.topic, event.partition), None, (), at_ms),)
            case ProducerEnded():
                return (marker_record(event.commit, at_ms),)
            case GenerationWritten():
                value = encode_value(_generation_value(event.generation), _GENERATION_VERSION)
                return ((encode_key(GroupMetadataKey(group=event.group_id)), value, (), at_ms),)
            case GenerationForgotten():
                return ((encode_key(GroupMetadataKey(group=event.group_id)), None, (), at_ms),)
            case EpochBumped() | MemberSubscribed() | TargetsSet() | MemberTargeted() | MemberAssigned() | PatternResolved():
                key, wanted = consumer_records.encode(event)
                return ((encode_key(key), None if wanted is None else encode_value(wanted, 0), (), at_ms),)

    def decode(self, entry: Entry, where: str) -> Event | None:
        """The event of a record; None for a kind that is not known here. StartError names `where` a broken one stands."""
        if isinstance(entry, Written) and isinstance(entry.writer, Marker):
            return ProducerEnded(*entry.writer)
        try:
            event: Event | None = _offset_read(entry.key, entry.value)
            if event is None:
                key = decode_key(_KINDS, entry.key or b"")
                event = None if key is None else _event(key, entry.value)
            return _pended(event, entry.writer) if isinstance(entry, Written) else event
        except WireError as why:
            raise StartError(f"{where}: {why}", Failure.EVENT_UNKNOWN) from None


def writer(event: Event) -> Writer:
    """Whose batch an event is written in; None: the broker's own."""
    match event:
        case OffsetsPended():
            return Producer(event.producer_id, event.producer_epoch)
        case ProducerEnded():
            return Marker(event.producer_id, event.producer_epoch, event.commit)
        case _:
            return None


def _pended(event: Event | None, writer: Producer | Marker) -> Event | None:
    """In a transaction offsets are committed, and nothing else is (Kafka reads nothing else there either)."""
    if not isinstance(event, OffsetsCommitted):
        return None
    return OffsetsPended(event.group_id, event.offsets, writer.producer_id, writer.producer_epoch)


def _event(key: Message, value: bytes | None) -> Event | None:
    match key:
        case OffsetCommitKey() | LegacyOffsetCommitKey():
            if value is None:
                return OffsetForgotten(key.group, key.topic, key.partition)
            offset = _offset(value) if isinstance(key, OffsetCommitKey) else _legacy_offset(value)
            return OffsetsCommitted(key.group, ((key.topic, key.partition, offset),))
        case GroupMetadataKey():
            if value is None:
                return GenerationForgotten(key.group)
            return GenerationWritten(key.group, _generation(decode_value(GroupMetadataValue, value)))
        case _:
            return consumer_records.decode(key, value)


# -- offsets: nearly all of the records, so these are written and read without a message of their own ------------------------

_KIND = OffsetCommitKey.API_KEY.to_bytes(2, "big")
_LENGTH = Struct(">h")
_PARTITION = Struct(">i")
_START = Struct(">hqi")  # version, offset, leader epoch
_COMMITTED = Struct(">q")
_BARE = Struct(">hqiBq")  # all of it but the tagged fields, without metadata
_SHORT = 126  # the longest text whose length takes one byte
_OFFSETS: dict[int, type[Message]] = {OffsetCommitKey.API_KEY: OffsetCommitKey}
_NO_TAGS, _ID_TAG = b"\x00", b"\x01\x00\x10"  # of _OFFSET_VERSION; tag 0 holds the 16 bytes of a topic id


def _offset_records(group_id: str, offsets: Sequence[tuple[str, int, Offset]], at_ms: int) -> list[Record]:
    start, number, value = _of_topic, _PARTITION.pack, offset_value
    return [(start(group_id, topic) + number(partition), value(offset), (), at_ms) for topic, partition, offset in offsets]


def offset_key(group_id: str, topic: str, partition: int) -> bytes:
    """The key of an offset's record."""
    return _of_topic(group_id, topic) + _PARTITION.pack(partition)


@lru_cache(maxsize=10_000)
def _of_topic(group_id: str, topic: str) -> bytes:
    group, name = group_id.encode(), topic.encode()
    return b"".join((_KIND, _LENGTH.pack(len(group)), group, _LENGTH.pack(len(name)), name))


def offset_value(offset: Offset) -> bytes:
    """The value of an offset's record, in the version that has a place for all of it."""
    if offset.expires_ms >= 0:
        return encode_value(
            OffsetCommitValue(
                offset=offset.offset,
                metadata=offset.metadata,
                commit_timestamp=offset.committed_ms,
                expire_timestamp=offset.expires_ms,
            ),
            _OFFSET_VERSION_WITH_EXPIRY,
        )
    tags = _id_tag(offset.topic_id)
    if not offset.metadata:
        return _BARE.pack(_OFFSET_VERSION, offset.offset, offset.leader_epoch, 1, offset.committed_ms) + tags
    value = bytearray(_START.pack(_OFFSET_VERSION, offset.offset, offset.leader_epoch))
    metadata = offset.metadata.encode()
    put_uvarint(value, len(metadata) + 1)
    value += metadata
    value += _COMMITTED.pack(offset.committed_ms)
    value += tags
    return bytes(value)


@lru_cache(maxsize=10_000)
def _id_tag(topic_id: str) -> bytes:
    return _ID_TAG + ids.to_bytes(topic_id) if topic_id else _NO_TAGS


def _offset_read(key: bytes | None, value: bytes | None) -> OffsetsCommitted | None:
    """What these two functions wrote; None for anything else, which is read field by field and says what is wrong with it."""
    if not key or not value or (names := _names(key[:-4])) is None:
        return None
    try:
        version, offset, leader_epoch = _START.unpack_from(value)
        length = value[_START.size] - 1
        start = _START.size + 1
        metadata = value[start : start + length].decode()
        (committed_ms,) = _COMMITTED.unpack_from(value, start + length)
        topic_id = _of_tag(value[start + length + 8 :])
        (partition,) = _PARTITION.unpack_from(key, len(key) - 4)
    except (StructError, IndexError, UnicodeDecodeError):
        return None
    if version != _OFFSET_VERSION or not 0 <= length <= _SHORT or topic_id is None:
        return None
    group_id, topic = names
    return OffsetsCommitted(
        group_id, ((topic, partition, Offset(offset, leader_epoch, metadata, committed_ms, topic_id=topic_id)),)
    )


@lru_cache(maxsize=10_000)
def _names(start: bytes) -> tuple[str, str] | None:
    """(group, topic) of an offset's key without its partition; None if it is another key."""
    try:
        key = decode_key(_OFFSETS, start + bytes(4))
    except WireError:
        return None
    return (key.group, key.topic) if isinstance(key, OffsetCommitKey) else None


@lru_cache(maxsize=10_000)
def _of_tag(tags: bytes) -> str | None:
    """The topic id that these tagged fields hold, if that is all that they do."""
    if tags == _NO_TAGS:
        return ""
    return _topic_id(tags[3:]) if tags[:3] == _ID_TAG and len(tags) == len(_ID_TAG) + 16 else None


def _offset(content: bytes) -> Offset:
    value = decode_value(OffsetCommitValue, content)
    return Offset(
        offset=value.offset,
        leader_epoch=value.leader_epoch,
        metadata=value.metadata,
        committed_ms=value.commit_timestamp,
        expires_ms=value.expire_timestamp,
        topic_id=_topic_id(value.topic_id),
    )


@lru_cache(maxsize=10_000)
def _topic_id(identity: bytes) -> str:
    return "" if identity == ids.ZERO else ids.to_text(identity)


def _legacy_offset(content: bytes) -> Offset:
    value = decode_value(LegacyOffsetCommitValue, content)
    return Offset(value.offset, -1, value.metadata, value.commit_timestamp)


def _generation_value(generation: Generation) -> GroupMetadataValue:
    members = [
        GroupMetadataValue.MemberMetadata(
            member_id=member.member_id,
            group_instance_id=member.instance_id,
            client_id=member.client_id,
            client_host=member.client_host,
            rebalance_timeout=member.rebalance_timeout_ms,
            session_timeout=member.session_timeout_ms,
            subscription=member.subscription,
            assignment=member.assignment,
        )
        for member in generation.members
    ]
    return GroupMetadataValue(
        protocol_type=generation.protocol_type,
        generation=generation.number,
        protocol=generation.protocol,
        leader=generation.leader,
        current_state_timestamp=generation.since_ms,
        members=members,
    )


def _generation(value: GroupMetadataValue) -> Generation:
    members = tuple(
        Member(
            member_id=member.member_id,
            instance_id=member.group_instance_id,
            client_id=member.client_id,
            client_host=member.client_host,
            rebalance_timeout_ms=member.session_timeout if member.rebalance_timeout < 0 else member.rebalance_timeout,
            session_timeout_ms=member.session_timeout,
            subscription=member.subscription,
            assignment=member.assignment,
        )
        for member in value.members
    )
    return Generation(
        value.generation, value.protocol_type, value.protocol, value.leader, value.current_state_timestamp, members
    )
