"""The log dirs messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import ALWAYS, UNSET, Field, Message, Struct


class AlterReplicaLogDirsRequest(Message):
    """AlterReplicaLogDirsRequest: key 34, versions 1-2."""

    API_KEY = 34
    VERSIONS = (1, 2)
    FLEXIBLE_FROM = 2

    class AlterReplicaLogDirTopic(Struct):
        __slots__ = ("name", "partitions")

        def __init__(self, *, name: str = "", partitions: list[int] = UNSET) -> None:
            self.name = name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class AlterReplicaLogDir(Struct):
        __slots__ = ("path", "topics")

        def __init__(self, *, path: str = "", topics: list[AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic] = UNSET) -> None:
            self.path = path
            self.topics = [] if topics is UNSET else topics
            self.unknown = None

    __slots__ = ("dirs",)

    def __init__(self, *, dirs: list[AlterReplicaLogDirsRequest.AlterReplicaLogDir] = UNSET) -> None:
        self.dirs = [] if dirs is UNSET else dirs
        self.unknown = None


AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic.FIELDS = (
    Field("name", "string", default=""),
    Field("partitions", "int32", array=True),
)
AlterReplicaLogDirsRequest.AlterReplicaLogDir.FIELDS = (
    Field("path", "string", default=""),
    Field("topics", "struct", array=True, struct=AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic),
)
AlterReplicaLogDirsRequest.FIELDS = (
    Field("dirs", "struct", array=True, struct=AlterReplicaLogDirsRequest.AlterReplicaLogDir),
)


class AlterReplicaLogDirsResponse(Message):
    """AlterReplicaLogDirsResponse: key 34, versions 1-2."""

    API_KEY = 34
    VERSIONS = (1, 2)
    FLEXIBLE_FROM = 2

    class AlterReplicaLogDirPartitionResult(Struct):
        __slots__ = ("partition_index", "error_code")

        def __init__(self, *, partition_index: int = 0, error_code: int = 0) -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.unknown = None

    class AlterReplicaLogDirTopicResult(Struct):
        __slots__ = ("topic_name", "partitions")

        def __init__(
            self,
            *,
            topic_name: str = "",
            partitions: list[AlterReplicaLogDirsResponse.AlterReplicaLogDirPartitionResult] = UNSET,
        ) -> None:
            self.topic_name = topic_name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("throttle_time_ms", "results")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        results: list[AlterReplicaLogDirsResponse.AlterReplicaLogDirTopicResult] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.results = [] if results is UNSET else results
        self.unknown = None


AlterReplicaLogDirsResponse.AlterReplicaLogDirPartitionResult.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("error_code", "int16", default=0),
)
AlterReplicaLogDirsResponse.AlterReplicaLogDirTopicResult.FIELDS = (
    Field("topic_name", "string", default=""),
    Field("partitions", "struct", array=True, struct=AlterReplicaLogDirsResponse.AlterReplicaLogDirPartitionResult),
)
AlterReplicaLogDirsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("results", "struct", array=True, struct=AlterReplicaLogDirsResponse.AlterReplicaLogDirTopicResult),
)


class DescribeLogDirsRequest(Message):
    """DescribeLogDirsRequest: key 35, versions 1-5."""

    API_KEY = 35
    VERSIONS = (1, 5)
    FLEXIBLE_FROM = 2

    class DescribableLogDirTopic(Struct):
        __slots__ = ("topic", "partitions")

        def __init__(self, *, topic: str = "", partitions: list[int] = UNSET) -> None:
            self.topic = topic
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("topics",)

    def __init__(self, *, topics: list[DescribeLogDirsRequest.DescribableLogDirTopic] | None = UNSET) -> None:
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


DescribeLogDirsRequest.DescribableLogDirTopic.FIELDS = (
    Field("topic", "string", default=""),
    Field("partitions", "int32", array=True),
)
DescribeLogDirsRequest.FIELDS = (
    Field("topics", "struct", nullable=ALWAYS, array=True, struct=DescribeLogDirsRequest.DescribableLogDirTopic),
)


class DescribeLogDirsResponse(Message):
    """DescribeLogDirsResponse: key 35, versions 1-5."""

    API_KEY = 35
    VERSIONS = (1, 5)
    FLEXIBLE_FROM = 2

    class DescribeLogDirsPartition(Struct):
        __slots__ = ("partition_index", "partition_size", "offset_lag", "is_future_key")

        def __init__(
            self,
            *,
            partition_index: int = 0,
            partition_size: int = 0,
            offset_lag: int = 0,
            is_future_key: bool = False,
        ) -> None:
            self.partition_index = partition_index
            self.partition_size = partition_size
            self.offset_lag = offset_lag
            self.is_future_key = is_future_key
            self.unknown = None

    class DescribeLogDirsTopic(Struct):
        __slots__ = ("name", "partitions")

        def __init__(
            self,
            *,
            name: str = "",
            partitions: list[DescribeLogDirsResponse.DescribeLogDirsPartition] = UNSET,
        ) -> None:
            self.name = name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class DescribeLogDirsResult(Struct):
        __slots__ = ("error_code", "log_dir", "topics", "total_bytes", "usable_bytes", "is_cordoned")

        def __init__(
            self,
            *,
            error_code: int = 0,
            log_dir: str = "",
            topics: list[DescribeLogDirsResponse.DescribeLogDirsTopic] = UNSET,
            total_bytes: int = -1,
            usable_bytes: int = -1,
            is_cordoned: bool = False,
        ) -> None:
            self.error_code = error_code
            self.log_dir = log_dir
            self.topics = [] if topics is UNSET else topics
            self.total_bytes = total_bytes
            self.usable_bytes = usable_bytes
            self.is_cordoned = is_cordoned
            self.unknown = None

    __slots__ = ("throttle_time_ms", "error_code", "results")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        results: list[DescribeLogDirsResponse.DescribeLogDirsResult] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.results = [] if results is UNSET else results
        self.unknown = None


DescribeLogDirsResponse.DescribeLogDirsPartition.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("partition_size", "int64", default=0),
    Field("offset_lag", "int64", default=0),
    Field("is_future_key", "bool", default=False),
)
DescribeLogDirsResponse.DescribeLogDirsTopic.FIELDS = (
    Field("name", "string", default=""),
    Field("partitions", "struct", array=True, struct=DescribeLogDirsResponse.DescribeLogDirsPartition),
)
DescribeLogDirsResponse.DescribeLogDirsResult.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("log_dir", "string", default=""),
    Field("topics", "struct", array=True, struct=DescribeLogDirsResponse.DescribeLogDirsTopic),
    Field("total_bytes", "int64", versions=(4, 5), default=-1, ignorable=True),
    Field("usable_bytes", "int64", versions=(4, 5), default=-1, ignorable=True),
    Field("is_cordoned", "bool", versions=(5, 5), default=False, ignorable=True),
)
DescribeLogDirsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", versions=(3, 5), default=0, ignorable=True),
    Field("results", "struct", array=True, struct=DescribeLogDirsResponse.DescribeLogDirsResult),
)


class AssignReplicasToDirsRequest(Message):
    """AssignReplicasToDirsRequest: key 73, versions 0-0."""

    API_KEY = 73
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class PartitionData(Struct):
        __slots__ = ("partition_index",)

        def __init__(self, *, partition_index: int = 0) -> None:
            self.partition_index = partition_index
            self.unknown = None

    class TopicData(Struct):
        __slots__ = ("topic_id", "partitions")

        def __init__(
            self,
            *,
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[AssignReplicasToDirsRequest.PartitionData] = UNSET,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class DirectoryData(Struct):
        __slots__ = ("id", "topics")

        def __init__(
            self,
            *,
            id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            topics: list[AssignReplicasToDirsRequest.TopicData] = UNSET,
        ) -> None:
            self.id = id
            self.topics = [] if topics is UNSET else topics
            self.unknown = None

    __slots__ = ("broker_id", "broker_epoch", "directories")

    def __init__(
        self,
        *,
        broker_id: int = 0,
        broker_epoch: int = -1,
        directories: list[AssignReplicasToDirsRequest.DirectoryData] = UNSET,
    ) -> None:
        self.broker_id = broker_id
        self.broker_epoch = broker_epoch
        self.directories = [] if directories is UNSET else directories
        self.unknown = None


AssignReplicasToDirsRequest.PartitionData.FIELDS = (
    Field("partition_index", "int32", default=0),
)
AssignReplicasToDirsRequest.TopicData.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("partitions", "struct", array=True, struct=AssignReplicasToDirsRequest.PartitionData),
)
AssignReplicasToDirsRequest.DirectoryData.FIELDS = (
    Field("id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("topics", "struct", array=True, struct=AssignReplicasToDirsRequest.TopicData),
)
AssignReplicasToDirsRequest.FIELDS = (
    Field("broker_id", "int32", default=0),
    Field("broker_epoch", "int64", default=-1),
    Field("directories", "struct", array=True, struct=AssignReplicasToDirsRequest.DirectoryData),
)


class AssignReplicasToDirsResponse(Message):
    """AssignReplicasToDirsResponse: key 73, versions 0-0."""

    API_KEY = 73
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class PartitionData(Struct):
        __slots__ = ("partition_index", "error_code")

        def __init__(self, *, partition_index: int = 0, error_code: int = 0) -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.unknown = None

    class TopicData(Struct):
        __slots__ = ("topic_id", "partitions")

        def __init__(
            self,
            *,
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[AssignReplicasToDirsResponse.PartitionData] = UNSET,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class DirectoryData(Struct):
        __slots__ = ("id", "topics")

        def __init__(
            self,
            *,
            id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            topics: list[AssignReplicasToDirsResponse.TopicData] = UNSET,
        ) -> None:
            self.id = id
            self.topics = [] if topics is UNSET else topics
            self.unknown = None

    __slots__ = ("throttle_time_ms", "error_code", "directories")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        directories: list[AssignReplicasToDirsResponse.DirectoryData] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.directories = [] if directories is UNSET else directories
        self.unknown = None


AssignReplicasToDirsResponse.PartitionData.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("error_code", "int16", default=0),
)
AssignReplicasToDirsResponse.TopicData.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("partitions", "struct", array=True, struct=AssignReplicasToDirsResponse.PartitionData),
)
AssignReplicasToDirsResponse.DirectoryData.FIELDS = (
    Field("id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("topics", "struct", array=True, struct=AssignReplicasToDirsResponse.TopicData),
)
AssignReplicasToDirsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("directories", "struct", array=True, struct=AssignReplicasToDirsResponse.DirectoryData),
)
