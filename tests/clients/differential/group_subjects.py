"""Legal requests about groups, called like their topics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from leftfold.wire.codec import Message
from leftfold.wire.generated.consumer_groups import ConsumerGroupDescribeRequest, ConsumerGroupHeartbeatRequest
from leftfold.wire.generated.group_offsets import (
    FindCoordinatorRequest,
    OffsetCommitRequest,
    OffsetDeleteRequest,
    OffsetFetchRequest,
)
from leftfold.wire.generated.groups import (
    DeleteGroupsRequest,
    DescribeGroupsRequest,
    HeartbeatRequest,
    JoinGroupRequest,
    LeaveGroupRequest,
    ListGroupsRequest,
    SyncGroupRequest,
)
from tests.clients.differential.side import id_of

Requests = Mapping[str, Message]
IDS_SINCE = 10  # of OffsetCommit and OffsetFetch
SUBSCRIPTION = bytes.fromhex("0000 00000001 0001 74 ffffffff")


def find_coordinator(version: int, topic: str) -> Requests:
    made = FindCoordinatorRequest
    if version >= 4:
        return {
            "of a group": made(coordinator_keys=[topic], key_type=0),
            "of two groups": made(coordinator_keys=[topic, "x"], key_type=0),
            "of no keys": made(coordinator_keys=[], key_type=0),
            "of a share": made(coordinator_keys=["x"], key_type=2),
        }
    return {"of a group": made(key=topic)} | ({} if version < 1 else {"of a share": made(key="x", key_type=2)})


def join_group(version: int, topic: str) -> Requests:
    made = JoinGroupRequest
    protocols = [made.JoinGroupRequestProtocol(name="range", metadata=SUBSCRIPTION)]
    timeouts: dict[str, Any] = {"session_timeout_ms": 10_000} | ({"rebalance_timeout_ms": 10_000} if version >= 1 else {})

    def request(**more: Any) -> JoinGroupRequest:
        return made(**({"group_id": topic, "protocol_type": "consumer", "protocols": protocols} | timeouts | more))

    requests: dict[str, Message] = {
        "new": request(),
        "unknown": request(member_id="unknown"),
        "without protocols": request(protocols=[]),
        "of no type": request(protocol_type=""),
    }
    return requests | ({"static": request(group_instance_id="i")} if version >= 5 else {})


def sync_group(version: int, topic: str) -> Requests:
    made = SyncGroupRequest
    assignments = [made.SyncGroupRequestAssignment(member_id="m", assignment=b"a")]
    of: dict[str, Any] = {"protocol_type": "consumer", "protocol_name": "range"} if version >= 5 else {}
    unknown: dict[str, Message] = {
        "unknown": made(group_id=topic, generation_id=1, member_id="m", assignments=assignments, **of)
    }
    return unknown | _static(
        version, 3, lambda: made(group_id=topic, generation_id=1, member_id="m", group_instance_id="i", **of)
    )


def heartbeat(version: int, topic: str) -> Requests:
    made = HeartbeatRequest
    unknown: dict[str, Message] = {"unknown": made(group_id=topic, generation_id=1, member_id="m")}
    return unknown | _static(version, 3, lambda: made(group_id=topic, generation_id=1, member_id="m", group_instance_id="i"))


def leave_group(version: int, topic: str) -> Requests:
    made = LeaveGroupRequest
    if version < 3:
        return {"unknown": made(group_id=topic, member_id="m")}
    one, static = made.MemberIdentity(member_id="m"), made.MemberIdentity(member_id="", group_instance_id="i")
    return {"unknown": made(group_id=topic, members=[one]), "two": made(group_id=topic, members=[one, static])}


def _static(version: int, since: int, request: Any) -> dict[str, Message]:
    return {"static": request()} if version >= since else {}


def describe_groups(version: int, topic: str) -> Requests:
    made = DescribeGroupsRequest
    requests: dict[str, Message] = {"unknown": made(groups=[topic]), "none": made(groups=[])}
    return requests | ({"operations": made(groups=[topic], include_authorized_operations=True)} if version >= 3 else {})


def list_groups(version: int, topic: str) -> Requests:
    del topic
    made = ListGroupsRequest
    requests: dict[str, Message] = {"all": made()}
    if version >= 4:
        requests["dead"] = made(states_filter=["Dead"])
        requests["of odd case"] = made(states_filter=["eMPTY", "STABLE"])
        requests["in no such state"] = made(states_filter=["nonsense"])
    if version >= 5:
        requests["consumer"] = made(types_filter=["consumer"])
        requests["of no such type"] = made(types_filter=["nonsense"])
    return requests


def delete_groups(version: int, topic: str) -> Requests:
    del version
    return {"unknown": DeleteGroupsRequest(groups_names=[topic])}


def offset_commit(version: int, topic: str) -> Requests:
    made = OffsetCommitRequest

    def request(partition: int = 0, metadata: str | None = "m", **more: Any) -> OffsetCommitRequest:
        parts = [made.OffsetCommitRequestPartition(partition_index=partition, committed_offset=5, committed_metadata=metadata)]
        by: dict[str, Any] = {"topic_id": id_of(topic)} if version >= IDS_SINCE else {"name": topic}
        return made(group_id=topic, topics=[made.OffsetCommitRequestTopic(partitions=parts, **by)], **more)

    return {
        "outside of any generation": request(),
        "of a generation": request(generation_id_or_member_epoch=1, member_id="m"),
        "of a member": request(member_id="m"),
        "without metadata": request(metadata=None),
        "with long metadata": request(metadata="x" * 4096),
        "with too long metadata": request(metadata="x" * 4097),
        "of no such partition": request(partition=7),
    }


def offset_fetch(version: int, topic: str) -> Requests:
    made = OffsetFetchRequest
    if version < 8:
        asked = [made.OffsetFetchRequestTopic(name=topic, partition_indexes=[0, 7])]
        requests: dict[str, Message] = {"one": made(group_id=topic, topics=asked), "none": made(group_id=topic, topics=[])}
        return requests | ({"all": made(group_id=topic, topics=None)} if version >= 2 else {})
    by: dict[str, Any] = {"topic_id": id_of(topic)} if version >= IDS_SINCE else {"name": topic}
    topics = [made.OffsetFetchRequestTopics(partition_indexes=[0, 7], **by)]
    group = made.OffsetFetchRequestGroup
    one, everything = group(group_id=topic, topics=topics), group(group_id=topic, topics=None)
    requests = {"one": made(groups=[one]), "all": made(groups=[everything]), "none": made(groups=[])}
    if version >= 9:
        requests["of a member"] = made(groups=[group(group_id=topic, member_id="m", member_epoch=1, topics=topics)])
    return requests


def offset_delete(version: int, topic: str) -> Requests:
    del version
    made = OffsetDeleteRequest
    parts = [made.OffsetDeleteRequestPartition(partition_index=0)]
    return {"unknown": made(group_id=topic, topics=[made.OffsetDeleteRequestTopic(name=topic, partitions=parts)])}


def consumer_group_heartbeat(version: int, topic: str) -> Requests:
    made = ConsumerGroupHeartbeatRequest

    def request(**more: Any) -> ConsumerGroupHeartbeatRequest:
        fields: dict[str, Any] = {"group_id": topic, "member_id": "m", "rebalance_timeout_ms": 10_000}
        return made(**(fields | {"subscribed_topic_names": [topic], "topic_partitions": []} | more))

    pattern: Requests = {"by no pattern": request(subscribed_topic_regex="(")} if version >= 1 else {}
    return {
        "joins": request(),
        "joins without a timeout": request(rebalance_timeout_ms=-1),
        "joins without topics": request(subscribed_topic_names=None),
        "joins and owns": request(topic_partitions=[made.TopicPartitions(topic_id=id_of(topic), partitions=[0])]),
        "joins without saying what it owns": request(topic_partitions=None),
        "joins by range": request(server_assignor="range"),
        "of an epoch": request(member_epoch=3),
        "leaves": request(member_epoch=-1),
        "is away": request(member_epoch=-2, instance_id="i"),
        "is away without an instance": request(member_epoch=-2),
        "of no such assignor": request(server_assignor="sticky"),
        "of no such topic": request(subscribed_topic_names=["unknown"]),
        **pattern,
    }


def consumer_group_describe(version: int, topic: str) -> Requests:
    del version
    made = ConsumerGroupDescribeRequest
    return {
        "unknown": made(group_ids=[topic]),
        "none": made(group_ids=[]),
        "operations": made(group_ids=[topic], include_authorized_operations=True),
    }
