"""The rules of the newer protocol (KIP-848)."""

from __future__ import annotations

from collections.abc import Sequence

from leftfold.base.errors import Code, Refusal
from leftfold.machines.groups import migration
from leftfold.machines.groups.assignors import ASSIGNORS
from leftfold.machines.groups.commands import ConsumerHeartbeat
from leftfold.machines.groups.consumer_group import GOES_AWAY, JOINS, LEAVES, UNASSIGNED, ConsumerGroup
from leftfold.machines.groups.events import Event
from leftfold.machines.groups.rebalance import Turn
from leftfold.machines.groups.state import Current

Outcome = Sequence[Event] | Refusal


def heartbeat(turn: Turn, command: ConsumerHeartbeat) -> Outcome:
    """A member joins, walks on, or goes."""
    group = ConsumerGroup(turn, command.catalog, command.session_timeout_ms)
    refusal = _refuse_form(command) or _take_along(turn, group, command) or _refuse(turn, group, command)
    if refusal:
        return refusal
    match command.member_epoch:
        case epoch if epoch == LEAVES:
            group.remove(command.member_id)
            migration.downgrade(group)
        case epoch if epoch == GOES_AWAY:
            group.go_away(command.member_id)
        case _:
            group.beat(command)
    return turn.events()


def leave(turn: Turn, member_id: str, instance_id: str | None) -> Outcome:
    """An operator removes a member, or a static one by its instance alone (LeaveGroup)."""
    group = ConsumerGroup(turn, ())
    holder = group.static(instance_id) if instance_id is not None and not member_id else member_id
    if holder is None or holder not in group.now.members:
        return Refusal(Code.UNKNOWN_MEMBER_ID, f"the group has no member {member_id or instance_id}")
    if instance_id is not None and group.now.members[holder].instance_id != instance_id:
        return Refusal(Code.FENCED_INSTANCE_ID, f"member {holder} is not instance {instance_id}")
    group.remove(holder)
    migration.downgrade(group)
    return turn.events()


def expire(turn: Turn) -> None:
    """Members that have been silent too long, or kept too long what they were to give back, are out."""
    group = ConsumerGroup(turn, ())
    for member_id, session in sorted(turn.here.sessions.items(), key=lambda one: one[0]):
        if min(session.expires_ms, session.revoked_by_ms) <= turn.at_ms:
            group.remove(member_id)
    migration.downgrade(group)


# -- what is refused -----------------------------------------------------------------------------------------------------------


def _refuse_form(command: ConsumerHeartbeat) -> Refusal | None:
    """What no member may say, whatever the group is."""
    why = ""
    if not command.group_id:
        why = "GroupId can't be empty."
    elif command.instance_id == "" or command.rack_id == "":
        why = "an instance or a rack that is named has a name"
    elif not command.member_id:
        why = "MemberId can't be empty."
    elif command.member_epoch < GOES_AWAY:
        why = f"a member epoch of {command.member_epoch}: it is 0 to join, -1 to leave, -2 to be away for a while"
    elif command.member_epoch == GOES_AWAY and command.instance_id is None:
        why = "only a static member can be away for a while; name its instance"
    elif command.member_epoch == JOINS:
        why = _why_not_join(command)
    if why:
        return Refusal(Code.INVALID_REQUEST, why)
    if command.assignor is not None and command.assignor not in ASSIGNORS:
        why = f"ServerAssignor {command.assignor} is not supported. Supported assignors: {', '.join(ASSIGNORS)}."
        return Refusal(Code.UNSUPPORTED_ASSIGNOR, why)
    return None


def _why_not_join(command: ConsumerHeartbeat) -> str:
    if command.rebalance_timeout_ms == -1:
        return "RebalanceTimeoutMs must be provided in first request."
    if command.owned is None or command.owned:
        return "TopicPartitions must be empty when (re-)joining."
    if command.topics is None and command.regex is None:
        return "SubscribedTopicNames or SubscribedTopicRegex must be set in first request."
    return ""


def _take_along(turn: Turn, group: ConsumerGroup, command: ConsumerHeartbeat) -> Refusal | None:
    """The first member of the newer protocol finds classic ones."""
    if not turn.here.members and not turn.here.pending:
        return None
    if command.member_epoch != JOINS:
        return Refusal(Code.GROUP_ID_NOT_FOUND, f"Group {command.group_id} is not a consumer group.")
    return migration.upgrade(group)


def _refuse(turn: Turn, group: ConsumerGroup, command: ConsumerHeartbeat) -> Refusal | None:
    if not group.is_there and command.member_epoch != JOINS:
        return Refusal(Code.GROUP_ID_NOT_FOUND, f"Group {command.group_id} is not a consumer group.")
    holder = group.static(command.instance_id)
    if holder is not None and holder != command.member_id:
        return _refuse_instance(group, holder, command)
    if command.member_id not in group.now.members:
        if command.member_epoch != JOINS:
            return Refusal(Code.UNKNOWN_MEMBER_ID, f"Member {command.member_id} is not a member of group {command.group_id}.")
        if len(group.now.members) >= turn.rules.consumers_max:
            return Refusal(Code.GROUP_MAX_SIZE_REACHED, f"the group has {len(group.now.members)} members, no more are allowed")
        return None
    return _refuse_epoch(group.now.currents.get(command.member_id, UNASSIGNED), command)


def _refuse_instance(group: ConsumerGroup, holder: str, command: ConsumerHeartbeat) -> Refusal | None:
    """A static member's place is free for another only while its holder is away."""
    if command.member_epoch != JOINS:
        return Refusal(Code.FENCED_INSTANCE_ID, f"instance {command.instance_id} is member {holder} now")
    if group.now.members[holder].classic is None and group.now.currents.get(holder, UNASSIGNED).epoch != GOES_AWAY:
        return Refusal(Code.UNRELEASED_INSTANCE_ID, f"instance {command.instance_id} is still member {holder}")
    return None


def _refuse_epoch(current: Current, command: ConsumerHeartbeat) -> Refusal | None:
    """A member is in its epoch; the one before will do if the last answer was lost, and it holds nothing that it lost since."""
    if command.member_epoch <= JOINS or command.member_epoch == current.epoch:
        return None
    lost = command.member_epoch == current.previous_epoch and command.owned is not None
    if lost and command.owned is not None and command.owned <= current.held():
        return None
    why = f"the member is in epoch {current.epoch}, not {command.member_epoch}; it must give up everything and join anew"
    return Refusal(Code.FENCED_MEMBER_EPOCH, why)
