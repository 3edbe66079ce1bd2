"""The producers messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import ALWAYS, UNSET, Field, Message, Struct


class InitProducerIdRequest(Message):
    """InitProducerIdRequest: key 22, versions 0-6."""

    API_KEY = 22
    VERSIONS = (0, 6)
    FLEXIBLE_FROM = 2

    __slots__ = (
        "transactional_id",
        "transaction_timeout_ms",
        "producer_id",
        "producer_epoch",
        "enable2_pc",
        "keep_prepared_txn",
    )

    def __init__(
        self,
        *,
        transactional_id: str | None = "",
        transaction_timeout_ms: int = 0,
        producer_id: int = -1,
        producer_epoch: int = -1,
        enable2_pc: bool = False,
        keep_prepared_txn: bool = False,
    ) -> None:
        self.transactional_id = transactional_id
        self.transaction_timeout_ms = transaction_timeout_ms
        self.producer_id = producer_id
        self.producer_epoch = producer_epoch
        self.enable2_pc = enable2_pc
        self.keep_prepared_txn = keep_prepared_txn
        self.unknown = None


InitProducerIdRequest.FIELDS = (
    Field("transactional_id", "string", nullable=ALWAYS, default=""),
    Field("transaction_timeout_ms", "int32", default=0),
    Field("producer_id", "int64", versions=(3, 6), default=-1),
    Field("producer_epoch", "int16", versions=(3, 6), default=-1),
    Field("enable2_pc", "bool", versions=(6, 6), default=False),
    Field("keep_prepared_txn", "bool", versions=(6, 6), default=False),
)


class InitProducerIdResponse(Message):
    """InitProducerIdResponse: key 22, versions 0-6."""

    API_KEY = 22
    VERSIONS = (0, 6)
    FLEXIBLE_FROM = 2

    __slots__ = (
        "throttle_time_ms",
        "error_code",
        "producer_id",
        "producer_epoch",
        "ongoing_txn_producer_id",
        "ongoing_txn_producer_epoch",
    )

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        producer_id: int = -1,
        producer_epoch: int = 0,
        ongoing_txn_producer_id: int = -1,
        ongoing_txn_producer_epoch: int = -1,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.producer_id = producer_id
        self.producer_epoch = producer_epoch
        self.ongoing_txn_producer_id = ongoing_txn_producer_id
        self.ongoing_txn_producer_epoch = ongoing_txn_producer_epoch
        self.unknown = None


InitProducerIdResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0, ignorable=True),
    Field("error_code", "int16", default=0),
    Field("producer_id", "int64", default=-1),
    Field("producer_epoch", "int16", default=0),
    Field("ongoing_txn_producer_id", "int64", versions=(6, 6), default=-1),
    Field("ongoing_txn_producer_epoch", "int16", versions=(6, 6), default=-1),
)


class DescribeProducersRequest(Message):
    """DescribeProducersRequest: key 61, versions 0-0."""

    API_KEY = 61
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class TopicRequest(Struct):
        __slots__ = ("name", "partition_indexes")

        def __init__(self, *, name: str = "", partition_indexes: list[int] = UNSET) -> None:
            self.name = name
            self.partition_indexes = [] if partition_indexes is UNSET else partition_indexes
            self.unknown = None

    __slots__ = ("topics",)

    def __init__(self, *, topics: list[DescribeProducersRequest.TopicRequest] = UNSET) -> None:
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


DescribeProducersRequest.TopicRequest.FIELDS = (
    Field("name", "string", default=""),
    Field("partition_indexes", "int32", array=True),
)
DescribeProducersRequest.FIELDS = (
    Field("topics", "struct", array=True, struct=DescribeProducersRequest.TopicRequest),
)


class DescribeProducersResponse(Message):
    """DescribeProducersResponse: key 61, versions 0-0."""

    API_KEY = 61
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class ProducerState(Struct):
        __slots__ = (
            "producer_id",
            "producer_epoch",
            "last_sequence",
            "last_timestamp",
            "coordinator_epoch",
            "current_txn_start_offset",
        )

        def __init__(
            self,
            *,
            producer_id: int = 0,
            producer_epoch: int = 0,
            last_sequence: int = -1,
            last_timestamp: int = -1,
            coordinator_epoch: int = 0,
            current_txn_start_offset: int = -1,
        ) -> None:
            self.producer_id = producer_id
            self.producer_epoch = producer_epoch
            self.last_sequence = last_sequence
            self.last_timestamp = last_timestamp
            self.coordinator_epoch = coordinator_epoch
            self.current_txn_start_offset = current_txn_start_offset
            self.unknown = None

    class PartitionResponse(Struct):
        __slots__ = ("partition_index", "error_code", "error_message", "active_producers")

        def __init__(
            self,
            *,
            partition_index: int = 0,
            error_code: int = 0,
            error_message: str | None = None,
            active_producers: list[DescribeProducersResponse.ProducerState] = UNSET,
        ) -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.error_message = error_message
            self.active_producers = [] if active_producers is UNSET else active_producers
            self.unknown = None

    class TopicResponse(Struct):
        __slots__ = ("name", "partitions")

        def __init__(self, *, name: str = "", partitions: list[DescribeProducersResponse.PartitionResponse] = UNSET) -> None:
            self.name = name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("throttle_time_ms", "topics")

    def __init__(self, *, throttle_time_ms: int = 0, topics: list[DescribeProducersResponse.TopicResponse] = UNSET) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


DescribeProducersResponse.ProducerState.FIELDS = (
    Field("producer_id", "int64", default=0),
    Field("producer_epoch", "int32", default=0),
    Field("last_sequence", "int32", default=-1),
    Field("last_timestamp", "int64", default=-1),
    Field("coordinator_epoch", "int32", default=0),
    Field("current_txn_start_offset", "int64", default=-1),
)
DescribeProducersResponse.PartitionResponse.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=None),
    Field("active_producers", "struct", array=True, struct=DescribeProducersResponse.ProducerState),
)
DescribeProducersResponse.TopicResponse.FIELDS = (
    Field("name", "string", default=""),
    Field("partitions", "struct", array=True, struct=DescribeProducersResponse.PartitionResponse),
)
DescribeProducersResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("topics", "struct", array=True, struct=DescribeProducersResponse.TopicResponse),
)
