"""What the cluster can be told to do, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from leftfold.machines.cluster.state import Topic


@dataclass(frozen=True, slots=True)
class FoundCluster:
    """Give the cluster its identity; the first one stays."""

    cluster_id: str


@dataclass(frozen=True, slots=True)
class RegisterBroker:
    """A broker has started; `incarnation` is new at each start, `rack` is where it stands."""

    node_id: int
    incarnation: str
    rack: str | None
    at_ms: int


@dataclass(frozen=True, slots=True)
class CreateTopic:
    """Make a topic. `assignment` by hand is (partition, replicas) each; it goes with -1 partitions and -1 replicas.

    -1 partitions or replicas take the defaults given; `partitions_max` bounds all partitions of the cluster together.
    """

    topic_id: str
    name: str
    partitions: int
    replicas: int
    at_ms: int
    assignment: tuple[tuple[int, tuple[int, ...]], ...] = ()
    configs: tuple[tuple[str, str | None], ...] = ()
    validate_only: bool = False
    partitions_default: int = 1
    replicas_default: int = 1
    partitions_max: int = 100_000


@dataclass(frozen=True, slots=True)
class DeleteTopic:
    """Remove a topic, by its name or, if that is None, by its id."""

    name: str | None
    topic_id: str


@dataclass(frozen=True, slots=True)
class CreatePartitions:
    """Let a topic grow to `count` partitions; `assignments` by hand name the replicas of each new one."""

    name: str
    count: int
    assignments: tuple[tuple[int, ...], ...] | None = None
    validate_only: bool = False
    partitions_max: int = 100_000
    more_max: int = 10_000


class How(Enum):
    """What a change does to a config (KIP-339)."""

    SET = 0
    DELETE = 1
    APPEND = 2
    SUBTRACT = 3


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one config."""

    how: How
    name: str
    value: str | None


@dataclass(frozen=True, slots=True)
class AlterTopic:
    """Change a topic's configs; with `replace`, all that are not set go back to their defaults (AlterConfigs)."""

    name: str
    changes: tuple[Change, ...]
    replace: bool = False
    validate_only: bool = False
    defaults: tuple[tuple[str, str], ...] = ()  # of list configs, which APPEND and SUBTRACT start from


@dataclass(frozen=True, slots=True)
class AlterBroker:
    """Change settings of one broker while it runs, or with an empty name of all brokers."""

    broker: str
    changes: tuple[Change, ...]
    replace: bool = False
    validate_only: bool = False


@dataclass(frozen=True, slots=True)
class AlterGroup:
    """Change a group's configs, which it has whether or not there is such a group; `bounds` are (name, low, high)s."""

    group_id: str
    changes: tuple[Change, ...]
    bounds: tuple[tuple[str, int, int], ...]
    replace: bool = False
    validate_only: bool = False


@dataclass(frozen=True, slots=True)
class GrantProducerIds:
    """Hand the next `count` producer ids to a broker, never to be handed out again."""

    node_id: int
    count: int


@dataclass(frozen=True, slots=True)
class FinalizeFeature:
    """Put a feature level in force for all clients (KIP-584)."""

    name: str
    level: int


Command = (
    FoundCluster
    | RegisterBroker
    | CreateTopic
    | DeleteTopic
    | CreatePartitions
    | AlterTopic
    | AlterBroker
    | AlterGroup
    | GrantProducerIds
    | FinalizeFeature
)


@dataclass(frozen=True, slots=True)
class Done:
    """It is so; nothing more to tell."""


@dataclass(frozen=True, slots=True)
class TopicStands:
    """The topic as it stands; None when it was only validated."""

    topic: Topic | None


@dataclass(frozen=True, slots=True)
class ProducerIds:
    """A block of producer ids: `first` up to `first + count - 1`."""

    first: int
    count: int


Reply = Done | TopicStands | ProducerIds
