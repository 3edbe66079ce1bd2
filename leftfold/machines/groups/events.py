"""What has happened to groups: Kafka's records, presence."""

# All but the last two are records of __consumer_offsets. Those of consumer groups (KIP-848) say None for a tombstone: it is
# forgotten. The last two are never logged.

from __future__ import annotations

from msgspec import Struct

from leftfold.machines.groups.state import Current, Generation, Named, Offset, Partitions, Presence, Subscription


class OffsetsCommitted(Struct, frozen=True, gc=False):
    """A group has read partitions up to here: (topic, partition, offset)s, a record each."""

    group_id: str
    offsets: tuple[tuple[str, int, Offset], ...]


class OffsetForgotten(Struct, frozen=True, gc=False):
    """How far a group had read a partition is no longer known: deleted, or expired."""

    group_id: str
    topic: str
    partition: int


class OffsetsPended(Struct, frozen=True, gc=False):
    """A group will have read partitions up to here, if the transaction of this producer is committed; a record each."""

    group_id: str
    offsets: tuple[tuple[str, int, Offset], ...]
    producer_id: int
    producer_epoch: int


class ProducerEnded(Struct, frozen=True, gc=False):
    """A producer's transaction has ended: what it left pending in this partition is committed, or never was."""

    producer_id: int
    producer_epoch: int
    commit: bool


class GenerationWritten(Struct, frozen=True, gc=False):
    """A group has this generation."""

    group_id: str
    generation: Generation


class GenerationForgotten(Struct, frozen=True, gc=False):
    """There is no such group any more, but for its offsets if it has some."""

    group_id: str


class EpochBumped(Struct, frozen=True, gc=False):
    """A consumer group is in this epoch: who is in it, or what its topics are, has changed. (epoch, hash of its topics)"""

    group_id: str
    epoch: tuple[int, int] | None


class MemberSubscribed(Struct, frozen=True, gc=False):
    """A member of a consumer group reads this."""

    group_id: str
    member_id: str
    subscription: Subscription | None


class TargetsSet(Struct, frozen=True, gc=False):
    """All members of a consumer group have their target assignments of this epoch. (epoch, when)"""

    group_id: str
    epoch: tuple[int, int] | None


class MemberTargeted(Struct, frozen=True, gc=False):
    """A member shall have these partitions."""

    group_id: str
    member_id: str
    partitions: Partitions | None


class MemberAssigned(Struct, frozen=True, gc=False):
    """A member has these partitions."""

    group_id: str
    member_id: str
    current: Current | None


class PatternResolved(Struct, frozen=True, gc=False):
    """A pattern that members of a consumer group subscribed to names these topics."""

    group_id: str
    pattern: str
    named: Named | None


class PresenceChanged(Struct, frozen=True, gc=False):
    """A group is lived like this from now on; None: nobody cares for it any more. Never logged.

    `frees`: who waits in the group may be answered now. Most changes (a member is heard of, one more has joined) free nobody.
    """

    group_id: str
    presence: Presence | None
    frees: bool = True


class TimePassed(Struct, frozen=True, gc=False):
    """What the agenda held up to this time was looked at. Never logged."""

    at_ms: int


ConsumersEvent = EpochBumped | MemberSubscribed | TargetsSet | MemberTargeted | MemberAssigned | PatternResolved
OffsetsEvent = OffsetsCommitted | OffsetForgotten | OffsetsPended | ProducerEnded
Event = OffsetsEvent | GenerationWritten | GenerationForgotten | ConsumersEvent | PresenceChanged | TimePassed
