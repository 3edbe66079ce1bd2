"""OffsetCommit, OffsetFetch, OffsetDelete."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import repeat

from leftfold.api.kafka.context import Context
from leftfold.api.kafka.coordination import too_long
from leftfold.base import ids
from leftfold.base.errors import Code, Refusal, WireError
from leftfold.kernel import KernelError, decode_offset_commit, encode_offset_commit
from leftfold.machines.cluster.state import Topic
from leftfold.machines.groups.commands import CommitOffsets, DeleteOffsets, Done, OffsetsDeleted, Reply
from leftfold.machines.groups.state import Group, Offset
from leftfold.wire.generated.group_offsets import (
    OffsetDeleteRequest,
    OffsetDeleteResponse,
    OffsetFetchRequest,
    OffsetFetchResponse,
)

_IDS_SINCE = 10  # of OffsetCommit and OffsetFetch: topics by id alone
_EPOCHS_SINCE = 9  # of OffsetCommit
_MANY_SINCE = 8  # of OffsetFetch: several groups
Refused = dict[int, Code]
_NO_OFFSET = Offset(offset=-1, leader_epoch=-1, metadata="", committed_ms=-1)
_Columns = tuple[str, bytes, list[int], list[int], list[int], list[str]]  # see decode_offset_commit
_FetchGroup = OffsetFetchResponse.OffsetFetchResponseGroup
_FetchTopics = OffsetFetchResponse.OffsetFetchResponseTopics
_FetchPartitions = OffsetFetchResponse.OffsetFetchResponsePartitions
_FetchTopic = OffsetFetchResponse.OffsetFetchResponseTopic
_FetchPartition = OffsetFetchResponse.OffsetFetchResponsePartition

# -- commit --------------------------------------------------------------------------------------------------------------------


def offset_commit(context: Context, body: bytes, answer: Callable[[bytes], None]) -> None:
    """Partitions that cannot be are refused one by one, the others are committed together or not at all."""
    group_id, generation, member_id, instance_id, retention_ms, asked = _asked(context.version, body)
    now_ms = context.node.ports.wall_ms()
    expires_ms = now_ms + retention_ms if retention_ms >= 0 else -1
    refused: list[Refused] = []
    offsets: list[tuple[str, int, Offset]] = []
    for one in asked:
        topic = _topic_of(context, one)
        refused.append(_refused(context, topic, one))
        if topic is not None:
            offsets += _offsets(topic, one, refused[-1], now_ms, expires_ms)

    def answered(outcome: Reply | Refusal) -> None:
        error = outcome.error if isinstance(outcome, Refusal) else Code.NONE
        topics = zip(asked, refused, strict=True)
        answer(encode_offset_commit(context.version, [_answered(one, against, error) for one, against in topics]))

    if not offsets:
        answered(Done())
        return
    command = CommitOffsets(
        group_id=group_id,
        at_ms=context.node.steady.wall_ms(),
        member_id=member_id,
        instance_id=instance_id,
        generation=generation,
        offsets=tuple(offsets),
        by_epoch=context.version >= _EPOCHS_SINCE,
    )
    context.node.groups.submit(group_id, command, answered)


def _asked(version: int, body: bytes) -> tuple[str, int, str, str | None, int, list[_Columns]]:
    try:
        return decode_offset_commit(version, body)
    except KernelError as why:
        raise WireError(str(why)) from None


def _topic_of(context: Context, asked: _Columns) -> Topic | None:
    name, topic_id, *_ = asked
    return _by_id(context, topic_id) if context.version >= _IDS_SINCE else context.node.topic(name)


def _refused(context: Context, topic: Topic | None, asked: _Columns) -> Refused:
    """What stands against partitions, by index; nothing against most."""
    _, _, numbers, _, _, metadata = asked
    if topic is None:
        unknown = Code.UNKNOWN_TOPIC_ID if context.version >= _IDS_SINCE else Code.UNKNOWN_TOPIC_OR_PARTITION
        return dict.fromkeys(numbers, unknown)
    refused = {}
    if any(metadata):
        longest = context.node.settings.integer("offset.metadata.max.bytes")
        long = (number for number, text in zip(numbers, metadata, strict=True) if too_long(text, longest))
        refused = dict.fromkeys(long, Code.OFFSET_METADATA_TOO_LARGE)
    count = len(topic.partitions)
    if numbers and not 0 <= min(numbers) <= max(numbers) < count:
        refused |= {number: Code.UNKNOWN_TOPIC_OR_PARTITION for number in numbers if not 0 <= number < count}
    return refused


def _offsets(
    topic: Topic, asked: _Columns, refused: Refused, now_ms: int, expires_ms: int
) -> Iterable[tuple[str, int, Offset]]:
    """What is committed; where a client sets how long that is kept, its record has no place for epoch and id."""
    _, _, numbers, positions, epochs, metadata = asked
    lasting = expires_ms < 0
    said = (positions, epochs if lasting else repeat(-1), metadata)
    offsets = map(Offset, *said, repeat(now_ms), repeat(expires_ms), repeat(topic.topic_id if lasting else ""))
    places = zip(repeat(topic.name), numbers, offsets)  # the name is repeated for as long as it takes
    return [one for one in places if one[1] not in refused] if refused else places


def _answered(asked: _Columns, refused: Refused, error: Code) -> tuple[str, bytes, list[int], list[int]]:
    """The answer, when everything that could be committed was refused so, or not."""
    name, topic_id, numbers, *_ = asked
    return name, topic_id, numbers, [refused.get(number, error) for number in numbers] if refused else [error] * len(numbers)


def _by_id(context: Context, topic_id: bytes) -> Topic | None:
    return context.node.cluster.committed.topics.get(ids.to_text(topic_id))


# -- fetch ---------------------------------------------------------------------------------------------------------------------


async def offset_fetch(context: Context, request: OffsetFetchRequest) -> OffsetFetchResponse:
    """How far groups have read: of the partitions asked for, or of all (null). -1 where nothing was committed."""
    if context.version >= _MANY_SINCE:
        return OffsetFetchResponse(groups=[_fetched(context, group, request.require_stable) for group in request.groups])
    group = _committed(context, request.group_id)
    if isinstance(group, Refusal):
        return OffsetFetchResponse(error_code=group.error, topics=_all_refused(context.version, request, group.error))
    asked = None if request.topics is None else [(topic.name, topic.partition_indexes) for topic in request.topics]
    topics = [
        _FetchTopic(name=name, partitions=[_old_stable(group, name, number, request.require_stable) for number in partitions])
        for name, partitions in _wanted(group, asked)
    ]
    return OffsetFetchResponse(error_code=Code.NONE, topics=topics)


def _fetched(context: Context, asked: OffsetFetchRequest.OffsetFetchRequestGroup, stable: bool) -> _FetchGroup:
    group = _committed(context, asked.group_id)
    if not isinstance(group, Refusal):
        group = _stranger(group, asked) or group
    if isinstance(group, Refusal):
        return _FetchGroup(group_id=asked.group_id, error_code=group.error)
    if asked.topics is None:
        topics = _all_topics(context, group, stable)
    else:
        topics = [_topic(context, group, one, stable) for one in asked.topics]
    return _FetchGroup(group_id=asked.group_id, topics=topics, error_code=Code.NONE)


def _stranger(group: Group, asked: OffsetFetchRequest.OffsetFetchRequestGroup) -> Refusal | None:
    """Why somebody who says to be a member of a consumer group is not told; who says nothing of the kind is."""
    if group.consumers is None or (asked.member_id is None and asked.member_epoch < 0):
        return None
    current = group.consumers.currents.get(asked.member_id or "")
    if current is None:
        return Refusal(Code.UNKNOWN_MEMBER_ID, f"the group has no member {asked.member_id!r}")
    if current.epoch != asked.member_epoch:
        return Refusal(Code.STALE_MEMBER_EPOCH, f"the member is in epoch {current.epoch}, not {asked.member_epoch}")
    return None


def _all_topics(context: Context, group: Group, stable: bool) -> list[_FetchTopics]:
    """Everything that was committed; by id only what there is an id for."""
    by_id, found = context.version >= _IDS_SINCE, []
    for name, partitions in _wanted(group, None):
        topic = context.node.topic(name)
        if topic is None and by_id:
            continue
        topic_id = ids.ZERO if topic is None else ids.to_bytes(topic.topic_id)
        shown = [_stable(group, name, number, group.offset(name, number), stable) for number in partitions]
        found.append(_FetchTopics(name=name, topic_id=topic_id, partitions=shown))
    return found


def _topic(context: Context, group: Group, asked: OffsetFetchRequest.OffsetFetchRequestTopics, stable: bool) -> _FetchTopics:
    if context.version < _IDS_SINCE:
        name, topic_id = asked.name, ""
    else:
        topic = _by_id(context, asked.topic_id)
        if topic is None:
            unknown = [_partition(number, None, Code.UNKNOWN_TOPIC_ID) for number in asked.partition_indexes]
            return _FetchTopics(topic_id=asked.topic_id, partitions=unknown)
        name, topic_id = topic.name, topic.topic_id
    partitions = [
        _stable(group, name, number, _of_this(group.offset(name, number), topic_id), stable)
        for number in asked.partition_indexes
    ]
    return _FetchTopics(name=name, topic_id=asked.topic_id, partitions=partitions)


def _stable(group: Group, name: str, number: int, offset: Offset | None, asked: bool) -> _FetchPartitions:
    """Who asks for stable offsets is told to wait while a transaction may still move one (KIP-447)."""
    if asked and group.is_unstable(name, number):
        return _partition(number, None, Code.UNSTABLE_OFFSET_COMMIT)
    return _partition(number, offset)


def _old_stable(group: Group, name: str, number: int, asked: bool) -> _FetchPartition:
    if asked and group.is_unstable(name, number):
        return _old_partition(number, None, Code.UNSTABLE_OFFSET_COMMIT)
    return _old_partition(number, group.offset(name, number))


def _of_this(offset: Offset | None, topic_id: str) -> Offset | None:
    """An offset of this very topic: one made anew under the same name begins at nothing."""
    return offset if offset is None or not topic_id or offset.topic_id in ("", topic_id) else None


def _committed(context: Context, group_id: str) -> Group | Refusal:
    shell = context.node.groups.shell(group_id)
    return shell if isinstance(shell, Refusal) else shell.committed.groups.get(group_id, Group())


def _wanted(group: Group, asked: Iterable[tuple[str, list[int]]] | None) -> Iterable[tuple[str, list[int]]]:
    if asked is not None:
        return asked
    return [(name, sorted(partitions)) for name, partitions in sorted(group.offsets.items())]


def _partition(number: int, committed: Offset | None, error: Code = Code.NONE) -> _FetchPartitions:
    offset = committed or _NO_OFFSET
    return _FetchPartitions(
        partition_index=number,
        committed_offset=offset.offset,
        committed_leader_epoch=offset.leader_epoch,
        metadata=offset.metadata,
        error_code=error,
    )


def _old_partition(number: int, committed: Offset | None, error: Code = Code.NONE) -> _FetchPartition:
    offset = committed or _NO_OFFSET
    return _FetchPartition(
        partition_index=number,
        committed_offset=offset.offset,
        committed_leader_epoch=offset.leader_epoch,
        metadata=offset.metadata,
        error_code=error,
    )


def _all_refused(version: int, request: OffsetFetchRequest, error: Code) -> list[_FetchTopic]:
    """Before version 2 an answer could only refuse partition by partition. That a group is still read is said both ways:
    aiokafka looks at partitions only, takes it for a group that has never committed, and begins at the first record.
    """
    if version >= 2 and error != Code.COORDINATOR_LOAD_IN_PROGRESS:
        return []
    return [
        _FetchTopic(name=topic.name, partitions=[_old_partition(number, None, error) for number in topic.partition_indexes])
        for topic in request.topics or ()
    ]


# -- delete --------------------------------------------------------------------------------------------------------------------


async def offset_delete(context: Context, request: OffsetDeleteRequest) -> OffsetDeleteResponse:
    """Forget how far a group has read; topics that its members read now are refused."""
    if not request.group_id:
        return OffsetDeleteResponse(error_code=Code.INVALID_GROUP_ID)
    asked = {topic.name: [one.partition_index for one in topic.partitions] for topic in request.topics}
    known = {(name, number) for name, numbers in asked.items() for number in numbers if _exists(context, name, number)}
    answer = await context.node.groups.ask(
        request.group_id, DeleteOffsets(request.group_id, context.node.steady.wall_ms(), tuple(sorted(known)))
    )
    if isinstance(answer, Refusal):
        return OffsetDeleteResponse(error_code=answer.error)
    assert isinstance(answer, OffsetsDeleted)
    topics = [
        OffsetDeleteResponse.OffsetDeleteResponseTopic(
            name=name,
            partitions=[
                OffsetDeleteResponse.OffsetDeleteResponsePartition(
                    partition_index=number, error_code=_deleted(answer, known, name, number)
                )
                for number in numbers
            ],
        )
        for name, numbers in asked.items()
    ]
    return OffsetDeleteResponse(error_code=Code.NONE, topics=topics)


def _exists(context: Context, name: str, number: int) -> bool:
    topic = context.node.topic(name)
    return topic is not None and 0 <= number < len(topic.partitions)


def _deleted(answer: OffsetsDeleted, known: set[tuple[str, int]], name: str, number: int) -> Code:
    if (name, number) not in known:
        return Code.UNKNOWN_TOPIC_OR_PARTITION
    return Code.GROUP_SUBSCRIBED_TO_TOPIC if (name, number) in answer.subscribed else Code.NONE
