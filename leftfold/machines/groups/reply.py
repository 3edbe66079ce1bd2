"""What groups answer, read from their state right then."""

from __future__ import annotations

from leftfold.base.errors import Code, Refusal
from leftfold.machines.groups import embedded
from leftfold.machines.groups.commands import (
    Assigned,
    Beaten,
    Command,
    ConsumerHeartbeat,
    DeleteOffsets,
    Done,
    Heartbeat,
    Join,
    Joined,
    MemberIdGiven,
    OffsetsDeleted,
    Reply,
    Sync,
)
from leftfold.machines.groups.state import Consumers, Groups, Phase, Presence, Present

_CONSUMER = "consumer"
_NOBODY = Presence()


def reply(state: Groups, command: Command) -> Reply | None:
    """The answer to a command that was not refused; None while others have to join, or the leader to assign."""
    match command:
        case Join():
            here = state.presence.get(command.group_id, _NOBODY)
            return _join_consumers(state, here, command) if here.sessions else _join(here, command)
        case Sync():
            here = state.presence.get(command.group_id, _NOBODY)
            return _sync_consumers(state, command) if here.sessions else _sync(here, command)
        case Heartbeat():
            return _rebalancing() if _is_to_join_anew(state, command) else Done()
        case ConsumerHeartbeat():
            return _beaten(state, command)
        case DeleteOffsets():
            group = state.groups.get(command.group_id)
            kept = () if group is None else (one for one in command.partitions if group.offset(*one) is not None)
            return OffsetsDeleted(frozenset(kept))
        case _:
            return Done()


def _join(here: Presence, command: Join) -> Reply | None:
    member_id = command.member_id or command.new_member_id
    if member_id in here.pending:
        return MemberIdGiven(member_id)
    member = here.members.get(member_id)
    if member is None:
        return _gone(here, member_id, command.instance_id)
    return None if member.joining else _joined(here, member, command.skips)


def _joined(here: Presence, member: Present, skips: bool) -> Joined:
    """In a stable group this is a static member that came back (KIP-345): nothing is to be assigned."""
    assert here.leader is not None, "a group with members has a leader"
    leads, stable = here.leader == member.member_id, here.phase is Phase.STABLE
    everybody = sorted(here.members.values(), key=lambda one: one.member_id) if leads and (skips or not stable) else ()
    return Joined(
        generation=here.generation,
        protocol_type=here.protocol_type,
        protocol=here.protocol,
        leader=member.replaces or here.leader if leads and stable and not skips else here.leader,
        member_id=member.member_id,
        members=tuple((one.member_id, one.instance_id, one.metadata(here.protocol)) for one in everybody),
        skip_assignment=leads and stable and skips,
    )


def _sync(here: Presence, command: Sync) -> Reply | None:
    member = here.members.get(command.member_id)
    if member is None:
        return _gone(here, command.member_id, command.instance_id)
    if here.generation != command.generation or here.phase is Phase.PREPARING:
        return _rebalancing()
    return Assigned(here.protocol_type, here.protocol, member.assignment) if here.phase is Phase.STABLE else None


def _join_consumers(state: Groups, here: Presence, command: Join) -> Reply:
    """A classic member of a consumer group; nobody leads. Who waited when the group became one, joins again."""
    group = _consumers(state, command.group_id)
    member_id = command.member_id or command.new_member_id
    said, session = group.members.get(member_id), here.sessions.get(member_id)
    if said is None or said.classic is None or session is None:
        return MemberIdGiven(member_id) if command.asks_for_an_id else _gone(here, member_id, command.instance_id)
    if not session.tell:
        return _rebalancing()
    protocol = said.classic.protocols[0][0]
    return Joined(group.currents[member_id].epoch, here.protocol_type, protocol, leader="", member_id=member_id)


def _sync_consumers(state: Groups, command: Sync) -> Reply:
    group = _consumers(state, command.group_id)
    said, current = group.members.get(command.member_id), group.currents.get(command.member_id)
    if said is None or said.classic is None or current is None:
        return _gone(_NOBODY, command.member_id, command.instance_id)
    if current.epoch != command.generation or current.is_behind(group.epoch):
        return _rebalancing()
    protocol, metadata = said.classic.protocols[0]
    has = frozenset((topic, partition) for topic, partition, _ in current.assigned)
    return Assigned(_CONSUMER, protocol, embedded.assignment(has, command.catalog, like=metadata))


def _is_to_join_anew(state: Groups, command: Heartbeat) -> bool:
    here = state.presence.get(command.group_id, _NOBODY)
    if here.sessions:
        return _consumers(state, command.group_id).is_to_join_anew(command.member_id)
    return here.phase is Phase.PREPARING


def _consumers(state: Groups, group_id: str) -> Consumers:
    group = state.groups[group_id].consumers
    assert group is not None, "whose members have sessions is a consumer group"
    return group


def _beaten(state: Groups, command: ConsumerHeartbeat) -> Beaten:
    if command.member_epoch < 0:
        return Beaten(command.member_id, command.member_epoch, None)
    current = _consumers(state, command.group_id).currents[command.member_id]
    tell = state.presence[command.group_id].sessions[command.member_id].tell
    assigned = frozenset((topic, partition) for topic, partition, _ in current.assigned)
    return Beaten(command.member_id, current.epoch, assigned if tell else None)


def _gone(here: Presence, member_id: str, instance_id: str | None) -> Refusal:
    """Why a member that had waited is not in the group any more."""
    if instance_id is not None and here.statics.get(instance_id, member_id) != member_id:
        return Refusal(Code.FENCED_INSTANCE_ID, f"instance {instance_id} is another member now")
    return Refusal(Code.UNKNOWN_MEMBER_ID, f"member {member_id} has left, or came too late; join anew")


def _rebalancing() -> Refusal:
    return Refusal(Code.REBALANCE_IN_PROGRESS, "the group waits for its members to join")
