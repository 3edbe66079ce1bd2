"""The share groups messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import ALWAYS, UNSET, Field, Message, Struct


class ShareGroupHeartbeatRequest(Message):
    """ShareGroupHeartbeatRequest: key 76, versions 1-1."""

    API_KEY = 76
    VERSIONS = (1, 1)
    FLEXIBLE_FROM = 0

    __slots__ = ("group_id", "member_id", "member_epoch", "rack_id", "subscribed_topic_names")

    def __init__(
        self,
        *,
        group_id: str = "",
        member_id: str = "",
        member_epoch: int = 0,
        rack_id: str | None = None,
        subscribed_topic_names: list[str] | None = None,
    ) -> None:
        self.group_id = group_id
        self.member_id = member_id
        self.member_epoch = member_epoch
        self.rack_id = rack_id
        self.subscribed_topic_names = subscribed_topic_names
        self.unknown = None


ShareGroupHeartbeatRequest.FIELDS = (
    Field("group_id", "string", default=""),
    Field("member_id", "string", default=""),
    Field("member_epoch", "int32", default=0),
    Field("rack_id", "string", nullable=ALWAYS, default=None),
    Field("subscribed_topic_names", "string", nullable=ALWAYS, default=None, array=True),
)


class ShareGroupHeartbeatResponse(Message):
    """ShareGroupHeartbeatResponse: key 76, versions 1-1."""

    API_KEY = 76
    VERSIONS = (1, 1)
    FLEXIBLE_FROM = 0

    class TopicPartitions(Struct):
        __slots__ = ("topic_id", "partitions")

        def __init__(
            self,
            *,
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[int] = UNSET,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class Assignment(Struct):
        __slots__ = ("topic_partitions",)

        def __init__(self, *, topic_partitions: list[ShareGroupHeartbeatResponse.TopicPartitions] = UNSET) -> None:
            self.topic_partitions = [] if topic_partitions is UNSET else topic_partitions
            self.unknown = None

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "error_message",
        "member_id",
        "member_epoch",
        "heartbeat_interval_ms",
        "assignment",
    )

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = None,
        member_id: str | None = None,
        member_epoch: int = 0,
        heartbeat_interval_ms: int = 0,
        assignment: ShareGroupHeartbeatResponse.Assignment | None = None,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.member_id = member_id
        self.member_epoch = member_epoch
        self.heartbeat_interval_ms = heartbeat_interval_ms
        self.assignment = assignment
        self.unknown = None


ShareGroupHeartbeatResponse.TopicPartitions.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("partitions", "int32", array=True),
)
ShareGroupHeartbeatResponse.Assignment.FIELDS = (
    Field("topic_partitions", "struct", array=True, struct=ShareGroupHeartbeatResponse.TopicPartitions),
)
ShareGroupHeartbeatResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=None),
    Field("member_id", "string", nullable=ALWAYS, default=None),
    Field("member_epoch", "int32", default=0),
    Field("heartbeat_interval_ms", "int32", default=0),
    Field("assignment", "struct", nullable=ALWAYS, default=None, struct=ShareGroupHeartbeatResponse.Assignment),
)


class ShareGroupDescribeRequest(Message):
    """ShareGroupDescribeRequest: key 77, versions 1-1."""

    API_KEY = 77
    VERSIONS = (1, 1)
    FLEXIBLE_FROM = 0

    __slots__ = ("group_ids", "include_authorized_operations")

    def __init__(self, *, group_ids: list[str] = UNSET, include_authorized_operations: bool = False) -> None:
        self.group_ids = [] if group_ids is UNSET else group_ids
        self.include_authorized_operations = include_authorized_operations
        self.unknown = None


ShareGroupDescribeRequest.FIELDS = (
    Field("group_ids", "string", array=True),
    Field("include_authorized_operations", "bool", default=False),
)


class ShareGroupDescribeResponse(Message):
    """ShareGroupDescribeResponse: key 77, versions 1-1."""

    API_KEY = 77
    VERSIONS = (1, 1)
    FLEXIBLE_FROM = 0

    class TopicPartitions(Struct):
        __slots__ = ("topic_id", "topic_name", "partitions")

        def __init__(
            self,
            *,
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            topic_name: str = "",
            partitions: list[int] = UNSET,
        ) -> None:
            self.topic_id = topic_id
            self.topic_name = topic_name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class Assignment(Struct):
        __slots__ = ("topic_partitions",)

        def __init__(self, *, topic_partitions: list[ShareGroupDescribeResponse.TopicPartitions] = UNSET) -> None:
            self.topic_partitions = [] if topic_partitions is UNSET else topic_partitions
            self.unknown = None

    class Member(Struct):
        __slots__ = ("member_id", "rack_id", "member_epoch", "client_id", "client_host", "subscribed_topic_names", "assignment")

        def __init__(
            self,
            *,
            member_id: str = "",
            rack_id: str | None = None,
            member_epoch: int = 0,
            client_id: str = "",
            client_host: str = "",
            subscribed_topic_names: list[str] = UNSET,
            assignment: ShareGroupDescribeResponse.Assignment = UNSET,
        ) -> None:
            self.member_id = member_id
            self.rack_id = rack_id
            self.member_epoch = member_epoch
            self.client_id = client_id
            self.client_host = client_host
            self.subscribed_topic_names = [] if subscribed_topic_names is UNSET else subscribed_topic_names
            self.assignment = ShareGroupDescribeResponse.Assignment() if assignment is UNSET else assignment
            self.unknown = None

    class DescribedGroup(Struct):
        __slots__ = (
            "error_code",
            "error_message",
            "group_id",
            "group_state",
            "group_epoch",
            "assignment_epoch",
            "assignor_name",
            "members",
            "authorized_operations",
        )

        def __init__(
            self,
            *,
            error_code: int = 0,
            error_message: str | None = None,
            group_id: str = "",
            group_state: str = "",
            group_epoch: int = 0,
            assignment_epoch: int = 0,
            assignor_name: str = "",
            members: list[ShareGroupDescribeResponse.Member] = UNSET,
            authorized_operations: int = -2147483648,
        ) -> None:
            self.error_code = error_code
            self.error_message = error_message
            self.group_id = group_id
            self.group_state = group_state
            self.group_epoch = group_epoch
            self.assignment_epoch = assignment_epoch
            self.assignor_name = assignor_name
            self.members = [] if members is UNSET else members
            self.authorized_operations = authorized_operations
            self.unknown = None

    __slots__ = ("throttle_time_ms", "groups")

    def __init__(self, *, throttle_time_ms: int = 0, groups: list[ShareGroupDescribeResponse.DescribedGroup] = UNSET) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.groups = [] if groups is UNSET else groups
        self.unknown = None


ShareGroupDescribeResponse.TopicPartitions.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("topic_name", "string", default=""),
    Field("partitions", "int32", array=True),
)
ShareGroupDescribeResponse.Assignment.FIELDS = (
    Field("topic_partitions", "struct", array=True, struct=ShareGroupDescribeResponse.TopicPartitions),
)
ShareGroupDescribeResponse.Member.FIELDS = (
    Field("member_id", "string", default=""),
    Field("rack_id", "string", nullable=ALWAYS, default=None),
    Field("member_epoch", "int32", default=0),
    Field("client_id", "string", default=""),
    Field("client_host", "string", default=""),
    Field("subscribed_topic_names", "string", array=True),
    Field("assignment", "struct", struct=ShareGroupDescribeResponse.Assignment),
)
ShareGroupDescribeResponse.DescribedGroup.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=None),
    Field("group_id", "string", default=""),
    Field("group_state", "string", default=""),
    Field("group_epoch", "int32", default=0),
    Field("assignment_epoch", "int32", default=0),
    Field("assignor_name", "string", default=""),
    Field("members", "struct", array=True, struct=ShareGroupDescribeResponse.Member),
    Field("authorized_operations", "int32", default=-2147483648),
)
ShareGroupDescribeResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("groups", "struct", array=True, struct=ShareGroupDescribeResponse.DescribedGroup),
)


class ShareFetchRequest(Message):
    """ShareFetchRequest: key 78, versions 1-2."""

    API_KEY = 78
    VERSIONS = (1, 2)
    FLEXIBLE_FROM = 0

    class AcknowledgementBatch(Struct):
        __slots__ = ("first_offset", "last_offset", "acknowledge_types")

        def __init__(self, *, first_offset: int = 0, last_offset: int = 0, acknowledge_types: list[int] = UNSET) -> None:
            self.first_offset = first_offset
            self.last_offset = last_offset
            self.acknowledge_types = [] if acknowledge_types is UNSET else acknowledge_types
            self.unknown = None

    class FetchPartition(Struct):
        __slots__ = ("partition_index", "acknowledgement_batches")

        def __init__(
            self,
            *,
            partition_index: int = 0,
            acknowledgement_batches: list[ShareFetchRequest.AcknowledgementBatch] = UNSET,
        ) -> None:
            self.partition_index = partition_index
            self.acknowledgement_batches = [] if acknowledgement_batches is UNSET else acknowledgement_batches
            self.unknown = None

    class FetchTopic(Struct):
        __slots__ = ("topic_id", "partitions")

        def __init__(
            self,
            *,
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[ShareFetchRequest.FetchPartition] = UNSET,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class ForgottenTopic(Struct):
        __slots__ = ("topic_id", "partitions")

        def __init__(
            self,
            *,
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[int] = UNSET,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = (
        "group_id",
        "member_id",
        "share_session_epoch",
        "max_wait_ms",
        "min_bytes",
        "max_bytes",
        "max_records",
        "batch_size",
        "share_acquire_mode",
        "is_renew_ack",
        "topics",
        "forgotten_topics_data",
    )

    def __init__(
        self,
        *,
        group_id: str | None = None,
        member_id: str | None = "",
        share_session_epoch: int = 0,
        max_wait_ms: int = 0,
        min_bytes: int = 0,
        max_bytes: int = 2147483647,
        max_records: int = 0,
        batch_size: int = 0,
        share_acquire_mode: int = 0,
        is_renew_ack: bool = False,
        topics: list[ShareFetchRequest.FetchTopic] = UNSET,
        forgotten_topics_data: list[ShareFetchRequest.ForgottenTopic] = UNSET,
    ) -> None:
        self.group_id = group_id
        self.member_id = member_id
        self.share_session_epoch = share_session_epoch
        self.max_wait_ms = max_wait_ms
        self.min_bytes = min_bytes
        self.max_bytes = max_bytes
        self.max_records = max_records
        self.batch_size = batch_size
        self.share_acquire_mode = share_acquire_mode
        self.is_renew_ack = is_renew_ack
        self.topics = [] if topics is UNSET else topics
        self.forgotten_topics_data = [] if forgotten_topics_data is UNSET else forgotten_topics_data
        self.unknown = None


ShareFetchRequest.AcknowledgementBatch.FIELDS = (
    Field("first_offset", "int64", default=0),
    Field("last_offset", "int64", default=0),
    Field("acknowledge_types", "int8", array=True),
)
ShareFetchRequest.FetchPartition.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("acknowledgement_batches", "struct", array=True, struct=ShareFetchRequest.AcknowledgementBatch),
)
ShareFetchRequest.FetchTopic.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("partitions", "struct", array=True, struct=ShareFetchRequest.FetchPartition),
)
ShareFetchRequest.ForgottenTopic.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("partitions", "int32", array=True),
)
ShareFetchRequest.FIELDS = (
    Field("group_id", "string", nullable=ALWAYS, default=None),
    Field("member_id", "string", nullable=ALWAYS, default=""),
    Field("share_session_epoch", "int32", default=0),
    Field("max_wait_ms", "int32", default=0),
    Field("min_bytes", "int32", default=0),
    Field("max_bytes", "int32", default=2147483647),
    Field("max_records", "int32", default=0),
    Field("batch_size", "int32", default=0),
    Field("share_acquire_mode", "int8", versions=(2, 2), default=0, ignorable=True),
    Field("is_renew_ack", "bool", versions=(2, 2), default=False),
    Field("topics", "struct", array=True, struct=ShareFetchRequest.FetchTopic),
    Field("forgotten_topics_data", "struct", array=True, struct=ShareFetchRequest.ForgottenTopic),
)


class ShareFetchResponse(Message):
    """ShareFetchResponse: key 78, versions 1-2."""

    API_KEY = 78
    VERSIONS = (1, 2)
    FLEXIBLE_FROM = 0

    class LeaderIdAndEpoch(Struct):
        __slots__ = ("leader_id", "leader_epoch")

        def __init__(self, *, leader_id: int = 0, leader_epoch: int = 0) -> None:
            self.leader_id = leader_id
            self.leader_epoch = leader_epoch
            self.unknown = None

    class AcquiredRecords(Struct):
        __slots__ = ("first_offset", "last_offset", "delivery_count")

        def __init__(self, *, first_offset: int = 0, last_offset: int = 0, delivery_count: int = 0) -> None:
            self.first_offset = first_offset
            self.last_offset = last_offset
            self.delivery_count = delivery_count
            self.unknown = None

    class PartitionData(Struct):
        __slots__ = (
            "partition_index",
            "error_code",
            "error_message",
            "acknowledge_error_code",
            "acknowledge_error_message",
            "current_leader",
            "records",
            "acquired_records",
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            error_code: int = 0,
            error_message: str | None = None,
            acknowledge_error_code: int = 0,
            acknowledge_error_message: str | None = None,
            current_leader: ShareFetchResponse.LeaderIdAndEpoch = UNSET,
            records: bytes = b'',
            acquired_records: list[ShareFetchResponse.AcquiredRecords] = UNSET,
        ) -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.error_message = error_message
            self.acknowledge_error_code = acknowledge_error_code
            self.acknowledge_error_message = acknowledge_error_message
            self.current_leader = ShareFetchResponse.LeaderIdAndEpoch() if current_leader is UNSET else current_leader
            self.records = records
            self.acquired_records = [] if acquired_records is UNSET else acquired_records
            self.unknown = None

    class ShareFetchableTopicResponse(Struct):
        __slots__ = ("topic_id", "partitions")

        def __init__(
            self,
            *,
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[ShareFetchResponse.PartitionData] = UNSET,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class NodeEndpoint(Struct):
        __slots__ = ("node_id", "host", "port", "rack")

        def __init__(self, *, node_id: int = 0, host: str = "", port: int = 0, rack: str | None = None) -> None:
            self.node_id = node_id
            self.host = host
            self.port = port
            self.rack = rack
            self.unknown = None

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "error_message",
        "acquisition_lock_timeout_ms",
        "responses",
        "node_endpoints",
    )

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = None,
        acquisition_lock_timeout_ms: int = 0,
        responses: list[ShareFetchResponse.ShareFetchableTopicResponse] = UNSET,
        node_endpoints: list[ShareFetchResponse.NodeEndpoint] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.acquisition_lock_timeout_ms = acquisition_lock_timeout_ms
        self.responses = [] if responses is UNSET else responses
        self.node_endpoints = [] if node_endpoints is UNSET else node_endpoints
        self.unknown = None


ShareFetchResponse.LeaderIdAndEpoch.FIELDS = (
    Field("leader_id", "int32", default=0),
    Field("leader_epoch", "int32", default=0),
)
ShareFetchResponse.AcquiredRecords.FIELDS = (
    Field("first_offset", "int64", default=0),
    Field("last_offset", "int64", default=0),
    Field("delivery_count", "int16", default=0),
)
ShareFetchResponse.PartitionData.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=None),
    Field("acknowledge_error_code", "int16", default=0),
    Field("acknowledge_error_message", "string", nullable=ALWAYS, default=None),
    Field("current_leader", "struct", struct=ShareFetchResponse.LeaderIdAndEpoch),
    Field("records", "records", default=b''),
    Field("acquired_records", "struct", array=True, struct=ShareFetchResponse.AcquiredRecords),
)
ShareFetchResponse.ShareFetchableTopicResponse.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("partitions", "struct", array=True, struct=ShareFetchResponse.PartitionData),
)
ShareFetchResponse.NodeEndpoint.FIELDS = (
    Field("node_id", "int32", default=0),
    Field("host", "string", default=""),
    Field("port", "int32", default=0),
    Field("rack", "string", nullable=ALWAYS, default=None),
)
ShareFetchResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=None),
    Field("acquisition_lock_timeout_ms", "int32", default=0),
    Field("responses", "struct", array=True, struct=ShareFetchResponse.ShareFetchableTopicResponse),
    Field("node_endpoints", "struct", array=True, struct=ShareFetchResponse.NodeEndpoint),
)


class ShareAcknowledgeRequest(Message):
    """ShareAcknowledgeRequest: key 79, versions 1-2."""

    API_KEY = 79
    VERSIONS = (1, 2)
    FLEXIBLE_FROM = 0

    class AcknowledgementBatch(Struct):
        __slots__ = ("first_offset", "last_offset", "acknowledge_types")

        def __init__(self, *, first_offset: int = 0, last_offset: int = 0, acknowledge_types: list[int] = UNSET) -> None:
            self.first_offset = first_offset
            self.last_offset = last_offset
            self.acknowledge_types = [] if acknowledge_types is UNSET else acknowledge_types
            self.unknown = None

    class AcknowledgePartition(Struct):
        __slots__ = ("partition_index", "acknowledgement_batches")

        def __init__(
            self,
            *,
            partition_index: int = 0,
            acknowledgement_batches: list[ShareAcknowledgeRequest.AcknowledgementBatch] = UNSET,
        ) -> None:
            self.partition_index = partition_index
            self.acknowledgement_batches = [] if acknowledgement_batches is UNSET else acknowledgement_batches
            self.unknown = None

    class AcknowledgeTopic(Struct):
        __slots__ = ("topic_id", "partitions")

        def __init__(
            self,
            *,
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[ShareAcknowledgeRequest.AcknowledgePartition] = UNSET,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("group_id", "member_id", "share_session_epoch", "is_renew_ack", "topics")

    def __init__(
        self,
        *,
        group_id: str | None = None,
        member_id: str | None = "",
        share_session_epoch: int = 0,
        is_renew_ack: bool = False,
        topics: list[ShareAcknowledgeRequest.AcknowledgeTopic] = UNSET,
    ) -> None:
        self.group_id = group_id
        self.member_id = member_id
        self.share_session_epoch = share_session_epoch
        self.is_renew_ack = is_renew_ack
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


ShareAcknowledgeRequest.AcknowledgementBatch.FIELDS = (
    Field("first_offset", "int64", default=0),
    Field("last_offset", "int64", default=0),
    Field("acknowledge_types", "int8", array=True),
)
ShareAcknowledgeRequest.AcknowledgePartition.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("acknowledgement_batches", "struct", array=True, struct=ShareAcknowledgeRequest.AcknowledgementBatch),
)
ShareAcknowledgeRequest.AcknowledgeTopic.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("partitions", "struct", array=True, struct=ShareAcknowledgeRequest.AcknowledgePartition),
)
ShareAcknowledgeRequest.FIELDS = (
    Field("group_id", "string", nullable=ALWAYS, default=None),
    Field("member_id", "string", nullable=ALWAYS, default=""),
    Field("share_session_epoch", "int32", default=0),
    Field("is_renew_ack", "bool", versions=(2, 2), default=False),
    Field("topics", "struct", array=True, struct=ShareAcknowledgeRequest.AcknowledgeTopic),
)


class ShareAcknowledgeResponse(Message):
    """ShareAcknowledgeResponse: key 79, versions 1-2."""

    API_KEY = 79
    VERSIONS = (1, 2)
    FLEXIBLE_FROM = 0

    class LeaderIdAndEpoch(Struct):
        __slots__ = ("leader_id", "leader_epoch")

        def __init__(self, *, leader_id: int = 0, leader_epoch: int = 0) -> None:
            self.leader_id = leader_id
            self.leader_epoch = leader_epoch
            self.unknown = None

    class PartitionData(Struct):
        __slots__ = ("partition_index", "error_code", "error_message", "current_leader")

        def __init__(
            self,
            *,
            partition_index: int = 0,
            error_code: int = 0,
            error_message: str | None = None,
            current_leader: ShareAcknowledgeResponse.LeaderIdAndEpoch = UNSET,
        ) -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.error_message = error_message
            self.current_leader = ShareAcknowledgeResponse.LeaderIdAndEpoch() if current_leader is UNSET else current_leader
            self.unknown = None

    class ShareAcknowledgeTopicResponse(Struct):
        __slots__ = ("topic_id", "partitions")

        def __init__(
            self,
            *,
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[ShareAcknowledgeResponse.PartitionData] = UNSET,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class NodeEndpoint(Struct):
        __slots__ = ("node_id", "host", "port", "rack")

        def __init__(self, *, node_id: int = 0, host: str = "", port: int = 0, rack: str | None = None) -> None:
            self.node_id = node_id
            self.host = host
            self.port = port
            self.rack = rack
            self.unknown = None

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "error_message",
        "acquisition_lock_timeout_ms",
        "responses",
        "node_endpoints",
    )

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = None,
        acquisition_lock_timeout_ms: int = 0,
        responses: list[ShareAcknowledgeResponse.ShareAcknowledgeTopicResponse] = UNSET,
        node_endpoints: list[ShareAcknowledgeResponse.NodeEndpoint] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.acquisition_lock_timeout_ms = acquisition_lock_timeout_ms
        self.responses = [] if responses is UNSET else responses
        self.node_endpoints = [] if node_endpoints is UNSET else node_endpoints
        self.unknown = None


ShareAcknowledgeResponse.LeaderIdAndEpoch.FIELDS = (
    Field("leader_id", "int32", default=0),
    Field("leader_epoch", "int32", default=0),
)
ShareAcknowledgeResponse.PartitionData.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=None),
    Field("current_leader", "struct", struct=ShareAcknowledgeResponse.LeaderIdAndEpoch),
)
ShareAcknowledgeResponse.ShareAcknowledgeTopicResponse.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("partitions", "struct", array=True, struct=ShareAcknowledgeResponse.PartitionData),
)
ShareAcknowledgeResponse.NodeEndpoint.FIELDS = (
    Field("node_id", "int32", default=0),
    Field("host", "string", default=""),
    Field("port", "int32", default=0),
    Field("rack", "string", nullable=ALWAYS, default=None),
)
ShareAcknowledgeResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=None),
    Field("acquisition_lock_timeout_ms", "int32", versions=(2, 2), default=0, ignorable=True),
    Field("responses", "struct", array=True, struct=ShareAcknowledgeResponse.ShareAcknowledgeTopicResponse),
    Field("node_endpoints", "struct", array=True, struct=ShareAcknowledgeResponse.NodeEndpoint),
)


class DescribeShareGroupOffsetsRequest(Message):
    """DescribeShareGroupOffsetsRequest: key 90, versions 0-1."""

    API_KEY = 90
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 0

    class DescribeShareGroupOffsetsRequestTopic(Struct):
        __slots__ = ("topic_name", "partitions")

        def __init__(self, *, topic_name: str = "", partitions: list[int] = UNSET) -> None:
            self.topic_name = topic_name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class DescribeShareGroupOffsetsRequestGroup(Struct):
        __slots__ = ("group_id", "topics")

        def __init__(
            self,
            *,
            group_id: str = "",
            topics: list[DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestTopic] | None = UNSET,
        ) -> None:
            self.group_id = group_id
            self.topics = [] if topics is UNSET else topics
            self.unknown = None

    __slots__ = ("groups",)

    def __init__(self, *, groups: list[DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestGroup] = UNSET) -> None:
        self.groups = [] if groups is UNSET else groups
        self.unknown = None


DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestTopic.FIELDS = (
    Field("topic_name", "string", default=""),
    Field("partitions", "int32", array=True),
)
DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestGroup.FIELDS = (
    Field("group_id", "string", default=""),
    Field("topics", "struct", nullable=ALWAYS, array=True, struct=DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestTopic),
)
DescribeShareGroupOffsetsRequest.FIELDS = (
    Field("groups", "struct", array=True, struct=DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestGroup),
)


class DescribeShareGroupOffsetsResponse(Message):
    """DescribeShareGroupOffsetsResponse: key 90, versions 0-1."""

    API_KEY = 90
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 0

    class DescribeShareGroupOffsetsResponsePartition(Struct):
        __slots__ = ("partition_index", "start_offset", "leader_epoch", "lag", "error_code", "error_message")

        def __init__(
            self,
            *,
            partition_index: int = 0,
            start_offset: int = 0,
            leader_epoch: int = 0,
            lag: int = -1,
            error_code: int = 0,
            error_message: str | None = None,
        ) -> None:
            self.partition_index = partition_index
            self.start_offset = start_offset
            self.leader_epoch = leader_epoch
            self.lag = lag
            self.error_code = error_code
            self.error_message = error_message
            self.unknown = None

    class DescribeShareGroupOffsetsResponseTopic(Struct):
        __slots__ = ("topic_name", "topic_id", "partitions")

        def __init__(
            self,
            *,
            topic_name: str = "",
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponsePartition] = UNSET,
        ) -> None:
            self.topic_name = topic_name
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class DescribeShareGroupOffsetsResponseGroup(Struct):
        __slots__ = ("group_id", "topics", "error_code", "error_message")

        def __init__(
            self,
            *,
            group_id: str = "",
            topics: list[DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseTopic] = UNSET,
            error_code: int = 0,
            error_message: str | None = None,
        ) -> None:
            self.group_id = group_id
            self.topics = [] if topics is UNSET else topics
            self.error_code = error_code
            self.error_message = error_message
            self.unknown = None

    __slots__ = ("throttle_time_ms", "groups")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        groups: list[DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseGroup] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.groups = [] if groups is UNSET else groups
        self.unknown = None


DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponsePartition.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("start_offset", "int64", default=0),
    Field("leader_epoch", "int32", default=0),
    Field("lag", "int64", versions=(1, 1), default=-1, ignorable=True),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=None),
)
DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseTopic.FIELDS = (
    Field("topic_name", "string", default=""),
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("partitions", "struct", array=True, struct=DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponsePartition),
)
DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseGroup.FIELDS = (
    Field("group_id", "string", default=""),
    Field("topics", "struct", array=True, struct=DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseTopic),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=None),
)
DescribeShareGroupOffsetsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("groups", "struct", array=True, struct=DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseGroup),
)


class AlterShareGroupOffsetsRequest(Message):
    """AlterShareGroupOffsetsRequest: key 91, versions 0-0."""

    API_KEY = 91
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class AlterShareGroupOffsetsRequestPartition(Struct):
        __slots__ = ("partition_index", "start_offset")

        def __init__(self, *, partition_index: int = 0, start_offset: int = 0) -> None:
            self.partition_index = partition_index
            self.start_offset = start_offset
            self.unknown = None

    class AlterShareGroupOffsetsRequestTopic(Struct):
        __slots__ = ("topic_name", "partitions")

        def __init__(
            self,
            *,
            topic_name: str = "",
            partitions: list[AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestPartition] = UNSET,
        ) -> None:
            self.topic_name = topic_name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("group_id", "topics")

    def __init__(
        self,
        *,
        group_id: str = "",
        topics: list[AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestTopic] = UNSET,
    ) -> None:
        self.group_id = group_id
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestPartition.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("start_offset", "int64", default=0),
)
AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestTopic.FIELDS = (
    Field("topic_name", "string", default=""),
    Field("partitions", "struct", array=True, struct=AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestPartition),
)
AlterShareGroupOffsetsRequest.FIELDS = (
    Field("group_id", "string", default=""),
    Field("topics", "struct", array=True, struct=AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestTopic),
)


class AlterShareGroupOffsetsResponse(Message):
    """AlterShareGroupOffsetsResponse: key 91, versions 0-0."""

    API_KEY = 91
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class AlterShareGroupOffsetsResponsePartition(Struct):
        __slots__ = ("partition_index", "error_code", "error_message")

        def __init__(self, *, partition_index: int = 0, error_code: int = 0, error_message: str | None = None) -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.error_message = error_message
            self.unknown = None

    class AlterShareGroupOffsetsResponseTopic(Struct):
        __slots__ = ("topic_name", "topic_id", "partitions")

        def __init__(
            self,
            *,
            topic_name: str = "",
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[AlterShareGroupOffsetsResponse.AlterShareGroupOffsetsResponsePartition] = UNSET,
        ) -> None:
            self.topic_name = topic_name
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("throttle_time_ms", "error_code", "error_message", "responses")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = None,
        responses: list[AlterShareGroupOffsetsResponse.AlterShareGroupOffsetsResponseTopic] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.responses = [] if responses is UNSET else responses
        self.unknown = None


AlterShareGroupOffsetsResponse.AlterShareGroupOffsetsResponsePartition.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=None),
)
AlterShareGroupOffsetsResponse.AlterShareGroupOffsetsResponseTopic.FIELDS = (
    Field("topic_name", "string", default=""),
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("partitions", "struct", array=True, struct=AlterShareGroupOffsetsResponse.AlterShareGroupOffsetsResponsePartition),
)
AlterShareGroupOffsetsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=None),
    Field("responses", "struct", array=True, struct=AlterShareGroupOffsetsResponse.AlterShareGroupOffsetsResponseTopic),
)


class DeleteShareGroupOffsetsRequest(Message):
    """DeleteShareGroupOffsetsRequest: key 92, versions 0-0."""

    API_KEY = 92
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class DeleteShareGroupOffsetsRequestTopic(Struct):
        __slots__ = ("topic_name",)

        def __init__(self, *, topic_name: str = "") -> None:
            self.topic_name = topic_name
            self.unknown = None

    __slots__ = ("group_id", "topics")

    def __init__(
        self,
        *,
        group_id: str = "",
        topics: list[DeleteShareGroupOffsetsRequest.DeleteShareGroupOffsetsRequestTopic] = UNSET,
    ) -> None:
        self.group_id = group_id
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


DeleteShareGroupOffsetsRequest.DeleteShareGroupOffsetsRequestTopic.FIELDS = (
    Field("topic_name", "string", default=""),
)
DeleteShareGroupOffsetsRequest.FIELDS = (
    Field("group_id", "string", default=""),
    Field("topics", "struct", array=True, struct=DeleteShareGroupOffsetsRequest.DeleteShareGroupOffsetsRequestTopic),
)


class DeleteShareGroupOffsetsResponse(Message):
    """DeleteShareGroupOffsetsResponse: key 92, versions 0-0."""

    API_KEY = 92
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class DeleteShareGroupOffsetsResponseTopic(Struct):
        __slots__ = ("topic_name", "topic_id", "error_code", "error_message")

        def __init__(
            self,
            *,
            topic_name: str = "",
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            error_code: int = 0,
            error_message: str | None = None,
        ) -> None:
            self.topic_name = topic_name
            self.topic_id = topic_id
            self.error_code = error_code
            self.error_message = error_message
            self.unknown = None

    __slots__ = ("throttle_time_ms", "error_code", "error_message", "responses")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = None,
        responses: list[DeleteShareGroupOffsetsResponse.DeleteShareGroupOffsetsResponseTopic] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.responses = [] if responses is UNSET else responses
        self.unknown = None


DeleteShareGroupOffsetsResponse.DeleteShareGroupOffsetsResponseTopic.FIELDS = (
    Field("topic_name", "string", default=""),
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=None),
)
DeleteShareGroupOffsetsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=None),
    Field("responses", "struct", array=True, struct=DeleteShareGroupOffsetsResponse.DeleteShareGroupOffsetsResponseTopic),
)
