"""What has happened to groups: Kafka's records, presence."""

# The first four are the records of __consumer_offsets, a fact or a tombstone each. The other two are never logged.

from __future__ import annotations

from dataclasses import dataclass

from leftfold.machines.groups.state import Generation, Offset, Presence


@dataclass(frozen=True, slots=True)
class OffsetCommitted:
    """A group has read a partition up to here."""

    group_id: str
    topic: str
    partition: int
    offset: Offset


@dataclass(frozen=True, slots=True)
class OffsetForgotten:
    """How far a group had read a partition is no longer known: deleted, or expired."""

    group_id: str
    topic: str
    partition: int


@dataclass(frozen=True, slots=True)
class GenerationWritten:
    """A group has this generation."""

    group_id: str
    generation: Generation


@dataclass(frozen=True, slots=True)
class GenerationForgotten:
    """There is no such group any more, but for its offsets if it has some."""

    group_id: str


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    """A group is lived like this from now on; None: nobody cares for it any more. Never logged."""

    group_id: str
    presence: Presence | None


@dataclass(frozen=True, slots=True)
class TimePassed:
    """What the agenda held up to this time was looked at. Never logged."""

    at_ms: int


Event = OffsetCommitted | OffsetForgotten | GenerationWritten | GenerationForgotten | PresenceChanged | TimePassed
