"""The share state messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import ALWAYS, UNSET, Field, Message, Struct


class InitializeShareGroupStateRequest(Message):
    """InitializeShareGroupStateRequest: key 83, versions 0-0."""

    API_KEY = 83
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class PartitionData(Struct):
        __slots__ = ("partition", "state_epoch", "start_offset")

        def __init__(self, *, partition: int = 0, state_epoch: int = 0, start_offset: int = 0) -> None:
            self.partition = partition
            self.state_epoch = state_epoch
            self.start_offset = start_offset
            self.unknown = None

    class InitializeStateData(Struct):
        __slots__ = ("topic_id", "partitions")

        def __init__(
            self,
            *,
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[InitializeShareGroupStateRequest.PartitionData] = UNSET,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("group_id", "topics")

    def __init__(
        self,
        *,
        group_id: str = "",
        topics: list[InitializeShareGroupStateRequest.InitializeStateData] = UNSET,
    ) -> None:
        self.group_id = group_id
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


InitializeShareGroupStateRequest.PartitionData.FIELDS = (
    Field("partition", "int32", default=0),
    Field("state_epoch", "int32", default=0),
    Field("start_offset", "int64", default=0),
)
InitializeShareGroupStateRequest.InitializeStateData.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("partitions", "struct", array=True, struct=InitializeShareGroupStateRequest.PartitionData),
)
InitializeShareGroupStateRequest.FIELDS = (
    Field("group_id", "string", default=""),
    Field("topics", "struct", array=True, struct=InitializeShareGroupStateRequest.InitializeStateData),
)


class InitializeShareGroupStateResponse(Message):
    """InitializeShareGroupStateResponse: key 83, versions 0-0."""

    API_KEY = 83
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class PartitionResult(Struct):
        __slots__ = ("partition", "error_code", "error_message")

        def __init__(self, *, partition: int = 0, error_code: int = 0, error_message: str | None = None) -> None:
            self.partition = partition
            self.error_code = error_code
            self.error_message = error_message
            self.unknown = None

    class InitializeStateResult(Struct):
        __slots__ = ("topic_id", "partitions")

        def __init__(
            self,
            *,
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[InitializeShareGroupStateResponse.PartitionResult] = UNSET,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("results",)

    def __init__(self, *, results: list[InitializeShareGroupStateResponse.InitializeStateResult] = UNSET) -> None:
        self.results = [] if results is UNSET else results
        self.unknown = None


InitializeShareGroupStateResponse.PartitionResult.FIELDS = (
    Field("partition", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=None),
)
InitializeShareGroupStateResponse.InitializeStateResult.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("partitions", "struct", array=True, struct=InitializeShareGroupStateResponse.PartitionResult),
)
InitializeShareGroupStateResponse.FIELDS = (
    Field("results", "struct", array=True, struct=InitializeShareGroupStateResponse.InitializeStateResult),
)


class ReadShareGroupStateRequest(Message):
    """ReadShareGroupStateRequest: key 84, versions 0-0."""

    API_KEY = 84
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class PartitionData(Struct):
        __slots__ = ("partition", "leader_epoch")

        def __init__(self, *, partition: int = 0, leader_epoch: int = 0) -> None:
            self.partition = partition
            self.leader_epoch = leader_epoch
            self.unknown = None

    class ReadStateData(Struct):
        __slots__ = ("topic_id", "partitions")

        def __init__(
            self,
            *,
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[ReadShareGroupStateRequest.PartitionData] = UNSET,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("group_id", "topics")

    def __init__(self, *, group_id: str = "", topics: list[ReadShareGroupStateRequest.ReadStateData] = UNSET) -> None:
        self.group_id = group_id
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


ReadShareGroupStateRequest.PartitionData.FIELDS = (
    Field("partition", "int32", default=0),
    Field("leader_epoch", "int32", default=0),
)
ReadShareGroupStateRequest.ReadStateData.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("partitions", "struct", array=True, struct=ReadShareGroupStateRequest.PartitionData),
)
ReadShareGroupStateRequest.FIELDS = (
    Field("group_id", "string", default=""),
    Field("topics", "struct", array=True, struct=ReadShareGroupStateRequest.ReadStateData),
)


class ReadShareGroupStateResponse(Message):
    """ReadShareGroupStateResponse: key 84, versions 0-0."""

    API_KEY = 84
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class StateBatch(Struct):
        __slots__ = ("first_offset", "last_offset", "delivery_state", "delivery_count")

        def __init__(
            self,
            *,
            first_offset: int = 0,
            last_offset: int = 0,
            delivery_state: int = 0,
            delivery_count: int = 0,
        ) -> None:
            self.first_offset = first_offset
            self.last_offset = last_offset
            self.delivery_state = delivery_state
            self.delivery_count = delivery_count
            self.unknown = None

    class PartitionResult(Struct):
        __slots__ = ("partition", "error_code", "error_message", "state_epoch", "start_offset", "state_batches")

        def __init__(
            self,
            *,
            partition: int = 0,
            error_code: int = 0,
            error_message: str | None = None,
            state_epoch: int = 0,
            start_offset: int = 0,
            state_batches: list[ReadShareGroupStateResponse.StateBatch] = UNSET,
        ) -> None:
            self.partition = partition
            self.error_code = error_code
            self.error_message = error_message
            self.state_epoch = state_epoch
            self.start_offset = start_offset
            self.state_batches = [] if state_batches is UNSET else state_batches
            self.unknown = None

    class ReadStateResult(Struct):
        __slots__ = ("topic_id", "partitions")

        def __init__(
            self,
            *,
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[ReadShareGroupStateResponse.PartitionResult] = UNSET,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("results",)

    def __init__(self, *, results: list[ReadShareGroupStateResponse.ReadStateResult] = UNSET) -> None:
        self.results = [] if results is UNSET else results
        self.unknown = None


ReadShareGroupStateResponse.StateBatch.FIELDS = (
    Field("first_offset", "int64", default=0),
    Field("last_offset", "int64", default=0),
    Field("delivery_state", "int8", default=0),
    Field("delivery_count", "int16", default=0),
)
ReadShareGroupStateResponse.PartitionResult.FIELDS = (
    Field("partition", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=None),
    Field("state_epoch", "int32", default=0),
    Field("start_offset", "int64", default=0),
    Field("state_batches", "struct", array=True, struct=ReadShareGroupStateResponse.StateBatch),
)
ReadShareGroupStateResponse.ReadStateResult.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("partitions", "struct", array=True, struct=ReadShareGroupStateResponse.PartitionResult),
)
ReadShareGroupStateResponse.FIELDS = (
    Field("results", "struct", array=True, struct=ReadShareGroupStateResponse.ReadStateResult),
)


class WriteShareGroupStateRequest(Message):
    """WriteShareGroupStateRequest: key 85, versions 0-1."""

    API_KEY = 85
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 0

    class StateBatch(Struct):
        __slots__ = ("first_offset", "last_offset", "delivery_state", "delivery_count")

        def __init__(
            self,
            *,
            first_offset: int = 0,
            last_offset: int = 0,
            delivery_state: int = 0,
            delivery_count: int = 0,
        ) -> None:
            self.first_offset = first_offset
            self.last_offset = last_offset
            self.delivery_state = delivery_state
            self.delivery_count = delivery_count
            self.unknown = None

    class PartitionData(Struct):
        __slots__ = ("partition", "state_epoch", "leader_epoch", "start_offset", "delivery_complete_count", "state_batches")

        def __init__(
            self,
            *,
            partition: int = 0,
            state_epoch: int = 0,
            leader_epoch: int = 0,
            start_offset: int = 0,
            delivery_complete_count: int = -1,
            state_batches: list[WriteShareGroupStateRequest.StateBatch] = UNSET,
        ) -> None:
            self.partition = partition
            self.state_epoch = state_epoch
            self.leader_epoch = leader_epoch
            self.start_offset = start_offset
            self.delivery_complete_count = delivery_complete_count
            self.state_batches = [] if state_batches is UNSET else state_batches
            self.unknown = None

    class WriteStateData(Struct):
        __slots__ = ("topic_id", "partitions")

        def __init__(
            self,
            *,
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[WriteShareGroupStateRequest.PartitionData] = UNSET,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("group_id", "topics")

    def __init__(self, *, group_id: str = "", topics: list[WriteShareGroupStateRequest.WriteStateData] = UNSET) -> None:
        self.group_id = group_id
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


WriteShareGroupStateRequest.StateBatch.FIELDS = (
    Field("first_offset", "int64", default=0),
    Field("last_offset", "int64", default=0),
    Field("delivery_state", "int8", default=0),
    Field("delivery_count", "int16", default=0),
)
WriteShareGroupStateRequest.PartitionData.FIELDS = (
    Field("partition", "int32", default=0),
    Field("state_epoch", "int32", default=0),
    Field("leader_epoch", "int32", default=0),
    Field("start_offset", "int64", default=0),
    Field("delivery_complete_count", "int32", versions=(1, 1), default=-1, ignorable=True),
    Field("state_batches", "struct", array=True, struct=WriteShareGroupStateRequest.StateBatch),
)
WriteShareGroupStateRequest.WriteStateData.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("partitions", "struct", array=True, struct=WriteShareGroupStateRequest.PartitionData),
)
WriteShareGroupStateRequest.FIELDS = (
    Field("group_id", "string", default=""),
    Field("topics", "struct", array=True, struct=WriteShareGroupStateRequest.WriteStateData),
)


class WriteShareGroupStateResponse(Message):
    """WriteShareGroupStateResponse: key 85, versions 0-1."""

    API_KEY = 85
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 0

    class PartitionResult(Struct):
        __slots__ = ("partition", "error_code", "error_message")

        def __init__(self, *, partition: int = 0, error_code: int = 0, error_message: str | None = None) -> None:
            self.partition = partition
            self.error_code = error_code
            self.error_message = error_message
            self.unknown = None

    class WriteStateResult(Struct):
        __slots__ = ("topic_id", "partitions")

        def __init__(
            self,
            *,
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[WriteShareGroupStateResponse.PartitionResult] = UNSET,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("results",)

    def __init__(self, *, results: list[WriteShareGroupStateResponse.WriteStateResult] = UNSET) -> None:
        self.results = [] if results is UNSET else results
        self.unknown = None


WriteShareGroupStateResponse.PartitionResult.FIELDS = (
    Field("partition", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=None),
)
WriteShareGroupStateResponse.WriteStateResult.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("partitions", "struct", array=True, struct=WriteShareGroupStateResponse.PartitionResult),
)
WriteShareGroupStateResponse.FIELDS = (
    Field("results", "struct", array=True, struct=WriteShareGroupStateResponse.WriteStateResult),
)


class DeleteShareGroupStateRequest(Message):
    """DeleteShareGroupStateRequest: key 86, versions 0-0."""

    API_KEY = 86
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class PartitionData(Struct):
        __slots__ = ("partition",)

        def __init__(self, *, partition: int = 0) -> None:
            self.partition = partition
            self.unknown = None

    class DeleteStateData(Struct):
        __slots__ = ("topic_id", "partitions")

        def __init__(
            self,
            *,
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[DeleteShareGroupStateRequest.PartitionData] = UNSET,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("group_id", "topics")

    def __init__(self, *, group_id: str = "", topics: list[DeleteShareGroupStateRequest.DeleteStateData] = UNSET) -> None:
        self.group_id = group_id
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


DeleteShareGroupStateRequest.PartitionData.FIELDS = (
    Field("partition", "int32", default=0),
)
DeleteShareGroupStateRequest.DeleteStateData.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("partitions", "struct", array=True, struct=DeleteShareGroupStateRequest.PartitionData),
)
DeleteShareGroupStateRequest.FIELDS = (
    Field("group_id", "string", default=""),
    Field("topics", "struct", array=True, struct=DeleteShareGroupStateRequest.DeleteStateData),
)


class DeleteShareGroupStateResponse(Message):
    """DeleteShareGroupStateResponse: key 86, versions 0-0."""

    API_KEY = 86
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 0

    class PartitionResult(Struct):
        __slots__ = ("partition", "error_code", "error_message")

        def __init__(self, *, partition: int = 0, error_code: int = 0, error_message: str | None = None) -> None:
            self.partition = partition
            self.error_code = error_code
            self.error_message = error_message
            self.unknown = None

    class DeleteStateResult(Struct):
        __slots__ = ("topic_id", "partitions")

        def __init__(
            self,
            *,
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[DeleteShareGroupStateResponse.PartitionResult] = UNSET,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("results",)

    def __init__(self, *, results: list[DeleteShareGroupStateResponse.DeleteStateResult] = UNSET) -> None:
        self.results = [] if results is UNSET else results
        self.unknown = None


DeleteShareGroupStateResponse.PartitionResult.FIELDS = (
    Field("partition", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=None),
)
DeleteShareGroupStateResponse.DeleteStateResult.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("partitions", "struct", array=True, struct=DeleteShareGroupStateResponse.PartitionResult),
)
DeleteShareGroupStateResponse.FIELDS = (
    Field("results", "struct", array=True, struct=DeleteShareGroupStateResponse.DeleteStateResult),
)


class ReadShareGroupStateSummaryRequest(Message):
    """ReadShareGroupStateSummaryRequest: key 87, versions 0-1."""

    API_KEY = 87
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 0

    class PartitionData(Struct):
        __slots__ = ("partition", "leader_epoch")

        def __init__(self, *, partition: int = 0, leader_epoch: int = 0) -> None:
            self.partition = partition
            self.leader_epoch = leader_epoch
            self.unknown = None

    class ReadStateSummaryData(Struct):
        __slots__ = ("topic_id", "partitions")

        def __init__(
            self,
            *,
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[ReadShareGroupStateSummaryRequest.PartitionData] = UNSET,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("group_id", "topics")

    def __init__(
        self,
        *,
        group_id: str = "",
        topics: list[ReadShareGroupStateSummaryRequest.ReadStateSummaryData] = UNSET,
    ) -> None:
        self.group_id = group_id
        self.topics = [] if topics is UNSET else topics
        self.unknown = None


ReadShareGroupStateSummaryRequest.PartitionData.FIELDS = (
    Field("partition", "int32", default=0),
    Field("leader_epoch", "int32", default=0),
)
ReadShareGroupStateSummaryRequest.ReadStateSummaryData.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("partitions", "struct", array=True, struct=ReadShareGroupStateSummaryRequest.PartitionData),
)
ReadShareGroupStateSummaryRequest.FIELDS = (
    Field("group_id", "string", default=""),
    Field("topics", "struct", array=True, struct=ReadShareGroupStateSummaryRequest.ReadStateSummaryData),
)


class ReadShareGroupStateSummaryResponse(Message):
    """ReadShareGroupStateSummaryResponse: key 87, versions 0-1."""

    API_KEY = 87
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 0

    class PartitionResult(Struct):
        __slots__ = (
            "partition",
            "error_code",
            "error_message",
            "state_epoch",
            "leader_epoch",
            "start_offset",
            "delivery_complete_count",
        )

        def __init__(
            self,
            *,
            partition: int = 0,
            error_code: int = 0,
            error_message: str | None = None,
            state_epoch: int = 0,
            leader_epoch: int = 0,
            start_offset: int = 0,
            delivery_complete_count: int = -1,
        ) -> None:
            self.partition = partition
            self.error_code = error_code
            self.error_message = error_message
            self.state_epoch = state_epoch
            self.leader_epoch = leader_epoch
            self.start_offset = start_offset
            self.delivery_complete_count = delivery_complete_count
            self.unknown = None

    class ReadStateSummaryResult(Struct):
        __slots__ = ("topic_id", "partitions")

        def __init__(
            self,
            *,
            topic_id: bytes = b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00',
            partitions: list[ReadShareGroupStateSummaryResponse.PartitionResult] = UNSET,
        ) -> None:
            self.topic_id = topic_id
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("results",)

    def __init__(self, *, results: list[ReadShareGroupStateSummaryResponse.ReadStateSummaryResult] = UNSET) -> None:
        self.results = [] if results is UNSET else results
        self.unknown = None


ReadShareGroupStateSummaryResponse.PartitionResult.FIELDS = (
    Field("partition", "int32", default=0),
    Field("error_code", "int16", default=0),
    Field("error_message", "string", nullable=ALWAYS, default=None),
    Field("state_epoch", "int32", default=0),
    Field("leader_epoch", "int32", default=0),
    Field("start_offset", "int64", default=0),
    Field("delivery_complete_count", "int32", versions=(1, 1), default=-1, ignorable=True),
)
ReadShareGroupStateSummaryResponse.ReadStateSummaryResult.FIELDS = (
    Field("topic_id", "uuid", default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'),
    Field("partitions", "struct", array=True, struct=ReadShareGroupStateSummaryResponse.PartitionResult),
)
ReadShareGroupStateSummaryResponse.FIELDS = (
    Field("results", "struct", array=True, struct=ReadShareGroupStateSummaryResponse.ReadStateSummaryResult),
)
