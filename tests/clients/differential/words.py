"""The words that stories are told in."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any

from leftfold.wire.generated.configs import DescribeConfigsRequest, IncrementalAlterConfigsRequest
from leftfold.wire.generated.fetch import FetchRequest
from leftfold.wire.generated.metadata import DescribeTopicPartitionsRequest, MetadataRequest
from leftfold.wire.generated.offsets import ListOffsetsRequest, OffsetForLeaderEpochRequest
from leftfold.wire.generated.produce import ProduceRequest
from leftfold.wire.generated.producers import DescribeProducersRequest
from leftfold.wire.generated.topics import (
    CreateTopicsRequest,
    DeleteRecordsRequest,
    DeleteTopicsRequest,
)
from tests.clients.batches import Batch
from tests.clients.differential.side import Question, Side, id_of

SPRING = 1_700_000_000_000

Asked = tuple[str, Question]
Story = Callable[[Side, str], Generator[Asked, Any, None]]
"""Told once to each broker: yields (words, question), is sent the answer. What it does to a Side itself is not compared."""


# -- the words of the stories ----------------------------------------------------------------------------------------------


def create(topic: str, *, partitions: int = 1, **configs: str) -> Question:
    made = CreateTopicsRequest
    given = [made.CreatableTopicConfig(name=name.replace("_", "."), value=value) for name, value in configs.items()]
    one = made.CreatableTopic(name=topic, num_partitions=partitions, replication_factor=1, configs=given)
    return Question(made(topics=[one], timeout_ms=10_000), 7)


def produce(topic: str, *batches: Batch, partition: int = 0, version: int = 12, acks: int = -1) -> Question:
    made = ProduceRequest
    parts = [made.PartitionProduceData(index=partition, records=batch.encode()) for batch in batches]
    by: dict[str, Any] = {"topic_id": id_of(topic)} if version >= 13 else {"name": topic}
    data = [made.TopicProduceData(partition_data=parts, **by)]
    return Question(made(acks=acks, timeout_ms=10_000, topic_data=data), version)


def fetch(
    topics: Mapping[str, int],
    *,
    version: int = 12,
    session: tuple[int, int] = (0, -1),
    forget: tuple[str, ...] = (),
    **more: Any,
) -> Question:
    """Partition 0 of topics, each from an offset."""
    made = FetchRequest
    key, value = ("topic_id", id_of) if version >= 13 else ("topic", str)
    limit = more.pop("partition_max_bytes", 1 << 20)
    asked = [
        made.FetchTopic(
            partitions=[made.FetchPartition(partition=0, fetch_offset=offset, partition_max_bytes=limit, **more)],
            **{key: value(topic)},  # type: ignore[arg-type]
        )
        for topic, offset in topics.items()
    ]
    forgotten = [made.ForgottenTopic(partitions=[0], **{key: value(topic)}) for topic in forget]  # type: ignore[arg-type]
    request = made(
        max_wait_ms=0,
        min_bytes=0,
        max_bytes=1 << 22,
        topics=asked,
        session_id=session[0],
        session_epoch=session[1],
        forgotten_topics_data=forgotten,
    )
    return Question(request, version)


def list_offsets(topic: str, timestamp: int, *, partition: int = 0) -> Question:
    made = ListOffsetsRequest
    part = made.ListOffsetsPartition(partition_index=partition, timestamp=timestamp)
    return Question(made(replica_id=-1, topics=[made.ListOffsetsTopic(name=topic, partitions=[part])]), 9)


def delete_records(topic: str, offset: int) -> Question:
    made = DeleteRecordsRequest
    part = made.DeleteRecordsPartition(partition_index=0, offset=offset)
    return Question(made(topics=[made.DeleteRecordsTopic(name=topic, partitions=[part])], timeout_ms=10_000), 2)


def delete(topic: str) -> Question:
    made = DeleteTopicsRequest
    return Question(made(topics=[made.DeleteTopicState(name=topic)], timeout_ms=10_000), 6)


def alter(topic: str, **configs: str) -> Question:
    made = IncrementalAlterConfigsRequest
    changes = [made.AlterableConfig(name=name.replace("_", "."), value=value) for name, value in configs.items()]
    return Question(made(resources=[made.AlterConfigsResource(resource_type=2, resource_name=topic, configs=changes)]), 1)


def configs(topic: str, *names: str) -> Question:
    made = DescribeConfigsRequest
    one = made.DescribeConfigsResource(resource_type=2, resource_name=topic, configuration_keys=list(names))
    return Question(made(resources=[one], include_synonyms=True), 4)


def metadata(topic: str, *, automatic: bool = False) -> Question:
    made = MetadataRequest
    return Question(made(topics=[made.MetadataRequestTopic(name=topic)], allow_auto_topic_creation=automatic), 12)


def epoch_end(topic: str, epoch: int) -> Question:
    made = OffsetForLeaderEpochRequest
    part = made.OffsetForLeaderPartition(partition=0, leader_epoch=epoch)
    return Question(made(replica_id=-1, topics=[made.OffsetForLeaderTopic(topic=topic, partitions=[part])]), 4)


def producers(topic: str, *, partition: int = 0) -> Question:
    made = DescribeProducersRequest
    return Question(made(topics=[made.TopicRequest(name=topic, partition_indexes=[partition])]), 0)


def partitions(topic: str, limit: int, cursor: tuple[str, int] | None = None) -> Question:
    made = DescribeTopicPartitionsRequest
    start = None if cursor is None else made.Cursor(topic_name=cursor[0], partition_index=cursor[1])
    return Question(made(topics=[made.TopicRequest(name=topic)], response_partition_limit=limit, cursor=start), 0)


def records(count: int, *, at: int = SPRING, size: int = 1, **more: Any) -> Batch:
    return Batch(values=(b"v" * size,) * count, keys=(b"k",) * count, timestamps=(at,) * count, **more)


def taken(answer: Any) -> bool:
    """Whether a Produce of one partition was."""
    return not answer.responses[0].partition_responses[0].error_code
