"""InitProducerId and DescribeProducers."""

from __future__ import annotations

from leftfold.api.kafka.context import Context
from leftfold.base import ids
from leftfold.base.errors import Code, Refusal
from leftfold.machines.cluster.decide import illegal_name
from leftfold.wire.generated.producers import (
    DescribeProducersRequest,
    DescribeProducersResponse,
    InitProducerIdRequest,
    InitProducerIdResponse,
)

_NONE = -1
_Described = DescribeProducersResponse.PartitionResponse


async def init_producer_id(context: Context, request: InitProducerIdRequest) -> InitProducerIdResponse:
    """A new id with epoch 0 for an idempotent producer. A transactional id has no coordinator in this version."""
    if (request.producer_id == _NONE) != (request.producer_epoch == _NONE) or request.transactional_id == "":
        return _failed(Code.INVALID_REQUEST)
    if request.transactional_id is not None:
        allowed = 0 < request.transaction_timeout_ms <= context.node.settings.integer("transaction.max.timeout.ms")
        return _failed(Code.COORDINATOR_NOT_AVAILABLE if allowed else Code.INVALID_TRANSACTION_TIMEOUT)
    taken = await context.node.producer_ids.take(context.node.ask)
    if isinstance(taken, Refusal):
        return _failed(taken.error)
    return InitProducerIdResponse(error_code=Code.NONE, producer_id=taken, producer_epoch=0)


def _failed(error: Code) -> InitProducerIdResponse:
    return InitProducerIdResponse(error_code=error, producer_id=_NONE, producer_epoch=_NONE)


async def describe_producers(context: Context, request: DescribeProducersRequest) -> DescribeProducersResponse:
    """The live producers of each partition asked for (KIP-664)."""
    topics = [
        DescribeProducersResponse.TopicResponse(
            name=asked.name, partitions=[_describe(context, asked.name, index) for index in asked.partition_indexes]
        )
        for asked in request.topics
    ]
    return DescribeProducersResponse(topics=topics)


def _describe(context: Context, name: str, index: int) -> _Described:
    topic = context.node.topic(name)
    illegal = illegal_name(name)
    if illegal:
        return _Described(partition_index=index, error_code=Code.INVALID_TOPIC_EXCEPTION, error_message=illegal)
    if topic is None or not 0 <= index < len(topic.partitions):
        why = f"topic {name} has no partition {index} here" if topic else f"no topic is called {name}"
        return _Described(partition_index=index, error_code=Code.UNKNOWN_TOPIC_OR_PARTITION, error_message=why)
    active = [
        DescribeProducersResponse.ProducerState(
            producer_id=entry.producer_id,
            producer_epoch=entry.producer_epoch,
            last_sequence=entry.last_sequence,
            last_timestamp=entry.last_timestamp,
            coordinator_epoch=entry.coordinator_epoch,
            current_txn_start_offset=entry.current_txn_start_offset,
        )
        for entry in context.node.kernel.producers(ids.to_bytes(topic.topic_id), index)
    ]
    return _Described(partition_index=index, error_code=Code.NONE, active_producers=active)
