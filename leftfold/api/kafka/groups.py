"""Groups: who coordinates them, who is in them, what there is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from leftfold.api.kafka import coordination
from leftfold.api.kafka.context import NO_OPERATIONS, Context
from leftfold.api.kafka.group_topics import Reading, consumers, reading
from leftfold.base.errors import Code, Refusal
from leftfold.machines.groups import embedded
from leftfold.machines.groups.commands import Assigned, DeleteGroup, Heartbeat, Join, Joined, Leave, MemberIdGiven, Reply, Sync
from leftfold.machines.groups.machine import TOPIC as OFFSETS_TOPIC
from leftfold.machines.groups.state import Group, Phase, Presence, Present
from leftfold.machines.transactions.machine import TOPIC as TRANSACTIONS_TOPIC
from leftfold.wire.generated.group_offsets import FindCoordinatorRequest, FindCoordinatorResponse
from leftfold.wire.generated.groups import (
    DeleteGroupsRequest,
    DeleteGroupsResponse,
    DescribeGroupsRequest,
    DescribeGroupsResponse,
    HeartbeatRequest,
    HeartbeatResponse,
    JoinGroupRequest,
    JoinGroupResponse,
    LeaveGroupRequest,
    LeaveGroupResponse,
    ListGroupsRequest,
    ListGroupsResponse,
    SyncGroupRequest,
    SyncGroupResponse,
)

_SHARE_SINCE = 6
_CLASSIC, _CONSUMER = "classic", "consumer"
_DEAD = "Dead"
_ALL_GROUP_OPERATIONS = sum(1 << operation for operation in (3, 6, 8, 10, 11))  # read, delete, describe and configs
_Described = DescribeGroupsResponse.DescribedGroup
_DescribedMember = DescribeGroupsResponse.DescribedGroupMember
_Left = LeaveGroupResponse.MemberResponse
_Coordinator = FindCoordinatorResponse.Coordinator

# -- the coordinator -----------------------------------------------------------------------------------------------------------


async def find_coordinator(context: Context, request: FindCoordinatorRequest) -> FindCoordinatorResponse:
    """This broker, for groups and transactions. The first to ask makes the topic that they are kept in."""
    if context.version < 4:
        one = await _coordinator(context, request.key_type, request.key)
        return FindCoordinatorResponse(
            error_code=one.error_code, error_message=one.error_message, node_id=one.node_id, host=one.host, port=one.port
        )
    found = [await _coordinator(context, request.key_type, key) for key in request.coordinator_keys]
    return FindCoordinatorResponse(coordinators=found)


async def _coordinator(context: Context, kind: int, key: str) -> _Coordinator:
    match kind:
        case 0:  # GROUP
            refusal = await coordination.ready(context.node, OFFSETS_TOPIC, key)
        case 1:  # TRANSACTION
            refusal = await coordination.ready(context.node, TRANSACTIONS_TOPIC, key)
        case 2 if context.version >= _SHARE_SINCE and key.count(":") >= 2:  # SHARE: group:topicId:partition
            refusal = Refusal(Code.COORDINATOR_NOT_AVAILABLE, Code.COORDINATOR_NOT_AVAILABLE.happened)
        case _:
            refusal = Refusal(Code.INVALID_REQUEST, f"no coordinator has keys like {key[:100]!r} of type {kind}")
    if refusal is not None:
        return _Coordinator(key=key, node_id=-1, host="", port=-1, error_code=refusal.error, error_message=refusal.why)
    host, port = context.address()
    text = Code.NONE.name if context.version < 4 else ""  # as Kafka says it
    return _Coordinator(key=key, node_id=context.node.node_id, host=host, port=port, error_code=Code.NONE, error_message=text)


# -- membership ----------------------------------------------------------------------------------------------------------------


def join_group(context: Context, request: JoinGroupRequest, answer: Callable[[JoinGroupResponse], None]) -> None:
    """Answered when everybody has joined: this may take as long as the group's rebalance timeout."""

    def answered(outcome: Reply) -> None:
        match outcome:
            case Joined():
                answer(_joined(outcome))
            case MemberIdGiven():
                answer(_not_joined(Code.MEMBER_ID_REQUIRED, outcome.member_id, context.version))
            case Refusal():
                answer(_not_joined(outcome.error, request.member_id, context.version))
            case _:
                raise AssertionError(outcome)

    read = _reading(context, request.group_id, request.protocols[0].metadata if request.protocols else b"")
    if isinstance(read, Refusal):
        answered(read)
    else:
        _submit(context, _join(context, request, read), answered)


def _join(context: Context, request: JoinGroupRequest, read: Reading | None) -> Join:
    client_id, version = context.call.client_id or "", context.version
    return Join(
        group_id=request.group_id,
        at_ms=context.node.steady.wall_ms(),
        member_id=request.member_id,
        new_member_id="" if request.member_id else _new_id(context, request.group_instance_id, named=read is None),
        instance_id=request.group_instance_id,
        client_id=client_id,
        client_host=f"/{context.call.peer_host}",
        rebalance_timeout_ms=request.session_timeout_ms if version < 1 else request.rebalance_timeout_ms,
        session_timeout_ms=request.session_timeout_ms,
        protocol_type=request.protocol_type,
        protocols=tuple((protocol.name, protocol.metadata) for protocol in request.protocols),
        two_steps=version >= 4,
        skips=version >= 9,
        catalog=read.catalog if read else None,
        named=read.named if read else (),
        version=read.version if read else 0,
    )


def _joined(answer: Joined) -> JoinGroupResponse:
    members = [
        JoinGroupResponse.JoinGroupResponseMember(member_id=member_id, group_instance_id=instance_id, metadata=metadata)
        for member_id, instance_id, metadata in answer.members
    ]
    return JoinGroupResponse(
        error_code=Code.NONE,
        generation_id=answer.generation,
        protocol_type=answer.protocol_type,
        protocol_name=answer.protocol or "",
        leader=answer.leader,
        skip_assignment=answer.skip_assignment,
        member_id=answer.member_id,
        members=members,
    )


def _not_joined(error: Code, member_id: str, version: int) -> JoinGroupResponse:
    protocol_name = None if version >= 7 else ""
    return JoinGroupResponse(error_code=error, generation_id=-1, protocol_name=protocol_name, leader="", member_id=member_id)


def sync_group(context: Context, request: SyncGroupRequest, answer: Callable[[SyncGroupResponse], None]) -> None:
    """Answered when the leader has said who gets what. From version 5 a member says which protocol it means (KIP-559)."""

    def answered(outcome: Reply) -> None:
        match outcome:
            case Assigned(kind, protocol, assignment):
                answer(
                    SyncGroupResponse(error_code=Code.NONE, protocol_type=kind, protocol_name=protocol, assignment=assignment)
                )
            case Refusal():
                answer(SyncGroupResponse(error_code=outcome.error))
            case _:
                raise AssertionError(outcome)

    if context.version >= 5 and (request.protocol_type is None or request.protocol_name is None):
        answered(Refusal(Code.INCONSISTENT_GROUP_PROTOCOL, "a member says which protocol it means"))
        return
    read = _reading(context, request.group_id, b"")
    if isinstance(read, Refusal):
        answered(read)
        return
    command = Sync(
        group_id=request.group_id,
        at_ms=context.node.steady.wall_ms(),
        member_id=request.member_id,
        instance_id=request.group_instance_id,
        generation=request.generation_id,
        protocol_type=request.protocol_type,
        protocol=request.protocol_name,
        assignments=tuple((one.member_id, one.assignment) for one in request.assignments),
        catalog=read.catalog if read else (),
    )
    _submit(context, command, answered)


def _reading(context: Context, group_id: str, subscription: bytes) -> Reading | Refusal | None:
    """What a consumer group reads, if this is one: its classic members need to know."""
    if not group_id or isinstance(consumers(context, group_id), Refusal):
        return None
    return reading(context, group_id, embedded.topics(subscription))


def heartbeat(context: Context, request: HeartbeatRequest, answer: Callable[[HeartbeatResponse], None]) -> None:
    """Whether the member is still in the group, and whether it should join anew. Blindly yes while the group is read, as Kafka
    says: a client may not take a broker that has just come back for a reason to give up."""

    def answered(outcome: Reply) -> None:
        error = _error(outcome)
        answer(HeartbeatResponse(error_code=Code.NONE if error == Code.COORDINATOR_LOAD_IN_PROGRESS else error))

    command = Heartbeat(
        group_id=request.group_id,
        at_ms=context.node.steady.wall_ms(),
        member_id=request.member_id,
        instance_id=request.group_instance_id,
        generation=request.generation_id,
    )
    _submit(context, command, answered)


async def leave_group(context: Context, request: LeaveGroupRequest) -> LeaveGroupResponse:
    """Each member on its own; several at once leave in one round."""
    if context.version < 3:
        return LeaveGroupResponse(error_code=_error(await _leave(context, request.group_id, request.member_id, None)))
    answers = await asyncio.gather(
        *(_leave(context, request.group_id, one.member_id, one.group_instance_id) for one in request.members)
    )
    whole = next((error for error in map(_error, answers) if error in _OF_THE_WHOLE), Code.NONE)
    if whole is not Code.NONE:
        return LeaveGroupResponse(error_code=whole)
    members = [
        _Left(member_id=one.member_id, group_instance_id=one.group_instance_id, error_code=_error(answer))
        for one, answer in zip(request.members, answers, strict=True)
    ]
    return LeaveGroupResponse(error_code=Code.NONE, members=members)


_OF_THE_WHOLE = {
    Code.INVALID_GROUP_ID, Code.NOT_COORDINATOR, Code.COORDINATOR_LOAD_IN_PROGRESS, Code.COORDINATOR_NOT_AVAILABLE
}  # fmt: skip


async def _leave(context: Context, group_id: str, member_id: str, instance_id: str | None) -> Reply:
    if not group_id:
        return _no_group()
    return await context.node.groups.ask(group_id, Leave(group_id, context.node.steady.wall_ms(), member_id, instance_id))


def _submit(context: Context, command: Join | Sync | Heartbeat, then: Callable[[Reply], None]) -> None:
    if command.group_id:
        context.node.groups.submit(command.group_id, command, then)
    else:
        then(_no_group())


def _no_group() -> Refusal:
    return Refusal(Code.INVALID_GROUP_ID, "a member belongs to a group with a name")


def _error(answer: Reply) -> Code:
    return answer.error if isinstance(answer, Refusal) else Code.NONE


def _new_id(context: Context, instance_id: str | None, *, named: bool) -> str:
    """A member's id, as Kafka makes it: after its instance or its client, but in a consumer group."""
    name = instance_id if instance_id is not None else context.call.client_id or ""
    return f"{name}-{_uuid(context)}" if named else _uuid(context)


def _uuid(context: Context) -> str:
    """A random UUID (version 4) as text, as Kafka appends it to the client id."""
    raw = bytearray(context.node.ports.random_bytes(16))
    raw[6], raw[8] = raw[6] & 0x0F | 0x40, raw[8] & 0x3F | 0x80
    digits = raw.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


# -- what there is -------------------------------------------------------------------------------------------------------------


async def list_groups(context: Context, request: ListGroupsRequest) -> ListGroupsResponse:
    """All groups in these states and of these types; no states are all states. Incomplete, and saying so, while it loads."""
    shells = context.node.groups
    states = {state.lower() for state in request.states_filter}
    kinds = {kind.lower() for kind in request.types_filter}
    found = [
        ListGroupsResponse.ListedGroup(group_id=group_id, protocol_type=here.protocol_type, group_state=phase, group_type=kind)
        for shell in shells.loaded()
        for group_id, here in shell.committed.presence.items()
        for kind, phase in [_kind_and_phase(shell.committed.groups.get(group_id), here)]
        if (not states or phase.lower() in states) and (not kinds or kind in kinds)
    ]
    found.sort(key=lambda one: one.group_id)
    error = Code.COORDINATOR_LOAD_IN_PROGRESS if shells.loading else Code.NONE
    return ListGroupsResponse(error_code=error, groups=found)


def _kind_and_phase(group: Group | None, here: Presence) -> tuple[str, str]:
    if group is not None and group.consumers is not None:
        return _CONSUMER, group.consumers.phase()
    return _CLASSIC, here.phase


async def describe_groups(context: Context, request: DescribeGroupsRequest) -> DescribeGroupsResponse:
    """Each group with its members; their metadata only while the group is stable."""
    groups = [_described(context, group_id) for group_id in request.groups]
    if request.include_authorized_operations:
        for group in groups:
            if group.error_code == Code.NONE:
                group.authorized_operations = _ALL_GROUP_OPERATIONS
    return DescribeGroupsResponse(groups=groups)


def _described(context: Context, group_id: str) -> _Described:
    shell = context.node.groups.shell(group_id)
    if isinstance(shell, Refusal):
        return _Described(group_id=group_id, error_code=shell.error, authorized_operations=NO_OPERATIONS)
    here, group = shell.committed.presence.get(group_id), shell.committed.groups.get(group_id)
    if here is None or (group is not None and group.consumers is not None):
        known = context.version < 6  # before, a group that is not there was said to be dead
        error, why = (Code.NONE, None) if known else (Code.GROUP_ID_NOT_FOUND, f"Group {group_id} not found.")
        return _Described(group_id=group_id, group_state=_DEAD, error_code=error, error_message=why)
    stable = here.phase is Phase.STABLE
    return _Described(
        group_id=group_id,
        group_state=here.phase,
        protocol_type=here.protocol_type,
        protocol_data=(here.protocol or "") if stable else "",
        members=[
            _member(member, here.protocol if stable else None)
            for member in sorted(here.members.values(), key=lambda one: one.member_id)
        ],
    )


def _member(member: Present, protocol: str | None) -> _DescribedMember:
    return _DescribedMember(
        member_id=member.member_id,
        group_instance_id=member.instance_id,
        client_id=member.client_id,
        client_host=member.client_host,
        member_metadata=member.metadata(protocol),
        member_assignment=b"" if protocol is None else member.assignment,
    )


async def delete_groups(context: Context, request: DeleteGroupsRequest) -> DeleteGroupsResponse:
    """Each group on its own."""
    at_ms, groups = context.node.steady.wall_ms(), context.node.groups
    names = list(dict.fromkeys(request.groups_names))
    answers = await asyncio.gather(*(groups.ask(group_id, DeleteGroup(group_id, at_ms)) for group_id in names))
    results = [
        DeleteGroupsResponse.DeletableGroupResult(
            group_id=group_id,
            error_code=_error(answer),
            error_message=answer.why if isinstance(answer, Refusal) else None,
        )
        for group_id, answer in zip(names, answers, strict=True)
    ]
    return DeleteGroupsResponse(results=results)
