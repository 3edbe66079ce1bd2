"""Consumer groups' events (KIP-848) as keys and values."""

from __future__ import annotations

from collections.abc import Iterable

from leftfold.base import ids
from leftfold.machines.groups.events import (
    ConsumersEvent,
    EpochBumped,
    MemberAssigned,
    MemberSubscribed,
    MemberTargeted,
    PatternResolved,
    TargetsSet,
)
from leftfold.machines.groups.state import Classic, Current, Held, Named, Partitions, Subscription
from leftfold.wire.codec import Message
from leftfold.wire.generated.group_records import (
    ConsumerGroupCurrentMemberAssignmentKey,
    ConsumerGroupCurrentMemberAssignmentValue,
    ConsumerGroupMemberMetadataKey,
    ConsumerGroupMemberMetadataValue,
    ConsumerGroupMetadataKey,
    ConsumerGroupMetadataValue,
    ConsumerGroupRegularExpressionKey,
    ConsumerGroupRegularExpressionValue,
    ConsumerGroupTargetAssignmentMemberKey,
    ConsumerGroupTargetAssignmentMemberValue,
    ConsumerGroupTargetAssignmentMetadataKey,
    ConsumerGroupTargetAssignmentMetadataValue,
)
from leftfold.wire.records import decode_value

KEYS: tuple[type[Message], ...] = (
    ConsumerGroupMetadataKey,
    ConsumerGroupMemberMetadataKey,
    ConsumerGroupTargetAssignmentMetadataKey,
    ConsumerGroupTargetAssignmentMemberKey,
    ConsumerGroupCurrentMemberAssignmentKey,
    ConsumerGroupRegularExpressionKey,
)
_Held = ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions
_Classic = ConsumerGroupMemberMetadataValue.ClassicMemberMetadata
_Protocol = ConsumerGroupMemberMetadataValue.ClassicProtocol
_Target = ConsumerGroupTargetAssignmentMemberValue.TopicPartition


def encode(event: ConsumersEvent) -> tuple[Message, Message | None]:
    """The key and the value of an event; no value is a tombstone."""
    group_id = event.group_id
    match event:
        case EpochBumped():
            return ConsumerGroupMetadataKey(group_id=group_id), event.epoch and _epoch_value(*event.epoch)
        case TargetsSet():
            return ConsumerGroupTargetAssignmentMetadataKey(group_id=group_id), event.epoch and _targets_value(*event.epoch)
        case MemberSubscribed(subscription=said):
            key = ConsumerGroupMemberMetadataKey(group_id=group_id, member_id=event.member_id)
            return key, None if said is None else _subscription_value(said)
        case MemberTargeted(partitions=shall):
            target_key = ConsumerGroupTargetAssignmentMemberKey(group_id=group_id, member_id=event.member_id)
            return target_key, None if shall is None else _target_value(shall)
        case MemberAssigned(current=has):
            current_key = ConsumerGroupCurrentMemberAssignmentKey(group_id=group_id, member_id=event.member_id)
            return current_key, None if has is None else _current_value(has)
        case PatternResolved(named=named):
            pattern_key = ConsumerGroupRegularExpressionKey(group_id=group_id, regular_expression=event.pattern)
            return pattern_key, None if named is None else _named_value(named)


def decode(key: Message, value: bytes | None) -> ConsumersEvent | None:
    """The event of a key and a value; None if the key is of another kind."""
    match key:
        case ConsumerGroupMetadataKey():
            return EpochBumped(key.group_id, None if value is None else _epoch(value))
        case ConsumerGroupTargetAssignmentMetadataKey():
            return TargetsSet(key.group_id, None if value is None else _targets(value))
        case ConsumerGroupMemberMetadataKey():
            said = None if value is None else _subscription(decode_value(ConsumerGroupMemberMetadataValue, value))
            return MemberSubscribed(key.group_id, key.member_id, said)
        case ConsumerGroupTargetAssignmentMemberKey():
            shall = None if value is None else _target(decode_value(ConsumerGroupTargetAssignmentMemberValue, value))
            return MemberTargeted(key.group_id, key.member_id, shall)
        case ConsumerGroupCurrentMemberAssignmentKey():
            has = None if value is None else _current(decode_value(ConsumerGroupCurrentMemberAssignmentValue, value))
            return MemberAssigned(key.group_id, key.member_id, has)
        case ConsumerGroupRegularExpressionKey():
            return PatternResolved(key.group_id, key.regular_expression, None if value is None else _named(value))
        case _:
            return None


def _named_value(named: Named) -> Message:
    return ConsumerGroupRegularExpressionValue(topics=list(named.topics), version=named.version, timestamp=named.at_ms)


def _named(content: bytes) -> Named:
    value = decode_value(ConsumerGroupRegularExpressionValue, content)
    return Named(tuple(value.topics), value.version, value.timestamp)


def _epoch_value(epoch: int, metadata_hash: int) -> Message:
    return ConsumerGroupMetadataValue(epoch=epoch, metadata_hash=metadata_hash)


def _epoch(content: bytes) -> tuple[int, int]:
    value = decode_value(ConsumerGroupMetadataValue, content)
    return value.epoch, value.metadata_hash


def _targets_value(epoch: int, at_ms: int) -> Message:
    return ConsumerGroupTargetAssignmentMetadataValue(assignment_epoch=epoch, assignment_timestamp=at_ms)


def _targets(content: bytes) -> tuple[int, int]:
    value = decode_value(ConsumerGroupTargetAssignmentMetadataValue, content)
    return value.assignment_epoch, value.assignment_timestamp


def _subscription_value(said: Subscription) -> ConsumerGroupMemberMetadataValue:
    return ConsumerGroupMemberMetadataValue(
        instance_id=said.instance_id,
        rack_id=said.rack_id,
        client_id=said.client_id,
        client_host=said.client_host,
        subscribed_topic_names=list(said.topics),
        subscribed_topic_regex=said.regex,
        rebalance_timeout_ms=said.rebalance_timeout_ms,
        server_assignor=said.assignor,
        classic_member_metadata=None if said.classic is None else _classic_value(said.classic),
    )


def _classic_value(classic: Classic) -> _Classic:
    protocols = [_Protocol(name=name, metadata=metadata) for name, metadata in classic.protocols]
    return _Classic(session_timeout_ms=classic.session_timeout_ms, supported_protocols=protocols)


def _subscription(value: ConsumerGroupMemberMetadataValue) -> Subscription:
    return Subscription(
        instance_id=value.instance_id,
        rack_id=value.rack_id,
        client_id=value.client_id,
        client_host=value.client_host,
        topics=tuple(value.subscribed_topic_names),
        rebalance_timeout_ms=value.rebalance_timeout_ms,
        assignor=value.server_assignor,
        regex=value.subscribed_topic_regex or "",
        classic=None if value.classic_member_metadata is None else _classic(value.classic_member_metadata),
    )


def _classic(value: _Classic) -> Classic:
    return Classic(value.session_timeout_ms, tuple((one.name, one.metadata) for one in value.supported_protocols))


def by_topic(partitions: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    """Partitions by topic id, in order."""
    topics: dict[str, list[int]] = {}
    for topic, partition in sorted(partitions):
        topics.setdefault(topic, []).append(partition)
    return topics


def _target_value(partitions: Partitions) -> ConsumerGroupTargetAssignmentMemberValue:
    topics = [_Target(topic_id=ids.to_bytes(topic), partitions=numbers) for topic, numbers in by_topic(partitions).items()]
    return ConsumerGroupTargetAssignmentMemberValue(topic_partitions=topics)


def _target(value: ConsumerGroupTargetAssignmentMemberValue) -> Partitions:
    return frozenset(
        (ids.to_text(topic.topic_id), partition) for topic in value.topic_partitions for partition in topic.partitions
    )


def _current_value(current: Current) -> ConsumerGroupCurrentMemberAssignmentValue:
    return ConsumerGroupCurrentMemberAssignmentValue(
        member_epoch=current.epoch,
        previous_member_epoch=current.previous_epoch,
        state=current.step,
        assigned_partitions=_held_value(current.assigned),
        partitions_pending_revocation=_held_value(current.revoking),
    )


def _current(value: ConsumerGroupCurrentMemberAssignmentValue) -> Current:
    return Current(
        epoch=value.member_epoch,
        previous_epoch=value.previous_member_epoch,
        step=value.state,
        assigned=_held(value.assigned_partitions, value.member_epoch),
        revoking=_held(value.partitions_pending_revocation, value.member_epoch),
    )


def _held_value(held: tuple[Held, ...]) -> list[_Held]:
    epochs = {(topic, partition): epoch for topic, partition, epoch in held}
    return [
        _Held(
            topic_id=ids.to_bytes(topic),
            partitions=numbers,
            assignment_epochs=[epochs[topic, number] for number in numbers],
        )
        for topic, numbers in by_topic(epochs).items()
    ]


def _held(topics: list[_Held], member_epoch: int) -> tuple[Held, ...]:
    """Records of earlier brokers say no assignment epochs: the member's own is as good."""
    held: list[Held] = []
    for topic in topics:
        epochs = topic.assignment_epochs or [member_epoch] * len(topic.partitions)
        held += [(ids.to_text(topic.topic_id), *one) for one in zip(topic.partitions, epochs, strict=False)]
    return tuple(sorted(held))
