"""The offsets messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import UNSET, Field, Message, Struct


class ListOffsetsRequest(Message):
    """ListOffsetsRequest: key 2, versions 1-11."""

    API_KEY = 2
    VERSIONS = (1, 11)
    FLEXIBLE_FROM = 6

    class ListOffsetsPartition(Struct):
        __slots__ = ("partition_index", "current_leader_epoch", "timestamp")

        def __init__(self, *, partition_index: int = 0, current_leader_epoch: int = -1, timestamp: int = 0) -> None:
            self.partition_index = partition_index
            self.current_leader_epoch = current_leader_epoch
            self.timestamp = timestamp
            self.unknown = None

    class ListOffsetsTopic(Struct):
        __slots__ = ("name", "partitions")

        def __init__(self, *, name: str = "", partitions: list[ListOffsetsRequest.ListOffsetsPartition] = UNSET) -> None:
            self.name = name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("replica_id", "isolation_level", "topics", "timeout_ms")

    def __init__(
        self,
        *,
        replica_id: int = 0,
        isolation_level: int = 0,
        topics: list[ListOffsetsRequest.ListOffsetsTopic] = UNSET,
        timeout_ms: int = 0,
    ) -> None:
        self.replica_id = replica_id
        self.isolation_level = isolation_level
        self.topics = [] if topics is UNSET else topics
        self.timeout_ms = timeout_ms
        self.unknown = None


ListOffsetsRequest.ListOffsetsPartition.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("current_leader_epoch", "int32", versions=(4, 11), default=-1, ignorable=True),
    Field("timestamp", "int64", default=0),
)
ListOffsetsRequest.ListOffsetsTopic.FIELDS = (
    Field("name", "string", default=""),
    Field("partitions", "struct", array=True, struct=ListOffsetsRequest.ListOffsetsPartition),
)
ListOffsetsRequest.FIELDS = (
    Field("replica_id", "int32", default=0),
    Field("isolation_level", "int8", versions=(2, 11), default=0),
    Field("topics", "struct", array=True, struct=ListOffsetsRequest.ListOffsetsTopic),
    Field("timeout_ms", "int32", versions=(10, 11), default=0, ignorable=True),
)


class ListOffsetsResponse(Message):
    """ListOffsetsResponse: key 2, versions 1-11."""

    API_KEY = 2
    VERSIONS = (1, 11)
    FLEXIBLE_FROM = 6

    class ListOffsetsPartitionResponse(Struct):
        __slots__ = ("partition_index", "error_code", "timestamp", "offset", "leader_epoch")

        def __init__(
            self,
            *,
            partition_index: int = 0,
            error_code: int = 0,
            timestamp: int = -1,
            offset: int = -1,
            leader_epoch: int = -1,
        ) -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.timestamp = timestamp
            self.offset = offset
            self.leader_epoch = leader_epoch
            self.unknown = None

    class ListOffsetsTopicResponse(Struct):
        __slots__ = ("name", "partitions")

        def __init__(
            self,
            *,
            name: str = "",
            partitions: list[ListOffsetsResponse.ListOffsetsPartitionResponse] = UNSET,
        ) -> None:
            self.name = name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("throttle_time_ms", "topics")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        topics: list[ListOffsetsResponse.ListOffsetsTopicResponse] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


ListOffsetsResponse.ListOffsetsPartitionResponse.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("timestamp", "int64", default=-1),
    Field("offset", "int64", default=-1),
    Field("leader_epoch", "int32", versions=(4, 11), default=-1),
)
ListOffsetsResponse.ListOffsetsTopicResponse.FIELDS = (
    Field("name", "string", default=""),
    Field("partitions", "struct", array=True, struct=ListOffsetsResponse.ListOffsetsPartitionResponse),
)
ListOffsetsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", versions=(2, 11), default=0, ignorable=True),
    Field("topics", "struct", array=True, struct=ListOffsetsResponse.ListOffsetsTopicResponse),
)


class OffsetForLeaderEpochRequest(Message):
    """OffsetForLeaderEpochRequest: key 23, versions 2-4."""

    API_KEY = 23
    VERSIONS = (2, 4)
    FLEXIBLE_FROM = 4

    class OffsetForLeaderPartition(Struct):
        __slots__ = ("partition", "current_leader_epoch", "leader_epoch")

        def __init__(self, *, partition: int = 0, current_leader_epoch: int = -1, leader_epoch: int = 0) -> None:
            self.partition = partition
            self.current_leader_epoch = current_leader_epoch
            self.leader_epoch = leader_epoch
            self.unknown = None

    class OffsetForLeaderTopic(Struct):
        __slots__ = ("topic", "partitions")

        def __init__(
            self,
            *,
            topic: str = "",
            partitions: list[OffsetForLeaderEpochRequest.OffsetForLeaderPartition] = UNSET,
        ) -> None:
            self.topic = topic
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("replica_id", "topics")

    def __init__(self, *, replica_id: int = -2, topics: list[OffsetForLeaderEpochRequest.OffsetForLeaderTopic] = UNSET) -> None:
        self.replica_id = replica_id
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


OffsetForLeaderEpochRequest.OffsetForLeaderPartition.FIELDS = (
    Field("partition", "int32", default=0),
    Field("current_leader_epoch", "int32", default=-1, ignorable=True),
    Field("leader_epoch", "int32", default=0),
)
OffsetForLeaderEpochRequest.OffsetForLeaderTopic.FIELDS = (
    Field("topic", "string", default=""),
    Field("partitions", "struct", array=True, struct=OffsetForLeaderEpochRequest.OffsetForLeaderPartition),
)
OffsetForLeaderEpochRequest.FIELDS = (
    Field("replica_id", "int32", versions=(3, 4), default=-2, ignorable=True),
    Field("topics", "struct", array=True, struct=OffsetForLeaderEpochRequest.OffsetForLeaderTopic),
)


class OffsetForLeaderEpochResponse(Message):
    """OffsetForLeaderEpochResponse: key 23, versions 2-4."""

    API_KEY = 23
    VERSIONS = (2, 4)
    FLEXIBLE_FROM = 4

    class EpochEndOffset(Struct):
        __slots__ = ("error_code", "partition", "leader_epoch", "end_offset")

        def __init__(self, *, error_code: int = 0, partition: int = 0, leader_epoch: int = -1, end_offset: int = -1) -> None:
            self.error_code = error_code
            self.partition = partition
            self.leader_epoch = leader_epoch
            self.end_offset = end_offset
            self.unknown = None

    class OffsetForLeaderTopicResult(Struct):
        __slots__ = ("topic", "partitions")

        def __init__(self, *, topic: str = "", partitions: list[OffsetForLeaderEpochResponse.EpochEndOffset] = UNSET) -> None:
            self.topic = topic
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("throttle_time_ms", "topics")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        topics: list[OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


OffsetForLeaderEpochResponse.EpochEndOffset.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("partition", "int32", default=0),
    Field("leader_epoch", "int32", default=-1, ignorable=True),
    Field("end_offset", "int64", default=-1),
)
OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult.FIELDS = (
    Field("topic", "string", default=""),
    Field("partitions", "struct", array=True, struct=OffsetForLeaderEpochResponse.EpochEndOffset),
)
OffsetForLeaderEpochResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0, ignorable=True),
    Field("topics", "struct", array=True, struct=OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult),
)
