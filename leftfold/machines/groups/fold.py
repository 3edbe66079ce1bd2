"""What each event makes of the groups; it refuses nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from immutables import Map

from leftfold.base import agenda
from leftfold.machines.groups.consumers import after
from leftfold.machines.groups.events import (
    EpochBumped,
    Event,
    GenerationForgotten,
    GenerationWritten,
    MemberAssigned,
    MemberSubscribed,
    MemberTargeted,
    OffsetCommitted,
    OffsetForgotten,
    PatternResolved,
    PresenceChanged,
    TargetsSet,
    TimePassed,
)
from leftfold.machines.groups.state import NEVER, Consumers, Group, Groups, Presence

Value = TypeVar("Value")
_NEW = Group()
_NOBODY = Consumers()


def fold(state: Groups, event: Event) -> Groups:
    """The state after an event."""
    match event:
        case OffsetCommitted():
            return _offset_committed(state, event)
        case OffsetForgotten():
            return _offset_forgotten(state, event)
        case GenerationWritten():
            group = state.groups.get(event.group_id, _NEW)
            return _with(state, event.group_id, replace(group, generation=event.generation))
        case GenerationForgotten():
            group = state.groups.get(event.group_id, _NEW)
            return _with(state, event.group_id, replace(group, generation=None))
        case EpochBumped() | MemberSubscribed() | TargetsSet() | MemberTargeted() | MemberAssigned() | PatternResolved():
            group = state.groups.get(event.group_id, _NEW)
            consumers = after(group.consumers or _NOBODY, event)
            return _with(state, event.group_id, replace(group, consumers=None if consumers == _NOBODY else consumers))
        case PresenceChanged():
            return _presence_changed(state, event.group_id, event.presence)
        case TimePassed():
            return _time_passed(state, event.at_ms)


def _offset_committed(state: Groups, event: OffsetCommitted) -> Groups:
    group = state.groups.get(event.group_id, _NEW)
    partitions = group.offsets.get(event.topic, Map()).set(event.partition, event.offset)
    return _with(state, event.group_id, replace(group, offsets=group.offsets.set(event.topic, partitions)))


def _offset_forgotten(state: Groups, event: OffsetForgotten) -> Groups:
    group = state.groups.get(event.group_id, _NEW)
    partitions = group.offsets.get(event.topic)
    if partitions is None or event.partition not in partitions:
        return state
    left = partitions.delete(event.partition)
    offsets = group.offsets.set(event.topic, left) if left else group.offsets.delete(event.topic)
    return _with(state, event.group_id, replace(group, offsets=offsets))


def _with(state: Groups, group_id: str, group: Group) -> Groups:
    if group == _NEW:
        return replace(state, groups=_without(state.groups, group_id))
    return replace(state, groups=state.groups.set(group_id, group))


def _without(values: Map[str, Value], name: str) -> Map[str, Value]:
    return values.delete(name) if name in values else values


def _presence_changed(state: Groups, group_id: str, presence: Presence | None) -> Groups:
    if presence is None:
        return Groups(state.groups, _without(state.presence, group_id), state.agenda, _without(state.wakes, group_id))
    everyone = state.presence.set(group_id, presence)
    if presence.wake_ms == state.wakes.get(group_id, NEVER):
        return Groups(state.groups, everyone, state.agenda, state.wakes)
    if presence.wake_ms >= NEVER:
        return Groups(state.groups, everyone, state.agenda, _without(state.wakes, group_id))
    waking = agenda.add(state.agenda, presence.wake_ms, group_id)
    return Groups(state.groups, everyone, waking, state.wakes.set(group_id, presence.wake_ms))


def _time_passed(state: Groups, at_ms: int) -> Groups:
    left = state.agenda
    while (entry := agenda.first(left)) is not None and entry[0] <= at_ms:
        left = agenda.without_first(left)
    return replace(state, agenda=left)
