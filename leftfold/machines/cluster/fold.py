"""What each event makes of the cluster; it refuses nothing."""

from __future__ import annotations

from dataclasses import replace

from immutables import Map

from leftfold.machines.cluster.events import (
    BrokerConfigured,
    BrokerRegistered,
    ClusterFounded,
    Event,
    FeatureFinalized,
    GroupConfigured,
    PartitionPlaced,
    PartitionsCreated,
    ProducerIdsGranted,
    TopicConfigured,
    TopicCreated,
    TopicDeleted,
)
from leftfold.machines.cluster.state import Broker, Cluster, Partition, Topic, collision_key


def fold(state: Cluster, event: Event) -> Cluster:
    """The state after an event."""
    match event:
        case ClusterFounded():
            return replace(state, cluster_id=event.cluster_id)
        case BrokerRegistered():
            broker = Broker(event.node_id, event.incarnation, event.rack, event.at_ms)
            return replace(state, brokers=state.brokers.set(event.node_id, broker))
        case TopicCreated():
            return _topic_created(state, event)
        case PartitionsCreated():
            return _partitions_created(state, event)
        case TopicDeleted():
            return _topic_deleted(state, event)
        case TopicConfigured():
            return _topic_configured(state, event)
        case BrokerConfigured():
            return replace(state, settings=state.settings.set(event.broker, Map(event.settings)))
        case GroupConfigured():
            return _group_configured(state, event)
        case ProducerIdsGranted():
            return replace(state, next_producer_id=max(state.next_producer_id, event.first + event.count))
        case FeatureFinalized():
            return replace(state, features=state.features.set(event.name, event.level))


def _topic_created(state: Cluster, event: TopicCreated) -> Cluster:
    partitions = tuple(_partition(placed) for placed in event.partitions)
    return _with(state, Topic(event.topic_id, event.name, partitions, Map(event.configs), event.at_ms))


def _partitions_created(state: Cluster, event: PartitionsCreated) -> Cluster:
    topic = state.topics.get(event.topic_id)
    if topic is None:
        return state
    known = {partition.index: partition for partition in topic.partitions}
    known.update((placed.index, _partition(placed)) for placed in event.partitions)
    return _with(state, replace(topic, partitions=tuple(known[index] for index in sorted(known))))


def _topic_deleted(state: Cluster, event: TopicDeleted) -> Cluster:
    topic = state.topics.get(event.topic_id)
    if topic is None:
        return state
    return replace(
        state,
        topics=state.topics.delete(topic.topic_id),
        names=state.names.delete(collision_key(topic.name)),
        partition_count=state.partition_count - len(topic.partitions),
    )


def _topic_configured(state: Cluster, event: TopicConfigured) -> Cluster:
    topic = state.topics.get(event.topic_id)
    return state if topic is None else _with(state, replace(topic, configs=Map(event.configs)))


def _group_configured(state: Cluster, event: GroupConfigured) -> Cluster:
    groups = state.groups
    if event.configs:
        groups = groups.set(event.group_id, Map(event.configs))
    elif event.group_id in groups:
        groups = groups.delete(event.group_id)
    return replace(state, groups=groups)


def _with(state: Cluster, topic: Topic) -> Cluster:
    """The state with a topic in place of the one of the same id, if there was one."""
    before = state.topics.get(topic.topic_id)
    return replace(
        state,
        topics=state.topics.set(topic.topic_id, topic),
        names=state.names.set(collision_key(topic.name), topic.topic_id),
        partition_count=state.partition_count + len(topic.partitions) - (len(before.partitions) if before else 0),
    )


def _partition(placed: PartitionPlaced) -> Partition:
    return Partition(placed.index, placed.replicas, placed.leader, placed.leader_epoch)
