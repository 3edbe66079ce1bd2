"""A node coordinates groups, and takes them up again."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from leftfold import Broker
from leftfold.api.kafka.coordination import too_long
from leftfold.base.errors import Code
from leftfold.fold.shells import partition_of
from leftfold.wire.generated.consumer_groups import ConsumerGroupHeartbeatRequest
from leftfold.wire.generated.group_offsets import FindCoordinatorRequest, OffsetCommitRequest, OffsetFetchRequest
from leftfold.wire.generated.groups import DescribeGroupsRequest, HeartbeatRequest, JoinGroupRequest, SyncGroupRequest
from leftfold.wire.generated.topics import DeleteTopicsRequest
from tests.unit.client import Client
from tests.unit.test_node import create

AT_ONCE = {"group.initial.rebalance.delay.ms": "0", "offsets.topic.num.partitions": "3"}


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with Broker(AT_ONCE, data=tmp_path / "data") as running:
        yield running


def coordinated(client: Client) -> None:
    """Wait until groups are read."""
    answer = client.ask(FindCoordinatorRequest(key="g"), 0)
    assert answer.error_code == Code.NONE
    asked = DescribeGroupsRequest(groups=[f"g{number}" for number in range(20)])
    deadline = time.monotonic() + 20
    while any(group.error_code == Code.COORDINATOR_LOAD_IN_PROGRESS for group in client.ask(asked, 0).groups):
        assert time.monotonic() < deadline


def join(client: Client, member: str = "", group: str = "g") -> Any:
    protocol = JoinGroupRequest.JoinGroupRequestProtocol(name="range", metadata=b"x")
    request = JoinGroupRequest(
        group_id=group, session_timeout_ms=30_000, rebalance_timeout_ms=30_000, member_id=member,
        protocol_type="consumer", protocols=[protocol],
    )  # fmt: skip
    return client.ask(request, 3)


def sync(client: Client, joined: Any, **assignments: bytes) -> Any:
    made = SyncGroupRequest
    given = [made.SyncGroupRequestAssignment(member_id=member, assignment=what) for member, what in assignments.items()]
    return client.ask(made(group_id="g", generation_id=joined.generation_id, member_id=joined.member_id, assignments=given), 2)


def heartbeat(client: Client, joined: Any) -> int:
    request = HeartbeatRequest(group_id="g", generation_id=joined.generation_id, member_id=joined.member_id)
    error: int = client.ask(request, 0).error_code
    return error


def commit(client: Client, offset: int, joined: Any = None) -> int:
    made = OffsetCommitRequest
    part = made.OffsetCommitRequestPartition(partition_index=0, committed_offset=offset)
    topics = [made.OffsetCommitRequestTopic(name="t", partitions=[part])]
    by = {} if joined is None else {"generation_id_or_member_epoch": joined.generation_id, "member_id": joined.member_id}
    error: int = client.ask(made(group_id="g", topics=topics, **by), 2).topics[0].partitions[0].error_code
    return error


def fetched(client: Client) -> int:
    asked = [OffsetFetchRequest.OffsetFetchRequestTopic(name="t", partition_indexes=[0])]
    offset: int = client.ask(OffsetFetchRequest(group_id="g", topics=asked), 1).topics[0].partitions[0].committed_offset
    return offset


def test_a_join_waits_for_the_others_and_all_are_answered(broker: Broker) -> None:
    with Client(broker.bootstrap) as first, Client(broker.bootstrap) as second:
        coordinated(first)
        alone = join(first)
        assert sync(first, alone, **{alone.member_id: b"all"}).assignment == b"all"
        answers: list[Any] = []
        thread = threading.Thread(target=lambda: answers.append(join(second)))
        thread.start()
        while heartbeat(first, alone) != Code.REBALANCE_IN_PROGRESS:
            assert thread.is_alive()
        both = join(first, alone.member_id)
        thread.join(20)
        other = answers[0]
        assert (both.generation_id, other.generation_id) == (2, 2)
        assert {one.member_id for one in both.members} == {alone.member_id, other.member_id}
        assert other.members == []
        waiting = threading.Thread(target=lambda: answers.append(sync(second, other)))
        waiting.start()
        assert sync(first, both, **{both.member_id: b"half", other.member_id: b"the rest"}).assignment == b"half"
        waiting.join(20)
        assert answers[1].assignment == b"the rest"


def test_offsets_and_members_are_there_again_after_a_restart(tmp_path: Path) -> None:
    with Broker(AT_ONCE, data=tmp_path / "data") as first, Client(first.bootstrap) as client:
        create(client, "t")
        coordinated(client)
        joined = join(client)
        sync(client, joined, **{joined.member_id: b"all"})
        assert commit(client, 7, joined) == Code.NONE
    with Broker(AT_ONCE, data=tmp_path / "data") as again, Client(again.bootstrap) as client:
        coordinated(client)
        assert fetched(client) == 7
        assert heartbeat(client, joined) == Code.NONE
        described = client.ask(DescribeGroupsRequest(groups=["g"]), 5).groups[0]
        assert (described.group_state, described.protocol_data) == ("Stable", "range")
        assert [(one.member_id, one.member_assignment) for one in described.members] == [(joined.member_id, b"all")]
        assert commit(client, 8, joined) == Code.NONE
        assert commit(client, 8) == Code.UNKNOWN_MEMBER_ID


def test_a_broker_that_stops_lets_nobody_wait_for_others(tmp_path: Path) -> None:
    broker = Broker(AT_ONCE, data=tmp_path / "data")
    with Client(broker.start().bootstrap) as first, Client(broker.bootstrap) as second:
        coordinated(first)
        alone = join(first)
        sync(first, alone)
        answers: list[Any] = []
        thread = threading.Thread(target=lambda: answers.append(join(second)))
        thread.start()
        while heartbeat(first, alone) != Code.REBALANCE_IN_PROGRESS:
            assert thread.is_alive()
        broker.stop()
        thread.join(20)
        assert answers[0].error_code == Code.COORDINATOR_NOT_AVAILABLE


def test_a_topic_that_is_deleted_takes_its_offsets_with_it(broker: Broker) -> None:
    with Client(broker.bootstrap) as client:
        create(client, "t")
        coordinated(client)
        assert commit(client, 7) == Code.NONE
        gone = DeleteTopicsRequest.DeleteTopicState(name="t")
        client.ask(DeleteTopicsRequest(topics=[gone], timeout_ms=1000), 6)
        create(client, "t")
        deadline = time.monotonic() + 20
        while fetched(client) != -1:
            assert time.monotonic() < deadline


def test_a_group_is_in_the_partition_where_kafka_has_it() -> None:
    # As org.apache.kafka.common.utils.Utils.abs(group.hashCode()) % 50 says; the last one's hash is the smallest integer.
    expected = {"g1": 42, "simple": 26, "g2": 43, "": 0, "Übergröße": 2, "polygenelubricants": 0}
    assert {group: partition_of(group, 50) for group in expected} == expected


def test_a_heartbeat_is_answered_blindly_while_the_group_is_read(broker: Broker) -> None:
    """aiokafka's member takes COORDINATOR_LOAD_IN_PROGRESS for the end of its life; Kafka says NONE."""
    with Client(broker.bootstrap) as client:
        coordinated(client)
        joined = join(client)
        assert broker._running is not None
        assert broker._running.node is not None
        shells = broker._running.node.groups._shells
        shells[partition_of("g", len(shells))] = None
        assert client.ask(DescribeGroupsRequest(groups=["g"]), 0).groups[0].error_code == Code.COORDINATOR_LOAD_IN_PROGRESS
        assert heartbeat(client, joined) == Code.NONE


@pytest.mark.parametrize("version", [1, 2, 7])
def test_a_group_that_is_still_read_does_not_look_as_if_it_had_never_committed(broker: Broker, version: int) -> None:
    """aiokafka looks at the errors of partitions only, in every version, and would begin at the first record."""
    made = OffsetFetchRequest
    with Client(broker.bootstrap) as client:
        coordinated(client)
        assert broker._running is not None
        assert broker._running.node is not None
        shells = broker._running.node.groups._shells
        shells[partition_of("g", len(shells))] = None
        topics = [made.OffsetFetchRequestTopic(name="t", partition_indexes=[0, 1])]
        answer = client.ask(made(group_id="g", topics=topics), version)
        found = {(one.partition_index, one.error_code) for topic in answer.topics for one in topic.partitions}
        assert found == {(number, Code.COORDINATOR_LOAD_IN_PROGRESS) for number in (0, 1)}
        assert answer.error_code == (Code.NONE if version < 2 else Code.COORDINATOR_LOAD_IN_PROGRESS)


@pytest.mark.parametrize(("text", "length"), [("", 0), ("x" * 5, 5), ("ü" * 5, 5), ("\U0001f600" * 5, 10)])
def test_metadata_is_as_long_as_java_finds_it(text: str, length: int) -> None:
    assert not too_long(text, length)
    assert too_long(text, length - 1)


def test_only_who_says_no_name_at_all_is_told_a_consumer_groups_offsets_as_an_outsider(broker: Broker) -> None:
    made = OffsetFetchRequest
    with Client(broker.bootstrap) as client:
        coordinated(client)
        joins = ConsumerGroupHeartbeatRequest(
            group_id="g", member_id="m", rebalance_timeout_ms=1000, subscribed_topic_names=[], topic_partitions=[]
        )
        assert client.ask(joins, 1).error_code == Code.NONE
        for name, error in ((None, Code.NONE), ("", Code.UNKNOWN_MEMBER_ID), ("another", Code.UNKNOWN_MEMBER_ID)):
            asked = made.OffsetFetchRequestGroup(group_id="g", member_id=name, member_epoch=-1, topics=None)
            assert client.ask(made(groups=[asked]), 9).groups[0].error_code == error
