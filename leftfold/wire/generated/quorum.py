"""The quorum messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import ALWAYS, UNSET, Field, Message, Struct


class VoteRequest(Message):
    """VoteRequest: key 52, versions 0-2."""

    API_KEY = 52
    VERSIONS = (0, 2)
    FLEXIBLE_FROM = 0

    class PartitionData(Struct):
        __slots__ = (
            "partition_index",
            "replica_epoch",
            "replica_id",
            "replica_directory_id",
            "voter_directory_id",
            "last_offset_epoch",
            "last_offset",
            "pre_vote",
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            replica_epoch: int = 0,
            replica_id: int = 0,
            replica_directory_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            voter_directory_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            last_offset_epoch: int = 0,
            last_offset: int = 0,
            pre_vote: bool = False,
        ) -> None:
            self.partition_index = partition_index
            self.replica_epoch = replica_epoch
            self.replica_id = replica_id
            self.replica_directory_id = replica_directory_id
            self.voter_directory_id = voter_directory_id
            self.last_offset_epoch = last_offset_epoch
            self.last_offset = last_offset
            self.pre_vote = pre_vote
            self.unknown = None

    class TopicData(Struct):
        __slots__ = ("topic_name", "partitions")

        def __init__(self, *, topic_name: str = "", partitions: list[VoteRequest.PartitionData] = UNSET) -> None:
            self.topic_name = topic_name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("cluster_id", "voter_id", "topics")

    def __init__(
        self,
        *,
        cluster_id: str | None = None,
        voter_id: int = -1,
        topics: list[VoteRequest.TopicData] = UNSET,
    ) -> None:
        self.cluster_id = cluster_id
        self.voter_id = voter_id
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


VoteRequest.PartitionData.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("replica_epoch", "int32", default=0),
    Field("replica_id", "int32", default=0),
    Field("replica_directory_id", "uuid", versions=(1, 2), default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', ignorable=True),
    Field("voter_directory_id", "uuid", versions=(1, 2), default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', ignorable=True),
    Field("last_offset_epoch", "int32", default=0),
    Field("last_offset", "int64", default=0),
    Field("pre_vote", "bool", versions=(2, 2), default=False),
)
VoteRequest.TopicData.FIELDS = (
    Field("topic_name", "string", default=""),
    Field("partitions", "struct", array=True, struct=VoteRequest.PartitionData),
)
VoteRequest.FIELDS = (
    Field("cluster_id", "string", nullable=ALWAYS, default=None),
    Field("voter_id", "int32", versions=(1, 2), default=-1, ignorable=True),
    Field("topics", "struct", array=True, struct=VoteRequest.TopicData),
)


class VoteResponse(Message):
    """VoteResponse: key 52, versions 0-2."""

    API_KEY = 52
    VERSIONS = (0, 2)
    FLEXIBLE_FROM = 0

    class PartitionData(Struct):
        __slots__ = ("partition_index", "error_code", "leader_id", "leader_epoch", "vote_granted")

        def __init__(
            self,
            *,
            partition_index: int = 0,
            error_code: int = 0,
            leader_id: int = 0,
            leader_epoch: int = 0,
            vote_granted: bool = False,
        ) -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.leader_id = leader_id
            self.leader_epoch = leader_epoch
            self.vote_granted = vote_granted
            self.unknown = None

    class TopicData(Struct):
        __slots__ = ("topic_name", "partitions")

        def __init__(self, *, topic_name: str = "", partitions: list[VoteResponse.PartitionData] = UNSET) -> None:
            self.topic_name = topic_name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class NodeEndpoint(Struct):
        __slots__ = ("node_id", "host", "port")

        def __init__(self, *, node_id: int = 0, host: str = "", port: int = 0) -> None:
            self.node_id = node_id
            self.host = host
            self.port = port
            self.unknown = None

    __slots__ = ("error_code", "topics", "node_endpoints")

    def __init__(
        self,
        *,
        error_code: int = 0,
        topics: list[VoteResponse.TopicData] = UNSET,
        node_endpoints: list[VoteResponse.NodeEndpoint] = UNSET,
    ) -> None:
        self.error_code = error_code
        self.topics = [] if topics is UNSET else topics
        self.node_endpoints = [] if node_endpoints is UNSET else node_endpoints
        self.unknown = None


VoteResponse.PartitionData.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("leader_id", "int32", default=0),
    Field("leader_epoch", "int32", default=0),
    Field("vote_granted", "bool", default=False),
)
VoteResponse.TopicData.FIELDS = (
    Field("topic_name", "string", default=""),
    Field("partitions", "struct", array=True, struct=VoteResponse.PartitionData),
)
VoteResponse.NodeEndpoint.FIELDS = (
    Field("node_id", "int32", versions=(1, 2), default=0),
    Field("host", "string", versions=(1, 2), default=""),
    Field("port", "uint16", versions=(1, 2), default=0),
)
VoteResponse.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("topics", "struct", array=True, struct=VoteResponse.TopicData),
    Field("node_endpoints", "struct", versions=(1, 2), array=True, tag=0, struct=VoteResponse.NodeEndpoint),
)


class BeginQuorumEpochRequest(Message):
    """BeginQuorumEpochRequest: key 53, versions 0-1."""

    API_KEY = 53
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 1

    class PartitionData(Struct):
        __slots__ = ("partition_index", "voter_directory_id", "leader_id", "leader_epoch")

        def __init__(
            self,
            *,
            partition_index: int = 0,
            voter_directory_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            leader_id: int = 0,
            leader_epoch: int = 0,
        ) -> None:
            self.partition_index = partition_index
            self.voter_directory_id = voter_directory_id
            self.leader_id = leader_id
            self.leader_epoch = leader_epoch
            self.unknown = None

    class TopicData(Struct):
        __slots__ = ("topic_name", "partitions")

        def __init__(self, *, topic_name: str = "", partitions: list[BeginQuorumEpochRequest.PartitionData] = UNSET) -> None:
            self.topic_name = topic_name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class LeaderEndpoint(Struct):
        __slots__ = ("name", "host", "port")

        def __init__(self, *, name: str = "", host: str = "", port: int = 0) -> None:
            self.name = name
            self.host = host
            self.port = port
            self.unknown = None

    __slots__ = ("cluster_id", "voter_id", "topics", "leader_endpoints")

    def __init__(
        self,
        *,
        cluster_id: str | None = None,
        voter_id: int = -1,
        topics: list[BeginQuorumEpochRequest.TopicData] = UNSET,
        leader_endpoints: list[BeginQuorumEpochRequest.LeaderEndpoint] = UNSET,
    ) -> None:
        self.cluster_id = cluster_id
        self.voter_id = voter_id
        self.topics = [] if topics is UNSET else topics
        self.leader_endpoints = [] if leader_endpoints is UNSET else leader_endpoints
        self.unknown = None


BeginQuorumEpochRequest.PartitionData.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("voter_directory_id", "uuid", versions=(1, 1), default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', ignorable=True),
    Field("leader_id", "int32", default=0),
    Field("leader_epoch", "int32", default=0),
)
BeginQuorumEpochRequest.TopicData.FIELDS = (
    Field("topic_name", "string", default=""),
    Field("partitions", "struct", array=True, struct=BeginQuorumEpochRequest.PartitionData),
)
BeginQuorumEpochRequest.LeaderEndpoint.FIELDS = (
    Field("name", "string", versions=(1, 1), default=""),
    Field("host", "string", versions=(1, 1), default=""),
    Field("port", "uint16", versions=(1, 1), default=0),
)
BeginQuorumEpochRequest.FIELDS = (
    Field("cluster_id", "string", nullable=ALWAYS, default=None),
    Field("voter_id", "int32", versions=(1, 1), default=-1, ignorable=True),
    Field("topics", "struct", array=True, struct=BeginQuorumEpochRequest.TopicData),
    Field("leader_endpoints", "struct", versions=(1, 1), array=True, ignorable=True, struct=BeginQuorumEpochRequest.LeaderEndpoint),
)


class BeginQuorumEpochResponse(Message):
    """BeginQuorumEpochResponse: key 53, versions 0-1."""

    API_KEY = 53
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 1

    class PartitionData(Struct):
        __slots__ = ("partition_index", "error_code", "leader_id", "leader_epoch")

        def __init__(self, *, partition_index: int = 0, error_code: int = 0, leader_id: int = 0, leader_epoch: int = 0) -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.leader_id = leader_id
            self.leader_epoch = leader_epoch
            self.unknown = None

    class TopicData(Struct):
        __slots__ = ("topic_name", "partitions")

        def __init__(self, *, topic_name: str = "", partitions: list[BeginQuorumEpochResponse.PartitionData] = UNSET) -> None:
            self.topic_name = topic_name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class NodeEndpoint(Struct):
        __slots__ = ("node_id", "host", "port")

        def __init__(self, *, node_id: int = 0, host: str = "", port: int = 0) -> None:
            self.node_id = node_id
            self.host = host
            self.port = port
            self.unknown = None

    __slots__ = ("error_code", "topics", "node_endpoints")

    def __init__(
        self,
        *,
        error_code: int = 0,
        topics: list[BeginQuorumEpochResponse.TopicData] = UNSET,
        node_endpoints: list[BeginQuorumEpochResponse.NodeEndpoint] = UNSET,
    ) -> None:
        self.error_code = error_code
        self.topics = [] if topics is UNSET else topics
        self.node_endpoints = [] if node_endpoints is UNSET else node_endpoints
        self.unknown = None


BeginQuorumEpochResponse.PartitionData.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("leader_id", "int32", default=0),
    Field("leader_epoch", "int32", default=0),
)
BeginQuorumEpochResponse.TopicData.FIELDS = (
    Field("topic_name", "string", default=""),
    Field("partitions", "struct", array=True, struct=BeginQuorumEpochResponse.PartitionData),
)
BeginQuorumEpochResponse.NodeEndpoint.FIELDS = (
    Field("node_id", "int32", versions=(1, 1), default=0),
    Field("host", "string", versions=(1, 1), default=""),
    Field("port", "uint16", versions=(1, 1), default=0),
)
BeginQuorumEpochResponse.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("topics", "struct", array=True, struct=BeginQuorumEpochResponse.TopicData),
    Field("node_endpoints", "struct", versions=(1, 1), array=True, tag=0, struct=BeginQuorumEpochResponse.NodeEndpoint),
)


class EndQuorumEpochRequest(Message):
    """EndQuorumEpochRequest: key 54, versions 0-1."""

    API_KEY = 54
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 1

    class ReplicaInfo(Struct):
        __slots__ = ("candidate_id", "candidate_directory_id")

        def __init__(
            self,
            *,
            candidate_id: int = 0,
            candidate_directory_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
        ) -> None:
            self.candidate_id = candidate_id
            self.candidate_directory_id = candidate_directory_id
            self.unknown = None

    class PartitionData(Struct):
        __slots__ = ("partition_index", "leader_id", "leader_epoch", "preferred_successors", "preferred_candidates")

        def __init__(
            self,
            *,
            partition_index: int = 0,
            leader_id: int = 0,
            leader_epoch: int = 0,
            preferred_successors: list[int] = UNSET,
            preferred_candidates: list[EndQuorumEpochRequest.ReplicaInfo] = UNSET,
        ) -> None:
            self.partition_index = partition_index
            self.leader_id = leader_id
            self.leader_epoch = leader_epoch
            self.preferred_successors = [] if preferred_successors is UNSET else preferred_successors
            self.preferred_candidates = [] if preferred_candidates is UNSET else preferred_candidates
            self.unknown = None

    class TopicData(Struct):
        __slots__ = ("topic_name", "partitions")

        def __init__(self, *, topic_name: str = "", partitions: list[EndQuorumEpochRequest.PartitionData] = UNSET) -> None:
            self.topic_name = topic_name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class LeaderEndpoint(Struct):
        __slots__ = ("name", "host", "port")

        def __init__(self, *, name: str = "", host: str = "", port: int = 0) -> None:
            self.name = name
            self.host = host
            self.port = port
            self.unknown = None

    __slots__ = ("cluster_id", "topics", "leader_endpoints")

    def __init__(
        self,
        *,
        cluster_id: str | None = None,
        topics: list[EndQuorumEpochRequest.TopicData] = UNSET,
        leader_endpoints: list[EndQuorumEpochRequest.LeaderEndpoint] = UNSET,
    ) -> None:
        self.cluster_id = cluster_id
        self.topics = [] if topics is UNSET else topics
        self.leader_endpoints = [] if leader_endpoints is UNSET else leader_endpoints
        self.unknown = None


EndQuorumEpochRequest.ReplicaInfo.FIELDS = (
    Field("candidate_id", "int32", versions=(1, 1), default=0),
    Field("candidate_directory_id", "uuid", versions=(1, 1), default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
)
EndQuorumEpochRequest.PartitionData.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("leader_id", "int32", default=0),
    Field("leader_epoch", "int32", default=0),
    Field("preferred_successors", "int32", versions=(0, 0), array=True, ignorable=True),
    Field("preferred_candidates", "struct", versions=(1, 1), array=True, ignorable=True, struct=EndQuorumEpochRequest.ReplicaInfo),
)
EndQuorumEpochRequest.TopicData.FIELDS = (
    Field("topic_name", "string", default=""),
    Field("partitions", "struct", array=True, struct=EndQuorumEpochRequest.PartitionData),
)
EndQuorumEpochRequest.LeaderEndpoint.FIELDS = (
    Field("name", "string", versions=(1, 1), default=""),
    Field("host", "string", versions=(1, 1), default=""),
    Field("port", "uint16", versions=(1, 1), default=0),
)
EndQuorumEpochRequest.FIELDS = (
    Field("cluster_id", "string", nullable=ALWAYS, default=None),
    Field("topics", "struct", array=True, struct=EndQuorumEpochRequest.TopicData),
    Field("leader_endpoints", "struct", versions=(1, 1), array=True, ignorable=True, struct=EndQuorumEpochRequest.LeaderEndpoint),
)


class EndQuorumEpochResponse(Message):
    """EndQuorumEpochResponse: key 54, versions 0-1."""

    API_KEY = 54
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 1

    class PartitionData(Struct):
        __slots__ = ("partition_index", "error_code", "leader_id", "leader_epoch")

        def __init__(self, *, partition_index: int = 0, error_code: int = 0, leader_id: int = 0, leader_epoch: int = 0) -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.leader_id = leader_id
            self.leader_epoch = leader_epoch
            self.unknown = None

    class TopicData(Struct):
        __slots__ = ("topic_name", "partitions")

        def __init__(self, *, topic_name: str = "", partitions: list[EndQuorumEpochResponse.PartitionData] = UNSET) -> None:
            self.topic_name = topic_name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class NodeEndpoint(Struct):
        __slots__ = ("node_id", "host", "port")

        def __init__(self, *, node_id: int = 0, host: str = "", port: int = 0) -> None:
            self.node_id = node_id
            self.host = host
            self.port = port
            self.unknown = None

    __slots__ = ("error_code", "topics", "node_endpoints")

    def __init__(
        self,
        *,
        error_code: int = 0,
        topics: list[EndQuorumEpochResponse.TopicData] = UNSET,
        node_endpoints: list[EndQuorumEpochResponse.NodeEndpoint] = UNSET,
    ) -> None:
        self.error_code = error_code
        self.topics = [] if topics is UNSET else topics
        self.node_endpoints = [] if node_endpoints is UNSET else node_endpoints
        self.unknown = None


EndQuorumEpochResponse.PartitionData.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("leader_id", "int32", default=0),
    Field("leader_epoch", "int32", default=0),
)
EndQuorumEpochResponse.TopicData.FIELDS = (
    Field("topic_name", "string", default=""),
    Field("partitions", "struct", array=True, struct=EndQuorumEpochResponse.PartitionData),
)
EndQuorumEpochResponse.NodeEndpoint.FIELDS = (
    Field("node_id", "int32", versions=(1, 1), default=0),
    Field("host", "string", versions=(1, 1), default=""),
    Field("port", "uint16", versions=(1, 1), default=0),
)
EndQuorumEpochResponse.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("topics", "struct", array=True, struct=EndQuorumEpochResponse.TopicData),
    Field("node_endpoints", "struct", versions=(1, 1), array=True, tag=0, struct=EndQuorumEpochResponse.NodeEndpoint),
)


class DescribeQuorumRequest(Message):
    """DescribeQuorumRequest: key 55, versions 0-2."""

    API_KEY = 55
    VERSIONS = (0, 2)
    FLEXIBLE_FROM = 0

    class PartitionData(Struct):
        __slots__ = ("partition_index",)

        def __init__(self, *, partition_index: int = 0) -> None:
            self.partition_index = partition_index
            self.unknown = None

    class TopicData(Struct):
        __slots__ = ("topic_name", "partitions")

        def __init__(self, *, topic_name: str = "", partitions: list[DescribeQuorumRequest.PartitionData] = UNSET) -> None:
            self.topic_name = topic_name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("topics",)

    def __init__(self, *, topics: list[DescribeQuorumRequest.TopicData] = UNSET) -> None:
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


DescribeQuorumRequest.PartitionData.FIELDS = (
    Field("partition_index", "int32", default=0),
)
DescribeQuorumRequest.TopicData.FIELDS = (
    Field("topic_name", "string", default=""),
    Field("partitions", "struct", array=True, struct=DescribeQuorumRequest.PartitionData),
)
DescribeQuorumRequest.FIELDS = (
    Field("topics", "struct", array=True, struct=DescribeQuorumRequest.TopicData),
)


class DescribeQuorumResponse(Message):
    """DescribeQuorumResponse: key 55, versions 0-2."""

    API_KEY = 55
    VERSIONS = (0, 2)
    FLEXIBLE_FROM = 0

    class ReplicaState(Struct):
        __slots__ = ("replica_id", "replica_directory_id", "log_end_offset", "last_fetch_timestamp", "last_caught_up_timestamp")

        def __init__(
            self,
            *,
            replica_id: int = 0,
            replica_directory_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            log_end_offset: int = 0,
            last_fetch_timestamp: int = -1,
            last_caught_up_timestamp: int = -1,
        ) -> None:
            self.replica_id = replica_id
            self.replica_directory_id = replica_directory_id
            self.log_end_offset = log_end_offset
            self.last_fetch_timestamp = last_fetch_timestamp
            self.last_caught_up_timestamp = last_caught_up_timestamp
            self.unknown = None

    class PartitionData(Struct):
        __slots__ = (
            "partition_index",
            "error_code",
            "error_message",
            "leader_id",
            "leader_epoch",
            "high_watermark",
            "current_voters",
            "observers",
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            error_code: int = 0,
            error_message: str | None = "",
            leader_id: int = 0,
            leader_epoch: int = 0,
            high_watermark: int = 0,
            current_voters: list[DescribeQuorumResponse.ReplicaState] = UNSET,
            observers: list[DescribeQuorumResponse.ReplicaState] = UNSET,
        ) -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.error_message = error_message
            self.leader_id = leader_id
            self.leader_epoch = leader_epoch
            self.high_watermark = high_watermark
            self.current_voters = [] if current_voters is UNSET else current_voters
            self.observers = [] if observers is UNSET else observers
            self.unknown = None

    class TopicData(Struct):
        __slots__ = ("topic_name", "partitions")

        def __init__(self, *, topic_name: str = "", partitions: list[DescribeQuorumResponse.PartitionData] = UNSET) -> None:
            self.topic_name = topic_name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class Listener(Struct):
        __slots__ = ("name", "host", "port")

        def __init__(self, *, name: str = "", host: str = "", port: int = 0) -> None:
            self.name = name
            self.host = host
            self.port = port
            self.unknown = None

    class Node(Struct):
        __slots__ = ("node_id", "listeners")

        def __init__(self, *, node_id: int = 0, listeners: list[DescribeQuorumResponse.Listener] = UNSET) -> None:
            self.node_id = node_id
            self.listeners = [] if listeners is UNSET else listeners
            self.unknown = None

    __slots__ = ("error_code", "error_message", "topics", "nodes")

    def __init__(
        self,
        *,
        error_code: int = 0,
        error_message: str | None = "",
        topics: list[DescribeQuorumResponse.TopicData] = UNSET,
        nodes: list[DescribeQuorumResponse.Node] = UNSET,
    ) -> None:
        self.error_code = error_code
        self.error_message = error_message
        self.topics = [] if topics is UNSET else topics
        self.nodes = [] if nodes is UNSET else nodes
        self.unknown = None


DescribeQuorumResponse.ReplicaState.FIELDS = (
    Field("replica_id", "int32", default=0),
    Field("replica_directory_id", "uuid", versions=(2, 2), default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("log_end_offset", "int64", default=0),
    Field("last_fetch_timestamp", "int64", versions=(1, 2), default=-1, ignorable=True),
    Field("last_caught_up_timestamp", "int64", versions=(1, 2), default=-1, ignorable=True),
)
DescribeQuorumResponse.PartitionData.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", versions=(2, 2), nullable=(2, 2), default="", ignorable=True),
    Field("leader_id", "int32", default=0),
    Field("leader_epoch", "int32", default=0),
    Field("high_watermark", "int64", default=0),
    Field("current_voters", "struct", array=True, struct=DescribeQuorumResponse.ReplicaState),
    Field("observers", "struct", array=True, struct=DescribeQuorumResponse.ReplicaState),
)
DescribeQuorumResponse.TopicData.FIELDS = (
    Field("topic_name", "string", default=""),
    Field("partitions", "struct", array=True, struct=DescribeQuorumResponse.PartitionData),
)
DescribeQuorumResponse.Listener.FIELDS = (
    Field("name", "string", versions=(2, 2), default=""),
    Field("host", "string", versions=(2, 2), default=""),
    Field("port", "uint16", versions=(2, 2), default=0),
)
DescribeQuorumResponse.Node.FIELDS = (
    Field("node_id", "int32", versions=(2, 2), default=0),
    Field("listeners", "struct", versions=(2, 2), array=True, struct=DescribeQuorumResponse.Listener),
)
DescribeQuorumResponse.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("error_message", "string", versions=(2, 2), nullable=(2, 2), default="", ignorable=True),
    Field("topics", "struct", array=True, struct=DescribeQuorumResponse.TopicData),
    Field("nodes", "struct", versions=(2, 2), array=True, struct=DescribeQuorumResponse.Node),
)


class AlterPartitionRequest(Message):
    """AlterPartitionRequest: key 56, versions 2-3."""

    API_KEY = 56
    VERSIONS = (2, 3)
    FLEXIBLE_FROM = 0

    class BrokerState(Struct):
        __slots__ = ("broker_id", "broker_epoch")

        def __init__(self, *, broker_id: int = 0, broker_epoch: int = -1) -> None:
            self.broker_id = broker_id
            self.broker_epoch = broker_epoch
            self.unknown = None

    class PartitionData(Struct):
        __slots__ = (
            "partition_index",
            "leader_epoch",
            "new_isr",
            "new_isr_with_epochs",
            "leader_recovery_state",
            "partition_epoch",
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            leader_epoch: int = 0,
            new_isr: list[int] = UNSET,
            new_isr_with_epochs: list[AlterPartitionRequest.BrokerState] = UNSET,
            leader_recovery_state: int = 0,
            partition_epoch: int = 0,
        ) -> None:
            self.partition_index = partition_index
            self.leader_epoch = leader_epoch
            self.new_isr = [] if new_isr is UNSET else new_isr
            self.new_isr_with_epochs = [] if new_isr_with_epochs is UNSET else new_isr_with_epochs
            self.leader_recovery_state = leader_recovery_state
            self.partition_epoch = partition_epoch
            self.unknown = None

    class TopicData(Struct):
        __slots__ = ("topic_id", "partitions")

        def __init__(
            self,
            *,
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[AlterPartitionRequest.PartitionData] = UNSET,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("broker_id", "broker_epoch", "topics")

    def __init__(
        self,
        *,
        broker_id: int = 0,
        broker_epoch: int = -1,
        topics: list[AlterPartitionRequest.TopicData] = UNSET,
    ) -> None:
        self.broker_id = broker_id
        self.broker_epoch = broker_epoch
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


AlterPartitionRequest.BrokerState.FIELDS = (
    Field("broker_id", "int32", versions=(3, 3), default=0),
    Field("broker_epoch", "int64", versions=(3, 3), default=-1),
)
AlterPartitionRequest.PartitionData.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("leader_epoch", "int32", default=0),
    Field("new_isr", "int32", versions=(2, 2), array=True),
    Field("new_isr_with_epochs", "struct", versions=(3, 3), array=True, struct=AlterPartitionRequest.BrokerState),
    Field("leader_recovery_state", "int8", default=0),
    Field("partition_epoch", "int32", default=0),
)
AlterPartitionRequest.TopicData.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', ignorable=True),
    Field("partitions", "struct", array=True, struct=AlterPartitionRequest.PartitionData),
)
AlterPartitionRequest.FIELDS = (
    Field("broker_id", "int32", default=0),
    Field("broker_epoch", "int64", default=-1),
    Field("topics", "struct", array=True, struct=AlterPartitionRequest.TopicData),
)


class AlterPartitionResponse(Message):
    """AlterPartitionResponse: key 56, versions 2-3."""

    API_KEY = 56
    VERSIONS = (2, 3)
    FLEXIBLE_FROM = 0

    class PartitionData(Struct):
        __slots__ = (
            "partition_index",
            "error_code",
            "leader_id",
            "leader_epoch",
            "isr",
            "leader_recovery_state",
            "partition_epoch",
        )

        def __init__(
            self,
            *,
            partition_index: int = 0,
            error_code: int = 0,
            leader_id: int = 0,
            leader_epoch: int = 0,
            isr: list[int] = UNSET,
            leader_recovery_state: int = 0,
            partition_epoch: int = 0,
        ) -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.leader_id = leader_id
            self.leader_epoch = leader_epoch
            self.isr = [] if isr is UNSET else isr
            self.leader_recovery_state = leader_recovery_state
            self.partition_epoch = partition_epoch
            self.unknown = None

    class TopicData(Struct):
        __slots__ = ("topic_id", "partitions")

        def __init__(
            self,
            *,
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[AlterPartitionResponse.PartitionData] = UNSET,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("throttle_time_ms", "error_code", "topics")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        topics: list[AlterPartitionResponse.TopicData] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


AlterPartitionResponse.PartitionData.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("leader_id", "int32", default=0),
    Field("leader_epoch", "int32", default=0),
    Field("isr", "int32", array=True),
    Field("leader_recovery_state", "int8", default=0, ignorable=True),
    Field("partition_epoch", "int32", default=0),
)
AlterPartitionResponse.TopicData.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', ignorable=True),
    Field("partitions", "struct", array=True, struct=AlterPartitionResponse.PartitionData),
)
AlterPartitionResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("topics", "struct", array=True, struct=AlterPartitionResponse.TopicData),
)


class FetchSnapshotRequest(Message):
    """FetchSnapshotRequest: key 59, versions 0-1."""

    API_KEY = 59
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 0

    class SnapshotId(Struct):
        __slots__ = ("end_offset", "epoch")

        def __init__(self, *, end_offset: int = 0, epoch: int = 0) -> None:
            self.end_offset = end_offset
            self.epoch = epoch
            self.unknown = None

    class PartitionSnapshot(Struct):
        __slots__ = ("partition", "current_leader_epoch", "snapshot_id", "position", "replica_directory_id")

        def __init__(
            self,
            *,
            partition: int = 0,
            current_leader_epoch: int = 0,
            snapshot_id: FetchSnapshotRequest.SnapshotId = UNSET,
            position: int = 0,
            replica_directory_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
        ) -> None:
            self.partition = partition
            self.current_leader_epoch = current_leader_epoch
            self.snapshot_id = FetchSnapshotRequest.SnapshotId() if snapshot_id is UNSET else snapshot_id
            self.position = position
            self.replica_directory_id = replica_directory_id
            self.unknown = None

    class TopicSnapshot(Struct):
        __slots__ = ("name", "partitions")

        def __init__(self, *, name: str = "", partitions: list[FetchSnapshotRequest.PartitionSnapshot] = UNSET) -> None:
            self.name = name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("cluster_id", "replica_id", "max_bytes", "topics")

    def __init__(
        self,
        *,
        cluster_id: str | None = None,
        replica_id: int = -1,
        max_bytes: int = 2147483647,
        topics: list[FetchSnapshotRequest.TopicSnapshot] = UNSET,
    ) -> None:
        self.cluster_id = cluster_id
        self.replica_id = replica_id
        self.max_bytes = max_bytes
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


FetchSnapshotRequest.SnapshotId.FIELDS = (
    Field("end_offset", "int64", default=0),
    Field("epoch", "int32", default=0),
)
FetchSnapshotRequest.PartitionSnapshot.FIELDS = (
    Field("partition", "int32", default=0),
    Field("current_leader_epoch", "int32", default=0),
    Field("snapshot_id", "struct", struct=FetchSnapshotRequest.SnapshotId),
    Field("position", "int64", default=0),
    Field("replica_directory_id", "uuid", versions=(1, 1), default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', tag=0, ignorable=True),
)
FetchSnapshotRequest.TopicSnapshot.FIELDS = (
    Field("name", "string", default=""),
    Field("partitions", "struct", array=True, struct=FetchSnapshotRequest.PartitionSnapshot),
)
FetchSnapshotRequest.FIELDS = (
    Field("cluster_id", "string", nullable=ALWAYS, default=None, tag=0),
    Field("replica_id", "int32", default=-1),
    Field("max_bytes", "int32", default=2147483647),
    Field("topics", "struct", array=True, struct=FetchSnapshotRequest.TopicSnapshot),
)


class FetchSnapshotResponse(Message):
    """FetchSnapshotResponse: key 59, versions 0-1."""

    API_KEY = 59
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 0

    class SnapshotId(Struct):
        __slots__ = ("end_offset", "epoch")

        def __init__(self, *, end_offset: int = 0, epoch: int = 0) -> None:
            self.end_offset = end_offset
            self.epoch = epoch
            self.unknown = None

    class LeaderIdAndEpoch(Struct):
        __slots__ = ("leader_id", "leader_epoch")

        def __init__(self, *, leader_id: int = 0, leader_epoch: int = 0) -> None:
            self.leader_id = leader_id
            self.leader_epoch = leader_epoch
            self.unknown = None

    class PartitionSnapshot(Struct):
        __slots__ = ("index", "error_code", "snapshot_id", "current_leader", "size", "position", "unaligned_records")

        def __init__(
            self,
            *,
            index: int = 0,
            error_code: int = 0,
            snapshot_id: FetchSnapshotResponse.SnapshotId = UNSET,
            current_leader: FetchSnapshotResponse.LeaderIdAndEpoch = UNSET,
            size: int = 0,
            position: int = 0,
            unaligned_records: bytes = b'',
        ) -> None:
            self.index = index
            self.error_code = error_code
            self.snapshot_id = FetchSnapshotResponse.SnapshotId() if snapshot_id is UNSET else snapshot_id
            self.current_leader = FetchSnapshotResponse.LeaderIdAndEpoch() if current_leader is UNSET else current_leader
            self.size = size
            self.position = position
            self.unaligned_records = unaligned_records
            self.unknown = None

    class TopicSnapshot(Struct):
        __slots__ = ("name", "partitions")

        def __init__(self, *, name: str = "", partitions: list[FetchSnapshotResponse.PartitionSnapshot] = UNSET) -> None:
            self.name = name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class NodeEndpoint(Struct):
        __slots__ = ("node_id", "host", "port")

        def __init__(self, *, node_id: int = 0, host: str = "", port: int = 0) -> None:
            self.node_id = node_id
            self.host = host
            self.port = port
            self.unknown = None

    __slots__ = ("throttle_time_ms", "error_code", "topics", "node_endpoints")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        topics: list[FetchSnapshotResponse.TopicSnapshot] = UNSET,
        node_endpoints: list[FetchSnapshotResponse.NodeEndpoint] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.topics = [] if topics is UNSET else topics
        self.node_endpoints = [] if node_endpoints is UNSET else node_endpoints
        self.unknown = None


FetchSnapshotResponse.SnapshotId.FIELDS = (
    Field("end_offset", "int64", default=0),
    Field("epoch", "int32", default=0),
)
FetchSnapshotResponse.LeaderIdAndEpoch.FIELDS = (
    Field("leader_id", "int32", default=0),
    Field("leader_epoch", "int32", default=0),
)
FetchSnapshotResponse.PartitionSnapshot.FIELDS = (
    Field("index", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("snapshot_id", "struct", struct=FetchSnapshotResponse.SnapshotId),
    Field("current_leader", "struct", tag=0, struct=FetchSnapshotResponse.LeaderIdAndEpoch),
    Field("size", "int64", default=0),
    Field("position", "int64", default=0),
    Field("unaligned_records", "records", default=b''),
)
FetchSnapshotResponse.TopicSnapshot.FIELDS = (
    Field("name", "string", default=""),
    Field("partitions", "struct", array=True, struct=FetchSnapshotResponse.PartitionSnapshot),
)
FetchSnapshotResponse.NodeEndpoint.FIELDS = (
    Field("node_id", "int32", versions=(1, 1), default=0),
    Field("host", "string", versions=(1, 1), default=""),
    Field("port", "uint16", versions=(1, 1), default=0),
)
FetchSnapshotResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0, ignorable=True),
    Field("error_code", "int16", default=0),
    Field("topics", "struct", array=True, struct=FetchSnapshotResponse.TopicSnapshot),
    Field("node_endpoints", "struct", versions=(1, 1), array=True, tag=0, struct=FetchSnapshotResponse.NodeEndpoint),
)


class AddRaftVoterRequest(Message):
    """AddRaftVoterRequest: key 80, versions 0-1."""

    API_KEY = 80
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 0

    class Listener(Struct):
        __slots__ = ("name", "host", "port")

        def __init__(self, *, name: str = "", host: str = "", port: int = 0) -> None:
            self.name = name
            self.host = host
            self.port = port
            self.unknown = None

    __slots__ = ("cluster_id", "timeout_ms", "voter_id", "voter_directory_id", "listeners", "ack_when_committed")

    def __init__(
        self,
        *,
        cluster_id: str | None = "",
        timeout_ms: int = 0,
        voter_id: int = 0,
        voter_directory_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
        listeners: list[AddRaftVoterRequest.Listener] = UNSET,
        ack_when_committed: bool = True,
    ) -> None:
        self.cluster_id = cluster_id
        self.timeout_ms = timeout_ms
        self.voter_id = voter_id
        self.voter_directory_id = voter_directory_id
        self.listeners = [] if listeners is UNSET else listeners
        self.ack_when_committed = ack_when_committed
        self.unknown = None


AddRaftVoterRequest.Listener.FIELDS = (
    Field("name", "string", default=""),
    Field("host", "string", default=""),
    Field("port", "uint16", default=0),
)
AddRaftVoterRequest.FIELDS = (
    Field("cluster_id", "string", nullable=ALWAYS, default=""),
    Field("timeout_ms", "int32", default=0),
    Field("voter_id", "int32", default=0),
    Field("voter_directory_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("listeners", "struct", array=True, struct=AddRaftVoterRequest.Listener),
    Field("ack_when_committed", "bool", versions=(1, 1), default=True),
)


class AddRaftVoterResponse(Message):
    """AddRaftVoterResponse: key 80, versions 0-1."""

    API_KEY = 80
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 0

    __slots__ = ("throttle_time_ms", "error_code", "error_message")

    def __init__(self, *, throttle_time_ms: int = 0, error_code: int = 0, error_message: str | None = "") -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.unknown = None


AddRaftVoterResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default="", ignorable=True),
)


class RemoveRaftVoterRequest(Message):
    """RemoveRaftVoterRequest: key 81, versions 0-0."""

    API_KEY = 81
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    __slots__ = ("cluster_id", "voter_id", "voter_directory_id")

    def __init__(
        self,
        *,
        cluster_id: str | None = "",
        voter_id: int = 0,
        voter_directory_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
    ) -> None:
        self.cluster_id = cluster_id
        self.voter_id = voter_id
        self.voter_directory_id = voter_directory_id
        self.unknown = None


RemoveRaftVoterRequest.FIELDS = (
    Field("cluster_id", "string", nullable=ALWAYS, default=""),
    Field("voter_id", "int32", default=0),
    Field("voter_directory_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
)


class RemoveRaftVoterResponse(Message):
    """RemoveRaftVoterResponse: key 81, versions 0-0."""

    API_KEY = 81
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    __slots__ = ("throttle_time_ms", "error_code", "error_message")

    def __init__(self, *, throttle_time_ms: int = 0, error_code: int = 0, error_message: str | None = "") -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.unknown = None


RemoveRaftVoterResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default="", ignorable=True),
)


class UpdateRaftVoterRequest(Message):
    """UpdateRaftVoterRequest: key 82, versions 0-0."""

    API_KEY = 82
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class Listener(Struct):
        __slots__ = ("name", "host", "port")

        def __init__(self, *, name: str = "", host: str = "", port: int = 0) -> None:
            self.name = name
            self.host = host
            self.port = port
            self.unknown = None

    class KRaftVersionFeature(Struct):
        __slots__ = ("min_supported_version", "max_supported_version")

        def __init__(self, *, min_supported_version: int = 0, max_supported_version: int = 0) -> None:
            self.min_supported_version = min_supported_version
            self.max_supported_version = max_supported_version
            self.unknown = None

    __slots__ = ("cluster_id", "current_leader_epoch", "voter_id", "voter_directory_id", "listeners", "k_raft_version_feature")

    def __init__(
        self,
        *,
        cluster_id: str | None = "",
        current_leader_epoch: int = 0,
        voter_id: int = 0,
        voter_directory_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
        listeners: list[UpdateRaftVoterRequest.Listener] = UNSET,
        k_raft_version_feature: UpdateRaftVoterRequest.KRaftVersionFeature = UNSET,
    ) -> None:
        self.cluster_id = cluster_id
        self.current_leader_epoch = current_leader_epoch
        self.voter_id = voter_id
        self.voter_directory_id = voter_directory_id
        self.listeners = [] if listeners is UNSET else listeners
        self.k_raft_version_feature = UpdateRaftVoterRequest.KRaftVersionFeature() if k_raft_version_feature is UNSET else k_raft_version_feature
        self.unknown = None


UpdateRaftVoterRequest.Listener.FIELDS = (
    Field("name", "string", default=""),
    Field("host", "string", default=""),
    Field("port", "uint16", default=0),
)
UpdateRaftVoterRequest.KRaftVersionFeature.FIELDS = (
    Field("min_supported_version", "int16", default=0),
    Field("max_supported_version", "int16", default=0),
)
UpdateRaftVoterRequest.FIELDS = (
    Field("cluster_id", "string", nullable=ALWAYS, default=""),
    Field("current_leader_epoch", "int32", default=0),
    Field("voter_id", "int32", default=0),
    Field("voter_directory_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("listeners", "struct", array=True, struct=UpdateRaftVoterRequest.Listener),
    Field("k_raft_version_feature", "struct", struct=UpdateRaftVoterRequest.KRaftVersionFeature),
)


class UpdateRaftVoterResponse(Message):
    """UpdateRaftVoterResponse: key 82, versions 0-0."""

    API_KEY = 82
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class CurrentLeader(Struct):
        __slots__ = ("leader_id", "leader_epoch", "host", "port")

        def __init__(self, *, leader_id: int = -1, leader_epoch: int = -1, host: str = "", port: int = 0) -> None:
            self.leader_id = leader_id
            self.leader_epoch = leader_epoch
            self.host = host
            self.port = port
            self.unknown = None

    __slots__ = ("throttle_time_ms", "error_code", "current_leader")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        current_leader: UpdateRaftVoterResponse.CurrentLeader = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.current_leader = UpdateRaftVoterResponse.CurrentLeader() if current_leader is UNSET else current_leader
        self.unknown = None


UpdateRaftVoterResponse.CurrentLeader.FIELDS = (
    Field("leader_id", "int32", default=-1),
    Field("leader_epoch", "int32", default=-1),
    Field("host", "string", default=""),
    Field("port", "int32", default=0),
)
UpdateRaftVoterResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("current_leader", "struct", tag=0, struct=UpdateRaftVoterResponse.CurrentLeader),
)
