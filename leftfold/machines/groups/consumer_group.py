"""A consumer group in the hands of one command."""

# A group has an epoch, which grows whenever its members or topics change. For each epoch a target assignment is computed; every
# member walks there by itself, heartbeat by heartbeat: first it gives back what it shall not have, then it takes what it shall
# have as soon as nobody else holds it. No member waits for another's walk. A classic member walks by joining anew.

from __future__ import annotations

from collections import Counter
from hashlib import blake2b

from msgspec.structs import replace

from leftfold.machines.groups.assignors import ASSIGNORS, DEFAULT
from leftfold.machines.groups.commands import Catalog, ConsumerHeartbeat
from leftfold.machines.groups.consumers import after
from leftfold.machines.groups.events import (
    ConsumersEvent,
    EpochBumped,
    GenerationForgotten,
    MemberAssigned,
    MemberSubscribed,
    MemberTargeted,
    PatternResolved,
    TargetsSet,
)
from leftfold.machines.groups.rebalance import Turn
from leftfold.machines.groups.state import (
    NEVER,
    Consumers,
    Current,
    Held,
    Named,
    Partitions,
    Session,
    Step,
    Subscription,
    patterns_of,
)

JOINS, LEAVES, GOES_AWAY = 0, -1, -2
UNASSIGNED = Current(epoch=0, previous_epoch=-1, step=Step.STABLE, assigned=(), revoking=())
_NEW = Subscription(None, None, "", "", (), -1, None)


class ConsumerGroup:
    """The consumer group of a turn, as it becomes."""

    def __init__(self, turn: Turn, catalog: Catalog, session_ms: int | None = None) -> None:
        self.turn = turn
        self._session_ms = turn.rules.consumer_session_timeout_ms if session_ms is None else session_ms
        self.catalog = catalog
        self.now = (turn.group.consumers if turn.group else None) or Consumers()
        self.is_there = self.now != Consumers()
        self._has_generation = turn.group is not None and turn.group.generation is not None

    def static(self, instance_id: str | None) -> str | None:
        """The member that is this instance."""
        if instance_id is None:
            return None
        return next((one for one, said in self.now.members.items() if said.instance_id == instance_id), None)

    def beat(self, command: ConsumerHeartbeat) -> None:
        """A member says what it reads and holds: epoch, targets and its own assignment follow."""
        self.forget_generation()
        holder = self.static(command.instance_id)
        if holder is not None and holder != command.member_id:
            self._replace(holder, command.member_id)
        changed = self._subscribe(command)
        self._resolve(command)
        self._bump_if(changed)
        if self.now.epoch > self.now.target_epoch:
            self._set_targets()
        self._walk(command)

    def remove(self, member_id: str) -> None:
        """A member is out; what it held is free."""
        self.forget(member_id)
        self.turn.set_session(member_id, None)
        self.forget_patterns()
        fingerprint = self.now.metadata_hash if self.now.members else 0  # the next heartbeat looks at the topics
        self.write(EpochBumped(self.turn.group_id, (self.now.epoch + 1, fingerprint)))
        if not self.now.members:
            self.write(TargetsSet(self.turn.group_id, (self.now.epoch, 0)))
            self.turn.emptied()

    def go_away(self, member_id: str) -> None:
        """A static member goes and means to come back within its session: it keeps what it has."""
        current = self.now.currents.get(member_id, UNASSIGNED)
        away = replace(current, epoch=GOES_AWAY, previous_epoch=current.epoch, step=Step.STABLE, revoking=())
        self.write(MemberAssigned(self.turn.group_id, member_id, away))
        self.heard(member_id)

    def _subscribe(self, command: ConsumerHeartbeat) -> bool:
        """Write what the member says; whether it reads something else now."""
        before = self.now.members.get(command.member_id)
        timeout_ms = command.rebalance_timeout_ms
        known = before or _NEW
        said = Subscription(
            instance_id=known.instance_id if command.instance_id is None else command.instance_id,
            rack_id=known.rack_id if command.rack_id is None else command.rack_id,
            client_id=command.client_id,
            client_host=command.client_host,
            topics=known.topics if command.topics is None else tuple(sorted(set(command.topics))),
            rebalance_timeout_ms=known.rebalance_timeout_ms if timeout_ms == -1 else timeout_ms,
            assignor=known.assignor if command.assignor is None else command.assignor,
            regex=known.regex if command.regex is None else command.regex,
            classic=command.classic,
        )
        if said != before:
            self.write(MemberSubscribed(command.group_id, command.member_id, said))
        return (known.topics, known.regex) != (said.topics, said.regex)

    def _resolve(self, command: ConsumerHeartbeat) -> None:
        """Write what the group's patterns name, where that is news, and forget those that nobody has any more."""
        used = patterns_of(self.now.members)
        for pattern, topics in command.named:
            known = self.now.patterns.get(pattern)
            if pattern in used and (known is None or known.topics != topics):
                named = Named(topics, command.version, self.turn.at_ms)
                self.write(PatternResolved(self.turn.group_id, pattern, named))
        self.forget_patterns()

    def forget_generation(self) -> None:
        """It was a classic group before."""
        if self._has_generation:
            self.write(GenerationForgotten(self.turn.group_id))
            self._has_generation = False

    def forget_patterns(self) -> None:
        """Forget what the patterns name that nobody has any more."""
        for pattern in sorted(set(self.now.patterns) - patterns_of(self.now.members)):
            self.write(PatternResolved(self.turn.group_id, pattern, None))

    def _bump_if(self, changed: bool) -> None:
        fingerprint = _fingerprint(self._read_topics())
        epoch = max(self.now.epoch, 1) + (changed or fingerprint != self.now.metadata_hash)
        if epoch != self.now.epoch:
            self.write(EpochBumped(self.turn.group_id, (epoch, fingerprint)))

    def _set_targets(self) -> None:
        """Who shall have what in this epoch, by the assignor that most members ask for."""
        asked = Counter(said.assignor for said in self.now.members.values() if said.assignor is not None)
        name = min(asked, key=lambda one: (-asked[one], one)) if asked else DEFAULT
        ids = {topic: topic_id for topic, topic_id, _ in self.catalog}
        subscribers = {
            member_id: frozenset(ids[topic] for topic in self.now.topics_of(member_id) if topic in ids)
            for member_id in sorted(self.now.members, key=self._place)
        }
        counts = {topic_id: count for _, topic_id, count in self._read_topics()}
        targets = ASSIGNORS[name](subscribers, counts, self.now.targets)
        for member_id, target in sorted(targets.items()):
            if self.now.targets.get(member_id) != target:
                self.write(MemberTargeted(self.turn.group_id, member_id, target))
        self.write(TargetsSet(self.turn.group_id, (self.now.epoch, self.turn.at_ms)))

    def _place(self, member_id: str) -> tuple[bool, str, str]:
        """Where a member stands in the row: static ones first, by their instances, since those outlive their ids."""
        instance_id = self.now.members[member_id].instance_id
        return instance_id is None, instance_id or "", member_id

    def _walk(self, command: ConsumerHeartbeat) -> None:
        """The member's next step, and whether it is told."""
        member_id = command.member_id
        before = self.now.currents.get(member_id, UNASSIGNED)
        current = _step(self.now, member_id, before, command.owned)
        if current != before or member_id not in self.now.currents:
            self.write(MemberAssigned(command.group_id, member_id, current))
        full = command.member_epoch == JOINS or (
            command.rebalance_timeout_ms != -1
            and (command.topics is not None or command.regex is not None)
            and command.owned is not None
        )
        until_ms = self._deadline(member_id, before, current)
        self.heard(member_id, until_ms=until_ms, tell=full or _places(current) != _places(before))

    def _deadline(self, member_id: str, before: Current, current: Current) -> int:
        """Until when a member must have given back what it has to; one that has joined in the classic way, have synced."""
        said, session = self.now.members[member_id], self.turn.here.sessions.get(member_id)
        until_ms = self.turn.at_ms + max(said.rebalance_timeout_ms, 1)
        if said.classic is not None:
            return until_ms
        if current.step != Step.UNREVOKED:
            return NEVER
        waiting = session is not None and before.step == Step.UNREVOKED and before.epoch == current.epoch
        return session.revoked_by_ms if session is not None and waiting else until_ms

    def _replace(self, old_id: str, new_id: str) -> None:
        """A static member comes back under a new id: it is given what it had."""
        said, target = self.now.members[old_id], self.now.targets.get(old_id)
        had = self.now.currents.get(old_id, UNASSIGNED)
        self.forget(old_id)
        self.turn.set_session(old_id, None)
        self.write(MemberSubscribed(self.turn.group_id, new_id, said))
        if target is not None:
            self.write(MemberTargeted(self.turn.group_id, new_id, target))
        self.write(MemberAssigned(self.turn.group_id, new_id, replace(had, epoch=0, previous_epoch=-1)))

    def forget(self, member_id: str) -> None:
        """Nothing is written of a member any more."""
        for kind, known in (
            (MemberAssigned, self.now.currents), (MemberTargeted, self.now.targets), (MemberSubscribed, self.now.members)
        ):  # fmt: skip
            if member_id in known:
                self.write(kind(self.turn.group_id, member_id, None))

    def _read_topics(self) -> Catalog:
        read = self.now.topics()
        return tuple(sorted(one for one in self.catalog if one[0] in read))

    def heard(self, member_id: str, *, until_ms: int = NEVER, tell: bool = False) -> None:
        """A member is here; what it is to give back, or to ask for, it has until then."""
        classic = self.now.members[member_id].classic
        expires_ms = self.turn.at_ms + (self._session_ms if classic is None else classic.session_timeout_ms)
        self.turn.set_session(member_id, Session(expires_ms, until_ms, tell))

    def write(self, event: ConsumersEvent | GenerationForgotten) -> None:
        """Something has happened: the group is at once as it will be folded."""
        self.turn.add(event)
        if not isinstance(event, GenerationForgotten):
            self.now = after(self.now, event)


def _step(group: Consumers, member_id: str, current: Current, owned: Partitions | None) -> Current:
    """One step towards the target (KIP-848, "Member Assignment Reconciliation")."""
    if current.step == Step.STABLE and current.epoch == group.target_epoch:
        return current
    if current.step == Step.UNREVOKED and _holds(owned, {(one[0], one[1]) for one in current.revoking}):
        return current
    target = group.targets.get(member_id, frozenset())
    kept = tuple(one for one in current.assigned if (one[0], one[1]) in target)
    lost = tuple(one for one in current.assigned if (one[0], one[1]) not in target)
    if lost and _holds(owned, {(one[0], one[1]) for one in lost}):
        return replace(current, step=Step.UNREVOKED, assigned=kept, revoking=lost)
    epoch, previous = group.target_epoch, current.epoch
    missing = target - {(one[0], one[1]) for one in kept}
    taken = {one for other, held in group.currents.items() if other != member_id for one in held.held()} if missing else set()
    gained: tuple[Held, ...] = tuple((topic, partition, epoch) for topic, partition in missing - taken)
    step = Step.UNRELEASED if missing & taken else Step.STABLE
    if (epoch, step, gained) == (current.epoch, current.step, ()):
        previous = current.previous_epoch
    return Current(epoch, previous, step, tuple(sorted(kept + gained)), ())


def _holds(owned: Partitions | None, some: set[tuple[str, int]]) -> bool:
    """Whether a member may still hold some of these; when it does not say, it may."""
    return owned is None or bool(owned & some)


def _places(current: Current) -> set[tuple[str, int]]:
    return {(topic, partition) for topic, partition, _ in current.assigned}


def _fingerprint(topics: Catalog) -> int:
    """A number that changes whenever topics are made, deleted or grow; 0 for none."""
    if not topics:
        return 0
    return int.from_bytes(blake2b(repr(topics).encode(), digest_size=8).digest(), "big", signed=True)
