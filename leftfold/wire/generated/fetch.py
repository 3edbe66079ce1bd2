"""The fetch messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import ALWAYS, UNSET, Field, Message, Struct


class FetchRequest(Message):
    """FetchRequest: key 1, versions 4-18."""

    API_KEY = 1
    VERSIONS = (4, 18)
    FLEXIBLE_FROM = 12

    class ReplicaState(Struct):
        __slots__ = ("replica_id", "replica_epoch")

        def __init__(self, *, replica_id: int = -1, replica_epoch: int = -1) -> None:
            self.replica_id = replica_id
            self.replica_epoch = replica_epoch
            self.unknown = None

    class FetchPartition(Struct):
        __slots__ = (
            "partition",
            "current_leader_epoch",
            "fetch_offset",
            "last_fetched_epoch",
            "log_start_offset",
            "partition_max_bytes",
            "replica_directory_id",
            "high_watermark",
        )

        def __init__(
            self,
            *,
            partition: int = 0,
            current_leader_epoch: int = -1,
            fetch_offset: int = 0,
            last_fetched_epoch: int = -1,
            log_start_offset: int = -1,
            partition_max_bytes: int = 0,
            replica_directory_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            high_watermark: int = 9223372036854775807,
        ) -> None:
            self.partition = partition
            self.current_leader_epoch = current_leader_epoch
            self.fetch_offset = fetch_offset
            self.last_fetched_epoch = last_fetched_epoch
            self.log_start_offset = log_start_offset
            self.partition_max_bytes = partition_max_bytes
            self.replica_directory_id = replica_directory_id
            self.high_watermark = high_watermark
            self.unknown = None

    class FetchTopic(Struct):
        __slots__ = ("topic", "topic_id", "partitions")

        def __init__(
            self,
            *,
            topic: str = "",
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[FetchRequest.FetchPartition] = UNSET,
        ) -> None:
            self.topic = topic
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class ForgottenTopic(Struct):
        __slots__ = ("topic", "topic_id", "partitions")

        def __init__(
            self,
            *,
            topic: str = "",
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[int] = UNSET,
        ) -> None:
            self.topic = topic
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = (
        "cluster_id",
        "replica_id",
        "replica_state",
        "max_wait_ms",
        "min_bytes",
        "max_bytes",
        "isolation_level",
        "session_id",
        "session_epoch",
        "topics",
        "forgotten_topics_data",
        "rack_id",
    )

    def __init__(
        self,
        *,
        cluster_id: str | None = None,
        replica_id: int = -1,
        replica_state: FetchRequest.ReplicaState = UNSET,
        max_wait_ms: int = 0,
        min_bytes: int = 0,
        max_bytes: int = 2147483647,
        isolation_level: int = 0,
        session_id: int = 0,
        session_epoch: int = -1,
        topics: list[FetchRequest.FetchTopic] = UNSET,
        forgotten_topics_data: list[FetchRequest.ForgottenTopic] = UNSET,
        rack_id: str = "",
    ) -> None:
        self.cluster_id = cluster_id
        self.replica_id = replica_id
        self.replica_state = FetchRequest.ReplicaState() if replica_state is UNSET else replica_state
        self.max_wait_ms = max_wait_ms
        self.min_bytes = min_bytes
        self.max_bytes = max_bytes
        self.isolation_level = isolation_level
        self.session_id = session_id
        self.session_epoch = session_epoch
        self.topics = [] if topics is UNSET else topics
        self.forgotten_topics_data = [] if forgotten_topics_data is UNSET else forgotten_topics_data
        self.rack_id = rack_id
        self.unknown = None


FetchRequest.ReplicaState.FIELDS = (
    Field("replica_id", "int32", versions=(15, 18), default=-1),
    Field("replica_epoch", "int64", versions=(15, 18), default=-1),
)
FetchRequest.FetchPartition.FIELDS = (
    Field("partition", "int32", default=0),
    Field("current_leader_epoch", "int32", versions=(9, 18), default=-1, ignorable=True),
    Field("fetch_offset", "int64", default=0),
    Field("last_fetched_epoch", "int32", versions=(12, 18), default=-1),
    Field("log_start_offset", "int64", versions=(5, 18), default=-1, ignorable=True),
    Field("partition_max_bytes", "int32", default=0),
    Field("replica_directory_id", "uuid", versions=(17, 18), default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', tag=0, ignorable=True),
    Field("high_watermark", "int64", versions=(18, 18), default=9223372036854775807, tag=1, ignorable=True),
)
FetchRequest.FetchTopic.FIELDS = (
    Field("topic", "string", versions=(4, 12), default="", ignorable=True),
    Field("topic_id", "uuid", versions=(13, 18), default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', ignorable=True),
    Field("partitions", "struct", array=True, struct=FetchRequest.FetchPartition),
)
FetchRequest.ForgottenTopic.FIELDS = (
    Field("topic", "string", versions=(7, 12), default="", ignorable=True),
    Field("topic_id", "uuid", versions=(13, 18), default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', ignorable=True),
    Field("partitions", "int32", versions=(7, 18), array=True),
)
FetchRequest.FIELDS = (
    Field("cluster_id", "string", versions=(12, 18), nullable=(12, 18), default=None, tag=0, ignorable=True),
    Field("replica_id", "int32", versions=(4, 14), default=-1),
    Field("replica_state", "struct", versions=(15, 18), tag=1, struct=FetchRequest.ReplicaState),
    Field("max_wait_ms", "int32", default=0),
    Field("min_bytes", "int32", default=0),
    Field("max_bytes", "int32", default=2147483647, ignorable=True),
    Field("isolation_level", "int8", default=0, ignorable=True),
    Field("session_id", "int32", versions=(7, 18), default=0, ignorable=True),
    Field("session_epoch", "int32", versions=(7, 18), default=-1, ignorable=True),
    Field("topics", "struct", array=True, struct=FetchRequest.FetchTopic),
    Field("forgotten_topics_data", "struct", versions=(7, 18), array=True, struct=FetchRequest.ForgottenTopic),
    Field("rack_id", "string", versions=(11, 18), default="", ignorable=True),
)


class FetchResponse(Message):
    """FetchResponse: key 1, versions 4-18."""

    API_KEY = 1
    VERSIONS = (4, 18)
    FLEXIBLE_FROM = 12

    class EpochEndOffset(Struct):
        __slots__ = ("epoch", "end_offset")

        def __init__(self, *, epoch: int = -1, end_offset: int = -1) -> None:
            self.epoch = epoch
            self.end_offset = end_offset
            self.unknown = None

    class LeaderIdAndEpoch(Struct):
        __slots__ = ("leader_id", "leader_epoch")

        def __init__(self, *, leader_id: int = -1, leader_epoch: int = -1) -> None:
            self.leader_id = leader_id
            self.leader_epoch = leader_epoch
            self.unknown = None

    class SnapshotId(Struct):
        __slots__ = ("end_offset", "epoch")

        def __init__(self, *, end_offset: int = -1, epoch: int = -1) -> None:
            self.end_offset = end_offset
            self.epoch = epoch
            self.unknown = None

    class AbortedTransaction(Struct):
        __slots__ = ("producer_id", "first_offset")

        def __init__(self, *, producer_id: int = 0, first_offset: int = 0) -> None:
            self.producer_id = producer_id
            self.first_offset = first_offset
            self.unknown = None

    class PartitionData(Struct):
        __slots__ = (
            "partition_index",
            "error_code",
            "high_watermark",
            "last_stable_offset",
            "log_start_offset",
            "diverging_epoch",
            "current_leader",
            "snapshot_id",
            "aborted_transactions",
            "preferred_read_replica",
            "records",
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            error_code: int = 0,
            high_watermark: int = 0,
            last_stable_offset: int = -1,
            log_start_offset: int = -1,
            diverging_epoch: FetchResponse.EpochEndOffset = UNSET,
            current_leader: FetchResponse.LeaderIdAndEpoch = UNSET,
            snapshot_id: FetchResponse.SnapshotId = UNSET,
            aborted_transactions: list[FetchResponse.AbortedTransaction] | None = UNSET,
            preferred_read_replica: int = -1,
            records: bytes | None = None,
        ) -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.high_watermark = high_watermark
            self.last_stable_offset = last_stable_offset
            self.log_start_offset = log_start_offset
            self.diverging_epoch = FetchResponse.EpochEndOffset() if diverging_epoch is UNSET else diverging_epoch
            self.current_leader = FetchResponse.LeaderIdAndEpoch() if current_leader is UNSET else current_leader
            self.snapshot_id = FetchResponse.SnapshotId() if snapshot_id is UNSET else snapshot_id
            self.aborted_transactions = [] if aborted_transactions is UNSET else aborted_transactions
            self.preferred_read_replica = preferred_read_replica
            self.records = records
            self.unknown = None

    class FetchableTopicResponse(Struct):
        __slots__ = ("topic", "topic_id", "partitions")

        def __init__(
            self,
            *,
            topic: str = "",
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[FetchResponse.PartitionData] = UNSET,
        ) -> None:
            self.topic = topic
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

    __slots__ = ("throttle_time_ms", "error_code", "session_id", "responses", "node_endpoints")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        session_id: int = 0,
        responses: list[FetchResponse.FetchableTopicResponse] = UNSET,
        node_endpoints: list[FetchResponse.NodeEndpoint] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.session_id = session_id
        self.responses = [] if responses is UNSET else responses
        self.node_endpoints = [] if node_endpoints is UNSET else node_endpoints
        self.unknown = None


FetchResponse.EpochEndOffset.FIELDS = (
    Field("epoch", "int32", versions=(12, 18), default=-1),
    Field("end_offset", "int64", versions=(12, 18), default=-1),
)
FetchResponse.LeaderIdAndEpoch.FIELDS = (
    Field("leader_id", "int32", versions=(12, 18), default=-1),
    Field("leader_epoch", "int32", versions=(12, 18), default=-1),
)
FetchResponse.SnapshotId.FIELDS = (
    Field("end_offset", "int64", default=-1),
    Field("epoch", "int32", default=-1),
)
FetchResponse.AbortedTransaction.FIELDS = (
    Field("producer_id", "int64", default=0),
    Field("first_offset", "int64", default=0),
)
FetchResponse.PartitionData.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("high_watermark", "int64", default=0),
    Field("last_stable_offset", "int64", default=-1, ignorable=True),
    Field("log_start_offset", "int64", versions=(5, 18), default=-1, ignorable=True),
    Field("diverging_epoch", "struct", versions=(12, 18), tag=0, struct=FetchResponse.EpochEndOffset),
    Field("current_leader", "struct", versions=(12, 18), tag=1, struct=FetchResponse.LeaderIdAndEpoch),
    Field("snapshot_id", "struct", versions=(12, 18), tag=2, struct=FetchResponse.SnapshotId),
    Field("aborted_transactions", "struct", nullable=ALWAYS, array=True, ignorable=True, struct=FetchResponse.AbortedTransaction),
    Field("preferred_read_replica", "int32", versions=(11, 18), default=-1),
    Field("records", "records", nullable=ALWAYS, default=None),
)
FetchResponse.FetchableTopicResponse.FIELDS = (
    Field("topic", "string", versions=(4, 12), default="", ignorable=True),
    Field("topic_id", "uuid", versions=(13, 18), default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', ignorable=True),
    Field("partitions", "struct", array=True, struct=FetchResponse.PartitionData),
)
FetchResponse.NodeEndpoint.FIELDS = (
    Field("node_id", "int32", versions=(16, 18), default=0),
    Field("host", "string", versions=(16, 18), default=""),
    Field("port", "int32", versions=(16, 18), default=0),
    Field("rack", "string", versions=(16, 18), nullable=(16, 18), default=None),
)
FetchResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0, ignorable=True),
    Field("error_code", "int16", versions=(7, 18), default=0, ignorable=True),
    Field("session_id", "int32", versions=(7, 18), default=0),
    Field("responses", "struct", array=True, struct=FetchResponse.FetchableTopicResponse),
    Field("node_endpoints", "struct", versions=(16, 18), array=True, tag=0, struct=FetchResponse.NodeEndpoint),
)
