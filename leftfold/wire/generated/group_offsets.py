"""The group offsets messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import ALWAYS, UNSET, Field, Message, Struct


class OffsetCommitRequest(Message):
    """OffsetCommitRequest: key 8, versions 2-10."""

    API_KEY = 8
    VERSIONS = (2, 10)
    FLEXIBLE_FROM = 8

    class OffsetCommitRequestPartition(Struct):
        __slots__ = ("partition_index", "committed_offset", "committed_leader_epoch", "committed_metadata")

        def __init__(
            self,
            *,
            partition_index: int = 0,
            committed_offset: int = 0,
            committed_leader_epoch: int = -1,
            committed_metadata: str | None = "",
        ) -> None:
            self.partition_index = partition_index
            self.committed_offset = committed_offset
            self.committed_leader_epoch = committed_leader_epoch
            self.committed_metadata = committed_metadata
            self.unknown = None

    class OffsetCommitRequestTopic(Struct):
        __slots__ = ("name", "topic_id", "partitions")

        def __init__(
            self,
            *,
            name: str = "",
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[OffsetCommitRequest.OffsetCommitRequestPartition] = UNSET,
        ) -> None:
            self.name = name
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("group_id", "generation_id_or_member_epoch", "member_id", "group_instance_id", "retention_time_ms", "topics")

    def __init__(
        self,
        *,
        group_id: str = "",
        generation_id_or_member_epoch: int = -1,
        member_id: str = "",
        group_instance_id: str | None = None,
        retention_time_ms: int = -1,
        topics: list[OffsetCommitRequest.OffsetCommitRequestTopic] = UNSET,
    ) -> None:
        self.group_id = group_id
        self.generation_id_or_member_epoch = generation_id_or_member_epoch
        self.member_id = member_id
        self.group_instance_id = group_instance_id
        self.retention_time_ms = retention_time_ms
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


OffsetCommitRequest.OffsetCommitRequestPartition.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("committed_offset", "int64", default=0),
    Field("committed_leader_epoch", "int32", versions=(6, 10), default=-1, ignorable=True),
    Field("committed_metadata", "string", nullable=ALWAYS, default=""),
)
OffsetCommitRequest.OffsetCommitRequestTopic.FIELDS = (
    Field("name", "string", versions=(2, 9), default="", ignorable=True),
    Field("topic_id", "uuid", versions=(10, 10), default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', ignorable=True),
    Field("partitions", "struct", array=True, struct=OffsetCommitRequest.OffsetCommitRequestPartition),
)
OffsetCommitRequest.FIELDS = (
    Field("group_id", "string", default=""),
    Field("generation_id_or_member_epoch", "int32", default=-1, ignorable=True),
    Field("member_id", "string", default="", ignorable=True),
    Field("group_instance_id", "string", versions=(7, 10), nullable=(7, 10), default=None),
    Field("retention_time_ms", "int64", versions=(2, 4), default=-1, ignorable=True),
    Field("topics", "struct", array=True, struct=OffsetCommitRequest.OffsetCommitRequestTopic),
)


class OffsetCommitResponse(Message):
    """OffsetCommitResponse: key 8, versions 2-10."""

    API_KEY = 8
    VERSIONS = (2, 10)
    FLEXIBLE_FROM = 8

    class OffsetCommitResponsePartition(Struct):
        __slots__ = ("partition_index", "error_code")

        def __init__(self, *, partition_index: int = 0, error_code: int = 0) -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.unknown = None

    class OffsetCommitResponseTopic(Struct):
        __slots__ = ("name", "topic_id", "partitions")

        def __init__(
            self,
            *,
            name: str = "",
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[OffsetCommitResponse.OffsetCommitResponsePartition] = UNSET,
        ) -> None:
            self.name = name
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("throttle_time_ms", "topics")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        topics: list[OffsetCommitResponse.OffsetCommitResponseTopic] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


OffsetCommitResponse.OffsetCommitResponsePartition.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("error_code", "int16", default=0),
)
OffsetCommitResponse.OffsetCommitResponseTopic.FIELDS = (
    Field("name", "string", versions=(2, 9), default="", ignorable=True),
    Field("topic_id", "uuid", versions=(10, 10), default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', ignorable=True),
    Field("partitions", "struct", array=True, struct=OffsetCommitResponse.OffsetCommitResponsePartition),
)
OffsetCommitResponse.FIELDS = (
    Field("throttle_time_ms", "int32", versions=(3, 10), default=0, ignorable=True),
    Field("topics", "struct", array=True, struct=OffsetCommitResponse.OffsetCommitResponseTopic),
)


class OffsetFetchRequest(Message):
    """OffsetFetchRequest: key 9, versions 1-10."""

    API_KEY = 9
    VERSIONS = (1, 10)
    FLEXIBLE_FROM = 6

    class OffsetFetchRequestTopic(Struct):
        __slots__ = ("name", "partition_indexes")

        def __init__(self, *, name: str = "", partition_indexes: list[int] = UNSET) -> None:
            self.name = name
            self.partition_indexes = [] if partition_indexes is UNSET else partition_indexes
            self.unknown = None

    class OffsetFetchRequestTopics(Struct):
        __slots__ = ("name", "topic_id", "partition_indexes")

        def __init__(
            self,
            *,
            name: str = "",
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partition_indexes: list[int] = UNSET,
        ) -> None:
            self.name = name
            self.topic_id = topic_id
            self.partition_indexes = [] if partition_indexes is UNSET else partition_indexes
            self.unknown = None

    class OffsetFetchRequestGroup(Struct):
        __slots__ = ("group_id", "member_id", "member_epoch", "topics")

        def __init__(
            self,
            *,
            group_id: str = "",
            member_id: str | None = None,
            member_epoch: int = -1,
            topics: list[OffsetFetchRequest.OffsetFetchRequestTopics] | None = UNSET,
        ) -> None:
            self.group_id = group_id
            self.member_id = member_id
            self.member_epoch = member_epoch
            self.topics = [] if topics is UNSET else topics
            self.unknown = None

    __slots__ = ("group_id", "topics", "groups", "require_stable")

    def __init__(
        self,
        *,
        group_id: str = "",
        topics: list[OffsetFetchRequest.OffsetFetchRequestTopic] | None = UNSET,
        groups: list[OffsetFetchRequest.OffsetFetchRequestGroup] = UNSET,
        require_stable: bool = False,
    ) -> None:
        self.group_id = group_id
        self.topics = [] if topics is UNSET else topics
        self.groups = [] if groups is UNSET else groups
        self.require_stable = require_stable
        self.unknown = None


OffsetFetchRequest.OffsetFetchRequestTopic.FIELDS = (
    Field("name", "string", versions=(1, 7), default=""),
    Field("partition_indexes", "int32", versions=(1, 7), array=True),
)
OffsetFetchRequest.OffsetFetchRequestTopics.FIELDS = (
    Field("name", "string", versions=(8, 9), default="", ignorable=True),
    Field("topic_id", "uuid", versions=(10, 10), default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', ignorable=True),
    Field("partition_indexes", "int32", versions=(8, 10), array=True),
)
OffsetFetchRequest.OffsetFetchRequestGroup.FIELDS = (
    Field("group_id", "string", versions=(8, 10), default=""),
    Field("member_id", "string", versions=(9, 10), nullable=(9, 10), default=None, ignorable=True),
    Field("member_epoch", "int32", versions=(9, 10), default=-1, ignorable=True),
    Field("topics", "struct", versions=(8, 10), nullable=(8, 10), array=True, struct=OffsetFetchRequest.OffsetFetchRequestTopics),
)
OffsetFetchRequest.FIELDS = (
    Field("group_id", "string", versions=(1, 7), default=""),
    Field("topics", "struct", versions=(1, 7), nullable=(2, 7), array=True, struct=OffsetFetchRequest.OffsetFetchRequestTopic),
    Field("groups", "struct", versions=(8, 10), array=True, struct=OffsetFetchRequest.OffsetFetchRequestGroup),
    Field("require_stable", "bool", versions=(7, 10), default=False),
)


class OffsetFetchResponse(Message):
    """OffsetFetchResponse: key 9, versions 1-10."""

    API_KEY = 9
    VERSIONS = (1, 10)
    FLEXIBLE_FROM = 6

    class OffsetFetchResponsePartition(Struct):
        __slots__ = ("partition_index", "committed_offset", "committed_leader_epoch", "metadata", "error_code")

        def __init__(
            self,
            *,
            partition_index: int = 0,
            committed_offset: int = 0,
            committed_leader_epoch: int = -1,
            metadata: str | None = "",
            error_code: int = 0,
        ) -> None:
            self.partition_index = partition_index
            self.committed_offset = committed_offset
            self.committed_leader_epoch = committed_leader_epoch
            self.metadata = metadata
            self.error_code = error_code
            self.unknown = None

    class OffsetFetchResponseTopic(Struct):
        __slots__ = ("name", "partitions")

        def __init__(
            self,
            *,
            name: str = "",
            partitions: list[OffsetFetchResponse.OffsetFetchResponsePartition] = UNSET,
        ) -> None:
            self.name = name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class OffsetFetchResponsePartitions(Struct):
        __slots__ = ("partition_index", "committed_offset", "committed_leader_epoch", "metadata", "error_code")

        def __init__(
            self,
            *,
            partition_index: int = 0,
            committed_offset: int = 0,
            committed_leader_epoch: int = -1,
            metadata: str | None = "",
            error_code: int = 0,
        ) -> None:
            self.partition_index = partition_index
            self.committed_offset = committed_offset
            self.committed_leader_epoch = committed_leader_epoch
            self.metadata = metadata
            self.error_code = error_code
            self.unknown = None

    class OffsetFetchResponseTopics(Struct):
        __slots__ = ("name", "topic_id", "partitions")

        def __init__(
            self,
            *,
            name: str = "",
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[OffsetFetchResponse.OffsetFetchResponsePartitions] = UNSET,
        ) -> None:
            self.name = name
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class OffsetFetchResponseGroup(Struct):
        __slots__ = ("group_id", "topics", "error_code")

        def __init__(
            self,
            *,
            group_id: str = "",
            topics: list[OffsetFetchResponse.OffsetFetchResponseTopics] = UNSET,
            error_code: int = 0,
        ) -> None:
            self.group_id = group_id
            self.topics = [] if topics is UNSET else topics
            self.error_code = error_code
            self.unknown = None

    __slots__ = ("throttle_time_ms", "topics", "error_code", "groups")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        topics: list[OffsetFetchResponse.OffsetFetchResponseTopic] = UNSET,
        error_code: int = 0,
        groups: list[OffsetFetchResponse.OffsetFetchResponseGroup] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics = [] if topics is UNSET else topics
        self.error_code = error_code
        self.groups = [] if groups is UNSET else groups
        self.unknown = None


OffsetFetchResponse.OffsetFetchResponsePartition.FIELDS = (
    Field("partition_index", "int32", versions=(1, 7), default=0),
    Field("committed_offset", "int64", versions=(1, 7), default=0),
    Field("committed_leader_epoch", "int32", versions=(5, 7), default=-1, ignorable=True),
    Field("metadata", "string", versions=(1, 7), nullable=(1, 7), default=""),
    Field("error_code", "int16", versions=(1, 7), default=0),
)
OffsetFetchResponse.OffsetFetchResponseTopic.FIELDS = (
    Field("name", "string", versions=(1, 7), default=""),
    Field("partitions", "struct", versions=(1, 7), array=True, struct=OffsetFetchResponse.OffsetFetchResponsePartition),
)
OffsetFetchResponse.OffsetFetchResponsePartitions.FIELDS = (
    Field("partition_index", "int32", versions=(8, 10), default=0),
    Field("committed_offset", "int64", versions=(8, 10), default=0),
    Field("committed_leader_epoch", "int32", versions=(8, 10), default=-1, ignorable=True),
    Field("metadata", "string", versions=(8, 10), nullable=(8, 10), default=""),
    Field("error_code", "int16", versions=(8, 10), default=0),
)
OffsetFetchResponse.OffsetFetchResponseTopics.FIELDS = (
    Field("name", "string", versions=(8, 9), default="", ignorable=True),
    Field("topic_id", "uuid", versions=(10, 10), default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', ignorable=True),
    Field("partitions", "struct", versions=(8, 10), array=True, struct=OffsetFetchResponse.OffsetFetchResponsePartitions),
)
OffsetFetchResponse.OffsetFetchResponseGroup.FIELDS = (
    Field("group_id", "string", versions=(8, 10), default=""),
    Field("topics", "struct", versions=(8, 10), array=True, struct=OffsetFetchResponse.OffsetFetchResponseTopics),
    Field("error_code", "int16", versions=(8, 10), default=0),
)
OffsetFetchResponse.FIELDS = (
    Field("throttle_time_ms", "int32", versions=(3, 10), default=0, ignorable=True),
    Field("topics", "struct", versions=(1, 7), array=True, struct=OffsetFetchResponse.OffsetFetchResponseTopic),
    Field("error_code", "int16", versions=(2, 7), default=0, ignorable=True),
    Field("groups", "struct", versions=(8, 10), array=True, struct=OffsetFetchResponse.OffsetFetchResponseGroup),
)


class FindCoordinatorRequest(Message):
    """FindCoordinatorRequest: key 10, versions 0-6."""

    API_KEY = 10
    VERSIONS = (0, 6)
    FLEXIBLE_FROM = 3

    __slots__ = ("key", "key_type", "coordinator_keys")

    def __init__(self, *, key: str = "", key_type: int = 0, coordinator_keys: list[str] = UNSET) -> None:
        self.key = key
        self.key_type = key_type
        self.coordinator_keys = [] if coordinator_keys is UNSET else coordinator_keys
        self.unknown = None


FindCoordinatorRequest.FIELDS = (
    Field("key", "string", versions=(0, 3), default=""),
    Field("key_type", "int8", versions=(1, 6), default=0),
    Field("coordinator_keys", "string", versions=(4, 6), array=True),
)


class FindCoordinatorResponse(Message):
    """FindCoordinatorResponse: key 10, versions 0-6."""

    API_KEY = 10
    VERSIONS = (0, 6)
    FLEXIBLE_FROM = 3

    class Coordinator(Struct):
        __slots__ = ("key", "node_id", "host", "port", "error_code", "error_message")

        def __init__(
            self,
            *,
            key: str = "",
            node_id: int = 0,
            host: str = "",
            port: int = 0,
            error_code: int = 0,
            error_message: str | None = "",
        ) -> None:
            self.key = key
            self.node_id = node_id
            self.host = host
            self.port = port
            self.error_code = error_code
            self.error_message = error_message
            self.unknown = None

    __slots__ = ("throttle_time_ms", "error_code", "error_message", "node_id", "host", "port", "coordinators")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = "",
        node_id: int = 0,
        host: str = "",
        port: int = 0,
        coordinators: list[FindCoordinatorResponse.Coordinator] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.node_id = node_id
        self.host = host
        self.port = port
        self.coordinators = [] if coordinators is UNSET else coordinators
        self.unknown = None


FindCoordinatorResponse.Coordinator.FIELDS = (
    Field("key", "string", versions=(4, 6), default=""),
    Field("node_id", "int32", versions=(4, 6), default=0),
    Field("host", "string", versions=(4, 6), default=""),
    Field("port", "int32", versions=(4, 6), default=0),
    Field("error_code", "int16", versions=(4, 6), default=0),
    Field("error_message", "string", versions=(4, 6), nullable=(4, 6), default="", ignorable=True),
)
FindCoordinatorResponse.FIELDS = (
    Field("throttle_time_ms", "int32", versions=(1, 6), default=0, ignorable=True),
    Field("error_code", "int16", versions=(0, 3), default=0),
    Field("error_message", "string", versions=(1, 3), nullable=(1, 3), default="", ignorable=True),
    Field("node_id", "int32", versions=(0, 3), default=0),
    Field("host", "string", versions=(0, 3), default=""),
    Field("port", "int32", versions=(0, 3), default=0),
    Field("coordinators", "struct", versions=(4, 6), array=True, struct=FindCoordinatorResponse.Coordinator),
)


class OffsetDeleteRequest(Message):
    """OffsetDeleteRequest: key 47, versions 0-0."""

    API_KEY = 47
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 32767

    class OffsetDeleteRequestPartition(Struct):
        __slots__ = ("partition_index",)

        def __init__(self, *, partition_index: int = 0) -> None:
            self.partition_index = partition_index
            self.unknown = None

    class OffsetDeleteRequestTopic(Struct):
        __slots__ = ("name", "partitions")

        def __init__(
            self,
            *,
            name: str = "",
            partitions: list[OffsetDeleteRequest.OffsetDeleteRequestPartition] = UNSET,
        ) -> None:
            self.name = name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("group_id", "topics")

    def __init__(self, *, group_id: str = "", topics: list[OffsetDeleteRequest.OffsetDeleteRequestTopic] = UNSET) -> None:
        self.group_id = group_id
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


OffsetDeleteRequest.OffsetDeleteRequestPartition.FIELDS = (
    Field("partition_index", "int32", default=0),
)
OffsetDeleteRequest.OffsetDeleteRequestTopic.FIELDS = (
    Field("name", "string", default=""),
    Field("partitions", "struct", array=True, struct=OffsetDeleteRequest.OffsetDeleteRequestPartition),
)
OffsetDeleteRequest.FIELDS = (
    Field("group_id", "string", default=""),
    Field("topics", "struct", array=True, struct=OffsetDeleteRequest.OffsetDeleteRequestTopic),
)


class OffsetDeleteResponse(Message):
    """OffsetDeleteResponse: key 47, versions 0-0."""

    API_KEY = 47
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 32767

    class OffsetDeleteResponsePartition(Struct):
        __slots__ = ("partition_index", "error_code")

        def __init__(self, *, partition_index: int = 0, error_code: int = 0) -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.unknown = None

    class OffsetDeleteResponseTopic(Struct):
        __slots__ = ("name", "partitions")

        def __init__(
            self,
            *,
            name: str = "",
            partitions: list[OffsetDeleteResponse.OffsetDeleteResponsePartition] = UNSET,
        ) -> None:
            self.name = name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("error_code", "throttle_time_ms", "topics")

    def __init__(
        self,
        *,
        error_code: int = 0,
        throttle_time_ms: int = 0,
        topics: list[OffsetDeleteResponse.OffsetDeleteResponseTopic] = UNSET,
    ) -> None:
        self.error_code = error_code
        self.throttle_time_ms = throttle_time_ms
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


OffsetDeleteResponse.OffsetDeleteResponsePartition.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("error_code", "int16", default=0),
)
OffsetDeleteResponse.OffsetDeleteResponseTopic.FIELDS = (
    Field("name", "string", default=""),
    Field("partitions", "struct", array=True, struct=OffsetDeleteResponse.OffsetDeleteResponsePartition),
)
OffsetDeleteResponse.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("throttle_time_ms", "int32", default=0, ignorable=True),
    Field("topics", "struct", array=True, struct=OffsetDeleteResponse.OffsetDeleteResponseTopic),
)
