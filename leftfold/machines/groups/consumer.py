"""The rules of consumer groups: epochs, targets, steps."""

# A group has an epoch, which grows whenever its members or topics change. For each epoch a target assignment is computed; every
# member walks there by itself, heartbeat by heartbeat: first it gives back what it shall not have, then it takes what it shall
# have as soon as nobody else holds it. No member waits for another's walk.

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b

from msgspec.structs import replace

from leftfold.base.errors import Code, Refusal
from leftfold.machines.groups.assignors import ASSIGNORS, DEFAULT
from leftfold.machines.groups.commands import ConsumerHeartbeat
from leftfold.machines.groups.consumers import after
from leftfold.machines.groups.events import (
    ConsumersEvent,
    EpochBumped,
    Event,
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
_UNASSIGNED = Current(epoch=0, previous_epoch=-1, step=Step.STABLE, assigned=(), revoking=())
_NEW = Subscription(None, None, "", "", (), -1, None)

Catalog = tuple[tuple[str, str, int], ...]
Outcome = Sequence[Event] | Refusal


def heartbeat(turn: Turn, command: ConsumerHeartbeat) -> Outcome:
    """A member joins, walks on, or goes."""
    group = _Group(turn, command.catalog, command.session_timeout_ms)
    refusal = _refuse_form(command) or _refuse(turn, group, command)
    if refusal:
        return refusal
    match command.member_epoch:
        case -1:
            group.remove(command.member_id)
        case -2:
            group.go_away(command.member_id)
        case _:
            group.beat(command)
    return turn.events()


def leave(turn: Turn, member_id: str, instance_id: str | None) -> Outcome:
    """An operator removes a member, or a static one by its instance alone (LeaveGroup)."""
    group = _Group(turn, ())
    holder = group.static(instance_id) if instance_id is not None and not member_id else member_id
    if holder is None or holder not in group.now.members:
        return Refusal(Code.UNKNOWN_MEMBER_ID, f"the group has no member {member_id or instance_id}")
    if instance_id is not None and group.now.members[holder].instance_id != instance_id:
        return Refusal(Code.FENCED_INSTANCE_ID, f"member {holder} is not instance {instance_id}")
    group.remove(holder)
    return turn.events()


def expire(turn: Turn) -> None:
    """Members that have been silent too long, or kept too long what they were to give back, are out."""
    group = _Group(turn, ())
    for member_id, session in sorted(turn.here.sessions.items(), key=lambda one: one[0]):
        if min(session.expires_ms, session.revoked_by_ms) <= turn.at_ms:
            group.remove(member_id)


# -- what is refused -----------------------------------------------------------------------------------------------------------


def _refuse_form(command: ConsumerHeartbeat) -> Refusal | None:
    """What no member may say, whatever the group is."""
    why = ""
    if not command.group_id:
        why = "GroupId can't be empty."
    elif command.instance_id == "" or command.rack_id == "":
        why = "an instance or a rack that is named has a name"
    elif not command.member_id:
        why = "MemberId can't be empty."
    elif command.member_epoch < GOES_AWAY:
        why = f"a member epoch of {command.member_epoch}: it is 0 to join, -1 to leave, -2 to be away for a while"
    elif command.member_epoch == GOES_AWAY and command.instance_id is None:
        why = "only a static member can be away for a while; name its instance"
    elif command.member_epoch == JOINS:
        why = _why_not_join(command)
    if why:
        return Refusal(Code.INVALID_REQUEST, why)
    if command.assignor is not None and command.assignor not in ASSIGNORS:
        why = f"ServerAssignor {command.assignor} is not supported. Supported assignors: {', '.join(ASSIGNORS)}."
        return Refusal(Code.UNSUPPORTED_ASSIGNOR, why)
    return None


def _why_not_join(command: ConsumerHeartbeat) -> str:
    if command.rebalance_timeout_ms == -1:
        return "RebalanceTimeoutMs must be provided in first request."
    if command.owned is None or command.owned:
        return "TopicPartitions must be empty when (re-)joining."
    if command.topics is None and command.regex is None:
        return "SubscribedTopicNames or SubscribedTopicRegex must be set in first request."
    return ""


def _refuse(turn: Turn, group: _Group, command: ConsumerHeartbeat) -> Refusal | None:
    if turn.here.members or turn.here.pending or (not group.is_there and command.member_epoch != JOINS):
        return Refusal(Code.GROUP_ID_NOT_FOUND, f"Group {command.group_id} is not a consumer group.")
    holder = group.static(command.instance_id)
    if holder is not None and holder != command.member_id:
        return _refuse_instance(group, holder, command)
    if command.member_id not in group.now.members:
        if command.member_epoch != JOINS:
            return Refusal(Code.UNKNOWN_MEMBER_ID, f"Member {command.member_id} is not a member of group {command.group_id}.")
        if len(group.now.members) >= turn.rules.consumers_max:
            return Refusal(Code.GROUP_MAX_SIZE_REACHED, f"the group has {len(group.now.members)} members, no more are allowed")
        return None
    return _refuse_epoch(group.now.currents.get(command.member_id, _UNASSIGNED), command)


def _refuse_instance(group: _Group, holder: str, command: ConsumerHeartbeat) -> Refusal | None:
    """A static member's place is free for another only while its holder is away."""
    if command.member_epoch != JOINS:
        return Refusal(Code.FENCED_INSTANCE_ID, f"instance {command.instance_id} is member {holder} now")
    if group.now.currents.get(holder, _UNASSIGNED).epoch != GOES_AWAY:
        return Refusal(Code.UNRELEASED_INSTANCE_ID, f"instance {command.instance_id} is still member {holder}")
    return None


def _refuse_epoch(current: Current, command: ConsumerHeartbeat) -> Refusal | None:
    """A member is in its epoch; the one before will do if the last answer was lost, and it holds nothing that it lost since."""
    if command.member_epoch <= JOINS or command.member_epoch == current.epoch:
        return None
    lost = command.member_epoch == current.previous_epoch and command.owned is not None
    if lost and command.owned is not None and command.owned <= current.held():
        return None
    why = f"the member is in epoch {current.epoch}, not {command.member_epoch}; it must give up everything and join anew"
    return Refusal(Code.FENCED_MEMBER_EPOCH, why)


# -- what happens --------------------------------------------------------------------------------------------------------------


class _Group:
    """The consumer group of a turn, as it becomes."""

    def __init__(self, turn: Turn, catalog: Catalog, session_ms: int | None = None) -> None:
        self.turn = turn
        self._session_ms = turn.rules.consumer_session_timeout_ms if session_ms is None else session_ms
        self.catalog = catalog
        self.now = (turn.group.consumers if turn.group else None) or Consumers()
        self.is_there = self.now != Consumers()

    def static(self, instance_id: str | None) -> str | None:
        """The member that is this instance."""
        if instance_id is None:
            return None
        return next((one for one, said in self.now.members.items() if said.instance_id == instance_id), None)

    def beat(self, command: ConsumerHeartbeat) -> None:
        """A member says what it reads and holds: epoch, targets and its own assignment follow."""
        if self.turn.group is not None and self.turn.group.generation is not None:
            self._write(GenerationForgotten(command.group_id))  # it was a classic group, and is empty
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
        self._forget(member_id)
        self._set_session(member_id, None)
        self._forget_patterns()
        fingerprint = self.now.metadata_hash if self.now.members else 0  # the next heartbeat looks at the topics
        self._write(EpochBumped(self.turn.group_id, (self.now.epoch + 1, fingerprint)))
        if not self.now.members:
            self._write(TargetsSet(self.turn.group_id, (self.now.epoch, 0)))
            self.turn.emptied()

    def go_away(self, member_id: str) -> None:
        """A static member goes and means to come back within its session: it keeps what it has."""
        current = self.now.currents.get(member_id, _UNASSIGNED)
        away = replace(current, epoch=GOES_AWAY, previous_epoch=current.epoch, step=Step.STABLE, revoking=())
        self._write(MemberAssigned(self.turn.group_id, member_id, away))
        self._set_session(member_id, Session(self._session_end()))

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
        )
        if said != before:
            self._write(MemberSubscribed(command.group_id, command.member_id, said))
        return (known.topics, known.regex) != (said.topics, said.regex)

    def _resolve(self, command: ConsumerHeartbeat) -> None:
        """Write what the group's patterns name, where that is news, and forget those that nobody has any more."""
        used = patterns_of(self.now.members)
        for pattern, topics in command.named:
            known = self.now.patterns.get(pattern)
            if pattern in used and (known is None or known.topics != topics):
                named = Named(topics, command.version, self.turn.at_ms)
                self._write(PatternResolved(self.turn.group_id, pattern, named))
        self._forget_patterns()

    def _forget_patterns(self) -> None:
        for pattern in sorted(set(self.now.patterns) - patterns_of(self.now.members)):
            self._write(PatternResolved(self.turn.group_id, pattern, None))

    def _bump_if(self, changed: bool) -> None:
        fingerprint = _fingerprint(self._read_topics())
        epoch = max(self.now.epoch, 1) + (changed or fingerprint != self.now.metadata_hash)
        if epoch != self.now.epoch:
            self._write(EpochBumped(self.turn.group_id, (epoch, fingerprint)))

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
                self._write(MemberTargeted(self.turn.group_id, member_id, target))
        self._write(TargetsSet(self.turn.group_id, (self.now.epoch, self.turn.at_ms)))

    def _place(self, member_id: str) -> tuple[bool, str, str]:
        """Where a member stands in the row: static ones first, by their instances, since those outlive their ids."""
        instance_id = self.now.members[member_id].instance_id
        return instance_id is None, instance_id or "", member_id

    def _walk(self, command: ConsumerHeartbeat) -> None:
        """The member's next step, and whether it is told."""
        member_id = command.member_id
        before = self.now.currents.get(member_id, _UNASSIGNED)
        current = _step(self.now, member_id, before, command.owned)
        if current != before or member_id not in self.now.currents:
            self._write(MemberAssigned(command.group_id, member_id, current))
        full = command.member_epoch == JOINS or (
            command.rebalance_timeout_ms != -1
            and (command.topics is not None or command.regex is not None)
            and command.owned is not None
        )
        session = self.turn.here.sessions.get(member_id)
        revoked_by_ms = NEVER
        if current.step == Step.UNREVOKED:
            waiting = session is not None and before.step == Step.UNREVOKED and before.epoch == current.epoch
            deadline_ms = self.turn.at_ms + max(self.now.members[member_id].rebalance_timeout_ms, 1)
            revoked_by_ms = session.revoked_by_ms if session is not None and waiting else deadline_ms
        self._set_session(
            member_id, Session(self._session_end(), revoked_by_ms, tell=full or _places(current) != _places(before))
        )

    def _replace(self, old_id: str, new_id: str) -> None:
        """A static member comes back under a new id: it is given what it had."""
        said, target = self.now.members[old_id], self.now.targets.get(old_id)
        had = self.now.currents.get(old_id, _UNASSIGNED)
        self._forget(old_id)
        self._set_session(old_id, None)
        self._write(MemberSubscribed(self.turn.group_id, new_id, said))
        if target is not None:
            self._write(MemberTargeted(self.turn.group_id, new_id, target))
        self._write(MemberAssigned(self.turn.group_id, new_id, replace(had, epoch=0, previous_epoch=-1)))

    def _forget(self, member_id: str) -> None:
        for kind, known in (
            (MemberAssigned, self.now.currents), (MemberTargeted, self.now.targets), (MemberSubscribed, self.now.members)
        ):  # fmt: skip
            if member_id in known:
                self._write(kind(self.turn.group_id, member_id, None))

    def _read_topics(self) -> Catalog:
        read = self.now.topics()
        return tuple(sorted(one for one in self.catalog if one[0] in read))

    def _session_end(self) -> int:
        return self.turn.at_ms + self._session_ms

    def _set_session(self, member_id: str, session: Session | None) -> None:
        self.turn.set_session(member_id, session)

    def _write(self, event: ConsumersEvent | GenerationForgotten) -> None:
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
