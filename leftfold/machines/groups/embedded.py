"""What classic consumers embed: subscriptions, assignments."""

# Kafka's ConsumerProtocol: two bytes of version, then a message. Versions only ever add to the end, so that what is known of a
# later one is read, as Kafka's consumers do it.

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TypeVar

from leftfold.base.errors import WireError
from leftfold.machines.groups.commands import Catalog
from leftfold.machines.groups.state import Partitions
from leftfold.wire.codec import Message
from leftfold.wire.generated.consumer_protocol import ConsumerProtocolAssignment, ConsumerProtocolSubscription
from leftfold.wire.records import encode_value

Embedded = TypeVar("Embedded", bound=Message)
_Given = ConsumerProtocolAssignment.TopicPartition


def subscription(content: bytes) -> ConsumerProtocolSubscription | None:
    """What a member says for a protocol; None if that is not of a consumer."""
    return _decoded(ConsumerProtocolSubscription, content)


def topics(content: bytes) -> Iterable[str]:
    """The topics that a member reads, as far as it says so."""
    found = subscription(content)
    return () if found is None else found.topics


def assigned(content: bytes, catalog: Catalog) -> Partitions | None:
    """What the leader gave a member, of the topics that there are; None if it cannot be read."""
    if not content:
        return frozenset()
    found = _decoded(ConsumerProtocolAssignment, content)
    return None if found is None else known(((one.topic, one.partitions) for one in found.assigned_partitions), catalog)


def known(named: Iterable[tuple[str, Iterable[int]]], catalog: Catalog) -> Partitions:
    """Partitions by topic name as those that there are, by topic id."""
    there = {name: (topic_id, count) for name, topic_id, count in catalog}
    return frozenset(
        (there[name][0], number)
        for name, numbers in named
        if name in there
        for number in numbers
        if 0 <= number < there[name][1]
    )


def assignment(partitions: Partitions, catalog: Catalog, like: bytes) -> bytes:
    """What a member is given, in the version of its own metadata."""
    names = {topic_id: name for name, topic_id, _ in catalog}
    there = sorted(one for one in partitions if one[0] in names)
    given = [
        _Given(topic=names[topic], partitions=[number for _, number in numbers])
        for topic, numbers in groupby(there, key=lambda one: one[0])
    ]
    return encode_value(ConsumerProtocolAssignment(assigned_partitions=given), _version(ConsumerProtocolAssignment, like))


def _decoded(kind: type[Embedded], content: bytes) -> Embedded | None:
    try:
        return kind.decode_start(_version(kind, content), content[2:])[0]
    except WireError:
        return None


def _version(kind: type[Message], content: bytes) -> int:
    return min(max(int.from_bytes(content[:2], "big", signed=True), 0), kind.VERSIONS[1])
