"""The steps of a rebalance: a group while it changes."""

# Kafka's classic protocol (its GroupMetadataManager and ClassicGroup; KIP-62, 134, 345, 394, 814): a step does here what it
# does there, and the records that come of it are decided at the same moments.

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from immutables import Map
from msgspec.structs import replace

from leftfold.machines.groups.commands import Join, Rules
from leftfold.machines.groups.events import Event, GenerationWritten, PresenceChanged
from leftfold.machines.groups.state import (
    NEVER,
    Generation,
    Group,
    Groups,
    Member,
    Offset,
    Phase,
    Presence,
    Present,
    Session,
    Subscription,
    due_ms,
)

CONSUMER = "consumer"


class Turn:
    """One group in the hands of one command: `here` becomes what `events` will say.

    Invariant: `here.wake_ms` is not later than any deadline that was set; it may be earlier, until time itself looks.
    """

    def __init__(self, rules: Rules, state: Groups, group_id: str, at_ms: int) -> None:
        self.rules = rules
        self.group_id = group_id
        self.at_ms = at_ms
        self.group = state.groups.get(group_id)
        self._before = before = state.presence.get(group_id)
        self.exists = before is not None or self.group is not None
        self.here = before if before is not None else woken(rules, self.group, at_ms)
        self._written: list[Event] = []
        self._vanished = False
        self._frees = False  # a phase, a generation or somebody's membership has ended

    def events(self) -> tuple[Event, ...]:
        """What has happened in this turn; time is to look at the group once more, whatever it is."""
        if self.here.wake_ms >= NEVER:
            self.wake_by(self.at_ms + self.rules.empty_group_ms)
        if self.here is self._before and not self._vanished:
            return tuple(self._written)
        return (*self._written, PresenceChanged(self.group_id, None if self._vanished else self.here, self._frees))

    # -- members -----------------------------------------------------------------------------------------------------------

    def admit(self, command: Join, member_id: str) -> None:
        """A new member, which waits for the others to join."""
        if not self.here.members:
            self.here = replace(self.here, protocol_type=command.protocol_type, leader=member_id)
        if member_id in self.here.pending:
            self.here = replace(self.here, pending=self.here.pending.delete(member_id))
        late_ms = self.at_ms + self.rules.newcomer_timeout_ms
        self._put(joining(command, member_id, expires_ms=late_ms))
        if self.here.first_until_ms:
            self.here = replace(self.here, grown=True)
        self.rebalance()

    def rejoin(self, command: Join, member_id: str) -> None:
        """A member wants a new generation."""
        before = self.here.members[member_id]
        self._put(replace(joining(command, member_id), instance_id=before.instance_id, assignment=before.assignment))
        self.rebalance()

    def expect(self, member_id: str, until_ms: int) -> None:
        """An id is given out; it is kept until then."""
        self.here = replace(self.here, pending=self.here.pending.set(member_id, until_ms))
        self.wake_by(until_ms)

    def take_place(self, old_id: str, command: Join, new_id: str) -> None:
        """A static member came back under a new id: it keeps its place and, while that changes nothing, the group its peace."""
        old = self.here.members[old_id]
        self._drop(old_id)
        newcomer = replace(joining(command, new_id), assignment=old.assignment, synced=old.synced, replaces=old_id)
        expires_ms = self.at_ms + command.session_timeout_ms
        self._put(replace(newcomer, joining=False, expires_ms=expires_ms))
        if self.here.leader == old_id:
            self.here = replace(self.here, leader=new_id)
        if self.here.phase is Phase.STABLE and chosen_protocol(self.here) == self.here.protocol:
            self.write()
        else:
            self._put(newcomer)
            self.rebalance()

    def remove(self, member_id: str) -> None:
        """A member, or who was about to become one, is gone; the others rebalance."""
        if member_id in self.here.pending:
            self.here = replace(self.here, pending=self.here.pending.delete(member_id))
            self.complete_if_all_joined()
        else:
            self._drop(member_id)
            self._elect(self.here.members)
            self.rebalance()

    def heard(self, member_id: str) -> None:
        """A member is alive; who waits for an answer cannot be late anyway."""
        member = self.here.members[member_id]
        if not member.joining and member.expires_ms < NEVER:
            self._put(replace(member, expires_ms=self.at_ms + member.session_timeout_ms))

    def synced(self, member_id: str) -> None:
        """A member has asked for its assignment; while the leader keeps it waiting it cannot be late."""
        waits = self.here.phase is Phase.COMPLETING
        member = self.here.members[member_id]
        expires_ms = NEVER if waits else self.at_ms + member.session_timeout_ms
        self._put(replace(member, synced=True, expires_ms=expires_ms))

    def assign(self, assignments: dict[str, bytes]) -> None:
        """The leader has said who gets what: the generation is complete, and written."""
        self._change_all(
            replace(
                member,
                assignment=assignments.get(member.member_id, b""),
                expires_ms=self.at_ms + member.session_timeout_ms,
            )
            for member in self.here.members.values()
        )
        self._enter(Phase.STABLE)
        self.write()

    # -- rebalancing ---------------------------------------------------------------------------------------------------------

    def rebalance(self) -> None:
        """Let everybody join anew, or go on with the rebalance that is under way."""
        if self.here.phase is Phase.PREPARING:
            self.complete_if_all_joined()
        else:
            self._prepare()

    def complete_if_all_joined(self) -> None:
        """End the waiting once nobody is missing; a group's first rebalance always waits for more members."""
        if self.here.phase is Phase.PREPARING and not self.here.first_until_ms and self._all_joined():
            self.complete()

    def complete(self) -> None:
        """Begin the next generation with those who have joined, and static members (they come back)."""
        for member in list(self.here.members.values()):
            if not member.joining and member.instance_id is None:
                self._drop(member.member_id)
        joined = {member.member_id for member in self.here.members.values() if member.joining}
        if self.here.members and not joined:
            self._wait_for_joins(self._rebalance_timeout_ms())
            self._elect(self.here.members)
        elif joined:
            self._elect(joined)
            self._begin_generation()
        else:
            self._become_empty()

    def put_off(self) -> bool:
        """Whether a group's first rebalance waits longer, because newcomers came while it waited (KIP-134)."""
        if not self.here.grown or self.here.first_until_ms <= self.at_ms:
            return False
        wait_ms = min(self.rules.initial_rebalance_delay_ms, self.here.first_until_ms - self.at_ms)
        self._wait_for_joins(wait_ms, first_until_ms=self.here.first_until_ms)
        return True

    def expel_unsynced(self) -> None:
        """Throw out who has not asked for its assignment in time."""
        self.here = replace(self.here, sync_due_ms=NEVER)
        for member in sorted(self.here.members.values(), key=lambda one: one.member_id):
            if not member.synced and member.member_id in self.here.members:
                self.remove(member.member_id)

    def write(self) -> None:
        """The group's record is to say how it is now."""
        here = self.here
        members = tuple(_written(member, here.protocol) for member in sorted(here.members.values(), key=lambda m: m.member_id))
        generation = Generation(here.generation, here.protocol_type, here.protocol, here.leader, here.since_ms, members)
        self._written.append(GenerationWritten(self.group_id, generation))

    def add(self, event: Event) -> None:
        """Something else has happened besides."""
        self._written.append(event)

    def set_session(self, member_id: str, session: Session | None) -> None:
        """A member of a consumer group is heard of, or gone (None)."""
        sessions = self.here.sessions
        if session is None:
            sessions = sessions.delete(member_id) if member_id in sessions else sessions
        else:
            sessions = sessions.set(member_id, session)
        self.here = replace(self.here, sessions=sessions, protocol_type=CONSUMER)
        if session is not None:
            self.wake_by(min(session.expires_ms, session.revoked_by_ms))

    def leave_generation(self) -> None:
        """The members are those of a consumer group from now on; the generation was their last."""
        self._frees = True
        generation, wake_ms = self.here.generation, self.here.wake_ms
        self.here = Presence(since_ms=self.at_ms, generation=generation, protocol_type=CONSUMER, wake_ms=wake_ms)

    def begin_classic(self, members: list[Present], generation: int) -> None:
        """The members are those of a classic group from now on, in this generation.

        What is written is a group without members, as of any that begins: after a crash they join anew.
        """
        self.here = Presence(since_ms=self.at_ms, generation=generation, protocol_type=CONSUMER, wake_ms=self.here.wake_ms)
        self.write()
        for member in members:
            self._put(member)
        if members:
            self._elect(self.here.members)
            self.here = replace(self.here, phase=Phase.STABLE, protocol=chosen_protocol(self.here))

    def emptied(self) -> None:
        """Nobody is in the group any more: from now on its offsets grow old."""
        self.here = replace(self.here, since_ms=self.at_ms)
        self.wake_by(self.at_ms + min(self.rules.empty_group_ms, self.rules.offsets_retention_ms))

    def wake_by(self, at_ms: int) -> None:
        """Time is to look at this group then, or earlier."""
        if at_ms < self.here.wake_ms:
            self.here = replace(self.here, wake_ms=at_ms)

    def sleep_until(self, at_ms: int) -> None:
        """Nothing is due in this group before."""
        self.here = replace(self.here, wake_ms=at_ms)

    def vanish(self) -> None:
        """Nobody cares for this group any more, and nobody waits in it."""
        self._vanished = True

    def settle(self) -> None:
        """Set the waking to what is really due next."""
        self.here = replace(self.here, wake_ms=min(due_ms(self.here), offsets_due_ms(self.rules, self.group, self.here)))

    def _prepare(self) -> None:
        first = self.here.phase is Phase.EMPTY
        if self.here.phase is Phase.COMPLETING:
            self._send_back()
        self._enter(Phase.PREPARING)
        if first:
            delay_ms = self.rules.initial_rebalance_delay_ms
            longest_ms = max(self._rebalance_timeout_ms(), delay_ms, 1)
            self._wait_for_joins(delay_ms, first_until_ms=self.at_ms + longest_ms)
        elif self._all_joined():
            self.complete()
        else:
            self._wait_for_joins(self._rebalance_timeout_ms())

    def _wait_for_joins(self, wait_ms: int, *, first_until_ms: int = 0) -> None:
        due_ms = self.at_ms + max(wait_ms, 1)
        self.here = replace(self.here, join_due_ms=due_ms, first_until_ms=first_until_ms, grown=False)
        self.wake_by(due_ms)

    def _send_back(self) -> None:
        """Those who waited for their assignment are told to join anew, and must be heard of again."""
        self._change_all(
            replace(
                member,
                assignment=b"",
                expires_ms=self.at_ms + member.session_timeout_ms
                if member.synced and not member.joining
                else member.expires_ms,
            )
            for member in self.here.members.values()
        )

    def _begin_generation(self) -> None:
        self._change_all(
            replace(
                member,
                joining=False,
                synced=False,
                replaces="",
                expires_ms=self.at_ms + member.session_timeout_ms,
            )
            for member in self.here.members.values()
        )
        self._enter(Phase.COMPLETING)
        due_ms = self.at_ms + max(self._rebalance_timeout_ms(), 1)
        number = self.here.generation + 1
        self.here = replace(self.here, generation=number, protocol=chosen_protocol(self.here), sync_due_ms=due_ms)
        self.wake_by(due_ms)

    def _become_empty(self) -> None:
        self._enter(Phase.EMPTY)
        self.here = replace(self.here, generation=self.here.generation + 1, protocol=None, leader=None)
        self.emptied()
        self.write()

    def _enter(self, phase: Phase) -> None:
        self._frees = True
        sync_due_ms = self.here.sync_due_ms if phase is Phase.STABLE else NEVER
        self.here = replace(
            self.here,
            phase=phase,
            since_ms=self.at_ms,
            join_due_ms=NEVER,
            first_until_ms=0,
            grown=False,
            sync_due_ms=sync_due_ms,
        )

    def _all_joined(self) -> bool:
        return self.here.joining_count == len(self.here.members) and not self.here.pending

    def _rebalance_timeout_ms(self) -> int:
        return max((member.rebalance_timeout_ms for member in self.here.members.values()), default=0)

    def _elect(self, candidates: Collection[str]) -> None:
        """The leader stays if it is among the candidates."""
        if self.here.leader not in candidates:
            self.here = replace(self.here, leader=min(candidates, default=None))

    def _put(self, member: Present) -> None:
        before = self.here.members.get(member.member_id)
        statics, spoken = self.here.statics, self.here.spoken
        if before is None and member.instance_id is not None:
            statics = statics.set(member.instance_id, member.member_id)
        if before is None or before.protocols != member.protocols:
            spoken = _recounted(spoken, before.names() if before else (), member.names())
        count = self.here.joining_count + member.joining - (before.joining if before else False)
        members = self.here.members.set(member.member_id, member)
        self.here = replace(self.here, members=members, statics=statics, joining_count=count, spoken=spoken)
        self.wake_by(member.expires_ms)

    def _change_all(self, changed: Iterable[Present]) -> None:
        """All members at once; none of them says another instance or other protocols."""
        members = {member.member_id: member for member in changed}
        count = sum(member.joining for member in members.values())
        self.here = replace(self.here, members=Map(members), joining_count=count)
        self.wake_by(min((member.expires_ms for member in members.values()), default=NEVER))

    def _drop(self, member_id: str) -> None:
        self._frees = True
        member = self.here.members[member_id]
        statics = self.here.statics
        if member.instance_id is not None:
            statics = statics.delete(member.instance_id)
        members = self.here.members.delete(member_id)
        count = self.here.joining_count - member.joining
        spoken = _recounted(self.here.spoken, member.names(), ())
        self.here = replace(self.here, members=members, statics=statics, joining_count=count, spoken=spoken)


def woken(rules: Rules, group: Group | None, at_ms: int) -> Presence:
    """The presence of a group after a restart: its members get their whole session anew, as in Kafka."""
    if group is not None and group.consumers is not None:
        everyone = group.consumers.members.items()
        sessions = Map({member_id: Session(at_ms + session_timeout_ms(rules, said)) for member_id, said in everyone})
        here = Presence(since_ms=at_ms, protocol_type=CONSUMER, sessions=sessions)
        return replace(here, wake_ms=due_ms(here))
    if group is None or group.generation is None:
        return Presence(since_ms=at_ms)
    written = group.generation
    members = {member.member_id: _present(member, written.protocol, at_ms) for member in written.members}
    here = Presence(
        phase=Phase.STABLE if members else Phase.EMPTY,
        since_ms=written.since_ms,
        generation=written.number,
        protocol_type=written.protocol_type,
        protocol=written.protocol,
        leader=written.leader if members else None,
    )
    statics = {member.instance_id: member.member_id for member in members.values() if member.instance_id is not None}
    spoken = Map(Counter(name for member in members.values() for name in member.names()))
    here = replace(here, members=Map(members), statics=Map(statics), spoken=spoken)
    return replace(here, wake_ms=due_ms(here))


def session_timeout_ms(rules: Rules, said: Subscription) -> int:
    """How long a member of a consumer group may be silent: the broker decides, unless it joined in the classic way."""
    return rules.consumer_session_timeout_ms if said.classic is None else said.classic.session_timeout_ms


def joining(command: Join, member_id: str, *, expires_ms: int = NEVER) -> Present:
    """The member that a Join describes, waiting for the others."""
    return Present(
        member_id=member_id,
        instance_id=command.instance_id,
        client_id=command.client_id,
        client_host=command.client_host,
        rebalance_timeout_ms=command.rebalance_timeout_ms,
        session_timeout_ms=command.session_timeout_ms,
        protocols=command.protocols,
        expires_ms=expires_ms,
        joining=True,
    )


def common_protocols(here: Presence) -> set[str]:
    """The protocols that every member speaks."""
    return {name for name, count in here.spoken.items() if count == len(here.members)}


def chosen_protocol(here: Presence) -> str:
    """The protocol that most members like best among those that all speak; of several the first by name."""
    common = common_protocols(here)
    liked = [next(name for name, _ in member.protocols if name in common) for member in here.members.values()]
    votes = Counter(liked)
    return min(votes, key=lambda name: (-votes[name], name))


def _recounted(spoken: Map[str, int], before: Iterable[str], after: Iterable[str]) -> Map[str, int]:
    """How many speak each protocol, now that one member speaks others."""
    for name in before:
        left = spoken[name] - 1
        spoken = spoken.set(name, left) if left else spoken.delete(name)
    for name in after:
        spoken = spoken.set(name, spoken.get(name, 0) + 1)
    return spoken


def offsets_due_ms(rules: Rules, group: Group | None, here: Presence) -> int:
    """When the first offset of a group expires, or the empty group itself: never while it has members."""
    if here.pending or not here.is_empty:
        return NEVER
    if group is None or not group.offsets:
        return here.since_ms + rules.empty_group_ms
    return min(expiry_ms(rules, here, offset) for _, _, offset in group.each_offset())


def expiry_ms(rules: Rules, here: Presence, offset: Offset) -> int:
    """When an offset of an empty group expires (KIP-211): counted from when the group became empty, at the earliest."""
    if offset.expires_ms >= 0:
        return offset.expires_ms
    since_ms = max(here.since_ms, offset.committed_ms) if here.protocol_type else offset.committed_ms
    return since_ms + rules.offsets_retention_ms


def _present(member: Member, protocol: str | None, at_ms: int) -> Present:
    return Present(
        member_id=member.member_id,
        instance_id=member.instance_id,
        client_id=member.client_id,
        client_host=member.client_host,
        rebalance_timeout_ms=member.rebalance_timeout_ms,
        session_timeout_ms=member.session_timeout_ms,
        protocols=((protocol or "", member.subscription),),
        assignment=member.assignment,
        expires_ms=at_ms + member.session_timeout_ms,
        synced=True,
    )


def _written(member: Present, protocol: str | None) -> Member:
    return Member(
        member_id=member.member_id,
        instance_id=member.instance_id,
        client_id=member.client_id,
        client_host=member.client_host,
        rebalance_timeout_ms=member.rebalance_timeout_ms,
        session_timeout_ms=member.session_timeout_ms,
        subscription=member.metadata(protocol),
        assignment=member.assignment,
    )
