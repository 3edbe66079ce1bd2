"""Members of both protocols in one group, and changing over."""

# KIP-848, "Group Upgrade & Downgrade": the first member of the newer protocol takes a classic group along, the last of them
# leaves it classic. In between, a classic member joins, syncs and heartbeats as ever: a Join is a step towards its target, its
# generation is its epoch, a heartbeat tells it to join anew when there is something to give back or to take. Nobody leads.
# Unlike in Kafka, a group that becomes classic has its members written with its first generation only: should the broker crash
# before, they join anew, and no partition is left without an owner.

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from leftfold.base.errors import Code, Refusal
from leftfold.machines.groups import embedded
from leftfold.machines.groups.commands import ConsumerHeartbeat, Heartbeat, Join, Sync
from leftfold.machines.groups.consumer_group import JOINS, UNASSIGNED, ConsumerGroup
from leftfold.machines.groups.events import (
    EpochBumped,
    Event,
    MemberAssigned,
    MemberSubscribed,
    MemberTargeted,
    TargetsSet,
)
from leftfold.machines.groups.rebalance import CONSUMER, Turn
from leftfold.machines.groups.state import (
    NEVER,
    Classic,
    Current,
    Held,
    Partitions,
    Present,
    Step,
    Subscription,
)

Outcome = Sequence[Event] | Refusal

# -- the ways between ----------------------------------------------------------------------------------------------------------


def upgrade(group: ConsumerGroup) -> Refusal | None:
    """Make a classic group a consumer group, or say why it cannot be one. Its generation is the first epoch."""
    turn, here = group.turn, group.turn.here
    if here.members and here.protocol_type != CONSUMER:
        return Refusal(Code.GROUP_ID_NOT_FOUND, f"Group {turn.group_id} is not a consumer group.")
    members = sorted(here.members.values(), key=lambda one: one.member_id)
    said = {one.member_id: _said(one, here.protocol) for one in members}
    given = {one.member_id: embedded.assigned(one.assignment, group.catalog) for one in members}
    if None in said.values() or None in given.values():
        why = f"Group {turn.group_id} cannot become a consumer group: what its members say is not what consumers say."
        return Refusal(Code.GROUP_ID_NOT_FOUND, why)
    group.forget_generation()
    turn.leave_generation()
    if not members:
        return None
    epoch, taken = here.generation, set[tuple[str, int]]()
    for member_id, subscription in said.items():
        group.write(MemberSubscribed(turn.group_id, member_id, subscription))
    group.write(EpochBumped(turn.group_id, (epoch, 0)))
    for member_id, partitions in given.items():
        has = (partitions or frozenset()) - taken  # a leader may have given one thing twice
        taken |= has
        group.write(MemberTargeted(turn.group_id, member_id, has))
        group.write(MemberAssigned(turn.group_id, member_id, Current(epoch, epoch, Step.STABLE, _held(has, epoch), ())))
        group.heard(member_id)
    group.write(TargetsSet(turn.group_id, (epoch, turn.at_ms)))
    return None


def _said(member: Present, protocol: str | None) -> Subscription | None:
    found = embedded.subscription(member.metadata(protocol) or member.protocols[0][1])
    if found is None:
        return None
    return Subscription(
        instance_id=member.instance_id,
        rack_id=found.rack_id,
        client_id=member.client_id,
        client_host=member.client_host,
        topics=tuple(sorted(set(found.topics))),
        rebalance_timeout_ms=member.rebalance_timeout_ms,
        assignor=None,
        classic=Classic(member.session_timeout_ms, member.protocols),
    )


def _held(partitions: Partitions, epoch: int) -> tuple[Held, ...]:
    return tuple(sorted((topic, partition, epoch) for topic, partition in partitions))


def downgrade(group: ConsumerGroup) -> None:
    """Make a consumer group a classic one if nobody is left who speaks the newer protocol; its members rebalance."""
    if group.now.all_are_classic():
        _become_classic(group)
        group.turn.rebalance()


def _become_classic(group: ConsumerGroup) -> None:
    turn, generation = group.turn, group.now.target_epoch  # that of all who have arrived: they are told to join anew
    members = [
        _present(member_id, said, said.classic, turn.at_ms)
        for member_id, said in sorted(group.now.members.items())
        if said.classic is not None
    ]
    for member in members:
        group.forget(member.member_id)
    group.forget_patterns()
    group.write(TargetsSet(turn.group_id, None))
    group.write(EpochBumped(turn.group_id, None))
    turn.begin_classic(members, generation)


def _present(member_id: str, said: Subscription, classic: Classic, at_ms: int) -> Present:
    return Present(
        member_id=member_id,
        instance_id=said.instance_id,
        client_id=said.client_id,
        client_host=said.client_host,
        rebalance_timeout_ms=said.rebalance_timeout_ms,
        session_timeout_ms=classic.session_timeout_ms,
        protocols=classic.protocols,
        expires_ms=at_ms + classic.session_timeout_ms,
        synced=True,
    )


# -- classic members of a consumer group ---------------------------------------------------------------------------------------


def join(turn: Turn, command: Join) -> Outcome:
    """A classic member joins, or takes a step."""
    if command.catalog is None:
        return Refusal(Code.REBALANCE_IN_PROGRESS, "it has become a consumer group this moment; join again")
    group = ConsumerGroup(turn, command.catalog)
    refusal = _refuse_join(turn, group, command)
    if refusal is not None:
        return refusal
    if command.asks_for_an_id:
        return ()
    said = embedded.subscription(command.protocols[0][1])
    assert said is not None, "it has been read before"
    holder = group.static(command.instance_id)
    if holder is not None and [one for one, other in group.now.members.items() if other.classic is None] == [holder]:
        return _take_the_last(group, holder, command)
    owned = embedded.known(((one.topic, one.partitions) for one in said.owned_partitions), command.catalog)
    group.beat(
        ConsumerHeartbeat(
            group_id=command.group_id,
            at_ms=command.at_ms,
            member_id=command.member_id or command.new_member_id,
            member_epoch=JOINS,
            instance_id=command.instance_id,
            rack_id=said.rack_id,
            client_id=command.client_id,
            client_host=command.client_host,
            rebalance_timeout_ms=command.rebalance_timeout_ms,
            topics=tuple(said.topics),
            assignor=None,
            owned=owned,
            catalog=command.catalog,
            regex="",
            named=command.named,
            version=command.version,
            classic=Classic(command.session_timeout_ms, command.protocols),
        )
    )
    return turn.events()


def _take_the_last(group: ConsumerGroup, holder: str, command: Join) -> Outcome:
    """A static member is back in the classic way, and was the last of the newer protocol."""
    group.forget(holder)
    _become_classic(group)
    group.turn.admit(command, command.new_member_id)
    return group.turn.events()


def _refuse_join(turn: Turn, group: ConsumerGroup, command: Join) -> Refusal | None:
    members = group.now.members
    member = members.get(command.member_id)
    holder = group.static(command.instance_id)
    if member is None and holder is None and len(members) >= turn.rules.consumers_max:
        return Refusal(Code.GROUP_MAX_SIZE_REACHED, f"the group has {len(members)} members, the broker allows no more")
    names = {name for name, _ in command.protocols}
    spoken = Counter(name for said in members.values() if said.classic for name in dict(said.classic.protocols))
    classics = sum(said.classic is not None for said in members.values())
    fits = any(spoken[name] == classics for name in names)
    if command.protocol_type != CONSUMER or not fits or embedded.subscription(command.protocols[0][1]) is None:
        why = "it is a consumer group: a member says what a consumer says, for a protocol that all classic members speak"
        return Refusal(Code.INCONSISTENT_GROUP_PROTOCOL, why)
    if member is not None and member.classic is None:
        return Refusal(Code.UNKNOWN_MEMBER_ID, f"Member {command.member_id} does not use the classic protocol.")
    if command.instance_id is not None and command.member_id:
        return _refuse_instance(holder, command.member_id, command.instance_id)
    return None


def sync(turn: Turn, command: Sync) -> Outcome:
    """A classic member asks for what it has got by joining."""
    group = ConsumerGroup(turn, command.catalog)
    current = _of_classic(group, command)
    if isinstance(current, Refusal):
        return current
    classic = group.now.members[command.member_id].classic
    first = "" if classic is None else classic.protocols[0][0]
    for asked, is_so in ((command.protocol_type, CONSUMER), (command.protocol, first)):
        if asked is not None and asked != is_so:
            return Refusal(Code.INCONSISTENT_GROUP_PROTOCOL, f"the member speaks of {asked}, it joined with {is_so}")
    if current.is_behind(group.now.epoch):
        return Refusal(Code.REBALANCE_IN_PROGRESS, f"the group is in epoch {group.now.epoch} meanwhile; join again")
    group.heard(command.member_id)
    return turn.events()


def heartbeat(turn: Turn, command: Heartbeat) -> Outcome:
    """A classic member is alive. If it is to join anew, it has as long as a rebalance may take."""
    group = ConsumerGroup(turn, ())
    current = _of_classic(group, command)
    if isinstance(current, Refusal):
        return current
    session, said = turn.here.sessions.get(command.member_id), group.now.members[command.member_id]
    until_ms = NEVER if session is None else session.revoked_by_ms
    if until_ms >= NEVER and group.now.is_to_join_anew(command.member_id):
        until_ms = turn.at_ms + max(said.rebalance_timeout_ms, 1)
    group.heard(command.member_id, until_ms=until_ms)
    return turn.events()


def _of_classic(group: ConsumerGroup, command: Sync | Heartbeat) -> Current | Refusal:
    """What a classic member has, or why it may not speak for it in this generation."""
    member_id = command.member_id
    if command.instance_id is not None:
        refusal = _refuse_instance(group.static(command.instance_id), member_id, command.instance_id)
        if refusal is not None:
            return refusal
    said = group.now.members.get(member_id)
    if said is None or said.classic is None:
        return Refusal(Code.UNKNOWN_MEMBER_ID, f"the group has no classic member {member_id!r}")
    current = group.now.currents.get(member_id, UNASSIGNED)
    if current.epoch != command.generation:
        return Refusal(Code.ILLEGAL_GENERATION, f"the member is in epoch {current.epoch}, not {command.generation}")
    return current


def _refuse_instance(holder: str | None, member_id: str, instance_id: str) -> Refusal | None:
    if holder is None:
        return Refusal(Code.UNKNOWN_MEMBER_ID, f"the group has no static member {instance_id}")
    if holder != member_id:
        return Refusal(Code.FENCED_INSTANCE_ID, f"instance {instance_id} is member {holder} now, not {member_id}")
    return None
