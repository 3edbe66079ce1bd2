"""What each event makes of the groups; it refuses nothing."""

from __future__ import annotations

from collections.abc import Iterator
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
    OffsetPended,
    PatternResolved,
    PresenceChanged,
    ProducerEnded,
    TargetsSet,
    TimePassed,
)
from leftfold.machines.groups.state import NEVER, Consumers, Group, Groups, Offset, Open, Presence

Value = TypeVar("Value")
Offsets = Map[str, Map[int, Offset]]  # by topic and partition
_NEW = Group()
_NOBODY = Consumers()
_CLOSED = Open(-1, frozenset())


def fold(state: Groups, event: Event) -> Groups:
    """The state after an event."""
    match event:
        case OffsetCommitted():
            return _offset_committed(state, event)
        case OffsetForgotten():
            return _offset_forgotten(state, event)
        case OffsetPended():
            return _offset_pended(state, event)
        case ProducerEnded():
            return _producer_ended(state, event)
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
    offsets = _put(group.offsets, event.topic, event.partition, event.offset)
    return _with(state, event.group_id, replace(group, offsets=offsets, pending=_outdated(group.pending, event)))


def _put(offsets: Offsets, topic: str, partition: int, offset: Offset) -> Offsets:
    return offsets.set(topic, offsets.get(topic, Map()).set(partition, offset))


def _outdated(pending: Map[int, Offsets], event: OffsetCommitted) -> Map[int, Offsets]:
    """Without what was pending for this partition: it is older."""
    for producer, offsets in pending.items():
        left = _take(offsets, event.topic, event.partition)
        pending = pending.set(producer, left) if left else pending.delete(producer)
    return pending


def _take(offsets: Offsets, topic: str, partition: int) -> Offsets:
    partitions = offsets.get(topic)
    if partitions is None or partition not in partitions:
        return offsets
    left = partitions.delete(partition)
    return offsets.set(topic, left) if left else offsets.delete(topic)


def _offset_pended(state: Groups, event: OffsetPended) -> Groups:
    group, producer = state.groups.get(event.group_id, _NEW), event.producer_id
    offsets = _put(group.pending.get(producer, Map()), event.topic, event.partition, event.offset)
    before = state.open.get(producer, _CLOSED)
    after_it = Open(event.producer_epoch, before.groups | {event.group_id})
    state = _with(state, event.group_id, replace(group, pending=group.pending.set(producer, offsets)))
    return replace(state, open=state.open.set(producer, after_it))


def _producer_ended(state: Groups, event: ProducerEnded) -> Groups:
    producer = event.producer_id
    for group_id in state.open.get(producer, _CLOSED).groups:
        group = state.groups.get(group_id, _NEW)
        pending = group.pending.get(producer)
        if pending is not None:
            offsets = group.offsets
            for topic, partition, offset in _each(pending) if event.commit else ():
                offsets = _put(offsets, topic, partition, offset)
            state = _with(state, group_id, replace(group, offsets=offsets, pending=group.pending.delete(producer)))
    return replace(state, open=_without_producer(state.open, producer))


def _each(offsets: Offsets) -> Iterator[tuple[str, int, Offset]]:
    for topic, partitions in offsets.items():
        for partition, offset in partitions.items():
            yield topic, partition, offset


def _without_producer(open_: Map[int, Open], producer: int) -> Map[int, Open]:
    return open_.delete(producer) if producer in open_ else open_


def _offset_forgotten(state: Groups, event: OffsetForgotten) -> Groups:
    group = state.groups.get(event.group_id, _NEW)
    return _with(state, event.group_id, replace(group, offsets=_take(group.offsets, event.topic, event.partition)))


def _with(state: Groups, group_id: str, group: Group) -> Groups:
    if group == _NEW:
        return replace(state, groups=_without(state.groups, group_id))
    return replace(state, groups=state.groups.set(group_id, group))


def _without(values: Map[str, Value], name: str) -> Map[str, Value]:
    return values.delete(name) if name in values else values


def _presence_changed(state: Groups, group_id: str, presence: Presence | None) -> Groups:
    if presence is None:
        return replace(state, presence=_without(state.presence, group_id), wakes=_without(state.wakes, group_id))
    everyone = state.presence.set(group_id, presence)
    if presence.wake_ms == state.wakes.get(group_id, NEVER):
        return replace(state, presence=everyone)
    if presence.wake_ms >= NEVER:
        return replace(state, presence=everyone, wakes=_without(state.wakes, group_id))
    waking = agenda.add(state.agenda, presence.wake_ms, group_id)
    wakes = state.wakes.set(group_id, presence.wake_ms)
    return replace(state, presence=everyone, agenda=waking, wakes=wakes)


def _time_passed(state: Groups, at_ms: int) -> Groups:
    left = state.agenda
    while (entry := agenda.first(left)) is not None and entry[0] <= at_ms:
        left = agenda.without_first(left)
    return replace(state, agenda=left)
