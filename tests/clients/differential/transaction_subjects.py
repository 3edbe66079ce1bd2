"""Legal requests about transactions, called like their topics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from leftfold.wire.codec import Message
from leftfold.wire.generated.transactions import (
    AddOffsetsToTxnRequest,
    AddPartitionsToTxnRequest,
    DescribeTransactionsRequest,
    EndTxnRequest,
    ListTransactionsRequest,
    TxnOffsetCommitRequest,
    WriteTxnMarkersRequest,
)
from tests.clients.differential.side import id_of

Requests = Mapping[str, Message]
UNKNOWN: Any = {"producer_id": 7, "producer_epoch": 0}  # nobody has taken the id


def add_partitions_to_txn(version: int, topic: str) -> Requests:
    made = AddPartitionsToTxnRequest
    topics = [made.AddPartitionsToTxnTopic(name=topic, partitions=[0, 1])]
    if version >= 4:
        one = made.AddPartitionsToTxnTransaction(transactional_id=topic, topics=topics, **UNKNOWN)
        asks = made.AddPartitionsToTxnTransaction(transactional_id=topic, topics=topics, verify_only=True, **UNKNOWN)
        return {"of nobody": made(transactions=[one]), "asked by nobody": made(transactions=[asks])}
    return {
        "of nobody": made(
            v3_and_below_transactional_id=topic, v3_and_below_producer_id=7, v3_and_below_producer_epoch=0,
            v3_and_below_topics=topics,
        )
    }  # fmt: skip


def add_offsets_to_txn(version: int, topic: str) -> Requests:
    del version
    return {"of nobody": AddOffsetsToTxnRequest(transactional_id=topic, group_id=topic, **UNKNOWN)}


def end_txn(version: int, topic: str) -> Requests:
    del version
    return {"of nobody": EndTxnRequest(transactional_id=topic, committed=True, **UNKNOWN)}


def write_txn_markers(version: int, topic: str) -> Requests:
    del version
    made = WriteTxnMarkersRequest
    topics = [made.WritableTxnMarkerTopic(name=topic, partition_indexes=[0, 99])]
    return {"of nobody": made(markers=[made.WritableTxnMarker(topics=topics, transaction_result=True, **UNKNOWN)])}


def txn_offset_commit(version: int, topic: str) -> Requests:
    made = TxnOffsetCommitRequest
    parts = [made.TxnOffsetCommitRequestPartition(partition_index=0, committed_offset=1)]
    named: Any = {"topic_id": id_of(topic)} if version >= 6 else {"name": topic}
    topics = [made.TxnOffsetCommitRequestTopic(partitions=parts, **named)]
    return {"of nobody": made(transactional_id=topic, group_id=topic, topics=topics, **UNKNOWN)}


def describe_transactions(version: int, topic: str) -> Requests:
    del version
    return {"of nobody": DescribeTransactionsRequest(transactional_ids=[topic])}


def list_transactions(version: int, topic: str) -> Requests:
    del topic
    made = ListTransactionsRequest
    more: dict[str, Message] = {"old": made(duration_filter=1000)} if version >= 1 else {}
    return {"all": made(), "open": made(state_filters=["Ongoing"]), "wrong": made(state_filters=["Wrong"])} | more
