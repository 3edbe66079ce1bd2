"""The cluster as it stands."""

from __future__ import annotations

from dataclasses import dataclass

from immutables import Map


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition. Invariant: the leader is a replica; replicas are distinct."""

    index: int
    replicas: tuple[int, ...]
    leader: int
    leader_epoch: int


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. Invariant: partition i stands at place i; `configs` are its own overrides only."""

    topic_id: str
    name: str
    partitions: tuple[Partition, ...]
    configs: Map[str, str]
    created_ms: int


@dataclass(frozen=True, slots=True)
class Broker:
    """One broker that has registered."""

    node_id: int
    incarnation: str
    rack: str | None
    registered_ms: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """Everything that the cluster's topic says.

    Invariant: `names` leads from the collision key of every topic's name to its id, and from nothing else.
    Invariant: `partition_count` is the sum over all topics.
    Invariant: `next_producer_id` lies above every id that was ever granted.

    `groups` are configs of groups by their ids, whether or not there are such groups.
    """

    cluster_id: str = ""
    topics: Map[str, Topic] = Map()
    names: Map[str, str] = Map()
    brokers: Map[int, Broker] = Map()
    settings: Map[str, Map[str, str]] = Map()
    groups: Map[str, Map[str, str]] = Map()
    features: Map[str, int] = Map()
    next_producer_id: int = 0
    partition_count: int = 0

    def topic(self, name: str) -> Topic | None:
        """The topic of exactly this name."""
        found = self.topics.get(self.names.get(collision_key(name), ""))
        return found if found is not None and found.name == name else None


def collision_key(name: str) -> str:
    """Names that differ only in dots and underscores would give metrics the same name; Kafka allows one of them."""
    return name.replace(".", "_")


def broken(state: Cluster) -> list[str]:
    """The invariants that do not hold, in words."""
    wrong = [f"topic {topic.name}: {why}" for topic in state.topics.values() for why in _broken_topic(topic)]
    keys = {collision_key(topic.name): topic.topic_id for topic in state.topics.values()}
    if keys != dict(state.names):
        wrong.append("names and topics differ")
    if state.partition_count != sum(len(topic.partitions) for topic in state.topics.values()):
        wrong.append("partition_count is not the sum of partitions")
    if state.next_producer_id < 0:
        wrong.append("next_producer_id is negative")
    return wrong


def _broken_topic(topic: Topic) -> list[str]:
    wrong = []
    if not topic.partitions:
        wrong.append("it has no partition")
    for place, partition in enumerate(topic.partitions):
        if partition.index != place:
            wrong.append(f"partition {partition.index} stands at {place}")
        if partition.leader not in partition.replicas:
            wrong.append(f"partition {place} is led by {partition.leader}, which is no replica")
        if len(set(partition.replicas)) < len(partition.replicas):
            wrong.append(f"partition {place} has a replica twice")
    return wrong
