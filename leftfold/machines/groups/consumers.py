"""What each event makes of a consumer group (KIP-848)."""

from __future__ import annotations

from typing import TypeVar

from immutables import Map
from msgspec.structs import replace

from leftfold.machines.groups.events import (
    ConsumersEvent,
    EpochBumped,
    MemberAssigned,
    MemberSubscribed,
    MemberTargeted,
    PatternResolved,
    TargetsSet,
)
from leftfold.machines.groups.state import Consumers

Value = TypeVar("Value")


def after(group: Consumers, event: ConsumersEvent) -> Consumers:
    """The consumer group after an event; it refuses nothing."""
    match event:
        case EpochBumped():
            epoch, metadata_hash = event.epoch or (0, 0)
            return replace(group, epoch=epoch, metadata_hash=metadata_hash)
        case TargetsSet():
            epoch, at_ms = event.epoch or (0, 0)
            return replace(group, target_epoch=epoch, target_ms=at_ms)
        case MemberSubscribed():
            return replace(group, members=_set(group.members, event.member_id, event.subscription))
        case MemberTargeted():
            return replace(group, targets=_set(group.targets, event.member_id, event.partitions))
        case MemberAssigned():
            return replace(group, currents=_set(group.currents, event.member_id, event.current))
        case PatternResolved():
            return replace(group, patterns=_set(group.patterns, event.pattern, event.named))


def _set(values: Map[str, Value], name: str, value: Value | None) -> Map[str, Value]:
    if value is None:
        return values.delete(name) if name in values else values
    return values.set(name, value)
