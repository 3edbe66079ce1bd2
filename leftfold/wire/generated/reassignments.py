"""The reassignments messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import ALWAYS, UNSET, Field, Message, Struct


class ElectLeadersRequest(Message):
    """ElectLeadersRequest: key 43, versions 0-2."""

    API_KEY = 43
    VERSIONS = (0, 2)
    FLEXIBLE_FROM = 2

    class TopicPartitions(Struct):
        __slots__ = ("topic", "partitions")

        def __init__(self, *, topic: str = "", partitions: list[int] = UNSET) -> None:
            self.topic = topic
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("election_type", "topic_partitions", "timeout_ms")

    def __init__(
        self,
        *,
        election_type: int = 0,
        topic_partitions: list[ElectLeadersRequest.TopicPartitions] | None = UNSET,
        timeout_ms: int = 60000,
    ) -> None:
        self.election_type = election_type
        self.topic_partitions = [] if topic_partitions is UNSET else topic_partitions
        self.timeout_ms = timeout_ms
        self.unknown = None


ElectLeadersRequest.TopicPartitions.FIELDS = (
    Field("topic", "string", default=""),
    Field("partitions", "int32", array=True),
)
ElectLeadersRequest.FIELDS = (
    Field("election_type", "int8", versions=(1, 2), default=0),
    Field("topic_partitions", "struct", nullable=ALWAYS, array=True, struct=ElectLeadersRequest.TopicPartitions),
    Field("timeout_ms", "int32", default=60000),
)


class ElectLeadersResponse(Message):
    """ElectLeadersResponse: key 43, versions 0-2."""

    API_KEY = 43
    VERSIONS = (0, 2)
    FLEXIBLE_FROM = 2

    class PartitionResult(Struct):
        __slots__ = ("partition_id", "error_code", "error_message")

        def __init__(self, *, partition_id: int = 0, error_code: int = 0, error_message: str | None = "") -> None:
            self.partition_id = partition_id
            self.error_code = error_code
            self.error_message = error_message
            self.unknown = None

    class ReplicaElectionResult(Struct):
        __slots__ = ("topic", "partition_result")

        def __init__(self, *, topic: str = "", partition_result: list[ElectLeadersResponse.PartitionResult] = UNSET) -> None:
            self.topic = topic
            self.partition_result = [] if partition_result is UNSET else partition_result
            self.unknown = None

    __slots__ = ("throttle_time_ms", "error_code", "replica_election_results")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        replica_election_results: list[ElectLeadersResponse.ReplicaElectionResult] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.replica_election_results = [] if replica_election_results is UNSET else replica_election_results
        self.unknown = None


ElectLeadersResponse.PartitionResult.FIELDS = (
    Field("partition_id", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=""),
)
ElectLeadersResponse.ReplicaElectionResult.FIELDS = (
    Field("topic", "string", default=""),
    Field("partition_result", "struct", array=True, struct=ElectLeadersResponse.PartitionResult),
)
ElectLeadersResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", versions=(1, 2), default=0),
    Field("replica_election_results", "struct", array=True, struct=ElectLeadersResponse.ReplicaElectionResult),
)


class AlterPartitionReassignmentsRequest(Message):
    """AlterPartitionReassignmentsRequest: key 45, versions 0-1."""

    API_KEY = 45
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 0

    class ReassignablePartition(Struct):
        __slots__ = ("partition_index", "replicas")

        def __init__(self, *, partition_index: int = 0, replicas: list[int] | None = None) -> None:
            self.partition_index = partition_index
            self.replicas = replicas
            self.unknown = None

    class ReassignableTopic(Struct):
        __slots__ = ("name", "partitions")

        def __init__(
            self,
            *,
            name: str = "",
            partitions: list[AlterPartitionReassignmentsRequest.ReassignablePartition] = UNSET,
        ) -> None:
            self.name = name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("timeout_ms", "allow_replication_factor_change", "topics")

    def __init__(
        self,
        *,
        timeout_ms: int = 60000,
        allow_replication_factor_change: bool = True,
        topics: list[AlterPartitionReassignmentsRequest.ReassignableTopic] = UNSET,
    ) -> None:
        self.timeout_ms = timeout_ms
        self.allow_replication_factor_change = allow_replication_factor_change
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


AlterPartitionReassignmentsRequest.ReassignablePartition.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("replicas", "int32", nullable=ALWAYS, default=None, array=True),
)
AlterPartitionReassignmentsRequest.ReassignableTopic.FIELDS = (
    Field("name", "string", default=""),
    Field("partitions", "struct", array=True, struct=AlterPartitionReassignmentsRequest.ReassignablePartition),
)
AlterPartitionReassignmentsRequest.FIELDS = (
    Field("timeout_ms", "int32", default=60000),
    Field("allow_replication_factor_change", "bool", versions=(1, 1), default=True),
    Field("topics", "struct", array=True, struct=AlterPartitionReassignmentsRequest.ReassignableTopic),
)


class AlterPartitionReassignmentsResponse(Message):
    """AlterPartitionReassignmentsResponse: key 45, versions 0-1."""

    API_KEY = 45
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 0

    class ReassignablePartitionResponse(Struct):
        __slots__ = ("partition_index", "error_code", "error_message")

        def __init__(self, *, partition_index: int = 0, error_code: int = 0, error_message: str | None = "") -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.error_message = error_message
            self.unknown = None

    class ReassignableTopicResponse(Struct):
        __slots__ = ("name", "partitions")

        def __init__(
            self,
            *,
            name: str = "",
            partitions: list[AlterPartitionReassignmentsResponse.ReassignablePartitionResponse] = UNSET,
        ) -> None:
            self.name = name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("throttle_time_ms", "allow_replication_factor_change", "error_code", "error_message", "responses")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        allow_replication_factor_change: bool = True,
        error_code: int = 0,
        error_message: str | None = "",
        responses: list[AlterPartitionReassignmentsResponse.ReassignableTopicResponse] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.allow_replication_factor_change = allow_replication_factor_change
        self.error_code = error_code
        self.error_message = error_message
        self.responses = [] if responses is UNSET else responses
        self.unknown = None


AlterPartitionReassignmentsResponse.ReassignablePartitionResponse.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=""),
)
AlterPartitionReassignmentsResponse.ReassignableTopicResponse.FIELDS = (
    Field("name", "string", default=""),
    Field("partitions", "struct", array=True, struct=AlterPartitionReassignmentsResponse.ReassignablePartitionResponse),
)
AlterPartitionReassignmentsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("allow_replication_factor_change", "bool", versions=(1, 1), default=True, ignorable=True),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=""),
    Field("responses", "struct", array=True, struct=AlterPartitionReassignmentsResponse.ReassignableTopicResponse),
)


class ListPartitionReassignmentsRequest(Message):
    """ListPartitionReassignmentsRequest: key 46, versions 0-0."""

    API_KEY = 46
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class ListPartitionReassignmentsTopics(Struct):
        __slots__ = ("name", "partition_indexes")

        def __init__(self, *, name: str = "", partition_indexes: list[int] = UNSET) -> None:
            self.name = name
            self.partition_indexes = [] if partition_indexes is UNSET else partition_indexes
            self.unknown = None

    __slots__ = ("timeout_ms", "topics")

    def __init__(
        self,
        *,
        timeout_ms: int = 60000,
        topics: list[ListPartitionReassignmentsRequest.ListPartitionReassignmentsTopics] | None = None,
    ) -> None:
        self.timeout_ms = timeout_ms
        self.topics = topics
        self.unknown = None


ListPartitionReassignmentsRequest.ListPartitionReassignmentsTopics.FIELDS = (
    Field("name", "string", default=""),
    Field("partition_indexes", "int32", array=True),
)
ListPartitionReassignmentsRequest.FIELDS = (
    Field("timeout_ms", "int32", default=60000),
    Field("topics", "struct", nullable=ALWAYS, default=None, array=True, struct=ListPartitionReassignmentsRequest.ListPartitionReassignmentsTopics),
)


class ListPartitionReassignmentsResponse(Message):
    """ListPartitionReassignmentsResponse: key 46, versions 0-0."""

    API_KEY = 46
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class OngoingPartitionReassignment(Struct):
        __slots__ = ("partition_index", "replicas", "adding_replicas", "removing_replicas")

        def __init__(
            self,
            *,
            partition_index: int = 0,
            replicas: list[int] = UNSET,
            adding_replicas: list[int] = UNSET,
            removing_replicas: list[int] = UNSET,
        ) -> None:
            self.partition_index = partition_index
            self.replicas = [] if replicas is UNSET else replicas
            self.adding_replicas = [] if adding_replicas is UNSET else adding_replicas
            self.removing_replicas = [] if removing_replicas is UNSET else removing_replicas
            self.unknown = None

    class OngoingTopicReassignment(Struct):
        __slots__ = ("name", "partitions")

        def __init__(
            self,
            *,
            name: str = "",
            partitions: list[ListPartitionReassignmentsResponse.OngoingPartitionReassignment] = UNSET,
        ) -> None:
            self.name = name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("throttle_time_ms", "error_code", "error_message", "topics")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = "",
        topics: list[ListPartitionReassignmentsResponse.OngoingTopicReassignment] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


ListPartitionReassignmentsResponse.OngoingPartitionReassignment.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("replicas", "int32", array=True),
    Field("adding_replicas", "int32", array=True),
    Field("removing_replicas", "int32", array=True),
)
ListPartitionReassignmentsResponse.OngoingTopicReassignment.FIELDS = (
    Field("name", "string", default=""),
    Field("partitions", "struct", array=True, struct=ListPartitionReassignmentsResponse.OngoingPartitionReassignment),
)
ListPartitionReassignmentsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=""),
    Field("topics", "struct", array=True, struct=ListPartitionReassignmentsResponse.OngoingTopicReassignment),
)
