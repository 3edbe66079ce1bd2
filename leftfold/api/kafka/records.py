"""DeleteRecords: the log start offset moves forward."""

from __future__ import annotations

import asyncio

from leftfold.api.kafka.context import Context
from leftfold.base import ids
from leftfold.base.effective import of_topic
from leftfold.base.errors import Code, StoppedError, StorageError
from leftfold.base.topic_configs import BY_NAME
from leftfold.log.partition import Partition
from leftfold.machines.cluster.state import Topic
from leftfold.wire.generated.topics import DeleteRecordsRequest, DeleteRecordsResponse

_Result = DeleteRecordsResponse.DeleteRecordsPartitionResult
HIGH_WATERMARK = -1


async def delete_records(context: Context, request: DeleteRecordsRequest) -> DeleteRecordsResponse:
    """Each partition on its own."""
    results = []
    for asked in request.topics:
        topic = context.node.topic(asked.name)
        trims = (_trim(context, topic, one.partition_index, one.offset) for one in asked.partitions)
        partitions = list(await asyncio.gather(*trims))
        results.append(DeleteRecordsResponse.DeleteRecordsTopicResult(name=asked.name, partitions=partitions))
    return DeleteRecordsResponse(topics=results)


async def _trim(context: Context, topic: Topic | None, index: int, offset: int) -> _Result:
    error, low_watermark = await _trimmed(context, topic, index, offset)
    return _Result(partition_index=index, low_watermark=low_watermark, error_code=error)


async def _trimmed(context: Context, topic: Topic | None, index: int, offset: int) -> tuple[Code, int]:
    """The error, and the log start offset afterwards or -1."""
    if topic is None:
        return Code.UNKNOWN_TOPIC_OR_PARTITION, -1
    if context.node.is_internal(topic):
        return Code.INVALID_TOPIC_EXCEPTION, -1
    topic_id = ids.to_bytes(topic.topic_id)
    state = context.node.kernel.partition(topic_id, index) if 0 <= index < len(topic.partitions) else None
    if state is None:
        return Code.UNKNOWN_TOPIC_OR_PARTITION, -1
    if not _may_delete(context, topic):
        return Code.POLICY_VIOLATION, -1
    wanted = state.high_watermark if offset == HIGH_WATERMARK else offset
    if not 0 <= wanted <= state.high_watermark:
        return Code.OFFSET_OUT_OF_RANGE, -1
    if wanted <= state.log_start_offset:
        return Code.NONE, state.log_start_offset
    try:
        return Code.NONE, await Partition(context.node.kernel, context.node.tickets, topic_id, index).trim(wanted)
    except StorageError as failure:
        context.node.log.warning("trim_failed", topic=topic.name, partition=index, why=str(failure))
        return Code.KAFKA_STORAGE_ERROR, -1
    except StoppedError:
        return Code.REQUEST_TIMED_OUT, -1


def _may_delete(context: Context, topic: Topic) -> bool:
    """A topic that is only compacted keeps the newest record of each key for ever."""
    policy = of_topic(BY_NAME["cleanup.policy"], topic.configs, context.node.layers()).value
    return policy != ("compact",)
