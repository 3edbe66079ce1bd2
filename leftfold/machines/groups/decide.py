"""Every rule of the groups: from a command to events or a no."""

# Rules, their order and their error codes are those of Apache Kafka 4.4.0 (GroupMetadataManager, OffsetMetadataManager,
# ClassicGroup); the steps of a rebalance are in rebalance.py.

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from leftfold.base import agenda
from leftfold.base.errors import Code, Refusal
from leftfold.machines.groups import consumer, embedded, migration
from leftfold.machines.groups.commands import (
    Awake,
    Command,
    CommitOffsets,
    ConsumerHeartbeat,
    DeleteGroup,
    DeleteOffsets,
    EndProducer,
    ForgetTopics,
    Heartbeat,
    Join,
    Leave,
    PassTime,
    Rules,
    Sync,
)
from leftfold.machines.groups.events import (
    EpochBumped,
    Event,
    GenerationForgotten,
    OffsetForgotten,
    OffsetsCommitted,
    OffsetsPended,
    PresenceChanged,
    ProducerEnded,
    TargetsSet,
    TimePassed,
)
from leftfold.machines.groups.rebalance import CONSUMER, Turn, common_protocols, expiry_ms
from leftfold.machines.groups.state import Consumers, Current, Group, Groups, Phase, Presence

Outcome = Sequence[Event] | Refusal
_EPOCHS_SINCE = 2  # the generation of transactions that gives each an epoch of its own (KIP-890)


def decide(rules: Rules, state: Groups, command: Command) -> Outcome:
    """The events that a command leads to, or why it may not be."""
    match command:  # what comes most often is looked for first
        case CommitOffsets():
            return _commit(Turn(rules, state, command.group_id, command.at_ms), command)
        case ConsumerHeartbeat():
            return consumer.heartbeat(Turn(rules, state, command.group_id, command.at_ms), command)
        case Heartbeat():
            return _heartbeat(Turn(rules, state, command.group_id, command.at_ms), command)
        case Awake():
            return [event for group_id in state.groups for event in _wake(rules, state, group_id, command.at_ms)]
        case PassTime():
            return _pass_time(rules, state, command.at_ms)
        case ForgetTopics():
            return _forget_topics(state, command)
        case Join():
            return _join(Turn(rules, state, command.group_id, command.at_ms), command)
        case Sync():
            return _sync(Turn(rules, state, command.group_id, command.at_ms), command)
        case Leave():
            return _leave(Turn(rules, state, command.group_id, command.at_ms), command)
        case EndProducer():
            return _end_producer(rules, state, command)
        case DeleteOffsets():
            return _delete_offsets(Turn(rules, state, command.group_id, command.at_ms), command)
        case DeleteGroup():
            return _delete_group(Turn(rules, state, command.group_id, command.at_ms))


# -- membership --------------------------------------------------------------------------------------------------------------


def _join(turn: Turn, command: Join) -> Outcome:
    refusal = _refuse_timeout(turn.rules, command)
    if refusal is None and turn.here.sessions:
        return migration.join(turn, command)
    refusal = refusal or _refuse_join(turn.rules, turn.here, command)
    if refusal:
        return refusal
    for event in _forget_consumers(turn):
        turn.add(event)  # it was a consumer group, and is empty
    if turn.group is None or turn.group.generation is None:
        turn.write()
    if not command.member_id:
        _join_anew(turn, command)
    elif command.member_id in turn.here.pending:
        turn.admit(command, command.member_id)
    else:
        refusal = _stranger(turn.here, command.member_id, command.instance_id)
        if refusal:
            return refusal
        _rejoin(turn, command)
    return turn.events()


def _refuse_timeout(rules: Rules, command: Join) -> Refusal | None:
    low, high = rules.session_timeout_ms_min, rules.session_timeout_ms_max
    if low <= command.session_timeout_ms <= high:
        return None
    why = f"a session timeout of {command.session_timeout_ms} ms: the broker allows {low} to {high}"
    return Refusal(Code.INVALID_SESSION_TIMEOUT, why)


def _refuse_join(rules: Rules, here: Presence, command: Join) -> Refusal | None:
    member = here.members.get(command.member_id)
    known = member is not None or command.member_id in here.pending
    if command.member_id and not known:
        return _stranger(here, command.member_id, command.instance_id)
    crowd = here.joining_count if here.phase is Phase.PREPARING else len(here.members)
    has_place = member is not None and (member.joining or here.phase is not Phase.PREPARING)
    if here.members and not has_place and crowd >= rules.members_max:
        return Refusal(Code.GROUP_MAX_SIZE_REACHED, f"the group has {len(here.members)} members, the broker allows no more")
    return _inconsistent(here, command)


def _inconsistent(here: Presence, command: Join) -> Refusal | None:
    """Why a member's protocols do not go with those of the group; an empty group takes any."""
    names = {name for name, _ in command.protocols}
    if not command.protocol_type or not names:
        return Refusal(Code.INCONSISTENT_GROUP_PROTOCOL, "a member must name a protocol type and at least one protocol")
    if not here.members:
        return None
    if command.protocol_type != here.protocol_type:
        why = f"the group is of type {here.protocol_type}, the member of {command.protocol_type}"
        return Refusal(Code.INCONSISTENT_GROUP_PROTOCOL, why)
    if names.isdisjoint(common_protocols(here)):
        why = f"of {', '.join(sorted(names))} none is spoken by all members of the group"
        return Refusal(Code.INCONSISTENT_GROUP_PROTOCOL, why)
    return None


def _join_anew(turn: Turn, command: Join) -> None:
    before = None if command.instance_id is None else turn.here.statics.get(command.instance_id)
    if before is not None:
        turn.take_place(before, command, command.new_member_id)
    elif command.asks_for_an_id:
        turn.expect(command.new_member_id, command.at_ms + command.session_timeout_ms)
    else:
        turn.admit(command, command.new_member_id)


def _rejoin(turn: Turn, command: Join) -> None:
    """A member that says the same again is told again what it may have missed; only the leader of a stable group means more."""
    member = turn.here.members[command.member_id]
    same = member.protocols == command.protocols
    match turn.here.phase:
        case Phase.COMPLETING if same:
            turn.heard(command.member_id)
        case Phase.STABLE if same and turn.here.leader != command.member_id:
            turn.heard(command.member_id)
        case _:
            turn.rejoin(command, command.member_id)


def _sync(turn: Turn, command: Sync) -> Outcome:
    if turn.here.sessions:
        return migration.sync(turn, command)
    refusal = _outsider(turn.here, command.member_id, command.instance_id, command.generation)
    refusal = refusal or _other_protocol(turn.here, command)
    if refusal:
        return refusal
    if turn.here.phase is Phase.PREPARING:
        return _rebalancing()
    completes = turn.here.phase is Phase.COMPLETING
    turn.synced(command.member_id)
    if completes and turn.here.leader == command.member_id:
        turn.assign(dict(command.assignments))
    return turn.events()


def _other_protocol(here: Presence, command: Sync) -> Refusal | None:
    for asked, is_so in ((command.protocol_type, here.protocol_type), (command.protocol, here.protocol)):
        if asked is not None and asked != is_so:
            return Refusal(Code.INCONSISTENT_GROUP_PROTOCOL, f"the member speaks of {asked}, the group is of {is_so}")
    return None


def _heartbeat(turn: Turn, command: Heartbeat) -> Outcome:
    if turn.here.sessions:
        return migration.heartbeat(turn, command)
    refusal = _outsider(turn.here, command.member_id, command.instance_id, command.generation)
    if refusal:
        return refusal
    turn.heard(command.member_id)
    return turn.events()


def _leave(turn: Turn, command: Leave) -> Outcome:
    if turn.here.sessions:
        return consumer.leave(turn, command.member_id, command.instance_id)
    member_id = command.member_id
    if not member_id and command.instance_id is not None:
        member_id = turn.here.statics.get(command.instance_id, "")
        if not member_id:
            return Refusal(Code.UNKNOWN_MEMBER_ID, f"the group has no static member {command.instance_id}")
    if member_id not in turn.here.pending:
        refusal = _stranger(turn.here, member_id, command.instance_id)
        if refusal:
            return refusal
    turn.remove(member_id)
    return turn.events()


def _outsider(here: Presence, member_id: str, instance_id: str | None, generation: int) -> Refusal | None:
    """Why somebody may not speak for this member in this generation."""
    refusal = _stranger(here, member_id, instance_id)
    if refusal:
        return refusal
    if generation != here.generation:
        return Refusal(Code.ILLEGAL_GENERATION, f"the member is in generation {generation}, the group in {here.generation}")
    return None


def _stranger(here: Presence, member_id: str, instance_id: str | None) -> Refusal | None:
    if instance_id is not None:
        holder = here.statics.get(instance_id)
        if holder is None:
            return Refusal(Code.UNKNOWN_MEMBER_ID, f"the group has no static member {instance_id}")
        if holder != member_id:
            return Refusal(Code.FENCED_INSTANCE_ID, f"instance {instance_id} is member {holder} now, not {member_id}")
    if member_id not in here.members:
        return Refusal(Code.UNKNOWN_MEMBER_ID, f"the group has no member {member_id!r}")
    return None


def _rebalancing() -> Refusal:
    return Refusal(Code.REBALANCE_IN_PROGRESS, "the group is between two generations; join or wait, then ask again")


# -- offsets -----------------------------------------------------------------------------------------------------------------


def _commit(turn: Turn, command: CommitOffsets) -> Outcome:
    refusal = _refuse_commit(turn, command)
    if refusal:
        return refusal
    if not command.offsets:
        pass
    elif command.producer is not None:
        turn.add(OffsetsPended(command.group_id, command.offsets, *command.producer))
    else:
        turn.add(OffsetsCommitted(command.group_id, command.offsets))
        if turn.here.is_empty:
            turn.wake_by(min(expiry_ms(turn.rules, turn.here, offset) for _, _, offset in command.offsets))
    if command.member_id in turn.here.members:
        turn.heard(command.member_id)
    return turn.events()


def _refuse_commit(turn: Turn, command: CommitOffsets) -> Refusal | None:
    here = turn.here
    stranger = command.generation < 0 and not command.member_id and command.instance_id is None
    if (command.generation < 0 and here.is_empty) or (stranger and command.producer is not None):
        return None  # a transaction may commit for a group without being of it: its producer is fenced by other means
    if turn.group is not None and turn.group.consumers is not None:
        return _refuse_consumer(turn.group.consumers, command)
    if turn.group is None and not here.members:
        told = command.by_epoch and command.producer is None
        error = Code.GROUP_ID_NOT_FOUND if told else Code.ILLEGAL_GENERATION
        return Refusal(error, f"there is no group {command.group_id} with a generation {command.generation}")
    if stranger:
        why = f"group {command.group_id} has members, so that only they may commit; stop them first"
        return Refusal(Code.UNKNOWN_MEMBER_ID, why)
    refusal = _outsider(here, command.member_id, command.instance_id, command.generation)
    if refusal is None and here.phase is Phase.COMPLETING and command.producer is None:
        return _rebalancing()
    return refusal


def _refuse_consumer(group: Consumers, command: CommitOffsets) -> Refusal | None:
    """Only a member of a consumer group commits for it, in its own epoch."""
    current, said = group.currents.get(command.member_id), group.members.get(command.member_id)
    if current is None or said is None:
        return Refusal(Code.UNKNOWN_MEMBER_ID, f"Member {command.member_id} is not a member of group {command.group_id}.")
    if not command.by_epoch and command.producer is None and said.classic is None:
        return Refusal(Code.UNSUPPORTED_VERSION, "a member of a consumer group commits with version 9 or later")
    if not _is_in_epoch(current, command):
        why = f"the member is in epoch {current.epoch}, not {command.generation}; it commits again after its next heartbeat"
        return Refusal(Code.STALE_MEMBER_EPOCH if said.classic is None else Code.ILLEGAL_GENERATION, why)
    return None


def _is_in_epoch(current: Current, command: CommitOffsets) -> bool:
    """A member's own epoch, or an earlier one in which it had been given all of these partitions already (KIP-1251)."""
    if command.generation == current.epoch:
        return True
    given = {(topic, partition): epoch for topic, partition, epoch in current.assigned}
    return all(
        given.get((offset.topic_id, partition), current.epoch) <= command.generation < current.epoch
        for _, partition, offset in command.offsets
    )


def _end_producer(rules: Rules, state: Groups, command: EndProducer) -> Outcome:
    """Nothing pending, nothing to say: a marker that was asked for again finds the first one's work done."""
    there = state.open.get(command.producer_id)
    if there is None:
        return ()
    if command.producer_epoch < there.epoch + (1 if command.version >= _EPOCHS_SINCE else 0):
        why = f"producer {command.producer_id} has begun another transaction, with epoch {there.epoch}"
        return Refusal(Code.INVALID_PRODUCER_EPOCH, why)
    turns = (Turn(rules, state, group_id, command.at_ms) for group_id in sorted(there.groups))
    woken = [event for turn in turns for event in _woken(turn, command)]
    return [*woken, ProducerEnded(command.producer_id, command.producer_epoch, command.commit)]


def _woken(turn: Turn, command: EndProducer) -> Sequence[Event]:
    """A group whose offsets are about to be committed; if nobody is in it, they may expire."""
    pending = None if turn.group is None else turn.group.pending.get(command.producer_id)
    if pending is not None and command.commit and turn.here.is_empty:
        for offset in (offset for partitions in pending.values() for offset in partitions.values()):
            turn.wake_by(expiry_ms(turn.rules, turn.here, offset))
    return turn.events()


def _delete_offsets(turn: Turn, command: DeleteOffsets) -> Outcome:
    refusal = _unknown_group(turn)
    if refusal:
        return refusal
    if turn.here.phase is not Phase.EMPTY and turn.here.protocol_type != CONSUMER:
        return _not_empty(turn)
    kept = subscribed(turn.here, turn.group)
    if kept is None or turn.group is None:
        return turn.events()
    for topic, partition in command.partitions:
        if topic not in kept and turn.group.offset(topic, partition) is not None:
            turn.add(OffsetForgotten(command.group_id, topic, partition))
    return turn.events()


def _delete_group(turn: Turn) -> Outcome:
    refusal = _unknown_group(turn)
    if refusal:
        return refusal
    if not turn.here.is_empty:
        return _not_empty(turn)
    return (*_forget(turn), PresenceChanged(turn.group_id, None))


def _forget(turn: Turn) -> Iterator[Event]:
    if turn.group is None:
        return
    for topic, partition, _ in turn.group.each_offset():
        yield OffsetForgotten(turn.group_id, topic, partition)
    yield from _forget_empty(turn)


def _forget_empty(turn: Turn) -> Iterator[Event]:
    """Everything but the offsets of a group without members."""
    if turn.group is not None and turn.group.generation is not None:
        yield GenerationForgotten(turn.group_id)
    yield from _forget_consumers(turn)


def _forget_consumers(turn: Turn) -> Iterator[Event]:
    if turn.group is not None and turn.group.consumers is not None:
        yield TargetsSet(turn.group_id, None)
        yield EpochBumped(turn.group_id, None)


def _unknown_group(turn: Turn) -> Refusal | None:
    return None if turn.exists else Refusal(Code.GROUP_ID_NOT_FOUND, f"Group {turn.group_id} not found.")


def _not_empty(turn: Turn) -> Refusal:
    count = len(turn.here.members) + len(turn.here.sessions)
    return Refusal(Code.NON_EMPTY_GROUP, f"group {turn.group_id} has {count} members; stop them first")


def _forget_topics(state: Groups, command: ForgetTopics) -> Outcome:
    gone = dict(command.topics)
    places = {
        (group_id, topic, partition): None
        for group_id, group in state.groups.items()
        for topic, partition, offset in chain(group.each_offset(), group.each_pending())
        if topic in gone and offset.topic_id in ("", gone[topic])
    }
    return [OffsetForgotten(*place) for place in places]


def subscribed(here: Presence, group: Group | None) -> set[str] | None:
    """The topics that a group's members read; None where they do not say it in words that can be read: it may be any."""
    if group is not None and group.consumers is not None:
        return {topic for member_id in group.consumers.members for topic in group.consumers.topics_of(member_id)}
    if here.protocol_type != CONSUMER or not here.members:
        return set()
    said = [here.protocol and embedded.subscription(member.metadata(here.protocol)) for member in here.members.values()]
    return None if not all(said) else {topic for one in said if one for topic in one.topics}


# -- time --------------------------------------------------------------------------------------------------------------------


def _wake(rules: Rules, state: Groups, group_id: str, at_ms: int) -> Sequence[Event]:
    turn = Turn(rules, state, group_id, at_ms)
    turn.settle()
    return turn.events()


def _pass_time(rules: Rules, state: Groups, at_ms: int) -> Outcome:
    events = [event for group_id in dict.fromkeys(_due(state, at_ms)) for event in _look(Turn(rules, state, group_id, at_ms))]
    return [*events, TimePassed(at_ms)]


def _due(state: Groups, at_ms: int) -> Iterator[str]:
    left = state.agenda
    while (entry := agenda.first(left)) is not None and entry[0] <= at_ms:
        left = agenda.without_first(left)
        if state.wakes.get(entry[1]) == entry[0]:
            yield entry[1]


def _look(turn: Turn) -> Sequence[Event]:
    """Everything in one group that has become due."""
    for member_id in _overdue(turn.here, turn.at_ms):
        if (
            member_id in turn.here.members or member_id in turn.here.pending
        ):  # an earlier one's going may have ended the waiting
            turn.remove(member_id)
    consumer.expire(turn)
    if turn.here.phase is Phase.PREPARING and turn.here.join_due_ms <= turn.at_ms and not turn.put_off():
        turn.complete()
    if turn.here.sync_due_ms <= turn.at_ms:
        turn.expel_unsynced()
    if turn.here.is_empty and not turn.here.pending:
        return _expire(turn)
    turn.settle()
    return turn.events()


def _overdue(here: Presence, at_ms: int) -> list[str]:
    members = [one.member_id for one in here.members.values() if one.expires_ms <= at_ms]
    return sorted(members) + sorted(member_id for member_id, until_ms in here.pending.items() if until_ms <= at_ms)


def _expire(turn: Turn) -> Sequence[Event]:
    """The offsets of an empty group whose time has come; without any left, the group itself."""
    offsets = [] if turn.group is None else list(turn.group.each_offset())
    late = [one for one in offsets if expiry_ms(turn.rules, turn.here, one[2]) <= turn.at_ms]
    for topic, partition, _ in late:
        turn.add(OffsetForgotten(turn.group_id, topic, partition))
    left = [expiry_ms(turn.rules, turn.here, one[2]) for one in offsets if one not in late]
    if left:
        turn.sleep_until(min(left))
    elif turn.group is not None and turn.group.pending:
        turn.sleep_until(turn.at_ms + turn.rules.empty_group_ms)
    elif turn.here.since_ms + turn.rules.empty_group_ms > turn.at_ms:
        turn.sleep_until(turn.here.since_ms + turn.rules.empty_group_ms)
    else:
        for event in _forget_empty(turn):
            turn.add(event)
        turn.vanish()
    return turn.events()
