"""The group records messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import ALWAYS, UNSET, Field, Message, Struct


class LegacyOffsetCommitKey(Message):
    """LegacyOffsetCommitKey: key 0, versions 0-0."""

    API_KEY = 0
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 32767

    __slots__ = ("group", "topic", "partition")

    def __init__(self, *, group: str = "", topic: str = "", partition: int = 0) -> None:
        self.group = group
        self.topic = topic
        self.partition = partition
        self.unknown = None


LegacyOffsetCommitKey.FIELDS = (
    Field("group", "string", default=""),
    Field("topic", "string", default=""),
    Field("partition", "int32", default=0),
)


class LegacyOffsetCommitValue(Message):
    """LegacyOffsetCommitValue: key 0, versions 0-0."""

    API_KEY = 0
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 32767

    __slots__ = ("offset", "metadata", "commit_timestamp")

    def __init__(self, *, offset: int = 0, metadata: str = "", commit_timestamp: int = 0) -> None:
        self.offset = offset
        self.metadata = metadata
        self.commit_timestamp = commit_timestamp
        self.unknown = None


LegacyOffsetCommitValue.FIELDS = (
    Field("offset", "int64", default=0),
    Field("metadata", "string", default=""),
    Field("commit_timestamp", "int64", default=0),
)


class OffsetCommitKey(Message):
    """OffsetCommitKey: key 1, versions 0-0."""

    API_KEY = 1
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 32767

    __slots__ = ("group", "topic", "partition")

    def __init__(self, *, group: str = "", topic: str = "", partition: int = 0) -> None:
        self.group = group
        self.topic = topic
        self.partition = partition
        self.unknown = None


OffsetCommitKey.FIELDS = (
    Field("group", "string", default=""),
    Field("topic", "string", default=""),
    Field("partition", "int32", default=0),
)


class OffsetCommitValue(Message):
    """OffsetCommitValue: key 1, versions 0-4."""

    API_KEY = 1
    VERSIONS = (0, 4)
    FLEXIBLE_FROM = 4

    __slots__ = ("offset", "leader_epoch", "metadata", "commit_timestamp", "expire_timestamp", "topic_id")

    def __init__(
        self,
        *,
        offset: int = 0,
        leader_epoch: int = -1,
        metadata: str = "",
        commit_timestamp: int = 0,
        expire_timestamp: int = -1,
        topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
    ) -> None:
        self.offset = offset
        self.leader_epoch = leader_epoch
        self.metadata = metadata
        self.commit_timestamp = commit_timestamp
        self.expire_timestamp = expire_timestamp
        self.topic_id = topic_id
        self.unknown = None


OffsetCommitValue.FIELDS = (
    Field("offset", "int64", default=0),
    Field("leader_epoch", "int32", versions=(3, 4), default=-1, ignorable=True),
    Field("metadata", "string", default=""),
    Field("commit_timestamp", "int64", default=0),
    Field("expire_timestamp", "int64", versions=(1, 1), default=-1, ignorable=True),
    Field("topic_id", "uuid", versions=(4, 4), default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', tag=0, ignorable=True),
)


class GroupMetadataKey(Message):
    """GroupMetadataKey: key 2, versions 0-0."""

    API_KEY = 2
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 32767

    __slots__ = ("group",)

    def __init__(self, *, group: str = "") -> None:
        self.group = group
        self.unknown = None


GroupMetadataKey.FIELDS = (
    Field("group", "string", default=""),
)


class GroupMetadataValue(Message):
    """GroupMetadataValue: key 2, versions 0-4."""

    API_KEY = 2
    VERSIONS = (0, 4)
    FLEXIBLE_FROM = 4

    class MemberMetadata(Struct):
        __slots__ = (
            "member_id",
            "group_instance_id",
            "client_id",
            "client_host",
            "rebalance_timeout",
            "session_timeout",
            "subscription",
            "assignment",
        )

        def __init__(
            self,
            *,
            member_id: str = "",
            group_instance_id: str | None = None,
            client_id: str = "",
            client_host: str = "",
            rebalance_timeout: int = -1,
            session_timeout: int = 0,
            subscription: bytes = b'',
            assignment: bytes = b'',
        ) -> None:
            self.member_id = member_id
            self.group_instance_id = group_instance_id
            self.client_id = client_id
            self.client_host = client_host
            self.rebalance_timeout = rebalance_timeout
            self.session_timeout = session_timeout
            self.subscription = subscription
            self.assignment = assignment
            self.unknown = None

    __slots__ = ("protocol_type", "generation", "protocol", "leader", "current_state_timestamp", "members")

    def __init__(
        self,
        *,
        protocol_type: str = "",
        generation: int = 0,
        protocol: str | None = "",
        leader: str | None = "",
        current_state_timestamp: int = -1,
        members: list[GroupMetadataValue.MemberMetadata] = UNSET,
    ) -> None:
        self.protocol_type = protocol_type
        self.generation = generation
        self.protocol = protocol
        self.leader = leader
        self.current_state_timestamp = current_state_timestamp
        self.members = [] if members is UNSET else members
        self.unknown = None


GroupMetadataValue.MemberMetadata.FIELDS = (
    Field("member_id", "string", default=""),
    Field("group_instance_id", "string", versions=(3, 4), nullable=(3, 4), default=None, ignorable=True),
    Field("client_id", "string", default=""),
    Field("client_host", "string", default=""),
    Field("rebalance_timeout", "int32", versions=(1, 4), default=-1, ignorable=True),
    Field("session_timeout", "int32", default=0),
    Field("subscription", "bytes", default=b''),
    Field("assignment", "bytes", default=b''),
)
GroupMetadataValue.FIELDS = (
    Field("protocol_type", "string", default=""),
    Field("generation", "int32", default=0),
    Field("protocol", "string", nullable=ALWAYS, default=""),
    Field("leader", "string", nullable=ALWAYS, default=""),
    Field("current_state_timestamp", "int64", versions=(2, 4), default=-1, ignorable=True),
    Field("members", "struct", array=True, struct=GroupMetadataValue.MemberMetadata),
)


class ConsumerGroupMetadataKey(Message):
    """ConsumerGroupMetadataKey: key 3, versions 0-0."""

    API_KEY = 3
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 32767

    __slots__ = ("group_id",)

    def __init__(self, *, group_id: str = "") -> None:
        self.group_id = group_id
        self.unknown = None


ConsumerGroupMetadataKey.FIELDS = (
    Field("group_id", "string", default=""),
)


class ConsumerGroupMetadataValue(Message):
    """ConsumerGroupMetadataValue: key 3, versions 0-0."""

    API_KEY = 3
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    __slots__ = ("epoch", "metadata_hash")

    def __init__(self, *, epoch: int = 0, metadata_hash: int = 0) -> None:
        self.epoch = epoch
        self.metadata_hash = metadata_hash
        self.unknown = None


ConsumerGroupMetadataValue.FIELDS = (
    Field("epoch", "int32", default=0),
    Field("metadata_hash", "int64", default=0, tag=0),
)


class ConsumerGroupPartitionMetadataKey(Message):
    """ConsumerGroupPartitionMetadataKey: key 4, versions 0-0."""

    API_KEY = 4
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 32767

    __slots__ = ("group_id",)

    def __init__(self, *, group_id: str = "") -> None:
        self.group_id = group_id
        self.unknown = None


ConsumerGroupPartitionMetadataKey.FIELDS = (
    Field("group_id", "string", default=""),
)


class ConsumerGroupPartitionMetadataValue(Message):
    """ConsumerGroupPartitionMetadataValue: key 4, versions 0-0."""

    API_KEY = 4
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class PartitionMetadata(Struct):
        __slots__ = ("partition", "racks")

        def __init__(self, *, partition: int = 0, racks: list[str] = UNSET) -> None:
            self.partition = partition
            self.racks = [] if racks is UNSET else racks
            self.unknown = None

    class TopicMetadata(Struct):
        __slots__ = ("topic_id", "topic_name", "num_partitions", "partition_metadata")

        def __init__(
            self,
            *,
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            topic_name: str = "",
            num_partitions: int = 0,
            partition_metadata: list[ConsumerGroupPartitionMetadataValue.PartitionMetadata] = UNSET,
        ) -> None:
            self.topic_id = topic_id
            self.topic_name = topic_name
            self.num_partitions = num_partitions
            self.partition_metadata = [] if partition_metadata is UNSET else partition_metadata
            self.unknown = None

    __slots__ = ("topics",)

    def __init__(self, *, topics: list[ConsumerGroupPartitionMetadataValue.TopicMetadata] = UNSET) -> None:
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


ConsumerGroupPartitionMetadataValue.PartitionMetadata.FIELDS = (
    Field("partition", "int32", default=0),
    Field("racks", "string", array=True),
)
ConsumerGroupPartitionMetadataValue.TopicMetadata.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("topic_name", "string", default=""),
    Field("num_partitions", "int32", default=0),
    Field("partition_metadata", "struct", array=True, struct=ConsumerGroupPartitionMetadataValue.PartitionMetadata),
)
ConsumerGroupPartitionMetadataValue.FIELDS = (
    Field("topics", "struct", array=True, struct=ConsumerGroupPartitionMetadataValue.TopicMetadata),
)


class ConsumerGroupMemberMetadataKey(Message):
    """ConsumerGroupMemberMetadataKey: key 5, versions 0-0."""

    API_KEY = 5
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 32767

    __slots__ = ("group_id", "member_id")

    def __init__(self, *, group_id: str = "", member_id: str = "") -> None:
        self.group_id = group_id
        self.member_id = member_id
        self.unknown = None


ConsumerGroupMemberMetadataKey.FIELDS = (
    Field("group_id", "string", default=""),
    Field("member_id", "string", default=""),
)


class ConsumerGroupMemberMetadataValue(Message):
    """ConsumerGroupMemberMetadataValue: key 5, versions 0-0."""

    API_KEY = 5
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class ClassicProtocol(Struct):
        __slots__ = ("name", "metadata")

        def __init__(self, *, name: str = "", metadata: bytes = b'') -> None:
            self.name = name
            self.metadata = metadata
            self.unknown = None

    class ClassicMemberMetadata(Struct):
        __slots__ = ("session_timeout_ms", "supported_protocols")

        def __init__(
            self,
            *,
            session_timeout_ms: int = 0,
            supported_protocols: list[ConsumerGroupMemberMetadataValue.ClassicProtocol] = UNSET,
        ) -> None:
            self.session_timeout_ms = session_timeout_ms
            self.supported_protocols = [] if supported_protocols is UNSET else supported_protocols
            self.unknown = None

    __slots__ = (
        "instance_id",
        "rack_id",
        "client_id",
        "client_host",
        "subscribed_topic_names",
        "subscribed_topic_regex",
        "rebalance_timeout_ms",
        "server_assignor",
        "classic_member_metadata",
    )

    def __init__(
        self,
        *,
        instance_id: str | None = "",
        rack_id: str | None = "",
        client_id: str = "",
        client_host: str = "",
        subscribed_topic_names: list[str] = UNSET,
        subscribed_topic_regex: str | None = "",
        rebalance_timeout_ms: int = -1,
        server_assignor: str | None = "",
        classic_member_metadata: ConsumerGroupMemberMetadataValue.ClassicMemberMetadata | None = UNSET,
    ) -> None:
        self.instance_id = instance_id
        self.rack_id = rack_id
        self.client_id = client_id
        self.client_host = client_host
        self.subscribed_topic_names = [] if subscribed_topic_names is UNSET else subscribed_topic_names
        self.subscribed_topic_regex = subscribed_topic_regex
        self.rebalance_timeout_ms = rebalance_timeout_ms
        self.server_assignor = server_assignor
        self.classic_member_metadata = ConsumerGroupMemberMetadataValue.ClassicMemberMetadata() if classic_member_metadata is UNSET else classic_member_metadata
        self.unknown = None


ConsumerGroupMemberMetadataValue.ClassicProtocol.FIELDS = (
    Field("name", "string", default=""),
    Field("metadata", "bytes", default=b''),
)
ConsumerGroupMemberMetadataValue.ClassicMemberMetadata.FIELDS = (
    Field("session_timeout_ms", "int32", default=0),
    Field("supported_protocols", "struct", array=True, struct=ConsumerGroupMemberMetadataValue.ClassicProtocol),
)
ConsumerGroupMemberMetadataValue.FIELDS = (
    Field("instance_id", "string", nullable=ALWAYS, default=""),
    Field("rack_id", "string", nullable=ALWAYS, default=""),
    Field("client_id", "string", default=""),
    Field("client_host", "string", default=""),
    Field("subscribed_topic_names", "string", array=True),
    Field("subscribed_topic_regex", "string", nullable=ALWAYS, default=""),
    Field("rebalance_timeout_ms", "int32", default=-1),
    Field("server_assignor", "string", nullable=ALWAYS, default=""),
    Field("classic_member_metadata", "struct", nullable=ALWAYS, tag=0, struct=ConsumerGroupMemberMetadataValue.ClassicMemberMetadata),
)


class ConsumerGroupTargetAssignmentMetadataKey(Message):
    """ConsumerGroupTargetAssignmentMetadataKey: key 6, versions 0-0."""

    API_KEY = 6
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 32767

    __slots__ = ("group_id",)

    def __init__(self, *, group_id: str = "") -> None:
        self.group_id = group_id
        self.unknown = None


ConsumerGroupTargetAssignmentMetadataKey.FIELDS = (
    Field("group_id", "string", default=""),
)


class ConsumerGroupTargetAssignmentMetadataValue(Message):
    """ConsumerGroupTargetAssignmentMetadataValue: key 6, versions 0-0."""

    API_KEY = 6
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    __slots__ = ("assignment_epoch", "assignment_timestamp")

    def __init__(self, *, assignment_epoch: int = 0, assignment_timestamp: int = 0) -> None:
        self.assignment_epoch = assignment_epoch
        self.assignment_timestamp = assignment_timestamp
        self.unknown = None


ConsumerGroupTargetAssignmentMetadataValue.FIELDS = (
    Field("assignment_epoch", "int32", default=0),
    Field("assignment_timestamp", "int64", default=0, tag=0, ignorable=True),
)


class ConsumerGroupTargetAssignmentMemberKey(Message):
    """ConsumerGroupTargetAssignmentMemberKey: key 7, versions 0-0."""

    API_KEY = 7
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 32767

    __slots__ = ("group_id", "member_id")

    def __init__(self, *, group_id: str = "", member_id: str = "") -> None:
        self.group_id = group_id
        self.member_id = member_id
        self.unknown = None


ConsumerGroupTargetAssignmentMemberKey.FIELDS = (
    Field("group_id", "string", default=""),
    Field("member_id", "string", default=""),
)


class ConsumerGroupTargetAssignmentMemberValue(Message):
    """ConsumerGroupTargetAssignmentMemberValue: key 7, versions 0-0."""

    API_KEY = 7
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class TopicPartition(Struct):
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

    __slots__ = ("topic_partitions",)

    def __init__(self, *, topic_partitions: list[ConsumerGroupTargetAssignmentMemberValue.TopicPartition] = UNSET) -> None:
        self.topic_partitions = [] if topic_partitions is UNSET else topic_partitions
        self.unknown = None


ConsumerGroupTargetAssignmentMemberValue.TopicPartition.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("partitions", "int32", array=True),
)
ConsumerGroupTargetAssignmentMemberValue.FIELDS = (
    Field("topic_partitions", "struct", array=True, struct=ConsumerGroupTargetAssignmentMemberValue.TopicPartition),
)


class ConsumerGroupCurrentMemberAssignmentKey(Message):
    """ConsumerGroupCurrentMemberAssignmentKey: key 8, versions 0-0."""

    API_KEY = 8
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 32767

    __slots__ = ("group_id", "member_id")

    def __init__(self, *, group_id: str = "", member_id: str = "") -> None:
        self.group_id = group_id
        self.member_id = member_id
        self.unknown = None


ConsumerGroupCurrentMemberAssignmentKey.FIELDS = (
    Field("group_id", "string", default=""),
    Field("member_id", "string", default=""),
)


class ConsumerGroupCurrentMemberAssignmentValue(Message):
    """ConsumerGroupCurrentMemberAssignmentValue: key 8, versions 0-0."""

    API_KEY = 8
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class TopicPartitions(Struct):
        __slots__ = ("topic_id", "partitions", "assignment_epochs")

        def __init__(
            self,
            *,
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[int] = UNSET,
            assignment_epochs: list[int] | None = UNSET,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.assignment_epochs = [] if assignment_epochs is UNSET else assignment_epochs
            self.unknown = None

    __slots__ = ("member_epoch", "previous_member_epoch", "state", "assigned_partitions", "partitions_pending_revocation")

    def __init__(
        self,
        *,
        member_epoch: int = 0,
        previous_member_epoch: int = 0,
        state: int = 0,
        assigned_partitions: list[ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions] = UNSET,
        partitions_pending_revocation: list[ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions] = UNSET,
    ) -> None:
        self.member_epoch = member_epoch
        self.previous_member_epoch = previous_member_epoch
        self.state = state
        self.assigned_partitions = [] if assigned_partitions is UNSET else assigned_partitions
        self.partitions_pending_revocation = [] if partitions_pending_revocation is UNSET else partitions_pending_revocation
        self.unknown = None


ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("partitions", "int32", array=True),
    Field("assignment_epochs", "int32", nullable=ALWAYS, array=True, tag=0),
)
ConsumerGroupCurrentMemberAssignmentValue.FIELDS = (
    Field("member_epoch", "int32", default=0),
    Field("previous_member_epoch", "int32", default=0),
    Field("state", "int8", default=0),
    Field("assigned_partitions", "struct", array=True, struct=ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions),
    Field("partitions_pending_revocation", "struct", array=True, struct=ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions),
)


class ConsumerGroupRegularExpressionKey(Message):
    """ConsumerGroupRegularExpressionKey: key 16, versions 0-0."""

    API_KEY = 16
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 32767

    __slots__ = ("group_id", "regular_expression")

    def __init__(self, *, group_id: str = "", regular_expression: str = "") -> None:
        self.group_id = group_id
        self.regular_expression = regular_expression
        self.unknown = None


ConsumerGroupRegularExpressionKey.FIELDS = (
    Field("group_id", "string", default=""),
    Field("regular_expression", "string", default=""),
)


class ConsumerGroupRegularExpressionValue(Message):
    """ConsumerGroupRegularExpressionValue: key 16, versions 0-0."""

    API_KEY = 16
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    __slots__ = ("topics", "version", "timestamp")

    def __init__(self, *, topics: list[str] = UNSET, version: int = 0, timestamp: int = 0) -> None:
        self.topics = [] if topics is UNSET else topics
        self.version = version
        self.timestamp = timestamp
        self.unknown = None


ConsumerGroupRegularExpressionValue.FIELDS = (
    Field("topics", "string", array=True),
    Field("version", "int64", default=0),
    Field("timestamp", "int64", default=0),
)
