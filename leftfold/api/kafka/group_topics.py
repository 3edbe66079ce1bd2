"""The topics that a group reads, as they are now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from immutables import Map

from leftfold.api.kafka.context import Context
from leftfold.base.errors import Code, Refusal
from leftfold.machines.groups import embedded
from leftfold.machines.groups.commands import Catalog, Naming
from leftfold.machines.groups.state import Consumers, Group, Presence, Subscription, patterns_of, topics_named_by


@dataclass(frozen=True, slots=True)
class Reading:
    """What members read, at a version of the cluster; see ConsumerHeartbeat."""

    catalog: Catalog
    named: Naming
    version: int


def reading(context: Context, group_id: str, names: Iterable[str] = (), pattern: str = "") -> Reading | Refusal:
    """What the members of a group read, classic ones too, and what this one wants to read besides."""
    shell = context.node.groups.shell(group_id)
    if isinstance(shell, Refusal):
        return shell
    cluster = context.node.cluster
    group, here = shell.committed.groups.get(group_id, Group()), shell.committed.presence.get(group_id, Presence())
    members: Map[str, Subscription] = group.consumers.members if group.consumers else Map()
    read, named = {*names, *_of_classic(here), *topics_named_by(members)}, {}
    for one in {pattern, *patterns_of(members)} - {""}:
        topics = context.node.patterns.topics(one, cluster.committed.topics.values(), cluster.next_offset)
        if isinstance(topics, Refusal):
            return topics
        named[one] = topics
        read.update(topics)
    found = ((name, context.node.topic(name)) for name in sorted(read))
    catalog = tuple((name, topic.topic_id, len(topic.partitions)) for name, topic in found if topic is not None)
    return Reading(catalog, tuple(sorted(named.items())), cluster.next_offset)


def _of_classic(here: Presence) -> Iterator[str]:
    for member in here.members.values():
        for _, metadata in member.protocols[:1]:
            yield from embedded.topics(metadata)


def consumers(context: Context, group_id: str) -> Consumers | Refusal:
    """The consumer group of this name."""
    shell = context.node.groups.shell(group_id)
    if isinstance(shell, Refusal):
        return shell
    found = shell.committed.groups.get(group_id, Group()).consumers
    return found or Refusal(Code.GROUP_ID_NOT_FOUND, f"Group {group_id} not found.")
