"""What has happened to groups: Kafka's records, presence."""

# All but the last two are records of __consumer_offsets. Those of consumer groups (KIP-848) say None for a tombstone: it is
# forgotten. The last two are never logged.

from __future__ import annotations

from dataclasses import dataclass

from leftfold.machines.groups.state import Current, Generation, Named, Offset, Partitions, Presence, Subscription


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
class OffsetPended:
    """A group will have read a partition up to here, if the transaction of this producer is committed."""

    group_id: str
    topic: str
    partition: int
    offset: Offset
    producer_id: int
    producer_epoch: int


@dataclass(frozen=True, slots=True)
class ProducerEnded:
    """A producer's transaction has ended: what it left pending in this partition is committed, or never was."""

    producer_id: int
    producer_epoch: int
    commit: bool


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
class EpochBumped:
    """A consumer group is in this epoch: who is in it, or what its topics are, has changed. (epoch, hash of its topics)"""

    group_id: str
    epoch: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class MemberSubscribed:
    """A member of a consumer group reads this."""

    group_id: str
    member_id: str
    subscription: Subscription | None


@dataclass(frozen=True, slots=True)
class TargetsSet:
    """All members of a consumer group have their target assignments of this epoch. (epoch, when)"""

    group_id: str
    epoch: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class MemberTargeted:
    """A member shall have these partitions."""

    group_id: str
    member_id: str
    partitions: Partitions | None


@dataclass(frozen=True, slots=True)
class MemberAssigned:
    """A member has these partitions."""

    group_id: str
    member_id: str
    current: Current | None


@dataclass(frozen=True, slots=True)
class PatternResolved:
    """A pattern that members of a consumer group subscribed to names these topics."""

    group_id: str
    pattern: str
    named: Named | None


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    """A group is lived like this from now on; None: nobody cares for it any more. Never logged."""

    group_id: str
    presence: Presence | None


@dataclass(frozen=True, slots=True)
class TimePassed:
    """What the agenda held up to this time was looked at. Never logged."""

    at_ms: int


ConsumersEvent = EpochBumped | MemberSubscribed | TargetsSet | MemberTargeted | MemberAssigned | PatternResolved
OffsetsEvent = OffsetCommitted | OffsetForgotten | OffsetPended | ProducerEnded
Event = OffsetsEvent | GenerationWritten | GenerationForgotten | ConsumersEvent | PresenceChanged | TimePassed
