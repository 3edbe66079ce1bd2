"""What groups can be told, and what they answer."""

from __future__ import annotations

from msgspec import Struct

from leftfold.base.errors import Refusal
from leftfold.machines.groups.state import Classic, Offset, Partitions

LONGEST_MS = 2**31 - 1

Catalog = tuple[tuple[str, str, int], ...]
"""Topics as they are now: (name, id, partitions)."""
Naming = tuple[tuple[str, tuple[str, ...]], ...]
"""The topics that each pattern names."""


class Rules(Struct, frozen=True, gc=False):
    """What the broker's settings allow; times in milliseconds."""

    initial_rebalance_delay_ms: int = 3_000
    session_timeout_ms_min: int = 6_000
    session_timeout_ms_max: int = 1_800_000
    members_max: int = LONGEST_MS
    consumers_max: int = LONGEST_MS  # members of a consumer group (KIP-848)
    newcomer_timeout_ms: int = 300_000  # a newcomer cannot heartbeat before its first answer, and may be gone long since
    offsets_retention_ms: int = 10_080 * 60_000
    empty_group_ms: int = 600_000  # how long an empty group without offsets is kept
    consumer_session_timeout_ms: int = 45_000  # of KIP-848, where the broker decides


class Awake(Struct, frozen=True, gc=False):
    """The log has been read: from now on members are expected to be heard of."""

    at_ms: int


class Join(Struct, frozen=True, gc=False):
    """A member wants to be in the next generation. Without a `member_id` it is new and will be `new_member_id`.

    `two_steps`: a new member is first told its id, and joins with it (KIP-394). `skips`: it understands that it is not asked to
    assign although it leads (KIP-814). `catalog`, `named` and `version` are those of a ConsumerHeartbeat, if it was asked of a
    consumer group.
    """

    group_id: str
    at_ms: int
    member_id: str
    new_member_id: str
    instance_id: str | None
    client_id: str
    client_host: str
    rebalance_timeout_ms: int
    session_timeout_ms: int
    protocol_type: str
    protocols: tuple[tuple[str, bytes], ...]
    two_steps: bool = True
    skips: bool = True
    catalog: Catalog | None = None
    named: Naming = ()
    version: int = 0

    @property
    def asks_for_an_id(self) -> bool:
        """Whether it is to be told an id first."""
        return not self.member_id and self.instance_id is None and self.two_steps


class Sync(Struct, frozen=True, gc=False):
    """A member wants to know its assignment; the leader brings all of them. `catalog` names the topics of a consumer group."""

    group_id: str
    at_ms: int
    member_id: str
    instance_id: str | None
    generation: int
    protocol_type: str | None = None
    protocol: str | None = None
    assignments: tuple[tuple[str, bytes], ...] = ()
    catalog: Catalog = ()


class Heartbeat(Struct, frozen=True, gc=False):
    """A member is alive."""

    group_id: str
    at_ms: int
    member_id: str
    instance_id: str | None
    generation: int


class Leave(Struct, frozen=True, gc=False):
    """A member goes; a static one may be named by its instance alone."""

    group_id: str
    at_ms: int
    member_id: str
    instance_id: str | None


class ConsumerHeartbeat(Struct, frozen=True, gc=False):
    """A member of a consumer group (KIP-848) says what it reads and holds; epoch 0 joins, -1 leaves, -2 is away for a while.

    What is None has not changed. `catalog` are the topics that the group reads, as they are now: (name, id, partitions);
    `named` are the topics that each of its patterns names, at `version` of the cluster. `session_timeout_ms` is what this group
    allows; None: what all do. `classic`: it said so by a Join.
    """

    group_id: str
    at_ms: int
    member_id: str
    member_epoch: int
    instance_id: str | None
    rack_id: str | None
    client_id: str
    client_host: str
    rebalance_timeout_ms: int
    topics: tuple[str, ...] | None
    assignor: str | None
    owned: Partitions | None
    catalog: Catalog
    regex: str | None = None
    named: Naming = ()
    version: int = 0
    session_timeout_ms: int | None = None
    classic: Classic | None = None


class CommitOffsets(Struct, frozen=True, gc=False):
    """A group has read so far; (topic, partition, offset)s. Generation -1 and no member: somebody outside of any generation.

    `by_epoch`: the client may as well speak of the epoch of a member (KIP-848), and is told when there is no such group.
    `producer` is an id and an epoch: the offsets are pending until its transaction ends (KIP-98, 447).
    """

    group_id: str
    at_ms: int
    member_id: str
    instance_id: str | None
    generation: int
    offsets: tuple[tuple[str, int, Offset], ...]
    by_epoch: bool = False
    producer: tuple[int, int] | None = None


class EndProducer(Struct, frozen=True, gc=False):
    """The transaction of a producer has ended. `version` 2: the epoch is already that of its next transaction (KIP-890)."""

    at_ms: int
    producer_id: int
    producer_epoch: int
    commit: bool
    version: int


class DeleteOffsets(Struct, frozen=True, gc=False):
    """Forget how far a group has read these (topic, partition)s."""

    group_id: str
    at_ms: int
    partitions: tuple[tuple[str, int], ...]


class DeleteGroup(Struct, frozen=True, gc=False):
    """Forget a group and its offsets."""

    group_id: str
    at_ms: int


class ForgetTopics(Struct, frozen=True, gc=False):
    """These topics are gone: so is how far anybody had read them. A topic made anew under the same name has another id."""

    topics: tuple[tuple[str, str], ...]  # (name, id)


class PassTime(Struct, frozen=True, gc=False):
    """It is later now: what has become due happens."""

    at_ms: int


Command = (
    Awake
    | Join
    | Sync
    | Heartbeat
    | Leave
    | ConsumerHeartbeat
    | CommitOffsets
    | EndProducer
    | DeleteOffsets
    | DeleteGroup
    | ForgetTopics
    | PassTime
)


class Done(Struct, frozen=True, gc=False):
    """It is so; nothing more to tell."""


class MemberIdGiven(Struct, frozen=True, gc=False):
    """Join again with this id."""

    member_id: str


class Joined(Struct, frozen=True, gc=False):
    """A member is in this generation. The leader is told everybody's id, instance and metadata; it assigns unless it skips."""

    generation: int
    protocol_type: str
    protocol: str | None
    leader: str
    member_id: str
    members: tuple[tuple[str, str | None, bytes], ...] = ()
    skip_assignment: bool = False


class Assigned(Struct, frozen=True, gc=False):
    """What a member has been assigned."""

    protocol_type: str
    protocol: str | None
    assignment: bytes


class OffsetsDeleted(Struct, frozen=True, gc=False):
    """Which were not deleted, because the group reads these topics."""

    subscribed: frozenset[tuple[str, int]]


class Beaten(Struct, frozen=True, gc=False):
    """A member of a consumer group is in this epoch; with an assignment where it is new to the member."""

    member_id: str
    epoch: int
    assignment: Partitions | None


Reply = Done | MemberIdGiven | Joined | Assigned | Beaten | OffsetsDeleted | Refusal
