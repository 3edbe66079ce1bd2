"""Legal requests of every API, from which all others are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import lz4.frame

from leftfold.wire.codec import Message
from leftfold.wire.generated.configs import (
    AlterConfigsRequest,
    DescribeConfigsRequest,
    IncrementalAlterConfigsRequest,
    ListConfigResourcesRequest,
)
from leftfold.wire.generated.fetch import FetchRequest
from leftfold.wire.generated.log_dirs import DescribeLogDirsRequest
from leftfold.wire.generated.metadata import (
    ApiVersionsRequest,
    DescribeClusterRequest,
    DescribeTopicPartitionsRequest,
    MetadataRequest,
)
from leftfold.wire.generated.offsets import ListOffsetsRequest, OffsetForLeaderEpochRequest
from leftfold.wire.generated.produce import ProduceRequest
from leftfold.wire.generated.producers import DescribeProducersRequest, InitProducerIdRequest
from leftfold.wire.generated.topics import (
    CreatePartitionsRequest,
    CreateTopicsRequest,
    DeleteRecordsRequest,
    DeleteTopicsRequest,
)
from tests.clients.batches import Batch, record
from tests.clients.differential import group_subjects as groups
from tests.clients.differential import transaction_subjects as transactions
from tests.clients.differential.edges import UNKNOWN_ID, Overrides
from tests.clients.differential.side import id_of

SPRING = 1_700_000_000_000
RECORDS = (
    Batch(values=(b"a", b"b", b"c"), keys=(b"1", b"2", None), timestamps=(SPRING, SPRING + 50, SPRING + 20)),
    Batch(values=(b"d",) * 5, timestamps=(SPRING + 100,) * 5, codec="gzip"),
    Batch(
        values=(b"e", None),
        keys=(b"k", b"k"),
        timestamps=(SPRING + 90, SPRING + 95),
        producer_id=4711,
        producer_epoch=3,
        base_sequence=0,
    ),
)
"""What a topic with records holds: offsets 0-2, 3-7, 8-9; the largest time is that of 3-7."""

Requests = Mapping[str, Message]
Legal = Callable[[int, str], Requests]


@dataclass(frozen=True, slots=True)
class Subject:
    """How to ask one API: `legal` gives named requests about a topic, at a version.

    With `own_topic` each question gets a topic of its own, because it changes it. With `exists` the topic was made before,
    with `filled` it has RECORDS, with `assigned` consumer groups know of it. `overrides` are edges by field, where those of its
    type would take too long or say little.
    """

    legal: Legal
    own_topic: bool = False
    exists: bool = True
    filled: bool = False
    assigned: bool = False
    overrides: Overrides = field(default_factory=dict)


def produce(version: int, topic: str) -> Requests:
    made = ProduceRequest

    def request(*records: bytes | None, acks: int = -1) -> ProduceRequest:
        parts = [made.PartitionProduceData(index=0, records=one) for one in records]
        return made(
            acks=acks, timeout_ms=10_000, topic_data=[named(made.TopicProduceData, version, 13, topic, partition_data=parts)]
        )

    good: dict[str, Message] = {
        "plain": request(Batch().encode()),
        "acks=1": request(Batch().encode(), acks=1),
        "acks=0": request(Batch().encode(), acks=0),
    }
    return good | {f"batch {name}": request(batch.encode()) for name, batch in BATCHES.items()}


ALPHA = Batch(values=(b"a", b"b"))
BATCHES = {
    "gzip": Batch(codec="gzip"),
    "snappy": Batch(codec="snappy"),
    "lz4": Batch(codec="lz4"),
    "zstd": Batch(codec="zstd"),
    "with a wrong checksum": Batch(crc_xor=1),
    "of magic 1": Batch(magic=1),
    "of magic 0": Batch(magic=0),
    "of magic 3": Batch(magic=3),
    "longer than it says": Batch(length_more=-1),
    "shorter than it says": Batch(length_more=1),
    "with a base offset": Batch(base_offset=77),
    "with a leader epoch": Batch(leader_epoch=5),
    "with too large a count": Batch(values=(b"a", b"b"), count=3),
    "with too small a count": Batch(values=(b"a", b"b"), count=1),
    "with a negative count": Batch(count=-1),
    "without records": Batch(values=(), last_offset_delta=-1, count=0),
    "with a wrong last delta": Batch(last_offset_delta=5),
    "with deltas out of order": Batch(values=(b"a", b"b"), offset_deltas=(1, 0)),
    "with deltas that skip": Batch(values=(b"a", b"b"), offset_deltas=(0, 2), last_offset_delta=2),
    "with a wrong max timestamp": Batch(max_timestamp=5),
    "without timestamps": Batch(base_timestamp=-1, timestamps=(-1,)),
    "from far in the future": Batch(base_timestamp=4_000_000_000_000),
    "with its records cut": Batch(body=b"\x10\0\0\0\x01"),
    "with bytes behind its records": Batch(body=b"\x0e\0\0\0\x01\x02v\0" + b"\0\0"),
    "with a length that lies": Batch(body=b"\x80\x80\x80\x80\x08\0\0\0\x01\x02v\0"),
    "with a negative length": Batch(body=b"\x01\0\0\0\x01\x02v\0"),
    "gzip of nothing": Batch(codec="gzip", body=b""),
    "gzip of garbage": Batch(codec="gzip", body=b"garbage"),
    "zstd of garbage": Batch(codec="zstd", body=b"garbage"),
    "lz4 of garbage": Batch(codec="lz4", body=b"garbage"),
    "snappy of garbage": Batch(codec="snappy", body=b"garbage"),
    "lz4 of linked blocks": Batch(codec="lz4", body=lz4.frame.compress(record(b"v"), block_linked=True)),
    "of codec 5": Batch(attributes=5),
    "of codec 7": Batch(attributes=7),
    "with unknown attributes": Batch(attributes=0x4000),
    "stamped by the broker": Batch(attributes=0x08),
    "of a transaction": Batch(attributes=0x10, producer_id=9, producer_epoch=0, base_sequence=0),
    "of control": Batch(attributes=0x20),
    "with a delete horizon": Batch(attributes=0x40),
    "of a producer": Batch(producer_id=9, producer_epoch=0, base_sequence=0),
    "of a producer in its middle": Batch(producer_id=9, producer_epoch=0, base_sequence=7),
    "of a producer without an epoch": Batch(producer_id=9, producer_epoch=-1, base_sequence=0),
    "of a producer without a sequence": Batch(producer_id=9, producer_epoch=0, base_sequence=-1),
    "of a negative producer": Batch(producer_id=-5, producer_epoch=0, base_sequence=0),
    "of a negative sequence": Batch(producer_id=9, producer_epoch=0, base_sequence=-5),
}
"""One batch each, legal or not."""
MORE_BATCHES = {
    "two batches": ALPHA.encode() + ALPHA.encode(),
    "a batch and a half": ALPHA.encode() + ALPHA.encode()[:30],
    "too large a batch": Batch(values=(b"x" * 1_100_000,)).encode(),
}


def fetch(version: int, topic: str) -> Requests:
    made = FetchRequest

    def request(
        offset: int, *, partition: int = 0, part_bytes: int = 1 << 20, max_bytes: int = 1 << 20, **more: Any
    ) -> FetchRequest:
        part = made.FetchPartition(partition=partition, fetch_offset=offset, partition_max_bytes=part_bytes)
        asked = named(made.FetchTopic, version, 13, topic, field="topic", partitions=[part])
        return made(max_wait_ms=0, min_bytes=0, max_bytes=max_bytes, topics=[asked], **more)

    return {
        "all": request(0),
        "from the middle of a batch": request(5),
        "at the end": request(10),
        "behind the end": request(11),
        "of one byte": request(0, part_bytes=1),
        "of one byte in all": request(3, max_bytes=1),
        "of 100 bytes": request(0, part_bytes=100),
        "committed": request(0, isolation_level=1),
    }


def list_offsets(version: int, topic: str) -> Requests:
    made = ListOffsetsRequest

    def request(timestamp: int, **more: Any) -> ListOffsetsRequest:
        part = made.ListOffsetsPartition(partition_index=0, timestamp=timestamp)
        return made(replica_id=-1, topics=[made.ListOffsetsTopic(name=topic, partitions=[part])], timeout_ms=10_000, **more)

    times = {f"special {time}": request(time) for time in range(-7, 0)}
    return (
        {"first time": request(SPRING)}
        | times
        | {f"time {delta:+}": request(SPRING + delta) for delta in (-1, 1, 50, 51, 91, 96, 100, 101)}
        | ({"committed": request(-1, isolation_level=1)} if version >= 2 else {})
    )


def metadata(version: int, topic: str) -> Requests:
    made = MetadataRequest
    automatic = {} if version < 4 else {"allow_auto_topic_creation": False}
    requests: dict[str, Message] = {"one": made(topics=[made.MetadataRequestTopic(name=topic)], **automatic)}
    requests["all"] = made(topics=None if version >= 1 else [], **automatic)
    if version >= 1:
        requests["none"] = made(topics=[], **automatic)
    if version >= 4:
        requests["unknown"] = made(topics=[made.MetadataRequestTopic(name="unknown")], **automatic)
    if version >= 10:
        requests["by id"] = made(topics=[made.MetadataRequestTopic(topic_id=id_of(topic), name=None)], **automatic)
        requests["by unknown id"] = made(topics=[made.MetadataRequestTopic(topic_id=UNKNOWN_ID, name=None)], **automatic)
        requests["by id and name"] = made(topics=[made.MetadataRequestTopic(topic_id=id_of(topic), name=topic)], **automatic)
    if version >= 8:
        requests["operations"] = made(topics=requests["one"].topics, include_topic_authorized_operations=True, **automatic)  # type: ignore[attr-defined]
    return requests


def api_versions(version: int, topic: str) -> Requests:
    del topic
    made = ApiVersionsRequest
    client: dict[str, Any] = {"client_software_name": "test", "client_software_version": "1.0"} if version >= 3 else {}
    requests: dict[str, Message] = {"asked": made(**client)}
    if version >= 5:
        requests["of another cluster"] = made(cluster_id="unknown", node_id=1, **client)
        requests["of another cluster and node"] = made(cluster_id="unknown", node_id=7, **client)
    return requests


def create_topics(version: int, topic: str) -> Requests:
    made = CreateTopicsRequest

    def request(**more: Any) -> CreateTopicsRequest:
        one: dict[str, Any] = {
            "name": topic,
            "num_partitions": 2,
            "replication_factor": 1,
            "configs": [made.CreatableTopicConfig(name="retention.ms", value="1000")],
        }
        return made(timeout_ms=10_000, topics=[made.CreatableTopic(**(one | more))])

    def assigned(*brokers: list[int], **more: Any) -> CreateTopicsRequest:
        parts = [made.CreatableReplicaAssignment(partition_index=index, broker_ids=ids) for index, ids in enumerate(brokers)]
        return request(num_partitions=-1, replication_factor=-1, assignments=parts, **more)

    def config(name: str, value: str) -> CreateTopicsRequest:
        return request(configs=[made.CreatableTopicConfig(name=name, value=value)])

    return {
        "plain": request(),
        "by default": request(num_partitions=-1, replication_factor=-1) if version >= 4 else request(num_partitions=1),
        "assigned": assigned([1], [1]),
        "assigned twice": assigned([1, 1]),
        "assigned to nobody": assigned([9]),
        "assigned and counted": assigned([1])
        if version < 4
        else request(assignments=[made.CreatableReplicaAssignment(partition_index=0, broker_ids=[1])]),
        "of 10,001 partitions": request(num_partitions=10_001),
        "with a dot and an underscore": request(name=f"{topic}._"),
        "with an unknown config": config("no.such.config", "1"),
        "with a bad value": config("retention.ms", "soon"),
        "with a value out of bounds": config("retention.ms", "-2"),
        "with a small segment": config("segment.bytes", "14"),
        "with a policy": config("cleanup.policy", "compact,delete"),
    }


def delete_topics(version: int, topic: str) -> Requests:
    made = DeleteTopicsRequest
    if version < 6:
        return {
            "one": made(topic_names=[topic], timeout_ms=10_000),
            "two": made(topic_names=[topic, "unknown"], timeout_ms=10_000),
        }
    state = made.DeleteTopicState
    return {
        "by name": made(topics=[state(name=topic)], timeout_ms=10_000),
        "by id": made(topics=[state(topic_id=id_of(topic))], timeout_ms=10_000),
        "by both": made(topics=[state(name=topic, topic_id=id_of(topic))], timeout_ms=10_000),
        "by neither": made(topics=[state()], timeout_ms=10_000),
        "by name and again by id": made(topics=[state(name=topic), state(topic_id=id_of(topic))], timeout_ms=10_000),
    }


def delete_records(version: int, topic: str) -> Requests:
    del version
    made = DeleteRecordsRequest

    def request(offset: int) -> DeleteRecordsRequest:
        part = made.DeleteRecordsPartition(partition_index=0, offset=offset)
        return made(topics=[made.DeleteRecordsTopic(name=topic, partitions=[part])], timeout_ms=10_000)

    return {"some": request(4), "all": request(-1), "as many": request(10), "too many": request(11)}


def init_producer_id(version: int, topic: str) -> Requests:
    del topic
    made = InitProducerIdRequest
    requests: dict[str, Message] = {"new": made(transactional_id=None, transaction_timeout_ms=1000)}
    if version >= 3:
        requests["again"] = made(transactional_id=None, transaction_timeout_ms=1000, producer_id=5, producer_epoch=1)
    return requests


def offset_for_leader_epoch(version: int, topic: str) -> Requests:
    made = OffsetForLeaderEpochRequest
    replica = {"replica_id": -1} if version >= 3 else {}
    part = made.OffsetForLeaderPartition(partition=0, leader_epoch=0)
    return {"the first": made(topics=[made.OffsetForLeaderTopic(topic=topic, partitions=[part])], **replica)}


def describe_configs(version: int, topic: str) -> Requests:
    made = DescribeConfigsRequest

    def request(kind: int, name: str, keys: list[str] | None = None, **more: Any) -> DescribeConfigsRequest:
        return made(
            resources=[made.DescribeConfigsResource(resource_type=kind, resource_name=name, configuration_keys=keys)], **more
        )

    requests: dict[str, Message] = {
        "two of a topic": request(2, topic, ["retention.ms", "cleanup.policy"]),
        "a topic": request(2, topic, include_synonyms=True),
        "nothing of a topic": request(2, topic, []),
        "what is not there": request(2, topic, ["no.such.config"]),
        "a broker": request(4, "1"),
        "another broker": request(4, "7"),
        "no broker": request(4, "one"),
        "all brokers": request(4, ""),
        "loggers": request(8, "1"),
        "metrics": request(16, "unknown"),
        "a group": request(32, "unknown"),
    }
    if version >= 3:
        requests["with documentation"] = request(2, topic, ["retention.ms"], include_documentation=True)
    return requests


CHANGES = {
    "retention.ms": "5000",
    "cleanup.policy": "compact",
    "max.message.bytes": "-1",
    "no.such.config": "1",
    "compression.type": "gzip",
    "min.insync.replicas": "2",
    "message.timestamp.type": "LogAppendTime",
    "segment.bytes": "1",
    "remote.storage.enable": "true",
    "local.retention.ms": "999999999999",
    "follower.replication.throttled.replicas": "0:1,*",
    "unclean.leader.election.enable": "perhaps",
}


def alter_configs(version: int, topic: str) -> Requests:
    del version
    made = AlterConfigsRequest

    def request(kind: int, name: str, **configs: str | None) -> AlterConfigsRequest:
        changes = [made.AlterableConfig(name=key.replace("_", "."), value=value) for key, value in configs.items()]
        return made(resources=[made.AlterConfigsResource(resource_type=kind, resource_name=name, configs=changes)])

    one = {f"{key}={value}": request(2, topic, **{key: value}) for key, value in CHANGES.items()}
    return one | {"nothing": request(2, topic), "a logger": request(8, "1", root="INFO"), "a broker": request(4, "one", x="1")}


def incremental_alter_configs(version: int, topic: str) -> Requests:
    del version
    made = IncrementalAlterConfigsRequest

    def request(
        operation: int, key: str, value: str | None, *, kind: int = 2, name: str = topic
    ) -> IncrementalAlterConfigsRequest:
        change = made.AlterableConfig(name=key, config_operation=operation, value=value)
        return made(resources=[made.AlterConfigsResource(resource_type=kind, resource_name=name, configs=[change])])

    return {f"{key}={value}": request(0, key, value) for key, value in CHANGES.items()} | {
        "deleted": request(1, "retention.ms", None),
        "deleted with a value": request(1, "retention.ms", "5"),
        "appended": request(2, "cleanup.policy", "compact"),
        "appended what is there": request(2, "cleanup.policy", "delete"),
        "appended to a number": request(2, "retention.ms", "5"),
        "subtracted": request(3, "cleanup.policy", "delete"),
        "subtracted what is not there": request(3, "cleanup.policy", "compact"),
        "a logger's level": request(0, "no.such.logger", "INFO", kind=8, name="1"),
        "a bad level": request(0, "root", "LOUD", kind=8, name="1"),
        "of another broker": request(0, "log.retention.ms", "5", kind=4, name="7"),
    }


def describe_log_dirs(version: int, topic: str) -> Requests:
    del version
    made = DescribeLogDirsRequest
    return {
        "one": made(topics=[made.DescribableLogDirTopic(topic=topic, partitions=[0])]),
        "all": made(topics=None),
        "none": made(topics=[]),
    }


def create_partitions(version: int, topic: str) -> Requests:
    del version
    made = CreatePartitionsRequest

    def request(count: int, *brokers: list[int]) -> CreatePartitionsRequest:
        given = [made.CreatePartitionsAssignment(broker_ids=ids) for ids in brokers] or None
        return made(topics=[made.CreatePartitionsTopic(name=topic, count=count, assignments=given)], timeout_ms=10_000)

    return {
        "more": request(3),
        "assigned": request(2, [1]),
        "assigned too many": request(2, [1], [1]),
        "assigned to nobody": request(2, [9]),
        "of 10,002": request(10_002),
    }


def describe_cluster(version: int, topic: str) -> Requests:
    del topic
    made = DescribeClusterRequest
    requests: dict[str, Message] = {"asked": made(), "operations": made(include_cluster_authorized_operations=True)}
    return requests | ({"controllers": made(endpoint_type=2)} if version >= 1 else {})


def describe_producers(version: int, topic: str) -> Requests:
    del version
    made = DescribeProducersRequest
    return {"one": made(topics=[made.TopicRequest(name=topic, partition_indexes=[0])])}


def list_config_resources(version: int, topic: str) -> Requests:
    del topic
    made = ListConfigResourcesRequest
    if version == 0:
        return {"metrics": made()}
    return {"topics": made(resource_types=[2]), "all": made(), "brokers": made(resource_types=[4, 8])}


def describe_topic_partitions(version: int, topic: str) -> Requests:
    del version
    made = DescribeTopicPartitionsRequest
    cursor = made.Cursor(topic_name=topic, partition_index=0)
    return {
        "one": made(topics=[made.TopicRequest(name=topic)]),
        "from a cursor": made(topics=[made.TopicRequest(name=topic)], cursor=cursor),
        "all": made(topics=[]),
    }


def named(kind: Any, version: int, ids_from: int, topic: str, *, field: str = "name", **more: Any) -> Any:
    """A topic by its name, or by its id where a version has ids only."""
    return kind(**({"topic_id": id_of(topic)} if version >= ids_from else {field: topic}), **more)


PATIENCE = {"timeout_ms": (-1, 0, 1), "max_wait_ms": (-1, 1), "min_bytes": (-1, 1)}
MADE_BY_NOBODY = ("", "a/b", ".", "x" * 250)  # an unknown name would make a topic, which others then see
TIMES = {"timeout_ms": (2**31 - 1,)}  # less than it takes: Kafka's controller answers now so, now so

HELD = ("", "held", "h/d", "h" * 250)  # by whichever producer id is next, which no other question may name by chance
IN_A_GROUP = {"group_id": ("",)}  # another name is another group, which others then see
LONG_ENOUGH = {"session_timeout_ms": (-1, 0, 5_999, 6_000, 1_800_000, 1_800_001), "rebalance_timeout_ms": (0, 1, 60_000)}

SUBJECTS: Mapping[int, Subject] = {
    0: Subject(produce, own_topic=True, overrides=PATIENCE),
    1: Subject(fetch, filled=True, overrides=PATIENCE | {"replica_id": (-2, 0, 1), "replica_epoch": (1,)}),
    2: Subject(list_offsets, filled=True, overrides=PATIENCE | {"replica_id": (-2, 1)}),
    3: Subject(metadata, overrides={"name": MADE_BY_NOBODY}),
    8: Subject(groups.offset_commit, own_topic=True, overrides=IN_A_GROUP | {"retention_time_ms": (0, 2**62)}),
    9: Subject(groups.offset_fetch, overrides=IN_A_GROUP),
    10: Subject(groups.find_coordinator, exists=False, overrides={"key_type": (-1, 3, 127)}),
    11: Subject(groups.join_group, own_topic=True, exists=False, overrides=IN_A_GROUP | LONG_ENOUGH),
    12: Subject(groups.heartbeat, exists=False, overrides=IN_A_GROUP),
    13: Subject(groups.leave_group, exists=False, overrides=IN_A_GROUP),
    14: Subject(groups.sync_group, exists=False, overrides=IN_A_GROUP),
    15: Subject(groups.describe_groups, exists=False),
    16: Subject(groups.list_groups, exists=False),
    18: Subject(api_versions, exists=False),
    19: Subject(
        create_topics,
        own_topic=True,
        exists=False,
        overrides=TIMES | {"num_partitions": (-2, -1, 0, 1), "name": MADE_BY_NOBODY},
    ),
    20: Subject(delete_topics, own_topic=True, overrides=TIMES),
    21: Subject(delete_records, own_topic=True, filled=True, overrides=PATIENCE),
    22: Subject(init_producer_id, exists=False, overrides={"transactional_id": HELD}),
    23: Subject(offset_for_leader_epoch, filled=True, overrides={"replica_id": (-2, -1, 0, 1)}),
    32: Subject(describe_configs),
    33: Subject(alter_configs, own_topic=True),
    35: Subject(describe_log_dirs),
    37: Subject(create_partitions, own_topic=True, overrides=TIMES | {"count": (-1, 0, 1, 2)}),
    42: Subject(groups.delete_groups, exists=False),
    44: Subject(incremental_alter_configs, own_topic=True),
    47: Subject(groups.offset_delete, overrides=IN_A_GROUP),
    60: Subject(describe_cluster, exists=False),
    61: Subject(describe_producers, filled=True),
    68: Subject(
        groups.consumer_group_heartbeat,
        own_topic=True,
        assigned=True,
        overrides=IN_A_GROUP | {"rebalance_timeout_ms": (-1, 60_000)},
    ),
    69: Subject(groups.consumer_group_describe, exists=False),
    74: Subject(list_config_resources),
    75: Subject(describe_topic_partitions),
    24: Subject(transactions.add_partitions_to_txn),
    25: Subject(transactions.add_offsets_to_txn, exists=False, overrides={"group_id": ()}),
    26: Subject(transactions.end_txn, exists=False),
    27: Subject(transactions.write_txn_markers, own_topic=True),
    28: Subject(transactions.txn_offset_commit),
    65: Subject(transactions.describe_transactions, exists=False),
    66: Subject(transactions.list_transactions, exists=False),
}
"""By API key; a test compares it with the table of what is served."""
