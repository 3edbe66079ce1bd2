"""Whether the cluster is healthy, and why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leftfold.base import ids

if TYPE_CHECKING:
    from leftfold.api.http.hardware import Disk
    from leftfold.api.kafka.context import Node
    from leftfold.kernel import PartitionState

States = Mapping[tuple[bytes, int], "PartitionState"]


def namespace(node: Node, topic_id: str) -> str:
    """`kafka` for what clients made, `kafka_internal` for the broker's own: the words that dashboards filter by."""
    return "kafka_internal" if topic_id == node.own_topic.topic_id else "kafka"


@dataclass(frozen=True, slots=True)
class Health:
    """What is not as it should be; partitions are named `namespace/topic/index`.

    `leaderless`: partitions that nobody serves, as when the disk had no room for their folder. `damaged`: partitions with
    quarantined offsets, which are kept, never served and never cut; `leftfold doctor` names the ranges.
    """

    nodes_down: tuple[int, ...]
    leaderless: tuple[str, ...]
    under_replicated: tuple[str, ...]
    damaged: tuple[str, ...]
    high_disk_usage_nodes: tuple[int, ...]

    @property
    def reasons(self) -> list[str]:
        """Why the cluster is not healthy; empty if it is."""
        wrong = {
            "nodes_down": self.nodes_down,
            "leaderless_partitions": self.leaderless,
            "under_replicated_partitions": self.under_replicated,
            "damaged_partitions": self.damaged,
            "high_disk_usage": self.high_disk_usage_nodes,
        }
        return [reason for reason, what in wrong.items() if what]


def look(node: Node, states: States, disk: Disk | None) -> Health:
    """The health of the cluster as this node sees it."""
    alive = {node.node_id}
    leaderless, under_replicated, damaged = [], [], []
    for topic in node.topics():
        topic_id = ids.to_bytes(topic.topic_id)
        for partition in topic.partitions:
            state = states.get((topic_id, partition.index))
            name = f"{namespace(node, topic.topic_id)}/{topic.name}/{partition.index}"
            if state is None or partition.leader not in alive:
                leaderless.append(name)
            elif not alive.issuperset(partition.replicas):
                under_replicated.append(name)
            if state is not None and state.damage:
                damaged.append(name)
    return Health(
        nodes_down=tuple(sorted(set(node.cluster.committed.brokers) - alive)),
        leaderless=tuple(leaderless),
        under_replicated=tuple(under_replicated),
        damaged=tuple(damaged),
        high_disk_usage_nodes=(node.node_id,) if disk is not None and disk.is_low else (),
    )
