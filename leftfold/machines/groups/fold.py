"""What each event makes of the groups; it refuses nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from immutables import Map
from msgspec.structs import replace

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
    OffsetForgotten,
    OffsetsCommitted,
    OffsetsPended,
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
_NOWHERE: Map[int, Offset] = Map()
_NOBODY = Consumers()
_CLOSED = Open(-1, frozenset())


def fold(state: Groups, event: Event) -> Groups:
    """The state after an event."""
    match event:
        case OffsetsCommitted():
            return _offsets_committed(state, event)
        case PresenceChanged():
            return _presence_changed(state, event.group_id, event.presence)
        case OffsetForgotten():
            return _offset_forgotten(state, event)
        case OffsetsPended():
            return _offsets_pended(state, event)
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
        case TimePassed():
            return _time_passed(state, event.at_ms)


def _offsets_committed(state: Groups, event: OffsetsCommitted) -> Groups:
    group = state.groups.get(event.group_id, _NEW)
    offsets, pending = _put(group.offsets, event.offsets), group.pending
    if pending:
        pending = _outdated(pending, [(topic, partition) for topic, partition, _ in event.offsets])
    return replace(state, groups=state.groups.set(event.group_id, replace(group, offsets=offsets, pending=pending)))


def _put(offsets: Offsets, put: Sequence[tuple[str, int, Offset]]) -> Offsets:
    if len(put) == 1:
        ((topic, partition, offset),) = put
        return offsets.set(topic, offsets.get(topic, _NOWHERE).set(partition, offset))
    by_topic: dict[str, dict[int, Offset]] = {}
    for topic, partition, offset in put:
        by_topic.setdefault(topic, {})[partition] = offset
    return offsets.update({topic: offsets.get(topic, _NOWHERE).update(one) for topic, one in by_topic.items()})


def _outdated(pending: Map[int, Offsets], places: Sequence[tuple[str, int]]) -> Map[int, Offsets]:
    """Without what was pending for these (topic, partition)s: it is older."""
    for producer, offsets in pending.items():
        left = offsets
        for topic, partition in places:
            left = _take(left, topic, partition)
        pending = pending.set(producer, left) if left else pending.delete(producer)
    return pending


def _take(offsets: Offsets, topic: str, partition: int) -> Offsets:
    partitions = offsets.get(topic)
    if partitions is None or partition not in partitions:
        return offsets
    left = partitions.delete(partition)
    return offsets.set(topic, left) if left else offsets.delete(topic)


def _offsets_pended(state: Groups, event: OffsetsPended) -> Groups:
    group, producer = state.groups.get(event.group_id, _NEW), event.producer_id
    offsets = _put(group.pending.get(producer, Map()), event.offsets)
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
            offsets = _put(group.offsets, list(_each(pending))) if event.commit else group.offsets
            state = _with(state, group_id, replace(group, offsets=offsets, pending=group.pending.delete(producer)))
    return replace(state, open=_without_producer(state.open, producer))


def _each(offsets: Offsets) -> Iterator[tuple[str, int, Offset]]:
    for topic, partitions in offsets.items():
        for partition, offset in partitions.items():
            yield topic, partition, offset


def _without_producer(open_: Map[int, Open], producer: int) -> Map[int, Open]:
    return open_.delete(producer) if producer in open_ else open_


def _offset_forgotten(state: Groups, event: OffsetForgotten) -> Groups:
    group, topic, partition = state.groups.get(event.group_id, _NEW), event.topic, event.partition
    pending = _outdated(group.pending, [(topic, partition)])
    return _with(state, event.group_id, replace(group, offsets=_take(group.offsets, topic, partition), pending=pending))


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
