"""The metadata messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import ALWAYS, UNSET, Field, Message, Struct


class MetadataRequest(Message):
    """MetadataRequest: key 3, versions 0-13."""

    API_KEY = 3
    VERSIONS = (0, 13)
    FLEXIBLE_FROM = 9

    class MetadataRequestTopic(Struct):
        __slots__ = ("topic_id", "name")

        def __init__(
            self,
            *,
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            name: str | None = "",
        ) -> None:
            self.topic_id = topic_id
            self.name = name
            self.unknown = None

    __slots__ = (
        "topics",
        "allow_auto_topic_creation",
        "include_cluster_authorized_operations",
        "include_topic_authorized_operations",
    )

    def __init__(
        self,
        *,
        topics: list[MetadataRequest.MetadataRequestTopic] | None = UNSET,
        allow_auto_topic_creation: bool = True,
        include_cluster_authorized_operations: bool = False,
        include_topic_authorized_operations: bool = False,
    ) -> None:
        self.topics = [] if topics is UNSET else topics
        self.allow_auto_topic_creation = allow_auto_topic_creation
        self.include_cluster_authorized_operations = include_cluster_authorized_operations
        self.include_topic_authorized_operations = include_topic_authorized_operations
        self.unknown = None


MetadataRequest.MetadataRequestTopic.FIELDS = (
    Field("topic_id", "uuid", versions=(10, 13), default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', ignorable=True),
    Field("name", "string", nullable=(10, 13), default=""),
)
MetadataRequest.FIELDS = (
    Field("topics", "struct", nullable=(1, 13), array=True, struct=MetadataRequest.MetadataRequestTopic),
    Field("allow_auto_topic_creation", "bool", versions=(4, 13), default=True),
    Field("include_cluster_authorized_operations", "bool", versions=(8, 10), default=False),
    Field("include_topic_authorized_operations", "bool", versions=(8, 13), default=False),
)


class MetadataResponse(Message):
    """MetadataResponse: key 3, versions 0-13."""

    API_KEY = 3
    VERSIONS = (0, 13)
    FLEXIBLE_FROM = 9

    class MetadataResponseBroker(Struct):
        __slots__ = ("node_id", "host", "port", "rack")

        def __init__(self, *, node_id: int = 0, host: str = "", port: int = 0, rack: str | None = None) -> None:
            self.node_id = node_id
            self.host = host
            self.port = port
            self.rack = rack
            self.unknown = None

    class MetadataResponsePartition(Struct):
        __slots__ = (
            "error_code",
            "partition_index",
            "leader_id",
            "leader_epoch",
            "replica_nodes",
            "isr_nodes",
            "offline_replicas",
        )

        def __init__(
            self,
            *,
            error_code: int = 0,
            partition_index: int = 0,
            leader_id: int = 0,
            leader_epoch: int = -1,
            replica_nodes: list[int] = UNSET,
            isr_nodes: list[int] = UNSET,
            offline_replicas: list[int] = UNSET,
        ) -> None:
            self.error_code = error_code
            self.partition_index = partition_index
            self.leader_id = leader_id
            self.leader_epoch = leader_epoch
            self.replica_nodes = [] if replica_nodes is UNSET else replica_nodes
            self.isr_nodes = [] if isr_nodes is UNSET else isr_nodes
            self.offline_replicas = [] if offline_replicas is UNSET else offline_replicas
            self.unknown = None

    class MetadataResponseTopic(Struct):
        __slots__ = ("error_code", "name", "topic_id", "is_internal", "partitions", "topic_authorized_operations")

        def __init__(
            self,
            *,
            error_code: int = 0,
            name: str | None = "",
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            is_internal: bool = False,
            partitions: list[MetadataResponse.MetadataResponsePartition] = UNSET,
            topic_authorized_operations: int = -2147483648,
        ) -> None:
            self.error_code = error_code
            self.name = name
            self.topic_id = topic_id
            self.is_internal = is_internal
            self.partitions = [] if partitions is UNSET else partitions
            self.topic_authorized_operations = topic_authorized_operations
            self.unknown = None

    __slots__ = (
        "throttle_time_ms",
        "brokers",
        "cluster_id",
        "controller_id",
        "topics",
        "cluster_authorized_operations",
        "error_code",
    )

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        brokers: list[MetadataResponse.MetadataResponseBroker] = UNSET,
        cluster_id: str | None = None,
        controller_id: int = -1,
        topics: list[MetadataResponse.MetadataResponseTopic] = UNSET,
        cluster_authorized_operations: int = -2147483648,
        error_code: int = 0,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.brokers = [] if brokers is UNSET else brokers
        self.cluster_id = cluster_id
        self.controller_id = controller_id
        self.topics = [] if topics is UNSET else topics
        self.cluster_authorized_operations = cluster_authorized_operations
        self.error_code = error_code
        self.unknown = None


MetadataResponse.MetadataResponseBroker.FIELDS = (
    Field("node_id", "int32", default=0),
    Field("host", "string", default=""),
    Field("port", "int32", default=0),
    Field("rack", "string", versions=(1, 13), nullable=(1, 13), default=None, ignorable=True),
)
MetadataResponse.MetadataResponsePartition.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("partition_index", "int32", default=0),
    Field("leader_id", "int32", default=0),
    Field("leader_epoch", "int32", versions=(7, 13), default=-1, ignorable=True),
    Field("replica_nodes", "int32", array=True),
    Field("isr_nodes", "int32", array=True),
    Field("offline_replicas", "int32", versions=(5, 13), array=True, ignorable=True),
)
MetadataResponse.MetadataResponseTopic.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("name", "string", nullable=(12, 13), default=""),
    Field("topic_id", "uuid", versions=(10, 13), default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', ignorable=True),
    Field("is_internal", "bool", versions=(1, 13), default=False, ignorable=True),
    Field("partitions", "struct", array=True, struct=MetadataResponse.MetadataResponsePartition),
    Field("topic_authorized_operations", "int32", versions=(8, 13), default=-2147483648),
)
MetadataResponse.FIELDS = (
    Field("throttle_time_ms", "int32", versions=(3, 13), default=0, ignorable=True),
    Field("brokers", "struct", array=True, struct=MetadataResponse.MetadataResponseBroker),
    Field("cluster_id", "string", versions=(2, 13), nullable=(2, 13), default=None, ignorable=True),
    Field("controller_id", "int32", versions=(1, 13), default=-1, ignorable=True),
    Field("topics", "struct", array=True, struct=MetadataResponse.MetadataResponseTopic),
    Field("cluster_authorized_operations", "int32", versions=(8, 10), default=-2147483648),
    Field("error_code", "int16", versions=(13, 13), default=0, ignorable=True),
)


class ApiVersionsRequest(Message):
    """ApiVersionsRequest: key 18, versions 0-5."""

    API_KEY = 18
    VERSIONS = (0, 5)
    FLEXIBLE_FROM = 3

    __slots__ = ("client_software_name", "client_software_version", "cluster_id", "node_id")

    def __init__(
        self,
        *,
        client_software_name: str = "",
        client_software_version: str = "",
        cluster_id: str | None = None,
        node_id: int = -1,
    ) -> None:
        self.client_software_name = client_software_name
        self.client_software_version = client_software_version
        self.cluster_id = cluster_id
        self.node_id = node_id
        self.unknown = None


ApiVersionsRequest.FIELDS = (
    Field("client_software_name", "string", versions=(3, 5), default="", ignorable=True),
    Field("client_software_version", "string", versions=(3, 5), default="", ignorable=True),
    Field("cluster_id", "string", versions=(5, 5), nullable=(5, 5), default=None, ignorable=True),
    Field("node_id", "int32", versions=(5, 5), default=-1, ignorable=True),
)


class ApiVersionsResponse(Message):
    """ApiVersionsResponse: key 18, versions 0-5."""

    API_KEY = 18
    VERSIONS = (0, 5)
    FLEXIBLE_FROM = 3

    class ApiVersion(Struct):
        __slots__ = ("api_key", "min_version", "max_version")

        def __init__(self, *, api_key: int = 0, min_version: int = 0, max_version: int = 0) -> None:
            self.api_key = api_key
            self.min_version = min_version
            self.max_version = max_version
            self.unknown = None

    class SupportedFeatureKey(Struct):
        __slots__ = ("name", "min_version", "max_version")

        def __init__(self, *, name: str = "", min_version: int = 0, max_version: int = 0) -> None:
            self.name = name
            self.min_version = min_version
            self.max_version = max_version
            self.unknown = None

    class FinalizedFeatureKey(Struct):
        __slots__ = ("name", "max_version_level", "min_version_level")

        def __init__(self, *, name: str = "", max_version_level: int = 0, min_version_level: int = 0) -> None:
            self.name = name
            self.max_version_level = max_version_level
            self.min_version_level = min_version_level
            self.unknown = None

    __slots__ = (
        "error_code",
        "api_keys",
        "throttle_time_ms",
        "supported_features",
        "finalized_features_epoch",
        "finalized_features",
        "zk_migration_ready",
    )

    def __init__(
        self,
        *,
        error_code: int = 0,
        api_keys: list[ApiVersionsResponse.ApiVersion] = UNSET,
        throttle_time_ms: int = 0,
        supported_features: list[ApiVersionsResponse.SupportedFeatureKey] = UNSET,
        finalized_features_epoch: int = -1,
        finalized_features: list[ApiVersionsResponse.FinalizedFeatureKey] = UNSET,
        zk_migration_ready: bool = False,
    ) -> None:
        self.error_code = error_code
        self.api_keys = [] if api_keys is UNSET else api_keys
        self.throttle_time_ms = throttle_time_ms
        self.supported_features = [] if supported_features is UNSET else supported_features
        self.finalized_features_epoch = finalized_features_epoch
        self.finalized_features = [] if finalized_features is UNSET else finalized_features
        self.zk_migration_ready = zk_migration_ready
        self.unknown = None


ApiVersionsResponse.ApiVersion.FIELDS = (
    Field("api_key", "int16", default=0),
    Field("min_version", "int16", default=0),
    Field("max_version", "int16", default=0),
)
ApiVersionsResponse.SupportedFeatureKey.FIELDS = (
    Field("name", "string", versions=(3, 5), default=""),
    Field("min_version", "int16", versions=(3, 5), default=0),
    Field("max_version", "int16", versions=(3, 5), default=0),
)
ApiVersionsResponse.FinalizedFeatureKey.FIELDS = (
    Field("name", "string", versions=(3, 5), default=""),
    Field("max_version_level", "int16", versions=(3, 5), default=0),
    Field("min_version_level", "int16", versions=(3, 5), default=0),
)
ApiVersionsResponse.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("api_keys", "struct", array=True, struct=ApiVersionsResponse.ApiVersion),
    Field("throttle_time_ms", "int32", versions=(1, 5), default=0, ignorable=True),
    Field("supported_features", "struct", versions=(3, 5), array=True, tag=0, ignorable=True, struct=ApiVersionsResponse.SupportedFeatureKey),
    Field("finalized_features_epoch", "int64", versions=(3, 5), default=-1, tag=1, ignorable=True),
    Field("finalized_features", "struct", versions=(3, 5), array=True, tag=2, ignorable=True, struct=ApiVersionsResponse.FinalizedFeatureKey),
    Field("zk_migration_ready", "bool", versions=(3, 5), default=False, tag=3, ignorable=True),
)


class DescribeClusterRequest(Message):
    """DescribeClusterRequest: key 60, versions 0-2."""

    API_KEY = 60
    VERSIONS = (0, 2)
    FLEXIBLE_FROM = 0

    __slots__ = ("include_cluster_authorized_operations", "endpoint_type", "include_fenced_brokers")

    def __init__(
        self,
        *,
        include_cluster_authorized_operations: bool = False,
        endpoint_type: int = 1,
        include_fenced_brokers: bool = False,
    ) -> None:
        self.include_cluster_authorized_operations = include_cluster_authorized_operations
        self.endpoint_type = endpoint_type
        self.include_fenced_brokers = include_fenced_brokers
        self.unknown = None


DescribeClusterRequest.FIELDS = (
    Field("include_cluster_authorized_operations", "bool", default=False),
    Field("endpoint_type", "int8", versions=(1, 2), default=1),
    Field("include_fenced_brokers", "bool", versions=(2, 2), default=False),
)


class DescribeClusterResponse(Message):
    """DescribeClusterResponse: key 60, versions 0-2."""

    API_KEY = 60
    VERSIONS = (0, 2)
    FLEXIBLE_FROM = 0

    class DescribeClusterBroker(Struct):
        __slots__ = ("broker_id", "host", "port", "rack", "is_fenced")

        def __init__(
            self,
            *,
            broker_id: int = 0,
            host: str = "",
            port: int = 0,
            rack: str | None = None,
            is_fenced: bool = False,
        ) -> None:
            self.broker_id = broker_id
            self.host = host
            self.port = port
            self.rack = rack
            self.is_fenced = is_fenced
            self.unknown = None

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "error_message",
        "endpoint_type",
        "cluster_id",
        "controller_id",
        "brokers",
        "cluster_authorized_operations",
    )

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = None,
        endpoint_type: int = 1,
        cluster_id: str = "",
        controller_id: int = -1,
        brokers: list[DescribeClusterResponse.DescribeClusterBroker] = UNSET,
        cluster_authorized_operations: int = -2147483648,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.endpoint_type = endpoint_type
        self.cluster_id = cluster_id
        self.controller_id = controller_id
        self.brokers = [] if brokers is UNSET else brokers
        self.cluster_authorized_operations = cluster_authorized_operations
        self.unknown = None


DescribeClusterResponse.DescribeClusterBroker.FIELDS = (
    Field("broker_id", "int32", default=0),
    Field("host", "string", default=""),
    Field("port", "int32", default=0),
    Field("rack", "string", nullable=ALWAYS, default=None),
    Field("is_fenced", "bool", versions=(2, 2), default=False),
)
DescribeClusterResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=None),
    Field("endpoint_type", "int8", versions=(1, 2), default=1),
    Field("cluster_id", "string", default=""),
    Field("controller_id", "int32", default=-1),
    Field("brokers", "struct", array=True, struct=DescribeClusterResponse.DescribeClusterBroker),
    Field("cluster_authorized_operations", "int32", default=-2147483648),
)


class DescribeTopicPartitionsRequest(Message):
    """DescribeTopicPartitionsRequest: key 75, versions 0-0."""

    API_KEY = 75
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class TopicRequest(Struct):
        __slots__ = ("name",)

        def __init__(self, *, name: str = "") -> None:
            self.name = name
            self.unknown = None

    class Cursor(Struct):
        __slots__ = ("topic_name", "partition_index")

        def __init__(self, *, topic_name: str = "", partition_index: int = 0) -> None:
            self.topic_name = topic_name
            self.partition_index = partition_index
            self.unknown = None

    __slots__ = ("topics", "response_partition_limit", "cursor")

    def __init__(
        self,
        *,
        topics: list[DescribeTopicPartitionsRequest.TopicRequest] = UNSET,
        response_partition_limit: int = 2000,
        cursor: DescribeTopicPartitionsRequest.Cursor | None = None,
    ) -> None:
        self.topics = [] if topics is UNSET else topics
        self.response_partition_limit = response_partition_limit
        self.cursor = cursor
        self.unknown = None


DescribeTopicPartitionsRequest.TopicRequest.FIELDS = (
    Field("name", "string", default=""),
)
DescribeTopicPartitionsRequest.Cursor.FIELDS = (
    Field("topic_name", "string", default=""),
    Field("partition_index", "int32", default=0),
)
DescribeTopicPartitionsRequest.FIELDS = (
    Field("topics", "struct", array=True, struct=DescribeTopicPartitionsRequest.TopicRequest),
    Field("response_partition_limit", "int32", default=2000),
    Field("cursor", "struct", nullable=ALWAYS, default=None, struct=DescribeTopicPartitionsRequest.Cursor),
)


class DescribeTopicPartitionsResponse(Message):
    """DescribeTopicPartitionsResponse: key 75, versions 0-0."""

    API_KEY = 75
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class DescribeTopicPartitionsResponsePartition(Struct):
        __slots__ = (
            "error_code",
            "partition_index",
            "leader_id",
            "leader_epoch",
            "replica_nodes",
            "isr_nodes",
            "eligible_leader_replicas",
            "last_known_elr",
            "offline_replicas",
        )

        def __init__(
            self,
            *,
            error_code: int = 0,
            partition_index: int = 0,
            leader_id: int = 0,
            leader_epoch: int = -1,
            replica_nodes: list[int] = UNSET,
            isr_nodes: list[int] = UNSET,
            eligible_leader_replicas: list[int] | None = None,
            last_known_elr: list[int] | None = None,
            offline_replicas: list[int] = UNSET,
        ) -> None:
            self.error_code = error_code
            self.partition_index = partition_index
            self.leader_id = leader_id
            self.leader_epoch = leader_epoch
            self.replica_nodes = [] if replica_nodes is UNSET else replica_nodes
            self.isr_nodes = [] if isr_nodes is UNSET else isr_nodes
            self.eligible_leader_replicas = eligible_leader_replicas
            self.last_known_elr = last_known_elr
            self.offline_replicas = [] if offline_replicas is UNSET else offline_replicas
            self.unknown = None

    class DescribeTopicPartitionsResponseTopic(Struct):
        __slots__ = ("error_code", "name", "topic_id", "is_internal", "partitions", "topic_authorized_operations")

        def __init__(
            self,
            *,
            error_code: int = 0,
            name: str | None = "",
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            is_internal: bool = False,
            partitions: list[DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition] = UNSET,
            topic_authorized_operations: int = -2147483648,
        ) -> None:
            self.error_code = error_code
            self.name = name
            self.topic_id = topic_id
            self.is_internal = is_internal
            self.partitions = [] if partitions is UNSET else partitions
            self.topic_authorized_operations = topic_authorized_operations
            self.unknown = None

    class Cursor(Struct):
        __slots__ = ("topic_name", "partition_index")

        def __init__(self, *, topic_name: str = "", partition_index: int = 0) -> None:
            self.topic_name = topic_name
            self.partition_index = partition_index
            self.unknown = None

    __slots__ = ("throttle_time_ms", "topics", "next_cursor")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        topics: list[DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic] = UNSET,
        next_cursor: DescribeTopicPartitionsResponse.Cursor | None = None,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics = [] if topics is UNSET else topics
        self.next_cursor = next_cursor
        self.unknown = None


DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("partition_index", "int32", default=0),
    Field("leader_id", "int32", default=0),
    Field("leader_epoch", "int32", default=-1, ignorable=True),
    Field("replica_nodes", "int32", array=True),
    Field("isr_nodes", "int32", array=True),
    Field("eligible_leader_replicas", "int32", nullable=ALWAYS, default=None, array=True),
    Field("last_known_elr", "int32", nullable=ALWAYS, default=None, array=True),
    Field("offline_replicas", "int32", array=True, ignorable=True),
)
DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("name", "string", nullable=ALWAYS, default=""),
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', ignorable=True),
    Field("is_internal", "bool", default=False, ignorable=True),
    Field("partitions", "struct", array=True, struct=DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition),
    Field("topic_authorized_operations", "int32", default=-2147483648),
)
DescribeTopicPartitionsResponse.Cursor.FIELDS = (
    Field("topic_name", "string", default=""),
    Field("partition_index", "int32", default=0),
)
DescribeTopicPartitionsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0, ignorable=True),
    Field("topics", "struct", array=True, struct=DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic),
    Field("next_cursor", "struct", nullable=ALWAYS, default=None, struct=DescribeTopicPartitionsResponse.Cursor),
)
