"""What the metrics of one scrape are taken from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from leftfold.api.http.context import Context
from leftfold.api.http.exposition import labels
from leftfold.api.http.hardware import Disk
from leftfold.api.http.health import Health, look, namespace
from leftfold.api.http.lag import GroupRow
from leftfold.api.http.transactions import BlockRow
from leftfold.base import ids

if TYPE_CHECKING:
    from leftfold.api.kafka.context import Node
    from leftfold.kernel import PartitionState
    from leftfold.machines.cluster.state import Topic

SERIES_CACHED_MAX = 200_000  # partitions whose labels are kept between scrapes


@dataclass(frozen=True, slots=True)
class TopicRow:
    """One topic; `public` and `plain` are its labels as Redpanda and as kafka_exporter name them."""

    topic: Topic
    public: str
    plain: str
    produced_bytes: int
    fetched_bytes: int


@dataclass(frozen=True, slots=True)
class PartitionRow:
    """One partition that this node serves, with its labels in both fashions."""

    state: PartitionState
    topic: str
    leader: int
    replicas: tuple[int, ...]
    public: str
    plain: str


@dataclass(frozen=True, slots=True)
class Facts:
    """One look at the node. Everything but `context` is empty until the node is ready; `groups` until `lag` has looked, and
    `blocks` until `transactions` has."""

    context: Context
    node: Node | None
    topics: tuple[TopicRow, ...]
    partitions: tuple[PartitionRow, ...]
    counters: Mapping[str, Any]
    health: Health | None
    disk: Disk | None
    memory_available_bytes: int | None
    groups: tuple[GroupRow, ...] = ()
    blocks: tuple[BlockRow, ...] = ()


def gather(context: Context) -> Facts:
    """Look once at everything."""
    disk = context.hardware.disk(context.view.settings.text("log.dirs"))
    available = context.hardware.memory_available_bytes()
    if available is not None:
        low = context.memory_low_bytes
        context.memory_low_bytes = available if low is None else min(low, available)
    if not context.is_ready:
        return Facts(context, None, (), (), {}, None, disk, available)
    node, kernel = context.serving()
    states = {(state.topic_id, state.partition): state for state in kernel.partitions()}
    topics, partitions = _rows(node, states)
    return Facts(context, node, topics, partitions, kernel.counters(), look(node, states, disk), disk, available)


def _rows(
    node: Node, states: Mapping[tuple[bytes, int], PartitionState]
) -> tuple[tuple[TopicRow, ...], tuple[PartitionRow, ...]]:
    topics, partitions = [], []
    for topic in node.topics():
        topic_id = ids.to_bytes(topic.topic_id)
        space = namespace(node, topic.topic_id)
        produced = fetched = 0
        for partition in topic.partitions:
            state = states.get((topic_id, partition.index))
            if state is None:
                continue  # the disk had no room for it yet: health says so
            produced += state.produced_bytes
            fetched += state.fetched_bytes
            public, plain = _partition_labels(space, topic.name, partition.index)
            partitions.append(PartitionRow(state, topic.name, partition.leader, partition.replicas, public, plain))
        public = labels(redpanda_namespace=space, redpanda_topic=topic.name)
        topics.append(TopicRow(topic, public, labels(topic=topic.name), produced, fetched))
    return tuple(topics), tuple(partitions)


@lru_cache(maxsize=SERIES_CACHED_MAX)
def _partition_labels(space: str, topic: str, index: int) -> tuple[str, str]:
    public = labels(redpanda_namespace=space, redpanda_topic=topic, redpanda_partition=index)
    return public, labels(topic=topic, partition=index)
