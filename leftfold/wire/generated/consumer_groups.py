"""The consumer groups messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import ALWAYS, UNSET, Field, Message, Struct


class ConsumerGroupHeartbeatRequest(Message):
    """ConsumerGroupHeartbeatRequest: key 68, versions 0-1."""

    API_KEY = 68
    VERSIONS = (0, 1)
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

    __slots__ = (
        "group_id",
        "member_id",
        "member_epoch",
        "instance_id",
        "rack_id",
        "rebalance_timeout_ms",
        "subscribed_topic_names",
        "subscribed_topic_regex",
        "server_assignor",
        "topic_partitions",
    )

    def __init__(
        self,
        *,
        group_id: str = "",
        member_id: str = "",
        member_epoch: int = 0,
        instance_id: str | None = None,
        rack_id: str | None = None,
        rebalance_timeout_ms: int = -1,
        subscribed_topic_names: list[str] | None = None,
        subscribed_topic_regex: str | None = None,
        server_assignor: str | None = None,
        topic_partitions: list[ConsumerGroupHeartbeatRequest.TopicPartitions] | None = None,
    ) -> None:
        self.group_id = group_id
        self.member_id = member_id
        self.member_epoch = member_epoch
        self.instance_id = instance_id
        self.rack_id = rack_id
        self.rebalance_timeout_ms = rebalance_timeout_ms
        self.subscribed_topic_names = subscribed_topic_names
        self.subscribed_topic_regex = subscribed_topic_regex
        self.server_assignor = server_assignor
        self.topic_partitions = topic_partitions
        self.unknown = None


ConsumerGroupHeartbeatRequest.TopicPartitions.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("partitions", "int32", array=True),
)
ConsumerGroupHeartbeatRequest.FIELDS = (
    Field("group_id", "string", default=""),
    Field("member_id", "string", default=""),
    Field("member_epoch", "int32", default=0),
    Field("instance_id", "string", nullable=ALWAYS, default=None),
    Field("rack_id", "string", nullable=ALWAYS, default=None),
    Field("rebalance_timeout_ms", "int32", default=-1),
    Field("subscribed_topic_names", "string", nullable=ALWAYS, default=None, array=True),
    Field("subscribed_topic_regex", "string", versions=(1, 1), nullable=(1, 1), default=None),
    Field("server_assignor", "string", nullable=ALWAYS, default=None),
    Field("topic_partitions", "struct", nullable=ALWAYS, default=None, array=True, struct=ConsumerGroupHeartbeatRequest.TopicPartitions),
)


class ConsumerGroupHeartbeatResponse(Message):
    """ConsumerGroupHeartbeatResponse: key 68, versions 0-1."""

    API_KEY = 68
    VERSIONS = (0, 1)
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

        def __init__(self, *, topic_partitions: list[ConsumerGroupHeartbeatResponse.TopicPartitions] = UNSET) -> None:
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
        assignment: ConsumerGroupHeartbeatResponse.Assignment | None = None,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.member_id = member_id
        self.member_epoch = member_epoch
        self.heartbeat_interval_ms = heartbeat_interval_ms
        self.assignment = assignment
        self.unknown = None


ConsumerGroupHeartbeatResponse.TopicPartitions.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("partitions", "int32", array=True),
)
ConsumerGroupHeartbeatResponse.Assignment.FIELDS = (
    Field("topic_partitions", "struct", array=True, struct=ConsumerGroupHeartbeatResponse.TopicPartitions),
)
ConsumerGroupHeartbeatResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=None),
    Field("member_id", "string", nullable=ALWAYS, default=None),
    Field("member_epoch", "int32", default=0),
    Field("heartbeat_interval_ms", "int32", default=0),
    Field("assignment", "struct", nullable=ALWAYS, default=None, struct=ConsumerGroupHeartbeatResponse.Assignment),
)


class ConsumerGroupDescribeRequest(Message):
    """ConsumerGroupDescribeRequest: key 69, versions 0-1."""

    API_KEY = 69
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 0

    __slots__ = ("group_ids", "include_authorized_operations")

    def __init__(self, *, group_ids: list[str] = UNSET, include_authorized_operations: bool = False) -> None:
        self.group_ids = [] if group_ids is UNSET else group_ids
        self.include_authorized_operations = include_authorized_operations
        self.unknown = None


ConsumerGroupDescribeRequest.FIELDS = (
    Field("group_ids", "string", array=True),
    Field("include_authorized_operations", "bool", default=False),
)


class ConsumerGroupDescribeResponse(Message):
    """ConsumerGroupDescribeResponse: key 69, versions 0-1."""

    API_KEY = 69
    VERSIONS = (0, 1)
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

        def __init__(self, *, topic_partitions: list[ConsumerGroupDescribeResponse.TopicPartitions] = UNSET) -> None:
            self.topic_partitions = [] if topic_partitions is UNSET else topic_partitions
            self.unknown = None

    class Member(Struct):
        __slots__ = (
            "member_id",
            "instance_id",
            "rack_id",
            "member_epoch",
            "client_id",
            "client_host",
            "subscribed_topic_names",
            "subscribed_topic_regex",
            "assignment",
            "target_assignment",
            "member_type",
        )

        def __init__(
            self,
            *,
            member_id: str = "",
            instance_id: str | None = None,
            rack_id: str | None = None,
            member_epoch: int = 0,
            client_id: str = "",
            client_host: str = "",
            subscribed_topic_names: list[str] = UNSET,
            subscribed_topic_regex: str | None = None,
            assignment: ConsumerGroupDescribeResponse.Assignment = UNSET,
            target_assignment: ConsumerGroupDescribeResponse.Assignment = UNSET,
            member_type: int = -1,
        ) -> None:
            self.member_id = member_id
            self.instance_id = instance_id
            self.rack_id = rack_id
            self.member_epoch = member_epoch
            self.client_id = client_id
            self.client_host = client_host
            self.subscribed_topic_names = [] if subscribed_topic_names is UNSET else subscribed_topic_names
            self.subscribed_topic_regex = subscribed_topic_regex
            self.assignment = ConsumerGroupDescribeResponse.Assignment() if assignment is UNSET else assignment
            self.target_assignment = ConsumerGroupDescribeResponse.Assignment() if target_assignment is UNSET else target_assignment
            self.member_type = member_type
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
            members: list[ConsumerGroupDescribeResponse.Member] = UNSET,
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

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        groups: list[ConsumerGroupDescribeResponse.DescribedGroup] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.groups = [] if groups is UNSET else groups
        self.unknown = None


ConsumerGroupDescribeResponse.TopicPartitions.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("topic_name", "string", default=""),
    Field("partitions", "int32", array=True),
)
ConsumerGroupDescribeResponse.Assignment.FIELDS = (
    Field("topic_partitions", "struct", array=True, struct=ConsumerGroupDescribeResponse.TopicPartitions),
)
ConsumerGroupDescribeResponse.Member.FIELDS = (
    Field("member_id", "string", default=""),
    Field("instance_id", "string", nullable=ALWAYS, default=None),
    Field("rack_id", "string", nullable=ALWAYS, default=None),
    Field("member_epoch", "int32", default=0),
    Field("client_id", "string", default=""),
    Field("client_host", "string", default=""),
    Field("subscribed_topic_names", "string", array=True),
    Field("subscribed_topic_regex", "string", nullable=ALWAYS, default=None),
    Field("assignment", "struct", struct=ConsumerGroupDescribeResponse.Assignment),
    Field("target_assignment", "struct", struct=ConsumerGroupDescribeResponse.Assignment),
    Field("member_type", "int8", versions=(1, 1), default=-1, ignorable=True),
)
ConsumerGroupDescribeResponse.DescribedGroup.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=None),
    Field("group_id", "string", default=""),
    Field("group_state", "string", default=""),
    Field("group_epoch", "int32", default=0),
    Field("assignment_epoch", "int32", default=0),
    Field("assignor_name", "string", default=""),
    Field("members", "struct", array=True, struct=ConsumerGroupDescribeResponse.Member),
    Field("authorized_operations", "int32", default=-2147483648),
)
ConsumerGroupDescribeResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("groups", "struct", array=True, struct=ConsumerGroupDescribeResponse.DescribedGroup),
)
