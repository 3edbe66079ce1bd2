"""Metadata of missing topics, cluster and topic descriptions."""

# The kernel answers Metadata from its tables. Only when a topic is asked for that is not there, and may be created by itself,
# the call comes here; afterwards the kernel answers it.

from __future__ import annotations

import asyncio

from leftfold.api.kafka.context import ALL_CLUSTER_OPERATIONS, ALL_TOPIC_OPERATIONS, NO_OPERATIONS, Context
from leftfold.api.kafka.topics import creation
from leftfold.base import ids
from leftfold.base.errors import Code, Refusal
from leftfold.machines.cluster.decide import illegal_name
from leftfold.machines.cluster.state import Partition, Topic
from leftfold.wire.generated.metadata import (
    DescribeClusterRequest,
    DescribeClusterResponse,
    DescribeTopicPartitionsRequest,
    DescribeTopicPartitionsResponse,
    MetadataRequest,
)

BROKERS, CONTROLLERS = 1, 2
_Topic = DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic
_Partition = DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition


async def metadata(context: Context, request: MetadataRequest) -> None:
    """Create what is missing; None: the kernel answers what its tables say then. Unlike Kafka, at once, not on the next try."""
    names = dict.fromkeys(topic.name for topic in request.topics or () if topic.name)
    missing = [name for name in names if context.node.topic(name) is None and illegal_name(name) is None]
    answers = await asyncio.gather(*(context.node.ask(creation(context, name)) for name in missing))
    for name, answer in zip(missing, answers, strict=True):
        if isinstance(answer, Refusal) and answer.error is not Code.TOPIC_ALREADY_EXISTS:
            context.node.log.warning("topic_not_created_by_itself", topic=name, why=answer.why)


async def describe_cluster(context: Context, request: DescribeClusterRequest) -> DescribeClusterResponse:
    """The brokers; this listener knows no controllers of their own (KIP-919)."""
    if request.endpoint_type != BROKERS:
        known = request.endpoint_type == CONTROLLERS
        error = Code.MISMATCHED_ENDPOINT_TYPE if known else Code.UNSUPPORTED_ENDPOINT_TYPE
        return DescribeClusterResponse(error_code=error, error_message=error.happened, endpoint_type=BROKERS)
    state = context.node.cluster.committed
    host, port = context.address()
    brokers = [
        DescribeClusterResponse.DescribeClusterBroker(broker_id=broker.node_id, host=host, port=port, rack=broker.rack)
        for broker in state.brokers.values()
        if broker.node_id == context.node.node_id
    ]
    asked = request.include_cluster_authorized_operations
    return DescribeClusterResponse(
        error_code=Code.NONE,
        endpoint_type=request.endpoint_type,
        cluster_id=state.cluster_id,
        controller_id=context.node.node_id,
        brokers=brokers,
        cluster_authorized_operations=ALL_CLUSTER_OPERATIONS if asked else NO_OPERATIONS,
    )


async def describe_topic_partitions(
    context: Context, request: DescribeTopicPartitionsRequest
) -> DescribeTopicPartitionsResponse:
    """Topics in the order of their names, page by page (KIP-966)."""
    limit = context.node.settings.integer("max.request.partition.size.limit")
    room = max(1, min(limit, request.response_partition_limit))
    if _wrong_cursor(request):
        return DescribeTopicPartitionsResponse(
            topics=[_Topic(error_code=Code.INVALID_REQUEST, name=topic.name) for topic in request.topics]
        )
    found: list[_Topic] = []
    for name, first in _from_cursor(context, request):
        if room == 0:
            return _page(found, name, first)
        topic = context.node.topic(name)
        if topic is None:
            found.append(_unknown(name))
            continue
        shown = topic.partitions[first : first + room]
        found.append(_topic(context, topic, shown))
        room -= len(shown)
        if first + len(shown) < len(topic.partitions):
            return _page(found, name, first + len(shown))
    return DescribeTopicPartitionsResponse(topics=found)


def _wrong_cursor(request: DescribeTopicPartitionsRequest) -> bool:
    """A cursor points at a partition of one of the topics asked for."""
    cursor = request.cursor
    if cursor is None:
        return False
    names = {topic.name for topic in request.topics}
    return cursor.partition_index < 0 or (bool(names) and cursor.topic_name not in names)


def _from_cursor(context: Context, request: DescribeTopicPartitionsRequest) -> list[tuple[str, int]]:
    """Names to show with their first partition; no names asked for are all names."""
    names = sorted({topic.name for topic in request.topics} or {topic.name for topic in context.node.topics()})
    cursor = request.cursor
    if cursor is None:
        return [(name, 0) for name in names]
    first = cursor.partition_index
    return [(name, first if name == cursor.topic_name else 0) for name in names if name >= cursor.topic_name]


def _page(found: list[_Topic], name: str, partition: int) -> DescribeTopicPartitionsResponse:
    cursor = DescribeTopicPartitionsResponse.Cursor(topic_name=name, partition_index=partition)
    return DescribeTopicPartitionsResponse(topics=found, next_cursor=cursor)


def _unknown(name: str) -> _Topic:
    error = Code.INVALID_TOPIC_EXCEPTION if illegal_name(name) else Code.UNKNOWN_TOPIC_OR_PARTITION
    return _Topic(error_code=error, name=name, topic_authorized_operations=ALL_TOPIC_OPERATIONS)


def _topic(context: Context, topic: Topic, partitions: tuple[Partition, ...]) -> _Topic:
    return _Topic(
        error_code=Code.NONE,
        name=topic.name,
        topic_id=ids.to_bytes(topic.topic_id),
        is_internal=context.node.is_internal(topic),
        partitions=[_partition(partition) for partition in partitions],
        topic_authorized_operations=ALL_TOPIC_OPERATIONS,
    )


def _partition(partition: Partition) -> _Partition:
    replicas = list(partition.replicas)
    return _Partition(
        error_code=Code.NONE,
        partition_index=partition.index,
        leader_id=partition.leader,
        leader_epoch=partition.leader_epoch,
        replica_nodes=replicas,
        isr_nodes=replicas,
        eligible_leader_replicas=[],
        last_known_elr=[],
    )
