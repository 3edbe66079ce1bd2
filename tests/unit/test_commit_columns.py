"""OffsetCommit in columns says what the message classes say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftfold.kernel import KernelError, decode_offset_commit, encode_offset_commit
from leftfold.wire.generated.group_offsets import OffsetCommitRequest, OffsetCommitResponse

Topic = OffsetCommitRequest.OffsetCommitRequestTopic
Partition = OffsetCommitRequest.OffsetCommitRequestPartition
Answered = OffsetCommitResponse.OffsetCommitResponseTopic
AnsweredPartition = OffsetCommitResponse.OffsetCommitResponsePartition
IDS_SINCE = 10  # topics by id alone
versions = st.integers(*OffsetCommitRequest.VERSIONS)
texts = st.text(max_size=9)
numbers = st.integers(-(2**31), 2**31 - 1)
topic_ids = st.binary(min_size=16, max_size=16)
partitions = st.builds(
    Partition,
    partition_index=numbers,
    committed_offset=st.integers(-(2**63), 2**63 - 1),
    committed_leader_epoch=numbers,
    committed_metadata=st.none() | texts,
)
topics = st.builds(Topic, name=texts, topic_id=topic_ids, partitions=st.lists(partitions, max_size=4))
requests = st.builds(
    OffsetCommitRequest,
    group_id=texts,
    generation_id_or_member_epoch=numbers,
    member_id=texts,
    topics=st.lists(topics, max_size=3),
)


def columns(topic: Topic) -> tuple[str, bytes, list[int], list[int], list[int], list[str]]:
    rows = topic.partitions
    return (
        topic.name,
        topic.topic_id,
        [row.partition_index for row in rows],
        [row.committed_offset for row in rows],
        [row.committed_leader_epoch for row in rows],
        [row.committed_metadata or "" for row in rows],
    )


def shaped(version: int, topic: Topic) -> Topic:
    """With a name or an id, as this version has it."""
    topic.name, topic.topic_id = ("", topic.topic_id) if version >= IDS_SINCE else (topic.name, bytes(16))
    return topic


@given(versions, requests)
def test_the_columns_of_a_request_are_its_rows(version: int, request: OffsetCommitRequest) -> None:
    request.topics = [shaped(version, topic) for topic in request.topics]
    body = request.encode(version)
    read = OffsetCommitRequest.decode(version, body)
    head = (read.group_id, read.generation_id_or_member_epoch, read.member_id, read.group_instance_id, read.retention_time_ms)
    assert decode_offset_commit(version, body) == (*head, [columns(topic) for topic in read.topics])
    assert decode_offset_commit(version, body + b"more") == decode_offset_commit(version, body)


@given(
    versions, st.lists(st.tuples(texts, topic_ids, st.lists(st.tuples(numbers, st.integers(-1, 200)), max_size=4)), max_size=3)
)
def test_an_answer_of_columns_has_the_bytes_of_its_rows(
    version: int, asked: list[tuple[str, bytes, list[tuple[int, int]]]]
) -> None:
    rows = [
        Answered(
            name="" if version >= IDS_SINCE else name,
            topic_id=topic_id if version >= IDS_SINCE else bytes(16),
            partitions=[AnsweredPartition(partition_index=number, error_code=error) for number, error in pairs],
        )
        for name, topic_id, pairs in asked
    ]
    given = [
        (name, topic_id, [number for number, _ in pairs], [error for _, error in pairs]) for name, topic_id, pairs in asked
    ]
    assert encode_offset_commit(version, given) == OffsetCommitResponse(topics=rows).encode(version)


def test_what_is_cut_off_is_refused() -> None:
    partition = Partition(partition_index=3, committed_offset=7, committed_metadata="so far")
    body = OffsetCommitRequest(group_id="readers", topics=[Topic(name="orders", partitions=[partition])]).encode(9)
    for end in range(len(body)):
        with pytest.raises(KernelError, match="OffsetCommitRequest v9: byte") as refused:
            decode_offset_commit(9, body[:end])
        assert refused.value.code == "corrupt_request"


def test_more_partitions_than_anybody_has_are_refused_before_they_are_made() -> None:
    many = [Partition(partition_index=0, committed_offset=0, committed_metadata="")] * 100_000
    request = OffsetCommitRequest(group_id="readers", topics=[Topic(name="orders", partitions=many)])
    with pytest.raises(KernelError, match="100001 topics and partitions, 100000 are allowed"):
        decode_offset_commit(9, request.encode(9))
    request.topics[0].partitions = many[1:]
    assert len(decode_offset_commit(9, request.encode(9))[-1][0][2]) == 99_999
