"""The topics messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import ALWAYS, UNSET, Field, Message, Struct


class CreateTopicsRequest(Message):
    """CreateTopicsRequest: key 19, versions 2-7."""

    API_KEY = 19
    VERSIONS = (2, 7)
    FLEXIBLE_FROM = 5

    class CreatableReplicaAssignment(Struct):
        __slots__ = ("partition_index", "broker_ids")

        def __init__(self, *, partition_index: int = 0, broker_ids: list[int] = UNSET) -> None:
            self.partition_index = partition_index
            self.broker_ids = [] if broker_ids is UNSET else broker_ids
            self.unknown = None

    class CreatableTopicConfig(Struct):
        __slots__ = ("name", "value")

        def __init__(self, *, name: str = "", value: str | None = "") -> None:
            self.name = name
            self.value = value
            self.unknown = None

    class CreatableTopic(Struct):
        __slots__ = ("name", "num_partitions", "replication_factor", "assignments", "configs")

        def __init__(
            self,
            *,
            name: str = "",
            num_partitions: int = 0,
            replication_factor: int = 0,
            assignments: list[CreateTopicsRequest.CreatableReplicaAssignment] = UNSET,
            configs: list[CreateTopicsRequest.CreatableTopicConfig] = UNSET,
        ) -> None:
            self.name = name
            self.num_partitions = num_partitions
            self.replication_factor = replication_factor
            self.assignments = [] if assignments is UNSET else assignments
            self.configs = [] if configs is UNSET else configs
            self.unknown = None

    __slots__ = ("topics", "timeout_ms", "validate_only")

    def __init__(
        self,
        *,
        topics: list[CreateTopicsRequest.CreatableTopic] = UNSET,
        timeout_ms: int = 60000,
        validate_only: bool = False,
    ) -> None:
        self.topics = [] if topics is UNSET else topics
        self.timeout_ms = timeout_ms
        self.validate_only = validate_only
        self.unknown = None


CreateTopicsRequest.CreatableReplicaAssignment.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("broker_ids", "int32", array=True),
)
CreateTopicsRequest.CreatableTopicConfig.FIELDS = (
    Field("name", "string", default=""),
    Field("value", "string", nullable=ALWAYS, default=""),
)
CreateTopicsRequest.CreatableTopic.FIELDS = (
    Field("name", "string", default=""),
    Field("num_partitions", "int32", default=0),
    Field("replication_factor", "int16", default=0),
    Field("assignments", "struct", array=True, struct=CreateTopicsRequest.CreatableReplicaAssignment),
    Field("configs", "struct", array=True, struct=CreateTopicsRequest.CreatableTopicConfig),
)
CreateTopicsRequest.FIELDS = (
    Field("topics", "struct", array=True, struct=CreateTopicsRequest.CreatableTopic),
    Field("timeout_ms", "int32", default=60000),
    Field("validate_only", "bool", default=False),
)


class CreateTopicsResponse(Message):
    """CreateTopicsResponse: key 19, versions 2-7."""

    API_KEY = 19
    VERSIONS = (2, 7)
    FLEXIBLE_FROM = 5

    class CreatableTopicConfigs(Struct):
        __slots__ = ("name", "value", "read_only", "config_source", "is_sensitive")

        def __init__(
            self,
            *,
            name: str = "",
            value: str | None = "",
            read_only: bool = False,
            config_source: int = -1,
            is_sensitive: bool = False,
        ) -> None:
            self.name = name
            self.value = value
            self.read_only = read_only
            self.config_source = config_source
            self.is_sensitive = is_sensitive
            self.unknown = None

    class CreatableTopicResult(Struct):
        __slots__ = (
            "name",
            "topic_id",
            "error_code",
            "error_message",
            "topic_config_error_code",
            "num_partitions",
            "replication_factor",
            "configs",
        )

        def __init__(
            self,
            *,
            name: str = "",
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            error_code: int = 0,
            error_message: str | None = "",
            topic_config_error_code: int = 0,
            num_partitions: int = -1,
            replication_factor: int = -1,
            configs: list[CreateTopicsResponse.CreatableTopicConfigs] | None = UNSET,
        ) -> None:
            self.name = name
            self.topic_id = topic_id
            self.error_code = error_code
            self.error_message = error_message
            self.topic_config_error_code = topic_config_error_code
            self.num_partitions = num_partitions
            self.replication_factor = replication_factor
            self.configs = [] if configs is UNSET else configs
            self.unknown = None

    __slots__ = ("throttle_time_ms", "topics")

    def __init__(self, *, throttle_time_ms: int = 0, topics: list[CreateTopicsResponse.CreatableTopicResult] = UNSET) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


CreateTopicsResponse.CreatableTopicConfigs.FIELDS = (
    Field("name", "string", versions=(5, 7), default=""),
    Field("value", "string", versions=(5, 7), nullable=(5, 7), default=""),
    Field("read_only", "bool", versions=(5, 7), default=False),
    Field("config_source", "int8", versions=(5, 7), default=-1, ignorable=True),
    Field("is_sensitive", "bool", versions=(5, 7), default=False),
)
CreateTopicsResponse.CreatableTopicResult.FIELDS = (
    Field("name", "string", default=""),
    Field("topic_id", "uuid", versions=(7, 7), default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', ignorable=True),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default="", ignorable=True),
    Field("topic_config_error_code", "int16", versions=(5, 7), default=0, tag=0, ignorable=True),
    Field("num_partitions", "int32", versions=(5, 7), default=-1, ignorable=True),
    Field("replication_factor", "int16", versions=(5, 7), default=-1, ignorable=True),
    Field("configs", "struct", versions=(5, 7), nullable=(5, 7), array=True, ignorable=True, struct=CreateTopicsResponse.CreatableTopicConfigs),
)
CreateTopicsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0, ignorable=True),
    Field("topics", "struct", array=True, struct=CreateTopicsResponse.CreatableTopicResult),
)


class DeleteTopicsRequest(Message):
    """DeleteTopicsRequest: key 20, versions 1-6."""

    API_KEY = 20
    VERSIONS = (1, 6)
    FLEXIBLE_FROM = 4

    class DeleteTopicState(Struct):
        __slots__ = ("name", "topic_id")

        def __init__(
            self,
            *,
            name: str | None = None,
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
        ) -> None:
            self.name = name
            self.topic_id = topic_id
            self.unknown = None

    __slots__ = ("topics", "topic_names", "timeout_ms")

    def __init__(
        self,
        *,
        topics: list[DeleteTopicsRequest.DeleteTopicState] = UNSET,
        topic_names: list[str] = UNSET,
        timeout_ms: int = 0,
    ) -> None:
        self.topics = [] if topics is UNSET else topics
        self.topic_names = [] if topic_names is UNSET else topic_names
        self.timeout_ms = timeout_ms
        self.unknown = None


DeleteTopicsRequest.DeleteTopicState.FIELDS = (
    Field("name", "string", versions=(6, 6), nullable=(6, 6), default=None),
    Field("topic_id", "uuid", versions=(6, 6), default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
)
DeleteTopicsRequest.FIELDS = (
    Field("topics", "struct", versions=(6, 6), array=True, struct=DeleteTopicsRequest.DeleteTopicState),
    Field("topic_names", "string", versions=(1, 5), array=True, ignorable=True),
    Field("timeout_ms", "int32", default=0),
)


class DeleteTopicsResponse(Message):
    """DeleteTopicsResponse: key 20, versions 1-6."""

    API_KEY = 20
    VERSIONS = (1, 6)
    FLEXIBLE_FROM = 4

    class DeletableTopicResult(Struct):
        __slots__ = ("name", "topic_id", "error_code", "error_message")

        def __init__(
            self,
            *,
            name: str | None = "",
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            error_code: int = 0,
            error_message: str | None = None,
        ) -> None:
            self.name = name
            self.topic_id = topic_id
            self.error_code = error_code
            self.error_message = error_message
            self.unknown = None

    __slots__ = ("throttle_time_ms", "responses")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        responses: list[DeleteTopicsResponse.DeletableTopicResult] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.responses = [] if responses is UNSET else responses
        self.unknown = None


DeleteTopicsResponse.DeletableTopicResult.FIELDS = (
    Field("name", "string", nullable=(6, 6), default=""),
    Field("topic_id", "uuid", versions=(6, 6), default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', ignorable=True),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", versions=(5, 6), nullable=(5, 6), default=None, ignorable=True),
)
DeleteTopicsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0, ignorable=True),
    Field("responses", "struct", array=True, struct=DeleteTopicsResponse.DeletableTopicResult),
)


class DeleteRecordsRequest(Message):
    """DeleteRecordsRequest: key 21, versions 0-2."""

    API_KEY = 21
    VERSIONS = (0, 2)
    FLEXIBLE_FROM = 2

    class DeleteRecordsPartition(Struct):
        __slots__ = ("partition_index", "offset")

        def __init__(self, *, partition_index: int = 0, offset: int = 0) -> None:
            self.partition_index = partition_index
            self.offset = offset
            self.unknown = None

    class DeleteRecordsTopic(Struct):
        __slots__ = ("name", "partitions")

        def __init__(self, *, name: str = "", partitions: list[DeleteRecordsRequest.DeleteRecordsPartition] = UNSET) -> None:
            self.name = name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("topics", "timeout_ms")

    def __init__(self, *, topics: list[DeleteRecordsRequest.DeleteRecordsTopic] = UNSET, timeout_ms: int = 0) -> None:
        self.topics = [] if topics is UNSET else topics
        self.timeout_ms = timeout_ms
        self.unknown = None


DeleteRecordsRequest.DeleteRecordsPartition.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("offset", "int64", default=0),
)
DeleteRecordsRequest.DeleteRecordsTopic.FIELDS = (
    Field("name", "string", default=""),
    Field("partitions", "struct", array=True, struct=DeleteRecordsRequest.DeleteRecordsPartition),
)
DeleteRecordsRequest.FIELDS = (
    Field("topics", "struct", array=True, struct=DeleteRecordsRequest.DeleteRecordsTopic),
    Field("timeout_ms", "int32", default=0),
)


class DeleteRecordsResponse(Message):
    """DeleteRecordsResponse: key 21, versions 0-2."""

    API_KEY = 21
    VERSIONS = (0, 2)
    FLEXIBLE_FROM = 2

    class DeleteRecordsPartitionResult(Struct):
        __slots__ = ("partition_index", "low_watermark", "error_code")

        def __init__(self, *, partition_index: int = 0, low_watermark: int = 0, error_code: int = 0) -> None:
            self.partition_index = partition_index
            self.low_watermark = low_watermark
            self.error_code = error_code
            self.unknown = None

    class DeleteRecordsTopicResult(Struct):
        __slots__ = ("name", "partitions")

        def __init__(
            self,
            *,
            name: str = "",
            partitions: list[DeleteRecordsResponse.DeleteRecordsPartitionResult] = UNSET,
        ) -> None:
            self.name = name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("throttle_time_ms", "topics")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        topics: list[DeleteRecordsResponse.DeleteRecordsTopicResult] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


DeleteRecordsResponse.DeleteRecordsPartitionResult.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("low_watermark", "int64", default=0),
    Field("error_code", "int16", default=0),
)
DeleteRecordsResponse.DeleteRecordsTopicResult.FIELDS = (
    Field("name", "string", default=""),
    Field("partitions", "struct", array=True, struct=DeleteRecordsResponse.DeleteRecordsPartitionResult),
)
DeleteRecordsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("topics", "struct", array=True, struct=DeleteRecordsResponse.DeleteRecordsTopicResult),
)


class CreatePartitionsRequest(Message):
    """CreatePartitionsRequest: key 37, versions 0-3."""

    API_KEY = 37
    VERSIONS = (0, 3)
    FLEXIBLE_FROM = 2

    class CreatePartitionsAssignment(Struct):
        __slots__ = ("broker_ids",)

        def __init__(self, *, broker_ids: list[int] = UNSET) -> None:
            self.broker_ids = [] if broker_ids is UNSET else broker_ids
            self.unknown = None

    class CreatePartitionsTopic(Struct):
        __slots__ = ("name", "count", "assignments")

        def __init__(
            self,
            *,
            name: str = "",
            count: int = 0,
            assignments: list[CreatePartitionsRequest.CreatePartitionsAssignment] | None = UNSET,
        ) -> None:
            self.name = name
            self.count = count
            self.assignments = [] if assignments is UNSET else assignments
            self.unknown = None

    __slots__ = ("topics", "timeout_ms", "validate_only")

    def __init__(
        self,
        *,
        topics: list[CreatePartitionsRequest.CreatePartitionsTopic] = UNSET,
        timeout_ms: int = 0,
        validate_only: bool = False,
    ) -> None:
        self.topics = [] if topics is UNSET else topics
        self.timeout_ms = timeout_ms
        self.validate_only = validate_only
        self.unknown = None


CreatePartitionsRequest.CreatePartitionsAssignment.FIELDS = (
    Field("broker_ids", "int32", array=True),
)
CreatePartitionsRequest.CreatePartitionsTopic.FIELDS = (
    Field("name", "string", default=""),
    Field("count", "int32", default=0),
    Field("assignments", "struct", nullable=ALWAYS, array=True, struct=CreatePartitionsRequest.CreatePartitionsAssignment),
)
CreatePartitionsRequest.FIELDS = (
    Field("topics", "struct", array=True, struct=CreatePartitionsRequest.CreatePartitionsTopic),
    Field("timeout_ms", "int32", default=0),
    Field("validate_only", "bool", default=False),
)


class CreatePartitionsResponse(Message):
    """CreatePartitionsResponse: key 37, versions 0-3."""

    API_KEY = 37
    VERSIONS = (0, 3)
    FLEXIBLE_FROM = 2

    class CreatePartitionsTopicResult(Struct):
        __slots__ = ("name", "error_code", "error_message")

        def __init__(self, *, name: str = "", error_code: int = 0, error_message: str | None = None) -> None:
            self.name = name
            self.error_code = error_code
            self.error_message = error_message
            self.unknown = None

    __slots__ = ("throttle_time_ms", "results")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        results: list[CreatePartitionsResponse.CreatePartitionsTopicResult] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.results = [] if results is UNSET else results
        self.unknown = None


CreatePartitionsResponse.CreatePartitionsTopicResult.FIELDS = (
    Field("name", "string", default=""),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=None),
)
CreatePartitionsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("results", "struct", array=True, struct=CreatePartitionsResponse.CreatePartitionsTopicResult),
)
