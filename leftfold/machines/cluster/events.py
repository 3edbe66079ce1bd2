"""What has happened to the cluster: records that stay."""

# An event carries the fact that resulted, never a difference to be added up: folding it twice is folding it once. A new member
# takes a default, so that older records still read; a member that changes its meaning is a new event.

from __future__ import annotations

import msgspec


class _Event(msgspec.Struct, frozen=True, tag_field="event", omit_defaults=False):
    """JSON with the event's name in the member `event`."""


class ClusterFounded(_Event, frozen=True, tag=True):
    """The cluster has its id."""

    cluster_id: str


class BrokerRegistered(_Event, frozen=True, tag=True):
    """A broker runs, since `at_ms`."""

    node_id: int
    incarnation: str
    rack: str | None
    at_ms: int


class PartitionPlaced(msgspec.Struct, frozen=True):
    """Where a partition's replicas are, and who leads it in which epoch."""

    index: int
    replicas: tuple[int, ...]
    leader: int
    leader_epoch: int = 0


class TopicCreated(_Event, frozen=True, tag=True):
    """A topic exists, with all its partitions; an id belongs to one topic for ever."""

    topic_id: str
    name: str
    partitions: tuple[PartitionPlaced, ...]
    configs: dict[str, str]
    at_ms: int


class PartitionsCreated(_Event, frozen=True, tag=True):
    """A topic has these partitions besides."""

    topic_id: str
    partitions: tuple[PartitionPlaced, ...]


class TopicDeleted(_Event, frozen=True, tag=True):
    """A topic is gone; its name is free."""

    topic_id: str
    name: str


class TopicConfigured(_Event, frozen=True, tag=True):
    """A topic has exactly these configs of its own."""

    topic_id: str
    configs: dict[str, str]


class BrokerConfigured(_Event, frozen=True, tag=True):
    """A broker, or with an empty name all brokers, has exactly these settings changed while running."""

    broker: str
    settings: dict[str, str]


class GroupConfigured(_Event, frozen=True, tag=True):
    """A group has exactly these configs of its own."""

    group_id: str
    configs: dict[str, str]


class ProducerIdsGranted(_Event, frozen=True, tag=True):
    """These producer ids belong to that broker and to nobody else, ever."""

    first: int
    count: int
    node_id: int


class FeatureFinalized(_Event, frozen=True, tag=True):
    """A feature is in force at this level."""

    name: str
    level: int


Event = (
    ClusterFounded
    | BrokerRegistered
    | TopicCreated
    | PartitionsCreated
    | TopicDeleted
    | TopicConfigured
    | BrokerConfigured
    | GroupConfigured
    | ProducerIdsGranted
    | FeatureFinalized
)
