"""The transactions messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import ALWAYS, UNSET, Field, Message, Struct


class AddPartitionsToTxnRequest(Message):
    """AddPartitionsToTxnRequest: key 24, versions 0-5."""

    API_KEY = 24
    VERSIONS = (0, 5)
    FLEXIBLE_FROM = 3

    class AddPartitionsToTxnTopic(Struct):
        __slots__ = ("name", "partitions")

        def __init__(self, *, name: str = "", partitions: list[int] = UNSET) -> None:
            self.name = name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class AddPartitionsToTxnTransaction(Struct):
        __slots__ = ("transactional_id", "producer_id", "producer_epoch", "verify_only", "topics")

        def __init__(
            self,
            *,
            transactional_id: str = "",
            producer_id: int = 0,
            producer_epoch: int = 0,
            verify_only: bool = False,
            topics: list[AddPartitionsToTxnRequest.AddPartitionsToTxnTopic] = UNSET,
        ) -> None:
            self.transactional_id = transactional_id
            self.producer_id = producer_id
            self.producer_epoch = producer_epoch
            self.verify_only = verify_only
            self.topics = [] if topics is UNSET else topics
            self.unknown = None

    __slots__ = (
        "transactions",
        "v3_and_below_transactional_id",
        "v3_and_below_producer_id",
        "v3_and_below_producer_epoch",
        "v3_and_below_topics",
    )

    def __init__(
        self,
        *,
        transactions: list[AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction] = UNSET,
        v3_and_below_transactional_id: str = "",
        v3_and_below_producer_id: int = 0,
        v3_and_below_producer_epoch: int = 0,
        v3_and_below_topics: list[AddPartitionsToTxnRequest.AddPartitionsToTxnTopic] = UNSET,
    ) -> None:
        self.transactions = [] if transactions is UNSET else transactions
        self.v3_and_below_transactional_id = v3_and_below_transactional_id
        self.v3_and_below_producer_id = v3_and_below_producer_id
        self.v3_and_below_producer_epoch = v3_and_below_producer_epoch
        self.v3_and_below_topics = [] if v3_and_below_topics is UNSET else v3_and_below_topics
        self.unknown = None


AddPartitionsToTxnRequest.AddPartitionsToTxnTopic.FIELDS = (
    Field("name", "string", default=""),
    Field("partitions", "int32", array=True),
)
AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction.FIELDS = (
    Field("transactional_id", "string", versions=(4, 5), default=""),
    Field("producer_id", "int64", versions=(4, 5), default=0),
    Field("producer_epoch", "int16", versions=(4, 5), default=0),
    Field("verify_only", "bool", versions=(4, 5), default=False),
    Field("topics", "struct", versions=(4, 5), array=True, struct=AddPartitionsToTxnRequest.AddPartitionsToTxnTopic),
)
AddPartitionsToTxnRequest.FIELDS = (
    Field("transactions", "struct", versions=(4, 5), array=True, struct=AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction),
    Field("v3_and_below_transactional_id", "string", versions=(0, 3), default=""),
    Field("v3_and_below_producer_id", "int64", versions=(0, 3), default=0),
    Field("v3_and_below_producer_epoch", "int16", versions=(0, 3), default=0),
    Field("v3_and_below_topics", "struct", versions=(0, 3), array=True, struct=AddPartitionsToTxnRequest.AddPartitionsToTxnTopic),
)


class AddPartitionsToTxnResponse(Message):
    """AddPartitionsToTxnResponse: key 24, versions 0-5."""

    API_KEY = 24
    VERSIONS = (0, 5)
    FLEXIBLE_FROM = 3

    class AddPartitionsToTxnPartitionResult(Struct):
        __slots__ = ("partition_index", "partition_error_code")

        def __init__(self, *, partition_index: int = 0, partition_error_code: int = 0) -> None:
            self.partition_index = partition_index
            self.partition_error_code = partition_error_code
            self.unknown = None

    class AddPartitionsToTxnTopicResult(Struct):
        __slots__ = ("name", "results_by_partition")

        def __init__(
            self,
            *,
            name: str = "",
            results_by_partition: list[AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult] = UNSET,
        ) -> None:
            self.name = name
            self.results_by_partition = [] if results_by_partition is UNSET else results_by_partition
            self.unknown = None

    class AddPartitionsToTxnResult(Struct):
        __slots__ = ("transactional_id", "topic_results")

        def __init__(
            self,
            *,
            transactional_id: str = "",
            topic_results: list[AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult] = UNSET,
        ) -> None:
            self.transactional_id = transactional_id
            self.topic_results = [] if topic_results is UNSET else topic_results
            self.unknown = None

    __slots__ = ("throttle_time_ms", "error_code", "results_by_transaction", "results_by_topic_v3_and_below")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        results_by_transaction: list[AddPartitionsToTxnResponse.AddPartitionsToTxnResult] = UNSET,
        results_by_topic_v3_and_below: list[AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.results_by_transaction = [] if results_by_transaction is UNSET else results_by_transaction
        self.results_by_topic_v3_and_below = [] if results_by_topic_v3_and_below is UNSET else results_by_topic_v3_and_below
        self.unknown = None


AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("partition_error_code", "int16", default=0),
)
AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult.FIELDS = (
    Field("name", "string", default=""),
    Field("results_by_partition", "struct", array=True, struct=AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult),
)
AddPartitionsToTxnResponse.AddPartitionsToTxnResult.FIELDS = (
    Field("transactional_id", "string", versions=(4, 5), default=""),
    Field("topic_results", "struct", versions=(4, 5), array=True, struct=AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult),
)
AddPartitionsToTxnResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", versions=(4, 5), default=0, ignorable=True),
    Field("results_by_transaction", "struct", versions=(4, 5), array=True, struct=AddPartitionsToTxnResponse.AddPartitionsToTxnResult),
    Field("results_by_topic_v3_and_below", "struct", versions=(0, 3), array=True, struct=AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult),
)


class AddOffsetsToTxnRequest(Message):
    """AddOffsetsToTxnRequest: key 25, versions 0-4."""

    API_KEY = 25
    VERSIONS = (0, 4)
    FLEXIBLE_FROM = 3

    __slots__ = ("transactional_id", "producer_id", "producer_epoch", "group_id")

    def __init__(
        self,
        *,
        transactional_id: str = "",
        producer_id: int = 0,
        producer_epoch: int = 0,
        group_id: str = "",
    ) -> None:
        self.transactional_id = transactional_id
        self.producer_id = producer_id
        self.producer_epoch = producer_epoch
        self.group_id = group_id
        self.unknown = None


AddOffsetsToTxnRequest.FIELDS = (
    Field("transactional_id", "string", default=""),
    Field("producer_id", "int64", default=0),
    Field("producer_epoch", "int16", default=0),
    Field("group_id", "string", default=""),
)


class AddOffsetsToTxnResponse(Message):
    """AddOffsetsToTxnResponse: key 25, versions 0-4."""

    API_KEY = 25
    VERSIONS = (0, 4)
    FLEXIBLE_FROM = 3

    __slots__ = ("throttle_time_ms", "error_code")

    def __init__(self, *, throttle_time_ms: int = 0, error_code: int = 0) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.unknown = None


AddOffsetsToTxnResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
)


class EndTxnRequest(Message):
    """EndTxnRequest: key 26, versions 0-5."""

    API_KEY = 26
    VERSIONS = (0, 5)
    FLEXIBLE_FROM = 3

    __slots__ = ("transactional_id", "producer_id", "producer_epoch", "committed")

    def __init__(
        self,
        *,
        transactional_id: str = "",
        producer_id: int = 0,
        producer_epoch: int = 0,
        committed: bool = False,
    ) -> None:
        self.transactional_id = transactional_id
        self.producer_id = producer_id
        self.producer_epoch = producer_epoch
        self.committed = committed
        self.unknown = None


EndTxnRequest.FIELDS = (
    Field("transactional_id", "string", default=""),
    Field("producer_id", "int64", default=0),
    Field("producer_epoch", "int16", default=0),
    Field("committed", "bool", default=False),
)


class EndTxnResponse(Message):
    """EndTxnResponse: key 26, versions 0-5."""

    API_KEY = 26
    VERSIONS = (0, 5)
    FLEXIBLE_FROM = 3

    __slots__ = ("throttle_time_ms", "error_code", "producer_id", "producer_epoch")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        producer_id: int = -1,
        producer_epoch: int = -1,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.producer_id = producer_id
        self.producer_epoch = producer_epoch
        self.unknown = None


EndTxnResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("producer_id", "int64", versions=(5, 5), default=-1, ignorable=True),
    Field("producer_epoch", "int16", versions=(5, 5), default=-1, ignorable=True),
)


class WriteTxnMarkersRequest(Message):
    """WriteTxnMarkersRequest: key 27, versions 1-2."""

    API_KEY = 27
    VERSIONS = (1, 2)
    FLEXIBLE_FROM = 1

    class WritableTxnMarkerTopic(Struct):
        __slots__ = ("name", "partition_indexes")

        def __init__(self, *, name: str = "", partition_indexes: list[int] = UNSET) -> None:
            self.name = name
            self.partition_indexes = [] if partition_indexes is UNSET else partition_indexes
            self.unknown = None

    class WritableTxnMarker(Struct):
        __slots__ = (
            "producer_id",
            "producer_epoch",
            "transaction_result",
            "topics",
            "coordinator_epoch",
            "transaction_version",
        )

        def __init__(
            self,
            *,
            producer_id: int = 0,
            producer_epoch: int = 0,
            transaction_result: bool = False,
            topics: list[WriteTxnMarkersRequest.WritableTxnMarkerTopic] = UNSET,
            coordinator_epoch: int = 0,
            transaction_version: int = 0,
        ) -> None:
            self.producer_id = producer_id
            self.producer_epoch = producer_epoch
            self.transaction_result = transaction_result
            self.topics = [] if topics is UNSET else topics
            self.coordinator_epoch = coordinator_epoch
            self.transaction_version = transaction_version
            self.unknown = None

    __slots__ = ("markers",)

    def __init__(self, *, markers: list[WriteTxnMarkersRequest.WritableTxnMarker] = UNSET) -> None:
        self.markers = [] if markers is UNSET else markers
        self.unknown = None


WriteTxnMarkersRequest.WritableTxnMarkerTopic.FIELDS = (
    Field("name", "string", default=""),
    Field("partition_indexes", "int32", array=True),
)
WriteTxnMarkersRequest.WritableTxnMarker.FIELDS = (
    Field("producer_id", "int64", default=0),
    Field("producer_epoch", "int16", default=0),
    Field("transaction_result", "bool", default=False),
    Field("topics", "struct", array=True, struct=WriteTxnMarkersRequest.WritableTxnMarkerTopic),
    Field("coordinator_epoch", "int32", default=0),
    Field("transaction_version", "int8", versions=(2, 2), default=0, ignorable=True),
)
WriteTxnMarkersRequest.FIELDS = (
    Field("markers", "struct", array=True, struct=WriteTxnMarkersRequest.WritableTxnMarker),
)


class WriteTxnMarkersResponse(Message):
    """WriteTxnMarkersResponse: key 27, versions 1-2."""

    API_KEY = 27
    VERSIONS = (1, 2)
    FLEXIBLE_FROM = 1

    class WritableTxnMarkerPartitionResult(Struct):
        __slots__ = ("partition_index", "error_code")

        def __init__(self, *, partition_index: int = 0, error_code: int = 0) -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.unknown = None

    class WritableTxnMarkerTopicResult(Struct):
        __slots__ = ("name", "partitions")

        def __init__(
            self,
            *,
            name: str = "",
            partitions: list[WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult] = UNSET,
        ) -> None:
            self.name = name
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class WritableTxnMarkerResult(Struct):
        __slots__ = ("producer_id", "topics")

        def __init__(
            self,
            *,
            producer_id: int = 0,
            topics: list[WriteTxnMarkersResponse.WritableTxnMarkerTopicResult] = UNSET,
        ) -> None:
            self.producer_id = producer_id
            self.topics = [] if topics is UNSET else topics
            self.unknown = None

    __slots__ = ("markers",)

    def __init__(self, *, markers: list[WriteTxnMarkersResponse.WritableTxnMarkerResult] = UNSET) -> None:
        self.markers = [] if markers is UNSET else markers
        self.unknown = None


WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("error_code", "int16", default=0),
)
WriteTxnMarkersResponse.WritableTxnMarkerTopicResult.FIELDS = (
    Field("name", "string", default=""),
    Field("partitions", "struct", array=True, struct=WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult),
)
WriteTxnMarkersResponse.WritableTxnMarkerResult.FIELDS = (
    Field("producer_id", "int64", default=0),
    Field("topics", "struct", array=True, struct=WriteTxnMarkersResponse.WritableTxnMarkerTopicResult),
)
WriteTxnMarkersResponse.FIELDS = (
    Field("markers", "struct", array=True, struct=WriteTxnMarkersResponse.WritableTxnMarkerResult),
)


class TxnOffsetCommitRequest(Message):
    """TxnOffsetCommitRequest: key 28, versions 0-6."""

    API_KEY = 28
    VERSIONS = (0, 6)
    FLEXIBLE_FROM = 3

    class TxnOffsetCommitRequestPartition(Struct):
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

    class TxnOffsetCommitRequestTopic(Struct):
        __slots__ = ("name", "topic_id", "partitions")

        def __init__(
            self,
            *,
            name: str = "",
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition] = UNSET,
        ) -> None:
            self.name = name
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = (
        "transactional_id",
        "group_id",
        "producer_id",
        "producer_epoch",
        "generation_id_or_member_epoch",
        "member_id",
        "group_instance_id",
        "topics",
    )

    def __init__(
        self,
        *,
        transactional_id: str = "",
        group_id: str = "",
        producer_id: int = 0,
        producer_epoch: int = 0,
        generation_id_or_member_epoch: int = -1,
        member_id: str = "",
        group_instance_id: str | None = None,
        topics: list[TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic] = UNSET,
    ) -> None:
        self.transactional_id = transactional_id
        self.group_id = group_id
        self.producer_id = producer_id
        self.producer_epoch = producer_epoch
        self.generation_id_or_member_epoch = generation_id_or_member_epoch
        self.member_id = member_id
        self.group_instance_id = group_instance_id
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("committed_offset", "int64", default=0),
    Field("committed_leader_epoch", "int32", versions=(2, 6), default=-1, ignorable=True),
    Field("committed_metadata", "string", nullable=ALWAYS, default=""),
)
TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic.FIELDS = (
    Field("name", "string", versions=(0, 5), default="", ignorable=True),
    Field("topic_id", "uuid", versions=(6, 6), default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', ignorable=True),
    Field("partitions", "struct", array=True, struct=TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition),
)
TxnOffsetCommitRequest.FIELDS = (
    Field("transactional_id", "string", default=""),
    Field("group_id", "string", default=""),
    Field("producer_id", "int64", default=0),
    Field("producer_epoch", "int16", default=0),
    Field("generation_id_or_member_epoch", "int32", versions=(3, 6), default=-1),
    Field("member_id", "string", versions=(3, 6), default=""),
    Field("group_instance_id", "string", versions=(3, 6), nullable=(3, 6), default=None),
    Field("topics", "struct", array=True, struct=TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic),
)


class TxnOffsetCommitResponse(Message):
    """TxnOffsetCommitResponse: key 28, versions 0-6."""

    API_KEY = 28
    VERSIONS = (0, 6)
    FLEXIBLE_FROM = 3

    class TxnOffsetCommitResponsePartition(Struct):
        __slots__ = ("partition_index", "error_code")

        def __init__(self, *, partition_index: int = 0, error_code: int = 0) -> None:
            self.partition_index = partition_index
            self.error_code = error_code
            self.unknown = None

    class TxnOffsetCommitResponseTopic(Struct):
        __slots__ = ("name", "topic_id", "partitions")

        def __init__(
            self,
            *,
            name: str = "",
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition] = UNSET,
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
        topics: list[TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition.FIELDS = (
    Field("partition_index", "int32", default=0),
    Field("error_code", "int16", default=0),
)
TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic.FIELDS = (
    Field("name", "string", versions=(0, 5), default="", ignorable=True),
    Field("topic_id", "uuid", versions=(6, 6), default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', ignorable=True),
    Field("partitions", "struct", array=True, struct=TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition),
)
TxnOffsetCommitResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("topics", "struct", array=True, struct=TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic),
)


class DescribeTransactionsRequest(Message):
    """DescribeTransactionsRequest: key 65, versions 0-0."""

    API_KEY = 65
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    __slots__ = ("transactional_ids",)

    def __init__(self, *, transactional_ids: list[str] = UNSET) -> None:
        self.transactional_ids = [] if transactional_ids is UNSET else transactional_ids
        self.unknown = None


DescribeTransactionsRequest.FIELDS = (
    Field("transactional_ids", "string", array=True),
)


class DescribeTransactionsResponse(Message):
    """DescribeTransactionsResponse: key 65, versions 0-0."""

    API_KEY = 65
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class TopicData(Struct):
        __slots__ = ("topic", "partitions")

        def __init__(self, *, topic: str = "", partitions: list[int] = UNSET) -> None:
            self.topic = topic
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    class TransactionState(Struct):
        __slots__ = (
            "error_code",
            "transactional_id",
            "transaction_state",
            "transaction_timeout_ms",
            "transaction_start_time_ms",
            "producer_id",
            "producer_epoch",
            "topics",
        )

        def __init__(
            self,
            *,
            error_code: int = 0,
            transactional_id: str = "",
            transaction_state: str = "",
            transaction_timeout_ms: int = 0,
            transaction_start_time_ms: int = 0,
            producer_id: int = 0,
            producer_epoch: int = 0,
            topics: list[DescribeTransactionsResponse.TopicData] = UNSET,
        ) -> None:
            self.error_code = error_code
            self.transactional_id = transactional_id
            self.transaction_state = transaction_state
            self.transaction_timeout_ms = transaction_timeout_ms
            self.transaction_start_time_ms = transaction_start_time_ms
            self.producer_id = producer_id
            self.producer_epoch = producer_epoch
            self.topics = [] if topics is UNSET else topics
            self.unknown = None

    __slots__ = ("throttle_time_ms", "transaction_states")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        transaction_states: list[DescribeTransactionsResponse.TransactionState] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.transaction_states = [] if transaction_states is UNSET else transaction_states
        self.unknown = None


DescribeTransactionsResponse.TopicData.FIELDS = (
    Field("topic", "string", default=""),
    Field("partitions", "int32", array=True),
)
DescribeTransactionsResponse.TransactionState.FIELDS = (
    Field("error_code", "int16", default=0),
    Field("transactional_id", "string", default=""),
    Field("transaction_state", "string", default=""),
    Field("transaction_timeout_ms", "int32", default=0),
    Field("transaction_start_time_ms", "int64", default=0),
    Field("producer_id", "int64", default=0),
    Field("producer_epoch", "int16", default=0),
    Field("topics", "struct", array=True, struct=DescribeTransactionsResponse.TopicData),
)
DescribeTransactionsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("transaction_states", "struct", array=True, struct=DescribeTransactionsResponse.TransactionState),
)


class ListTransactionsRequest(Message):
    """ListTransactionsRequest: key 66, versions 0-2."""

    API_KEY = 66
    VERSIONS = (0, 2)
    FLEXIBLE_FROM = 0

    __slots__ = ("state_filters", "producer_id_filters", "duration_filter", "transactional_id_pattern")

    def __init__(
        self,
        *,
        state_filters: list[str] = UNSET,
        producer_id_filters: list[int] = UNSET,
        duration_filter: int = -1,
        transactional_id_pattern: str | None = None,
    ) -> None:
        self.state_filters = [] if state_filters is UNSET else state_filters
        self.producer_id_filters = [] if producer_id_filters is UNSET else producer_id_filters
        self.duration_filter = duration_filter
        self.transactional_id_pattern = transactional_id_pattern
        self.unknown = None


ListTransactionsRequest.FIELDS = (
    Field("state_filters", "string", array=True),
    Field("producer_id_filters", "int64", array=True),
    Field("duration_filter", "int64", versions=(1, 2), default=-1),
    Field("transactional_id_pattern", "string", versions=(2, 2), nullable=(2, 2), default=None),
)


class ListTransactionsResponse(Message):
    """ListTransactionsResponse: key 66, versions 0-2."""

    API_KEY = 66
    VERSIONS = (0, 2)
    FLEXIBLE_FROM = 0

    class TransactionState(Struct):
        __slots__ = ("transactional_id", "producer_id", "transaction_state")

        def __init__(self, *, transactional_id: str = "", producer_id: int = 0, transaction_state: str = "") -> None:
            self.transactional_id = transactional_id
            self.producer_id = producer_id
            self.transaction_state = transaction_state
            self.unknown = None

    __slots__ = ("throttle_time_ms", "error_code", "unknown_state_filters", "transaction_states")

    def __init__(
        self,
        *,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        unknown_state_filters: list[str] = UNSET,
        transaction_states: list[ListTransactionsResponse.TransactionState] = UNSET,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.unknown_state_filters = [] if unknown_state_filters is UNSET else unknown_state_filters
        self.transaction_states = [] if transaction_states is UNSET else transaction_states
        self.unknown = None


ListTransactionsResponse.TransactionState.FIELDS = (
    Field("transactional_id", "string", default=""),
    Field("producer_id", "int64", default=0),
    Field("transaction_state", "string", default=""),
)
ListTransactionsResponse.FIELDS = (
    Field("throttle_time_ms", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("unknown_state_filters", "string", array=True),
    Field("transaction_states", "struct", array=True, struct=ListTransactionsResponse.TransactionState),
)
