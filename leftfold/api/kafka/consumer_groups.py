"""ConsumerGroupHeartbeat and ConsumerGroupDescribe (KIP-848)."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable

from leftfold.api.kafka.context import NO_OPERATIONS, Context
from leftfold.api.kafka.group_topics import consumers, reading
from leftfold.base import ids
from leftfold.base.errors import Code, Refusal
from leftfold.base.group_configs import HEARTBEAT_INTERVAL, SESSION_TIMEOUT
from leftfold.machines.groups.assignors import DEFAULT
from leftfold.machines.groups.commands import Beaten, ConsumerHeartbeat, Reply
from leftfold.machines.groups.consumer_records import by_topic
from leftfold.machines.groups.state import Consumers, Partitions
from leftfold.wire.generated.consumer_groups import (
    ConsumerGroupDescribeRequest,
    ConsumerGroupDescribeResponse,
    ConsumerGroupHeartbeatRequest,
    ConsumerGroupHeartbeatResponse,
)

_ALL_GROUP_OPERATIONS = sum(1 << operation for operation in (3, 6, 8, 10, 11))  # read, delete, describe and configs
_CLASSIC_MEMBER, _CONSUMER_MEMBER = 0, 1
_Group = ConsumerGroupDescribeResponse.DescribedGroup
_Member = ConsumerGroupDescribeResponse.Member
_Assignment = ConsumerGroupDescribeResponse.Assignment
_Described = ConsumerGroupDescribeResponse.TopicPartitions
_Told = ConsumerGroupHeartbeatResponse.TopicPartitions


def consumer_group_heartbeat(
    context: Context, request: ConsumerGroupHeartbeatRequest, answer: Callable[[ConsumerGroupHeartbeatResponse], None]
) -> None:
    """One call that joins, stays and leaves. In version 0 the broker names a new member, later it names itself."""
    member_id = request.member_id
    if not member_id and context.version == 0 and request.member_epoch == 0:
        member_id = urlsafe_b64encode(context.node.ports.random_bytes(16))[:22].decode()
    interval_ms = context.node.of_group(HEARTBEAT_INTERVAL, request.group_id)
    command = _beat(context, request, member_id)
    if isinstance(command, Refusal):
        answer(_answered(command, interval_ms))
        return
    context.node.groups.submit(request.group_id, command, lambda outcome: answer(_answered(outcome, interval_ms)))


def _answered(outcome: Reply, interval_ms: int) -> ConsumerGroupHeartbeatResponse:
    match outcome:
        case Beaten():
            told = outcome.assignment and _told(outcome.assignment)
            nothing = ConsumerGroupHeartbeatResponse.Assignment() if outcome.assignment is not None else None
            return ConsumerGroupHeartbeatResponse(
                member_id=outcome.member_id,
                member_epoch=outcome.epoch,
                heartbeat_interval_ms=interval_ms if outcome.epoch >= 0 else 0,
                assignment=told or nothing,
            )
        case Refusal():
            return ConsumerGroupHeartbeatResponse(error_code=outcome.error, error_message=outcome.why, member_id=None)
        case _:
            raise AssertionError(outcome)


def _beat(context: Context, request: ConsumerGroupHeartbeatRequest, member_id: str) -> ConsumerHeartbeat | Refusal:
    names, pattern, owned = request.subscribed_topic_names, request.subscribed_topic_regex, request.topic_partitions
    read = reading(context, request.group_id, names or (), pattern or "")
    if isinstance(read, Refusal):
        return read
    return ConsumerHeartbeat(
        group_id=request.group_id,
        at_ms=context.node.steady.wall_ms(),
        member_id=member_id,
        member_epoch=request.member_epoch,
        instance_id=request.instance_id,
        rack_id=request.rack_id,
        client_id=context.call.client_id or "",
        client_host=f"/{context.call.peer_host}",
        rebalance_timeout_ms=request.rebalance_timeout_ms,
        topics=None if names is None else tuple(names),
        assignor=request.server_assignor,
        owned=None if owned is None else frozenset((ids.to_text(one.topic_id), n) for one in owned for n in one.partitions),
        catalog=read.catalog,
        regex=pattern,
        named=read.named,
        version=read.version,
        session_timeout_ms=context.node.of_group(SESSION_TIMEOUT, request.group_id),
    )


def _told(partitions: Partitions) -> ConsumerGroupHeartbeatResponse.Assignment:
    told = [_Told(topic_id=ids.to_bytes(topic), partitions=numbers) for topic, numbers in by_topic(partitions).items()]
    return ConsumerGroupHeartbeatResponse.Assignment(topic_partitions=told)


async def consumer_group_describe(context: Context, request: ConsumerGroupDescribeRequest) -> ConsumerGroupDescribeResponse:
    """Each group with its members, what they have and what they shall have."""
    groups = [_described(context, group_id, request.include_authorized_operations) for group_id in request.group_ids]
    return ConsumerGroupDescribeResponse(groups=groups)


def _described(context: Context, group_id: str, operations: bool) -> _Group:
    group = consumers(context, group_id) if group_id else Refusal(Code.INVALID_GROUP_ID, Code.INVALID_GROUP_ID.happened)
    if isinstance(group, Refusal):
        return _Group(group_id=group_id, error_code=group.error, error_message=group.why)
    asked = [said.assignor for said in group.members.values() if said.assignor is not None]
    return _Group(
        group_id=group_id,
        group_state=group.phase(),
        group_epoch=group.epoch,
        assignment_epoch=group.target_epoch,
        assignor_name=max(sorted(set(asked)), key=asked.count) if asked else DEFAULT,
        members=[_member(context, group, member_id) for member_id in sorted(group.members)],
        authorized_operations=_ALL_GROUP_OPERATIONS if operations else NO_OPERATIONS,
    )


def _member(context: Context, group: Consumers, member_id: str) -> _Member:
    said, current = group.members[member_id], group.currents.get(member_id)
    assigned = frozenset((topic, partition) for topic, partition, _ in current.assigned) if current else frozenset()
    return _Member(
        member_id=member_id,
        instance_id=said.instance_id,
        rack_id=said.rack_id,
        member_epoch=current.epoch if current else 0,
        client_id=said.client_id,
        client_host=said.client_host,
        subscribed_topic_names=list(said.topics),
        subscribed_topic_regex=said.regex,
        assignment=_assignment(context, assigned),
        target_assignment=_assignment(context, group.targets.get(member_id, frozenset())),
        member_type=_CONSUMER_MEMBER if said.classic is None else _CLASSIC_MEMBER,
    )


def _assignment(context: Context, partitions: Partitions) -> _Assignment:
    known = context.node.cluster.committed.topics
    shown = [
        _Described(topic_id=ids.to_bytes(topic), topic_name=known[topic].name, partitions=numbers)
        for topic, numbers in by_topic(partitions).items()
        if topic in known
    ]
    return _Assignment(topic_partitions=shown)
