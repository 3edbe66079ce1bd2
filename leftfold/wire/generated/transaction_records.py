"""The transaction records messages (generated; do not edit)."""

from __future__ import annotations

from leftfold.wire.codec import ALWAYS, UNSET, Field, Message, Struct


class TransactionLogKey(Message):
    """TransactionLogKey: key 0, versions 0-0."""

    API_KEY = 0
    VERSIONS = (0, 0)
    FLEXIBLE_FROM = 32767

    __slots__ = ("transactional_id",)

    def __init__(self, *, transactional_id: str = "") -> None:
        self.transactional_id = transactional_id
        self.unknown = None


TransactionLogKey.FIELDS = (
    Field("transactional_id", "string", default=""),
)


class TransactionLogValue(Message):
    """TransactionLogValue: key 0, versions 0-1."""

    API_KEY = 0
    VERSIONS = (0, 1)
    FLEXIBLE_FROM = 1

    class PartitionsSchema(Struct):
        __slots__ = ("topic", "partition_ids")

        def __init__(self, *, topic: str = "", partition_ids: list[int] = UNSET) -> None:
            self.topic = topic
            self.partition_ids = [] if partition_ids is UNSET else partition_ids
            self.unknown = None

    __slots__ = (
        "producer_id",
        "previous_producer_id",
        "next_producer_id",
        "producer_epoch",
        "next_producer_epoch",
        "transaction_timeout_ms",
        "transaction_status",
        "transaction_partitions",
        "transaction_last_update_timestamp_ms",
        "transaction_start_timestamp_ms",
        "client_transaction_version",
    )

    def __init__(
        self,
        *,
        producer_id: int = 0,
        previous_producer_id: int = -1,
        next_producer_id: int = -1,
        producer_epoch: int = 0,
        next_producer_epoch: int = -1,
        transaction_timeout_ms: int = 0,
        transaction_status: int = 0,
        transaction_partitions: list[TransactionLogValue.PartitionsSchema] | None = UNSET,
        transaction_last_update_timestamp_ms: int = 0,
        transaction_start_timestamp_ms: int = 0,
        client_transaction_version: int = 0,
    ) -> None:
        self.producer_id = producer_id
        self.previous_producer_id = previous_producer_id
        self.next_producer_id = next_producer_id
        self.producer_epoch = producer_epoch
        self.next_producer_epoch = next_producer_epoch
        self.transaction_timeout_ms = transaction_timeout_ms
        self.transaction_status = transaction_status
        self.transaction_partitions = [] if transaction_partitions is UNSET else transaction_partitions
        self.transaction_last_update_timestamp_ms = transaction_last_update_timestamp_ms
        self.transaction_start_timestamp_ms = transaction_start_timestamp_ms
        self.client_transaction_version = client_transaction_version
        self.unknown = None


TransactionLogValue.PartitionsSchema.FIELDS = (
    Field("topic", "string", default=""),
    Field("partition_ids", "int32", array=True),
)
TransactionLogValue.FIELDS = (
    Field("producer_id", "int64", default=0),
    Field("previous_producer_id", "int64", versions=(1, 1), default=-1, tag=0),
    Field("next_producer_id", "int64", versions=(1, 1), default=-1, tag=1),
    Field("producer_epoch", "int16", default=0),
    Field("next_producer_epoch", "int16", versions=(1, 1), default=-1, tag=3),
    Field("transaction_timeout_ms", "int32", default=0),
    Field("transaction_status", "int8", default=0),
    Field("transaction_partitions", "struct", nullable=ALWAYS, array=True, struct=TransactionLogValue.PartitionsSchema),
    Field("transaction_last_update_timestamp_ms", "int64", default=0),
    Field("transaction_start_timestamp_ms", "int64", default=0),
    Field("client_transaction_version", "int16", versions=(1, 1), default=0, tag=2),
)
