"""The consumer protocol messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import ALWAYS, UNSET, Field, Message, Struct


class ConsumerProtocolAssignment(Message):
    """ConsumerProtocolAssignment: versions 0-3."""

    API_KEY = -1
    VERSIONS = (0, 3)
    FLEXIBLE_FROM = 32767

    class TopicPartition(Struct):
        __slots__ = ("topic", "partitions")

        def __init__(self, *, topic: str = "", partitions: list[int] = UNSET) -> None:
            self.topic = topic
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("assigned_partitions", "user_data")

    def __init__(
        self,
        *,
        assigned_partitions: list[ConsumerProtocolAssignment.TopicPartition] = UNSET,
        user_data: bytes | None = None,
    ) -> None:
        self.assigned_partitions = [] if assigned_partitions is UNSET else assigned_partitions
        self.user_data = user_data
        self.unknown = None


ConsumerProtocolAssignment.TopicPartition.FIELDS = (
    Field("topic", "string", default=""),
    Field("partitions", "int32", array=True),
)
ConsumerProtocolAssignment.FIELDS = (
    Field("assigned_partitions", "struct", array=True, struct=ConsumerProtocolAssignment.TopicPartition),
    Field("user_data", "bytes", nullable=ALWAYS, default=None),
)


class ConsumerProtocolSubscription(Message):
    """ConsumerProtocolSubscription: versions 0-3."""

    API_KEY = -1
    VERSIONS = (0, 3)
    FLEXIBLE_FROM = 32767

    class TopicPartition(Struct):
        __slots__ = ("topic", "partitions")

        def __init__(self, *, topic: str = "", partitions: list[int] = UNSET) -> None:
            self.topic = topic
            self.partitions = [] if partitions is UNSET else partitions
            self.unknown = None

    __slots__ = ("topics", "user_data", "owned_partitions", "generation_id", "rack_id")

    def __init__(
        self,
        *,
        topics: list[str] = UNSET,
        user_data: bytes | None = None,
        owned_partitions: list[ConsumerProtocolSubscription.TopicPartition] = UNSET,
        generation_id: int = -1,
        rack_id: str | None = None,
    ) -> None:
        self.topics = [] if topics is UNSET else topics
        self.user_data = user_data
        self.owned_partitions = [] if owned_partitions is UNSET else owned_partitions
        self.generation_id = generation_id
        self.rack_id = rack_id
        self.unknown = None


ConsumerProtocolSubscription.TopicPartition.FIELDS = (
    Field("topic", "string", versions=(1, 3), default=""),
    Field("partitions", "int32", versions=(1, 3), array=True),
)
ConsumerProtocolSubscription.FIELDS = (
    Field("topics", "string", array=True),
    Field("user_data", "bytes", nullable=ALWAYS, default=None),
    Field("owned_partitions", "struct", versions=(1, 3), array=True, ignorable=True, struct=ConsumerProtocolSubscription.TopicPartition),
    Field("generation_id", "int32", versions=(2, 3), default=-1, ignorable=True),
    Field("rack_id", "string", versions=(3, 3), nullable=(3, 3), default=None, ignorable=True),
)
