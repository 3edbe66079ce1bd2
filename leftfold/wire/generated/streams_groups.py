"""The streams groups messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import ALWAYS, UNSET, Field, Message, Struct


class StreamsGroupHeartbeatRequest(Message):
    """StreamsGroupHeartbeatRequest: key 88, versions 0-1."""

    API_KEY = 88
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 0

    class KeyValue(Struct):
        __slots__ = ("key", "value")

        def __init__(self, *, key: str = "", value: str = "") -> None:
            self.key = key
            self.value = value
            self.unknown = None

    class TopicInfo(Struct):
        __slots__ = ("name", "partitions", "replication_factor", "topic_configs")

        def __init__(
            self,
            *,
            name: str = "",
            partitions: int = 0,
            replication_factor: int = 0,
            topic_configs: list[StreamsGroupHeartbeatRequest.KeyValue] = UNSET,
        ) -> None:
            self.name = name
            self.partitions = partitions
            self.replication_factor = replication_factor
            self.topic_configs = [] if topic_configs is UNSET else topic_configs
            self.unknown = None

    class Endpoint(Struct):
        __slots__ = ("host", "port")

        def __init__(self, *, host: str = "", port: int = 0) -> None:
            self.host = host
            self.port = port
            self.unknown = None

    class TaskOffset(Struct):
        __slots__ = ("subtopology_id", "partition", "offset")

        def __init__(self, *, subtopology_id: str = "", partition: int = 0, offset: int = 0) -> None:
            self.subtopology_id = subtopology_id
            self.partition = partition
            self.offset = offset
            self.unknown = None

    class TaskIds(Struct):
        __slots__ = ("subtopology_id", "partitions")

        def __init__(self, *, subtopology_id: str = "", partitions: list[int] = UNSET) -> None:
            self.subtopology_id = subtopology_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class CopartitionGroup(Struct):
        __slots__ = ("source_topics", "source_topic_regex", "repartition_source_topics")

        def __init__(
            self,
            *,
            source_topics: list[int] = UNSET,
            source_topic_regex: list[int] = UNSET,
            repartition_source_topics: list[int] = UNSET,
        ) -> None:
            self.source_topics = [] if source_topics is UNSET else source_topics
            self.source_topic_regex = [] if source_topic_regex is UNSET else source_topic_regex
            self.repartition_source_topics = [] if repartition_source_topics is UNSET else repartition_source_topics
            self.unknown = None

    class Subtopology(Struct):
        __slots__ = (
            "subtopology_id",
            "source_topics",
            "source_topic_regex",
            "state_changelog_topics",
            "repartition_sink_topics",
            "repartition_source_topics",
            "copartition_groups",
        )

        def __init__(
            self,
            *,
            subtopology_id: str = "",
            source_topics: list[str] = UNSET,
            source_topic_regex: list[str] = UNSET,
            state_changelog_topics: list[StreamsGroupHeartbeatRequest.TopicInfo] = UNSET,
            repartition_sink_topics: list[str] = UNSET,
            repartition_source_topics: list[StreamsGroupHeartbeatRequest.TopicInfo] = UNSET,
            copartition_groups: list[StreamsGroupHeartbeatRequest.CopartitionGroup] = UNSET,
        ) -> None:
            self.subtopology_id = subtopology_id
            self.source_topics = [] if source_topics is UNSET else source_topics
            self.source_topic_regex = [] if source_topic_regex is UNSET else source_topic_regex
            self.state_changelog_topics = [] if state_changelog_topics is UNSET else state_changelog_topics
            self.repartition_sink_topics = [] if repartition_sink_topics is UNSET else repartition_sink_topics
            self.repartition_source_topics = [] if repartition_source_topics is UNSET else repartition_source_topics
            self.copartition_groups = [] if copartition_groups is UNSET else copartition_groups
            self.unknown = None

    class Topology(Struct):
        __slots__ = ("epoch", "subtopologies")

        def __init__(self, *, epoch: int = 0, subtopologies: list[StreamsGroupHeartbeatRequest.Subtopology] = UNSET) -> None:
            self.epoch = epoch
            self.subtopologies = [] if subtopologies is UNSET else subtopologies
            self.unknown = None

    __slots__ = (
        "group_id",
        "member_id",
        "member_epoch",
        "endpoint_information_epoch",
        "instance_id",
        "rack_id",
        "rebalance_timeout_ms",
        "topology",
        "active_tasks",
        "standby_tasks",
        "warmup_tasks",
        "process_id",
        "user_endpoint",
        "client_tags",
        "task_offsets",
        "task_end_offsets",
        "shutdown_application",
    )

    def __init__(
        self,
        *,
        group_id: str = "",
        member_id: str = "",
        member_epoch: int = 0,
        endpoint_information_epoch: int = 0,
        instance_id: str | None = None,
        rack_id: str | None = None,
        rebalance_timeout_ms: int = -1,
        topology: StreamsGroupHeartbeatRequest.Topology | None = None,
        active_tasks: list[StreamsGroupHeartbeatRequest.TaskIds] | None = None,
        standby_tasks: list[StreamsGroupHeartbeatRequest.TaskIds] | None = None,
        warmup_tasks: list[StreamsGroupHeartbeatRequest.TaskIds] | None = None,
        process_id: str | None = None,
        user_endpoint: StreamsGroupHeartbeatRequest.Endpoint | None = None,
        client_tags: list[StreamsGroupHeartbeatRequest.KeyValue] | None = None,
        task_offsets: list[StreamsGroupHeartbeatRequest.TaskOffset] | None = None,
        task_end_offsets: list[StreamsGroupHeartbeatRequest.TaskOffset] | None = None,
        shutdown_application: bool = False,
    ) -> None:
        self.group_id = group_id
        self.member_id = member_id
        self.member_epoch = member_epoch
        self.endpoint_information_epoch = endpoint_information_epoch
        self.instance_id = instance_id
        self.rack_id = rack_id
        self.rebalance_timeout_ms = rebalance_timeout_ms
        self.topology = topology
        self.active_tasks = active_tasks
        self.standby_tasks = standby_tasks
        self.warmup_tasks = warmup_tasks
        self.process_id = process_id
        self.user_endpoint = user_endpoint
        self.client_tags = client_tags
        self.task_offsets = task_offsets
        self.task_end_offsets = task_end_offsets
        self.shutdown_application = shutdown_application
        self.unknown = None


StreamsGroupHeartbeatRequest.KeyValue.FIELDS = (
    Field("key", "string", default=""),
    Field("value", "string", default=""),
)
StreamsGroupHeartbeatRequest.TopicInfo.FIELDS = (
    Field("name", "string", default=""),
    Field("partitions", "int32", default=0),
    Field("replication_factor", "int16", default=0),
    Field("topic_configs", "struct", array=True, struct=StreamsGroupHeartbeatRequest.KeyValue),
)
StreamsGroupHeartbeatRequest.Endpoint.FIELDS = (
    Field("host", "string", default=""),
    Field("port", "uint16", default=0),
)
StreamsGroupHeartbeatRequest.TaskOffset.FIELDS = (
    Field("subtopology_id", "string", default=""),
    Field("partition", "int32", default=0),
    Field("offset", "int64", default=0),
)
StreamsGroupHeartbeatRequest.TaskIds.FIELDS = (
    Field("subtopology_id", "string", default=""),
    Field("partitions", "int32", array=True),
)
StreamsGroupHeartbeatRequest.CopartitionGroup.FIELDS = (
    Field("source_topics", "int16", array=True),
    Field("source_topic_regex", "int16", array=True),
    Field("repartition_source_topics", "int16", array=True),
)
StreamsGroupHeartbeatRequest.Subtopology.FIELDS = (
    Field("subtopology_id", "string", default=""),
    Field("source_topics", "string", array=True),
    Field("source_topic_regex", "string", array=True),
    Field("state_changelog_topics", "struct", array=True, struct=StreamsGroupHeartbeatRequest.TopicInfo),
    Field("repartition_sink_topics", "string", array=True),
    Field("repartition_source_topics", "struct", array=True, struct=StreamsGroupHeartbeatRequest.TopicInfo),
    Field("copartition_groups", "struct", array=True, struct=StreamsGroupHeartbeatRequest.CopartitionGroup),
)
StreamsGroupHeartbeatRequest.Topology.FIELDS = (
    Field("epoch", "int32", default=0),
    Field("subtopologies", "struct", array=True, struct=StreamsGroupHeartbeatRequest.Subtopology),
)
StreamsGroupHeartbeatRequest.FIELDS = (
    Field("group_id", "string", default=""),
    Field("member_id", "string", default=""),
    Field("member_epoch", "int32", default=0),
    Field("endpoint_information_epoch", "int32", default=0),
    Field("instance_id", "string", nullable=ALWAYS, default=None),
    Field("rack_id", "string", nullable=ALWAYS, default=None),
    Field("rebalance_timeout_ms", "int32", default=-1),
    Field("topology", "struct", nullable=ALWAYS, default=None, struct=StreamsGroupHeartbeatRequest.Topology),
    Field("active_tasks", "struct", nullable=ALWAYS, default=None, array=True, struct=StreamsGroupHeartbeatRequest.TaskIds),
    Field("standby_tasks", "struct", nullable=ALWAYS, default=None, array=True, struct=StreamsGroupHeartbeatRequest.TaskIds),
    Field("warmup_tasks", "struct", nullable=ALWAYS, default=None, array=True, struct=StreamsGroupHeartbeatRequest.TaskIds),
    Field("process_id", "string", nullable=ALWAYS, default=None),
    Field("user_endpoint", "struct", nullable=ALWAYS, default=None, struct=StreamsGroupHeartbeatRequest.Endpoint),
    Field("client_tags", "struct", nullable=ALWAYS, default=None, array=True, struct=StreamsGroupHeartbeatRequest.KeyValue),
    Field("task_offsets", "struct", nullable=ALWAYS, default=None, array=True, struct=StreamsGroupHeartbeatRequest.TaskOffset),
    Field("task_end_offsets", "struct", nullable=ALWAYS, default=None, array=True, struct=StreamsGroupHeartbeatRequest.TaskOffset),
    Field("shutdown_application", "bool", default=False),
)


class StreamsGroupHeartbeatResponse(Message):
    """StreamsGroupHeartbeatResponse: key 88, versions 0-1."""

    API_KEY = 88
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 0

    class Status(Struct):
        __slots__ = ("status_code", "status_detail")

        def __init__(self, *, status_code: int = 0, status_detail: str = "") -> None:
            self.status_code = status_code
            self.status_detail = status_detail
            self.unknown = None

    class TopicPartition(Struct):
        __slots__ = ("topic", "partitions")

        def __init__(self, *, topic: str = "", partitions: list[int] = UNSET) -> None:
            self.topic = topic
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class TaskIds(Struct):
        __slots__ = ("subtopology_id", "partitions")

        def __init__(self, *, subtopology_id: str = "", partitions: list[int] = UNSET) -> None:
            self.subtopology_id = subtopology_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class Endpoint(Struct):
        __slots__ = ("host", "port")

        def __init__(self, *, host: str = "", port: int = 0) -> None:
            self.host = host
            self.port = port
            self.unknown = None

    class EndpointToPartitions(Struct):
        __slots__ = ("user_endpoint", "active_partitions", "standby_partitions")

        def __init__(
            self,
            *,
            user_endpoint: StreamsGroupHeartbeatResponse.Endpoint = UNSET,
            active_partitions: list[StreamsGroupHeartbeatResponse.TopicPartition] = UNSET,
            standby_partitions: list[StreamsGroupHeartbeatResponse.TopicPartition] = UNSET,
        ) -> None:
            self.user_endpoint = StreamsGroupHeartbeatResponse.Endpoint() if user_endpoint is UNSET else user_endpoint
            self.active_partitions = [] if active_partitions is UNSET else active_partitions
            self.standby_partitions = [] if standby_partitions is UNSET else standby_partitions
            self.unknown = None

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "error_message",
        "member_id",
        "member_epoch",
        "heartbeat_interval_ms",
        "acceptable_recovery_lag_legacy",
        "task_offset_interval_ms",
        "acceptable_recovery_lag",
        "status",
        "active_tasks",
        "standby_tasks",
        "warmup_tasks",
        "topology_description_required",
        "endpoint_information_epoch",
        "partitions_by_user_endpoint",
    )

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = None,
        member_id: str = "",
        member_epoch: int = 0,
        heartbeat_interval_ms: int = 0,
        acceptable_recovery_lag_legacy: int = 0,
        task_offset_interval_ms: int = 0,
        acceptable_recovery_lag: int = -1,
        status: list[StreamsGroupHeartbeatResponse.Status] | None = UNSET,
        active_tasks: list[StreamsGroupHeartbeatResponse.TaskIds] | None = None,
        standby_tasks: list[StreamsGroupHeartbeatResponse.TaskIds] | None = None,
        warmup_tasks: list[StreamsGroupHeartbeatResponse.TaskIds] | None = None,
        topology_description_required: bool = False,
        endpoint_information_epoch: int = 0,
        partitions_by_user_endpoint: list[StreamsGroupHeartbeatResponse.EndpointToPartitions] | None = None,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.member_id = member_id
        self.member_epoch = member_epoch
        self.heartbeat_interval_ms = heartbeat_interval_ms
        self.acceptable_recovery_lag_legacy = acceptable_recovery_lag_legacy
        self.task_offset_interval_ms = task_offset_interval_ms
        self.acceptable_recovery_lag = acceptable_recovery_lag
        self.status = [] if status is UNSET else status
        self.active_tasks = active_tasks
        self.standby_tasks = standby_tasks
        self.warmup_tasks = warmup_tasks
        self.topology_description_required = topology_description_required
        self.endpoint_information_epoch = endpoint_information_epoch
        self.partitions_by_user_endpoint = partitions_by_user_endpoint
        self.unknown = None


StreamsGroupHeartbeatResponse.Status.FIELDS = (
    Field("status_code", "int8", default=0),
    Field("status_detail", "string", default=""),
)
StreamsGroupHeartbeatResponse.TopicPartition.FIELDS = (
    Field("topic", "string", default=""),
    Field("partitions", "int32", array=True),
)
StreamsGroupHeartbeatResponse.TaskIds.FIELDS = (
    Field("subtopology_id", "string", default=""),
    Field("partitions", "int32", array=True),
)
StreamsGroupHeartbeatResponse.Endpoint.FIELDS = (
    Field("host", "string", default=""),
    Field("port", "uint16", default=0),
)
StreamsGroupHeartbeatResponse.EndpointToPartitions.FIELDS = (
    Field("user_endpoint", "struct", struct=StreamsGroupHeartbeatResponse.Endpoint),
    Field("active_partitions", "struct", array=True, struct=StreamsGroupHeartbeatResponse.TopicPartition),
    Field("standby_partitions", "struct", array=True, struct=StreamsGroupHeartbeatResponse.TopicPartition),
)
StreamsGroupHeartbeatResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=None),
    Field("member_id", "string", default=""),
    Field("member_epoch", "int32", default=0),
    Field("heartbeat_interval_ms", "int32", default=0),
    Field("acceptable_recovery_lag_legacy", "int32", versions=(0, 0), default=0),
    Field("task_offset_interval_ms", "int32", default=0),
    Field("acceptable_recovery_lag", "int64", versions=(1, 1), default=-1, ignorable=True),
    Field("status", "struct", nullable=ALWAYS, array=True, struct=StreamsGroupHeartbeatResponse.Status),
    Field("active_tasks", "struct", nullable=ALWAYS, default=None, array=True, struct=StreamsGroupHeartbeatResponse.TaskIds),
    Field("standby_tasks", "struct", nullable=ALWAYS, default=None, array=True, struct=StreamsGroupHeartbeatResponse.TaskIds),
    Field("warmup_tasks", "struct", nullable=ALWAYS, default=None, array=True, struct=StreamsGroupHeartbeatResponse.TaskIds),
    Field("topology_description_required", "bool", versions=(1, 1), default=False),
    Field("endpoint_information_epoch", "int32", default=0),
    Field("partitions_by_user_endpoint", "struct", nullable=ALWAYS, default=None, array=True, struct=StreamsGroupHeartbeatResponse.EndpointToPartitions),
)


class StreamsGroupDescribeRequest(Message):
    """StreamsGroupDescribeRequest: key 89, versions 0-1."""

    API_KEY = 89
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 0

    __slots__ = ("group_ids", "include_authorized_operations", "include_topology_description")

    def __init__(
        self,
        *,
        group_ids: list[str] = UNSET,
        include_authorized_operations: bool = False,
        include_topology_description: bool = False,
    ) -> None:
        self.group_ids = [] if group_ids is UNSET else group_ids
        self.include_authorized_operations = include_authorized_operations
        self.include_topology_description = include_topology_description
        self.unknown = None


StreamsGroupDescribeRequest.FIELDS = (
    Field("group_ids", "string", array=True),
    Field("include_authorized_operations", "bool", default=False),
    Field("include_topology_description", "bool", versions=(1, 1), default=False),
)


class StreamsGroupDescribeResponse(Message):
    """StreamsGroupDescribeResponse: key 89, versions 0-1."""

    API_KEY = 89
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 0

    class Endpoint(Struct):
        __slots__ = ("host", "port")

        def __init__(self, *, host: str = "", port: int = 0) -> None:
            self.host = host
            self.port = port
            self.unknown = None

    class TaskOffset(Struct):
        __slots__ = ("subtopology_id", "partition", "offset")

        def __init__(self, *, subtopology_id: str = "", partition: int = 0, offset: int = 0) -> None:
            self.subtopology_id = subtopology_id
            self.partition = partition
            self.offset = offset
            self.unknown = None

    class TaskIds(Struct):
        __slots__ = ("subtopology_id", "partitions")

        def __init__(self, *, subtopology_id: str = "", partitions: list[int] = UNSET) -> None:
            self.subtopology_id = subtopology_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class Assignment(Struct):
        __slots__ = ("active_tasks", "standby_tasks", "warmup_tasks")

        def __init__(
            self,
            *,
            active_tasks: list[StreamsGroupDescribeResponse.TaskIds] = UNSET,
            standby_tasks: list[StreamsGroupDescribeResponse.TaskIds] = UNSET,
            warmup_tasks: list[StreamsGroupDescribeResponse.TaskIds] = UNSET,
        ) -> None:
            self.active_tasks = [] if active_tasks is UNSET else active_tasks
            self.standby_tasks = [] if standby_tasks is UNSET else standby_tasks
            self.warmup_tasks = [] if warmup_tasks is UNSET else warmup_tasks
            self.unknown = None

    class KeyValue(Struct):
        __slots__ = ("key", "value")

        def __init__(self, *, key: str = "", value: str = "") -> None:
            self.key = key
            self.value = value
            self.unknown = None

    class TopicInfo(Struct):
        __slots__ = ("name", "partitions", "replication_factor", "topic_configs")

        def __init__(
            self,
            *,
            name: str = "",
            partitions: int = 0,
            replication_factor: int = 0,
            topic_configs: list[StreamsGroupDescribeResponse.KeyValue] = UNSET,
        ) -> None:
            self.name = name
            self.partitions = partitions
            self.replication_factor = replication_factor
            self.topic_configs = [] if topic_configs is UNSET else topic_configs
            self.unknown = None

    class TopologyDescriptionNode(Struct):
        __slots__ = ("name", "node_type", "source_topics", "sink_topic", "stores", "successors")

        def __init__(
            self,
            *,
            name: str = "",
            node_type: int = 0,
            source_topics: list[str] = UNSET,
            sink_topic: str | None = None,
            stores: list[str] = UNSET,
            successors: list[str] = UNSET,
        ) -> None:
            self.name = name
            self.node_type = node_type
            self.source_topics = [] if source_topics is UNSET else source_topics
            self.sink_topic = sink_topic
            self.stores = [] if stores is UNSET else stores
            self.successors = [] if successors is UNSET else successors
            self.unknown = None

    class TopologyDescriptionSubtopology(Struct):
        __slots__ = ("subtopology_id", "nodes")

        def __init__(
            self,
            *,
            subtopology_id: str = "",
            nodes: list[StreamsGroupDescribeResponse.TopologyDescriptionNode] = UNSET,
        ) -> None:
            self.subtopology_id = subtopology_id
            self.nodes = [] if nodes is UNSET else nodes
            self.unknown = None

    class TopologyDescriptionGlobalStore(Struct):
        __slots__ = ("source", "processor")

        def __init__(
            self,
            *,
            source: StreamsGroupDescribeResponse.TopologyDescriptionNode = UNSET,
            processor: StreamsGroupDescribeResponse.TopologyDescriptionNode = UNSET,
        ) -> None:
            self.source = StreamsGroupDescribeResponse.TopologyDescriptionNode() if source is UNSET else source
            self.processor = StreamsGroupDescribeResponse.TopologyDescriptionNode() if processor is UNSET else processor
            self.unknown = None

    class TopologyDescription(Struct):
        __slots__ = ("subtopologies", "global_stores")

        def __init__(
            self,
            *,
            subtopologies: list[StreamsGroupDescribeResponse.TopologyDescriptionSubtopology] = UNSET,
            global_stores: list[StreamsGroupDescribeResponse.TopologyDescriptionGlobalStore] = UNSET,
        ) -> None:
            self.subtopologies = [] if subtopologies is UNSET else subtopologies
            self.global_stores = [] if global_stores is UNSET else global_stores
            self.unknown = None

    class Subtopology(Struct):
        __slots__ = (
            "subtopology_id",
            "source_topics",
            "repartition_sink_topics",
            "state_changelog_topics",
            "repartition_source_topics",
        )

        def __init__(
            self,
            *,
            subtopology_id: str = "",
            source_topics: list[str] = UNSET,
            repartition_sink_topics: list[str] = UNSET,
            state_changelog_topics: list[StreamsGroupDescribeResponse.TopicInfo] = UNSET,
            repartition_source_topics: list[StreamsGroupDescribeResponse.TopicInfo] = UNSET,
        ) -> None:
            self.subtopology_id = subtopology_id
            self.source_topics = [] if source_topics is UNSET else source_topics
            self.repartition_sink_topics = [] if repartition_sink_topics is UNSET else repartition_sink_topics
            self.state_changelog_topics = [] if state_changelog_topics is UNSET else state_changelog_topics
            self.repartition_source_topics = [] if repartition_source_topics is UNSET else repartition_source_topics
            self.unknown = None

    class Topology(Struct):
        __slots__ = ("epoch", "subtopologies")

        def __init__(
            self,
            *,
            epoch: int = 0,
            subtopologies: list[StreamsGroupDescribeResponse.Subtopology] | None = None,
        ) -> None:
            self.epoch = epoch
            self.subtopologies = subtopologies
            self.unknown = None

    class Member(Struct):
        __slots__ = (
            "member_id",
            "member_epoch",
            "instance_id",
            "rack_id",
            "client_id",
            "client_host",
            "topology_epoch",
            "process_id",
            "user_endpoint",
            "client_tags",
            "task_offsets",
            "task_end_offsets",
            "assignment",
            "target_assignment",
            "is_classic",
        )

        def __init__(
            self,
            *,
            member_id: str = "",
            member_epoch: int = 0,
            instance_id: str | None = None,
            rack_id: str | None = None,
            client_id: str = "",
            client_host: str = "",
            topology_epoch: int = 0,
            process_id: str = "",
            user_endpoint: StreamsGroupDescribeResponse.Endpoint | None = None,
            client_tags: list[StreamsGroupDescribeResponse.KeyValue] = UNSET,
            task_offsets: list[StreamsGroupDescribeResponse.TaskOffset] = UNSET,
            task_end_offsets: list[StreamsGroupDescribeResponse.TaskOffset] = UNSET,
            assignment: StreamsGroupDescribeResponse.Assignment = UNSET,
            target_assignment: StreamsGroupDescribeResponse.Assignment = UNSET,
            is_classic: bool = False,
        ) -> None:
            self.member_id = member_id
            self.member_epoch = member_epoch
            self.instance_id = instance_id
            self.rack_id = rack_id
            self.client_id = client_id
            self.client_host = client_host
            self.topology_epoch = topology_epoch
            self.process_id = process_id
            self.user_endpoint = user_endpoint
            self.client_tags = [] if client_tags is UNSET else client_tags
            self.task_offsets = [] if task_offsets is UNSET else task_offsets
            self.task_end_offsets = [] if task_end_offsets is UNSET else task_end_offsets
            self.assignment = StreamsGroupDescribeResponse.Assignment() if assignment is UNSET else assignment
            self.target_assignment = StreamsGroupDescribeResponse.Assignment() if target_assignment is UNSET else target_assignment
            self.is_classic = is_classic
            self.unknown = None

    class DescribedGroup(Struct):
        __slots__ = (
            "error_code",
            "error_message",
            "group_id",
            "group_state",
            "group_epoch",
            "assignment_epoch",
            "topology",
            "members",
            "authorized_operations",
            "topology_description",
            "topology_description_status",
            "assignor_name",
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
            topology: StreamsGroupDescribeResponse.Topology | None = None,
            members: list[StreamsGroupDescribeResponse.Member] = UNSET,
            authorized_operations: int = -2147483648,
            topology_description: StreamsGroupDescribeResponse.TopologyDescription | None = None,
            topology_description_status: int = 0,
            assignor_name: str | None = None,
        ) -> None:
            self.error_code = error_code
            self.error_message = error_message
            self.group_id = group_id
            self.group_state = group_state
            self.group_epoch = group_epoch
            self.assignment_epoch = assignment_epoch
            self.topology = topology
            self.members = [] if members is UNSET else members
            self.authorized_operations = authorized_operations
            self.topology_description = topology_description
            self.topology_description_status = topology_description_status
            self.assignor_name = assignor_name
            self.unknown = None

    __slots__ = ("throttle_time_ms", "groups")

    def __init__(self, *, throttle_time_ms: int = 0, groups: list[StreamsGroupDescribeResponse.DescribedGroup] = UNSET) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.groups = [] if groups is UNSET else groups
        self.unknown = None


StreamsGroupDescribeResponse.Endpoint.FIELDS = (
    Field("host", "string", default=""),
    Field("port", "uint16", default=0),
)
StreamsGroupDescribeResponse.TaskOffset.FIELDS = (
    Field("subtopology_id", "string", default=""),
    Field("partition", "int32", default=0),
    Field("offset", "int64", default=0),
)
StreamsGroupDescribeResponse.TaskIds.FIELDS = (
    Field("subtopology_id", "string", default=""),
    Field("partitions", "int32", array=True),
)
StreamsGroupDescribeResponse.Assignment.FIELDS = (
    Field("active_tasks", "struct", array=True, struct=StreamsGroupDescribeResponse.TaskIds),
    Field("standby_tasks", "struct", array=True, struct=StreamsGroupDescribeResponse.TaskIds),
    Field("warmup_tasks", "struct", array=True, struct=StreamsGroupDescribeResponse.TaskIds),
)
StreamsGroupDescribeResponse.KeyValue.FIELDS = (
    Field("key", "string", default=""),
    Field("value", "string", default=""),
)
StreamsGroupDescribeResponse.TopicInfo.FIELDS = (
    Field("name", "string", default=""),
    Field("partitions", "int32", default=0),
    Field("replication_factor", "int16", default=0),
    Field("topic_configs", "struct", array=True, struct=StreamsGroupDescribeResponse.KeyValue),
)
StreamsGroupDescribeResponse.TopologyDescriptionNode.FIELDS = (
    Field("name", "string", versions=(1, 1), default=""),
    Field("node_type", "int8", versions=(1, 1), default=0),
    Field("source_topics", "string", versions=(1, 1), array=True),
    Field("sink_topic", "string", versions=(1, 1), nullable=(1, 1), default=None),
    Field("stores", "string", versions=(1, 1), array=True),
    Field("successors", "string", versions=(1, 1), array=True),
)
StreamsGroupDescribeResponse.TopologyDescriptionSubtopology.FIELDS = (
    Field("subtopology_id", "string", versions=(1, 1), default=""),
    Field("nodes", "struct", versions=(1, 1), array=True, struct=StreamsGroupDescribeResponse.TopologyDescriptionNode),
)
StreamsGroupDescribeResponse.TopologyDescriptionGlobalStore.FIELDS = (
    Field("source", "struct", versions=(1, 1), struct=StreamsGroupDescribeResponse.TopologyDescriptionNode),
    Field("processor", "struct", versions=(1, 1), struct=StreamsGroupDescribeResponse.TopologyDescriptionNode),
)
StreamsGroupDescribeResponse.TopologyDescription.FIELDS = (
    Field("subtopologies", "struct", versions=(1, 1), array=True, struct=StreamsGroupDescribeResponse.TopologyDescriptionSubtopology),
    Field("global_stores", "struct", versions=(1, 1), array=True, struct=StreamsGroupDescribeResponse.TopologyDescriptionGlobalStore),
)
StreamsGroupDescribeResponse.Subtopology.FIELDS = (
    Field("subtopology_id", "string", default=""),
    Field("source_topics", "string", array=True),
    Field("repartition_sink_topics", "string", array=True),
    Field("state_changelog_topics", "struct", array=True, struct=StreamsGroupDescribeResponse.TopicInfo),
    Field("repartition_source_topics", "struct", array=True, struct=StreamsGroupDescribeResponse.TopicInfo),
)
StreamsGroupDescribeResponse.Topology.FIELDS = (
    Field("epoch", "int32", default=0),
    Field("subtopologies", "struct", nullable=ALWAYS, default=None, array=True, struct=StreamsGroupDescribeResponse.Subtopology),
)
StreamsGroupDescribeResponse.Member.FIELDS = (
    Field("member_id", "string", default=""),
    Field("member_epoch", "int32", default=0),
    Field("instance_id", "string", nullable=ALWAYS, default=None),
    Field("rack_id", "string", nullable=ALWAYS, default=None),
    Field("client_id", "string", default=""),
    Field("client_host", "string", default=""),
    Field("topology_epoch", "int32", default=0),
    Field("process_id", "string", default=""),
    Field("user_endpoint", "struct", nullable=ALWAYS, default=None, struct=StreamsGroupDescribeResponse.Endpoint),
    Field("client_tags", "struct", array=True, struct=StreamsGroupDescribeResponse.KeyValue),
    Field("task_offsets", "struct", array=True, struct=StreamsGroupDescribeResponse.TaskOffset),
    Field("task_end_offsets", "struct", array=True, struct=StreamsGroupDescribeResponse.TaskOffset),
    Field("assignment", "struct", struct=StreamsGroupDescribeResponse.Assignment),
    Field("target_assignment", "struct", struct=StreamsGroupDescribeResponse.Assignment),
    Field("is_classic", "bool", default=False),
)
StreamsGroupDescribeResponse.DescribedGroup.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=None),
    Field("group_id", "string", default=""),
    Field("group_state", "string", default=""),
    Field("group_epoch", "int32", default=0),
    Field("assignment_epoch", "int32", default=0),
    Field("topology", "struct", nullable=ALWAYS, default=None, struct=StreamsGroupDescribeResponse.Topology),
    Field("members", "struct", array=True, struct=StreamsGroupDescribeResponse.Member),
    Field("authorized_operations", "int32", default=-2147483648),
    Field("topology_description", "struct", versions=(1, 1), nullable=(1, 1), default=None, struct=StreamsGroupDescribeResponse.TopologyDescription),
    Field("topology_description_status", "int8", versions=(1, 1), default=0),
    Field("assignor_name", "string", versions=(1, 1), nullable=(1, 1), default=None, ignorable=True),
)
StreamsGroupDescribeResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("groups", "struct", array=True, struct=StreamsGroupDescribeResponse.DescribedGroup),
)


class StreamsGroupTopologyDescriptionUpdateRequest(Message):
    """StreamsGroupTopologyDescriptionUpdateRequest: key 93, versions 0-0."""

    API_KEY = 93
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class TopologyDescriptionNode(Struct):
        __slots__ = ("name", "node_type", "source_topics", "sink_topic", "stores", "successors")

        def __init__(
            self,
            *,
            name: str = "",
            node_type: int = 0,
            source_topics: list[str] = UNSET,
            sink_topic: str | None = None,
            stores: list[str] = UNSET,
            successors: list[str] = UNSET,
        ) -> None:
            self.name = name
            self.node_type = node_type
            self.source_topics = [] if source_topics is UNSET else source_topics
            self.sink_topic = sink_topic
            self.stores = [] if stores is UNSET else stores
            self.successors = [] if successors is UNSET else successors
            self.unknown = None

    class TopologyDescriptionSubtopology(Struct):
        __slots__ = ("subtopology_id", "nodes")

        def __init__(
            self,
            *,
            subtopology_id: str = "",
            nodes: list[StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionNode] = UNSET,
        ) -> None:
            self.subtopology_id = subtopology_id
            self.nodes = [] if nodes is UNSET else nodes
            self.unknown = None

    class TopologyDescriptionGlobalStore(Struct):
        __slots__ = ("source", "processor")

        def __init__(
            self,
            *,
            source: StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionNode = UNSET,
            processor: StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionNode = UNSET,
        ) -> None:
            self.source = StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionNode() if source is UNSET else source
            self.processor = StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionNode() if processor is UNSET else processor
            self.unknown = None

    class TopologyDescription(Struct):
        __slots__ = ("subtopologies", "global_stores")

        def __init__(
            self,
            *,
            subtopologies: list[StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionSubtopology] = UNSET,
            global_stores: list[StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionGlobalStore] = UNSET,
        ) -> None:
            self.subtopologies = [] if subtopologies is UNSET else subtopologies
            self.global_stores = [] if global_stores is UNSET else global_stores
            self.unknown = None

    __slots__ = ("group_id", "member_id", "topology_epoch", "topology_description")

    def __init__(
        self,
        *,
        group_id: str = "",
        member_id: str = "",
        topology_epoch: int = 0,
        topology_description: StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescription = UNSET,
    ) -> None:
        self.group_id = group_id
        self.member_id = member_id
        self.topology_epoch = topology_epoch
        self.topology_description = StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescription() if topology_description is UNSET else topology_description
        self.unknown = None


StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionNode.FIELDS = (
    Field("name", "string", default=""),
    Field("node_type", "int8", default=0),
    Field("source_topics", "string", array=True),
    Field("sink_topic", "string", nullable=ALWAYS, default=None),
    Field("stores", "string", array=True),
    Field("successors", "string", array=True),
)
StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionSubtopology.FIELDS = (
    Field("subtopology_id", "string", default=""),
    Field("nodes", "struct", array=True, struct=StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionNode),
)
StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionGlobalStore.FIELDS = (
    Field("source", "struct", struct=StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionNode),
    Field("processor", "struct", struct=StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionNode),
)
StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescription.FIELDS = (
    Field("subtopologies", "struct", array=True, struct=StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionSubtopology),
    Field("global_stores", "struct", array=True, struct=StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescriptionGlobalStore),
)
StreamsGroupTopologyDescriptionUpdateRequest.FIELDS = (
    Field("group_id", "string", default=""),
    Field("member_id", "string", default=""),
    Field("topology_epoch", "int32", default=0),
    Field("topology_description", "struct", struct=StreamsGroupTopologyDescriptionUpdateRequest.TopologyDescription),
)


class StreamsGroupTopologyDescriptionUpdateResponse(Message):
    """StreamsGroupTopologyDescriptionUpdateResponse: key 93, versions 0-0."""

    API_KEY = 93
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    __slots__ = ("throttle_time_ms", "error_code", "error_message")

    def __init__(self, *, throttle_time_ms: int = 0, error_code: int = 0, error_message: str | None = None) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.unknown = None


StreamsGroupTopologyDescriptionUpdateResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=None),
)
