"""The groups of one partition: what is written, who is here."""

# Values are msgspec's structs: they are made, changed (`msgspec.structs.replace`) and read from a snapshot some five times as
# fast as frozen dataclasses, and a commit makes half a dozen. A value is made of what was there before it, and so holds nothing
# that could hold it (gc=False): the collector need not walk through a million offsets again and again.

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import IntEnum, StrEnum
from functools import lru_cache
from itertools import chain

from immutables import Map
from msgspec import Struct

from leftfold.base.agenda import EMPTY, Agenda, entries

NEVER = 1 << 62

# -- durable: the fold of __consumer_offsets ----------------------------------------------------------------------------------


class Offset(Struct, frozen=True, gc=False):
    """How far a group has read a partition. `expires_ms` is -1 unless an old client asked for its own retention."""

    offset: int
    leader_epoch: int
    metadata: str
    committed_ms: int
    expires_ms: int = -1
    topic_id: str = ""


class Member(Struct, frozen=True, gc=False):
    """A member of a generation, as Kafka writes it: its metadata for the protocol chosen, and what the leader gave it."""

    member_id: str
    instance_id: str | None
    client_id: str
    client_host: str
    rebalance_timeout_ms: int
    session_timeout_ms: int
    subscription: bytes
    assignment: bytes


class Generation(Struct, frozen=True, gc=False):
    """The last generation that was written; without members it is an empty group that remembers its number."""

    number: int
    protocol_type: str
    protocol: str | None
    leader: str | None
    since_ms: int
    members: tuple[Member, ...]


Partitions = frozenset[tuple[str, int]]  # (topic id, partition)
Held = tuple[str, int, int]  # topic id, partition, and the member epoch at which it was given


class Classic(Struct, frozen=True, gc=False):
    """What a member that joins, syncs and heartbeats in the classic way says besides."""

    session_timeout_ms: int
    protocols: tuple[tuple[str, bytes], ...]


class Subscription(Struct, frozen=True, gc=False):
    """What a member of a consumer group (KIP-848) says of itself; `classic` unless it speaks the newer protocol."""

    instance_id: str | None
    rack_id: str | None
    client_id: str
    client_host: str
    topics: tuple[str, ...]
    rebalance_timeout_ms: int
    assignor: str | None
    regex: str = ""
    classic: Classic | None = None


class Step(IntEnum):
    """Where a member stands on the way to its target assignment, numbered as Kafka writes it."""

    STABLE = 0
    UNREVOKED = 1  # it has still to give something back
    UNRELEASED = 2  # it waits for what others have still to give back


class Current(Struct, frozen=True, gc=False):
    """What a member has now, in its epoch, and what it has still to give back. A static member that is away is at -2."""

    epoch: int
    previous_epoch: int
    step: int
    assigned: tuple[Held, ...]
    revoking: tuple[Held, ...]

    def held(self) -> Partitions:
        """What nobody else may have yet."""
        return frozenset((topic, partition) for topic, partition, _ in (*self.assigned, *self.revoking))

    def is_behind(self, epoch: int) -> bool:
        """Whether a classic member is to join anew for the group's epoch; who has still to give something back has joined."""
        return self.epoch < epoch and self.step != Step.UNREVOKED


class Named(Struct, frozen=True, gc=False):
    """The topics that a pattern named, at a version of the cluster and a time."""

    topics: tuple[str, ...]
    version: int
    at_ms: int


class Consumers(Struct, frozen=True, gc=False):
    """A consumer group (KIP-848): its epoch, the assignment computed for one epoch, and each member on its way there.

    Invariant: no partition is held by two members; whoever has a target or a current assignment is a member.
    Invariant: once the targets are those of its epoch, no two members shall have one partition. While they are written one may
    be given what another shall lose.
    Invariant: while it has members, one of them at least speaks the newer protocol, once all of a command is folded.
    """

    epoch: int = 0
    metadata_hash: int = 0
    target_epoch: int = 0
    target_ms: int = 0
    members: Map[str, Subscription] = Map()
    targets: Map[str, Partitions] = Map()
    currents: Map[str, Current] = Map()
    patterns: Map[str, Named] = Map()

    def topics(self) -> set[str]:
        """What all members together read."""
        named = (self.patterns.get(pattern) for pattern in patterns_of(self.members))
        return {*topics_named_by(self.members), *(topic for one in named if one is not None for topic in one.topics)}

    def topics_of(self, member_id: str) -> set[str]:
        """What a member reads: the topics that it names, and those that its pattern does."""
        said = self.members[member_id]
        named = self.patterns.get(said.regex)
        return {*said.topics, *(named.topics if named else ())}

    def is_to_join_anew(self, member_id: str) -> bool:
        """Whether a classic member has something to give back or to take, for which it must join anew."""
        current = self.currents.get(member_id)
        if current is None or current.epoch < self.epoch or current.step == Step.UNREVOKED:
            return True
        if current.step == Step.STABLE:
            return False
        missing = self.targets.get(member_id, frozenset()) - current.held()
        return not any(missing & one.held() for one in self.currents.values())

    def all_are_classic(self) -> bool:
        """Whether nobody is left who speaks the newer protocol, but members."""
        return bool(self.members) and all(said.classic is not None for said in self.members.values())

    def phase(self) -> str:
        """Its state in the words of Kafka's tools."""
        if not self.members:
            return "Empty"
        if self.epoch > self.target_epoch:
            return "Assigning"
        arrived = all(one.step == Step.STABLE and one.epoch == self.target_epoch for one in self.currents.values())
        return "Stable" if arrived and len(self.currents) == len(self.members) else "Reconciling"


# Every heartbeat of every member asks these two, and hardly ever has a subscription changed since the last.


@lru_cache(maxsize=1_000)
def topics_named_by(members: Map[str, Subscription]) -> frozenset[str]:
    """The topics that members subscribe to by their names."""
    return frozenset(topic for said in members.values() for topic in said.topics)


@lru_cache(maxsize=1_000)
def patterns_of(members: Map[str, Subscription]) -> frozenset[str]:
    """The patterns that members subscribe to."""
    return frozenset(said.regex for said in members.values() if said.regex)


class Group(Struct, frozen=True, gc=False):
    """What is written of a group. Invariant: there is a generation, an epoch or an offset, and no topic without offsets.

    `pending` are offsets by producer: its transaction will have committed them, or not. Whatever was committed after them and
    before the transaction ends is newer, and takes their place.

    Invariant: it has members of a generation or of a consumer group, never both.
    """

    generation: Generation | None = None
    consumers: Consumers | None = None
    offsets: Map[str, Map[int, Offset]] = Map()
    pending: Map[int, Map[str, Map[int, Offset]]] = Map()

    def each_offset(self) -> Iterator[tuple[str, int, Offset]]:
        """(topic, partition, offset)s in no order."""
        return _each(self.offsets)

    def each_pending(self) -> Iterator[tuple[str, int, Offset]]:
        """The same of what transactions may still commit."""
        return chain.from_iterable(map(_each, self.pending.values()))

    def offset(self, topic: str, partition: int) -> Offset | None:
        """How far it has read this partition."""
        return self.offsets.get(topic, _NOTHING).get(partition)

    def is_unstable(self, topic: str, partition: int) -> bool:
        """Whether a transaction that has not ended may still move this offset."""
        return any(partition in topics.get(topic, _NOTHING) for topics in self.pending.values())


_NOTHING: Map[int, Offset] = Map()


def _each(offsets: Map[str, Map[int, Offset]]) -> Iterator[tuple[str, int, Offset]]:
    for topic, partitions in offsets.items():
        for partition, offset in partitions.items():
            yield topic, partition, offset


class Open(Struct, frozen=True, gc=False):
    """A producer's transaction that has offsets pending in this partition: its epoch, and in which groups."""

    epoch: int
    groups: frozenset[str]


# -- presence: known to the coordinator alone, begins anew after a restart ----------------------------------------------------


class Phase(StrEnum):
    """Where a group stands between two generations, in the words of Kafka's tools."""

    EMPTY = "Empty"
    PREPARING = "PreparingRebalance"  # waits until all have joined
    COMPLETING = "CompletingRebalance"  # waits until the leader has said who gets what
    STABLE = "Stable"


class Present(Struct, frozen=True, gc=False):
    """A member that is here. It is gone at `expires_ms` unless it is heard of before; who waits for an answer cannot be late.

    `joining`: it waits for the others to join; `synced`: it has asked for its assignment in this generation. `replaces` is the
    member whose place a static member took without a rebalance (KIP-345).
    """

    member_id: str
    instance_id: str | None
    client_id: str
    client_host: str
    rebalance_timeout_ms: int
    session_timeout_ms: int
    protocols: tuple[tuple[str, bytes], ...]
    assignment: bytes = b""
    expires_ms: int = NEVER
    joining: bool = False
    synced: bool = False
    replaces: str = ""

    def names(self) -> set[str]:
        """The protocols that it speaks."""
        return {name for name, _ in self.protocols}

    def metadata(self, protocol: str | None) -> bytes:
        """What it said for this protocol."""
        return next((metadata for name, metadata in self.protocols if name == protocol), b"")


class Session(Struct, frozen=True, gc=False):
    """How long a member of a consumer group may be silent, and may keep what it is to give back; `tell`: it is owed its
    assignment in the answer to what it asked last."""

    expires_ms: int
    revoked_by_ms: int = NEVER
    tell: bool = False


class Presence(Struct, frozen=True, gc=False):
    """A group as it is lived. `pending` are ids given out in a two-step join (KIP-394), and until when they are kept.

    Invariant: `joining_count` counts the members that are joining, `spoken` those that speak each protocol; `statics` leads
    from each instance id to its member.
    Invariant: the leader is a member; without members there is none, and the phase is EMPTY or PREPARING.
    Invariant: `wake_ms` is not later than anything in it that becomes due.
    """

    phase: Phase = Phase.EMPTY
    since_ms: int = 0
    generation: int = 0
    protocol_type: str = ""
    protocol: str | None = None
    leader: str | None = None
    members: Map[str, Present] = Map()
    statics: Map[str, str] = Map()
    pending: Map[str, int] = Map()
    joining_count: int = 0
    spoken: Map[str, int] = Map()
    join_due_ms: int = NEVER  # when those who have not joined are left behind
    first_until_ms: int = 0  # in a group's first rebalance: how long newcomers may put it off; else 0
    grown: bool = False  # a newcomer has come since it was last put off
    sync_due_ms: int = NEVER  # when those who have not asked for their assignment are thrown out
    sessions: Map[str, Session] = Map()  # of the members of a consumer group
    wake_ms: int = NEVER

    @property
    def is_empty(self) -> bool:
        """Whether nobody is in the group, nor about to come."""
        return self.phase is Phase.EMPTY and not self.members and not self.sessions


class Groups(Struct, frozen=True, gc=False):
    """All groups of one partition. Groups and what is open are durable, the others are presence.

    Invariant: where a group has something pending, `open` leads from its producer to that group.

    Invariant: `wakes` has the `wake_ms` of each group that is present, and `agenda` an entry for it. An entry that says another
    time than `wakes` is left over from before, and means nothing.
    """

    groups: Map[str, Group] = Map()
    presence: Map[str, Presence] = Map()
    agenda: Agenda = EMPTY
    wakes: Map[str, int] = Map()
    open: Map[int, Open] = Map()


def durable(state: Groups) -> Groups:
    """What replay of the log gives: no presence."""
    return Groups(state.groups, open=state.open)


def broken(state: Groups) -> list[str]:
    """The invariants that do not hold, in words."""
    wrong = [f"group {name}: {why}" for name, group in state.groups.items() for why in _broken_group(group)]
    wrong += [f"group {name}: {why}" for name, presence in state.presence.items() for why in _broken_presence(presence)]
    lost = (name for name, group in state.groups.items() if _lost(state, name, group))
    wrong += [f"group {name}: nothing will end what is pending" for name in lost]
    for name, presence in state.presence.items():
        if state.wakes.get(name, NEVER) != presence.wake_ms:
            wrong.append(f"group {name}: nothing wakes it in time")
    if not set(state.wakes.items()) <= set(entries(state.agenda)):
        wrong.append("a wake is not on the agenda")
    return wrong


def _lost(state: Groups, name: str, group: Group) -> bool:
    return any(producer not in state.open or name not in state.open[producer].groups for producer in group.pending)


def _broken_group(group: Group) -> Iterator[str]:
    if group == Group():
        yield "there is nothing of it"
    if any(not partitions for topics in group.pending.values() for partitions in (topics, *topics.values())):
        yield "a producer has nothing pending"
    if group.consumers is not None:
        yield from _broken_consumers(group.consumers)
    if any(not partitions for partitions in group.offsets.values()):
        yield "a topic has no offset"
    if group.generation is not None:
        ids = [member.member_id for member in group.generation.members]
        if len(set(ids)) < len(ids):
            yield "a member is in a generation twice"
        if ids and group.generation.leader not in ids:
            yield "the leader that is written is no member"


def _broken_consumers(group: Consumers) -> Iterator[str]:
    held = [one for current in group.currents.values() for one in current.held()]
    if len(set(held)) < len(held):
        yield "two members hold one partition"
    targeted = [one for target in group.targets.values() for one in target]
    if group.target_epoch == group.epoch and len(set(targeted)) < len(targeted):
        yield "two members shall have one partition"
    if group == Consumers():
        yield "there are no consumers"


def _broken_presence(here: Presence) -> Iterator[str]:
    if here.joining_count != sum(member.joining for member in here.members.values()):
        yield "joining_count is wrong"
    if dict(here.spoken) != Counter(name for member in here.members.values() for name in member.names()):
        yield "spoken is wrong"
    if dict(here.statics) != {one.instance_id: one.member_id for one in here.members.values() if one.instance_id is not None}:
        yield "statics are wrong"
    if (here.leader is None) != (not here.members) or (here.leader is not None and here.leader not in here.members):
        yield f"{here.leader} leads {len(here.members)} members"
    if not here.members and here.phase not in (Phase.EMPTY, Phase.PREPARING):
        yield f"it is {here.phase} without members"
    if here.members and here.phase is Phase.EMPTY:
        yield "it is empty with members"
    if here.phase is not Phase.PREPARING and (here.joining_count or here.join_due_ms < NEVER):
        yield f"it is {here.phase}, and yet members are joining"
    if any(name in here.members for name in here.pending):
        yield "a member is pending"
    if here.wake_ms > due_ms(here):
        yield "it would wake too late"


def due_ms(here: Presence) -> int:
    """When the next thing in a group becomes due, offsets apart."""
    members = min((member.expires_ms for member in here.members.values()), default=NEVER)
    pending = min(here.pending.values(), default=NEVER)
    sessions = min((min(one.expires_ms, one.revoked_by_ms) for one in here.sessions.values()), default=NEVER)
    return min(here.join_due_ms, here.sync_due_ms, members, pending, sessions)
