"""The produce messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import ALWAYS, UNSET, Field, Message, Struct


class ProduceRequest(Message):
    """ProduceRequest: key 0, versions 3-13."""

    API_KEY = 0
    VERSIONS = (3, 13)
    FLEXIBLE_FROM = 9

    class PartitionProduceData(Struct):
        __slots__ = ("index", "records")

        def __init__(self, *, index: int = 0, records: bytes | None = None) -> None:
            self.index = index
            self.records = records
            self.unknown = None

    class TopicProduceData(Struct):
        __slots__ = ("name", "topic_id", "partition_data")

        def __init__(
            self,
            *,
            name: str = "",
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partition_data: list[ProduceRequest.PartitionProduceData] = UNSET,
        ) -> None:
            self.name = name
            self.topic_id = topic_id
            self.partition_data = [] if partition_data is UNSET else partition_data
            self.unknown = None

    __slots__ = ("transactional_id", "acks", "timeout_ms", "topic_data")

    def __init__(
        self,
        *,
        transactional_id: str | None = None,
        acks: int = 0,
        timeout_ms: int = 0,
        topic_data: list[ProduceRequest.TopicProduceData] = UNSET,
    ) -> None:
        self.transactional_id = transactional_id
        self.acks = acks
        self.timeout_ms = timeout_ms
        self.topic_data = [] if topic_data is UNSET else topic_data
        self.unknown = None


ProduceRequest.PartitionProduceData.FIELDS = (
    Field("index", "int32", default=0),
    Field("records", "records", nullable=ALWAYS, default=None),
)
ProduceRequest.TopicProduceData.FIELDS = (
    Field("name", "string", versions=(3, 12), default="", ignorable=True),
    Field("topic_id", "uuid", versions=(13, 13), default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', ignorable=True),
    Field("partition_data", "struct", array=True, struct=ProduceRequest.PartitionProduceData),
)
ProduceRequest.FIELDS = (
    Field("transactional_id", "string", nullable=ALWAYS, default=None),
    Field("acks", "int16", default=0),
    Field("timeout_ms", "int32", default=0),
    Field("topic_data", "struct", array=True, struct=ProduceRequest.TopicProduceData),
)


class ProduceResponse(Message):
    """ProduceResponse: key 0, versions 3-13."""

    API_KEY = 0
    VERSIONS = (3, 13)
    FLEXIBLE_FROM = 9

    class BatchIndexAndErrorMessage(Struct):
        __slots__ = ("batch_index", "batch_index_error_message")

        def __init__(self, *, batch_index: int = 0, batch_index_error_message: str | None = None) -> None:
            self.batch_index = batch_index
            self.batch_index_error_message = batch_index_error_message
            self.unknown = None

    class LeaderIdAndEpoch(Struct):
        __slots__ = ("leader_id", "leader_epoch")

        def __init__(self, *, leader_id: int = -1, leader_epoch: int = -1) -> None:
            self.leader_id = leader_id
            self.leader_epoch = leader_epoch
            self.unknown = None

    class PartitionProduceResponse(Struct):
        __slots__ = (
            "index",
            "error_code",
            "base_offset",
            "log_append_time_ms",
            "log_start_offset",
            "record_errors",
            "error_message",
            "current_leader",
        )

        def __init__(
            self,
            *,
            index: int = 0,
            error_code: int = 0,
            base_offset: int = 0,
            log_append_time_ms: int = -1,
            log_start_offset: int = -1,
            record_errors: list[ProduceResponse.BatchIndexAndErrorMessage] = UNSET,
            error_message: str | None = None,
            current_leader: ProduceResponse.LeaderIdAndEpoch = UNSET,
        ) -> None:
            self.index = index
            self.error_code = error_code
            self.base_offset = base_offset
            self.log_append_time_ms = log_append_time_ms
            self.log_start_offset = log_start_offset
            self.record_errors = [] if record_errors is UNSET else record_errors
            self.error_message = error_message
            self.current_leader = ProduceResponse.LeaderIdAndEpoch() if current_leader is UNSET else current_leader
            self.unknown = None

    class TopicProduceResponse(Struct):
        __slots__ = ("name", "topic_id", "partition_responses")

        def __init__(
            self,
            *,
            name: str = "",
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partition_responses: list[ProduceResponse.PartitionProduceResponse] = UNSET,
        ) -> None:
            self.name = name
            self.topic_id = topic_id
            self.partition_responses = [] if partition_responses is UNSET else partition_responses
            self.unknown = None

    class NodeEndpoint(Struct):
        __slots__ = ("node_id", "host", "port", "rack")

        def __init__(self, *, node_id: int = 0, host: str = "", port: int = 0, rack: str | None = None) -> None:
            self.node_id = node_id
            self.host = host
            self.port = port
            self.rack = rack
            self.unknown = None

    __slots__ = ("responses", "throttle_time_ms", "node_endpoints")

    def __init__(
        self,
        *,
        responses: list[ProduceResponse.TopicProduceResponse] = UNSET,
        throttle_time_ms: int = 0,
        node_endpoints: list[ProduceResponse.NodeEndpoint] = UNSET,
    ) -> None:
        self.responses = [] if responses is UNSET else responses
        self.throttle_time_ms = throttle_time_ms
        self.node_endpoints = [] if node_endpoints is UNSET else node_endpoints
        self.unknown = None


ProduceResponse.BatchIndexAndErrorMessage.FIELDS = (
    Field("batch_index", "int32", versions=(8, 13), default=0),
    Field("batch_index_error_message", "string", versions=(8, 13), nullable=(8, 13), default=None),
)
ProduceResponse.LeaderIdAndEpoch.FIELDS = (
    Field("leader_id", "int32", versions=(10, 13), default=-1),
    Field("leader_epoch", "int32", versions=(10, 13), default=-1),
)
ProduceResponse.PartitionProduceResponse.FIELDS = (
    Field("index", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("base_offset", "int64", default=0),
    Field("log_append_time_ms", "int64", default=-1, ignorable=True),
    Field("log_start_offset", "int64", versions=(5, 13), default=-1, ignorable=True),
    Field("record_errors", "struct", versions=(8, 13), array=True, ignorable=True, struct=ProduceResponse.BatchIndexAndErrorMessage),
    Field("error_message", "string", versions=(8, 13), nullable=(8, 13), default=None, ignorable=True),
    Field("current_leader", "struct", versions=(10, 13), tag=0, struct=ProduceResponse.LeaderIdAndEpoch),
)
ProduceResponse.TopicProduceResponse.FIELDS = (
    Field("name", "string", versions=(3, 12), default="", ignorable=True),
    Field("topic_id", "uuid", versions=(13, 13), default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', ignorable=True),
    Field("partition_responses", "struct", array=True, struct=ProduceResponse.PartitionProduceResponse),
)
ProduceResponse.NodeEndpoint.FIELDS = (
    Field("node_id", "int32", versions=(10, 13), default=0),
    Field("host", "string", versions=(10, 13), default=""),
    Field("port", "int32", versions=(10, 13), default=0),
    Field("rack", "string", versions=(10, 13), nullable=(10, 13), default=None),
)
ProduceResponse.FIELDS = (
    Field("responses", "struct", array=True, struct=ProduceResponse.TopicProduceResponse),
    Field("throttle_time_ms", "int32", default=0, ignorable=True),
    Field("node_endpoints", "struct", versions=(10, 13), array=True, tag=0, struct=ProduceResponse.NodeEndpoint),
)
