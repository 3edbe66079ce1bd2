"""InitProducerId and DescribeProducers."""

from __future__ import annotations

from leftfold.api.kafka import coordination
from leftfold.api.kafka.context import Context
from leftfold.base import ids
from leftfold.base.errors import Code, Refusal
from leftfold.machines.cluster.decide import illegal_name
from leftfold.machines.transactions.commands import Held, InitProducerId
from leftfold.wire.generated.producers import (
    DescribeProducersRequest,
    DescribeProducersResponse,
    InitProducerIdRequest,
    InitProducerIdResponse,
)

_NONE = -1
_FENCED_SINCE = 4  # before, PRODUCER_FENCED was not known
_Described = DescribeProducersResponse.PartitionResponse


async def init_producer_id(context: Context, request: InitProducerIdRequest) -> InitProducerIdResponse:
    """A new id with epoch 0 for an idempotent producer; who has a transactional id takes over what it stands for."""
    if (request.producer_id == _NONE) != (request.producer_epoch == _NONE) or request.transactional_id == "":
        return _failed(Code.INVALID_REQUEST)
    if request.transactional_id is not None:
        return await _init_transactional(context, request.transactional_id, request)
    taken = await context.node.producer_ids.take(context.node.ask)
    if isinstance(taken, Refusal):
        return _failed(taken.error)
    return InitProducerIdResponse(error_code=Code.NONE, producer_id=taken, producer_epoch=0)


async def _init_transactional(context: Context, name: str, request: InitProducerIdRequest) -> InitProducerIdResponse:
    node = context.node
    fresh = await node.producer_id_for(name)
    if isinstance(fresh, Refusal):
        return _failed(fresh.error)
    command = InitProducerId(
        transactional_id=name,
        at_ms=node.steady.wall_ms(),
        timeout_ms=request.transaction_timeout_ms,
        new_producer_id=fresh,
        producer_id=request.producer_id,
        producer_epoch=request.producer_epoch,
    )
    answer = await coordination.ask_behind_the_end(node, name, command)
    if isinstance(answer, Refusal):
        old = context.version < _FENCED_SINCE and answer.error is Code.PRODUCER_FENCED
        return _failed(Code.INVALID_PRODUCER_EPOCH if old else answer.error)
    assert isinstance(answer, Held)
    return InitProducerIdResponse(error_code=Code.NONE, producer_id=answer.producer_id, producer_epoch=answer.producer_epoch)


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
