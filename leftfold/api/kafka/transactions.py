"""Transactions: what they write to, how they end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from leftfold.api.kafka import coordination
from leftfold.api.kafka.context import Context, Node
from leftfold.base import ids
from leftfold.base.errors import Code, Refusal
from leftfold.base.writers import Producer
from leftfold.fold.shells import partition_of
from leftfold.kernel import KernelError, Verify
from leftfold.log.partition import Partition
from leftfold.machines.cluster.state import Topic
from leftfold.machines.groups.commands import CommitOffsets, EndProducer
from leftfold.machines.groups.machine import TOPIC as OFFSETS_TOPIC
from leftfold.machines.groups.state import Offset
from leftfold.machines.transactions.commands import (
    AddPartitions,
    EndTransaction,
    Held,
    Reply,
    Verified,
    VerifyPartitions,
)
from leftfold.wire.generated.transactions import (
    AddOffsetsToTxnRequest,
    AddOffsetsToTxnResponse,
    AddPartitionsToTxnRequest,
    AddPartitionsToTxnResponse,
    EndTxnRequest,
    EndTxnResponse,
    TxnOffsetCommitRequest,
    TxnOffsetCommitResponse,
    WriteTxnMarkersRequest,
    WriteTxnMarkersResponse,
)

_FENCED_SINCE = 2  # before, PRODUCER_FENCED was not known
_BATCHED_SINCE = 4  # of AddPartitionsToTxn: several transactions, asked for by brokers
_EPOCHS_SINCE = {"add": 4, "end": 5, "commit": 5}  # versions of clients that know transaction.version 2 (KIP-890)
_ABORTABLE_SINCE = 4  # of TxnOffsetCommit: TRANSACTION_ABORTABLE is known
_IDS_SINCE = 6  # of TxnOffsetCommit: topics by id alone
_TopicResult = AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult
_PartitionResult = AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult
_Transaction = AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction

# -- what a transaction writes to ----------------------------------------------------------------------------------------------


async def add_partitions_to_txn(context: Context, request: AddPartitionsToTxnRequest) -> AddPartitionsToTxnResponse:
    """All partitions are added or none; brokers may ask for several transactions at once, and only whether they are in."""
    if context.version < _BATCHED_SINCE:
        one = _Transaction(
            transactional_id=request.v3_and_below_transactional_id,
            producer_id=request.v3_and_below_producer_id,
            producer_epoch=request.v3_and_below_producer_epoch,
            topics=request.v3_and_below_topics,
        )
        return AddPartitionsToTxnResponse(results_by_topic_v3_and_below=await _added(context, one))
    results = [
        AddPartitionsToTxnResponse.AddPartitionsToTxnResult(
            transactional_id=one.transactional_id, topic_results=await _added(context, one)
        )
        for one in request.transactions
    ]
    return AddPartitionsToTxnResponse(error_code=Code.NONE, results_by_transaction=results)


async def _added(context: Context, one: _Transaction) -> list[_TopicResult]:
    partitions = list(dict.fromkeys((topic.name, number) for topic in one.topics for number in topic.partitions))
    names = [topic.name for topic in one.topics]
    unknown = {(name, number) for name, number in partitions if not _exists(context.node, name, number)}
    if unknown:
        errors = {
            each: Code.UNKNOWN_TOPIC_OR_PARTITION if each in unknown else Code.OPERATION_NOT_ATTEMPTED for each in partitions
        }
        return _by_topic(names, errors)
    producer = Producer(one.producer_id, one.producer_epoch)
    version = 2 if context.version >= _EPOCHS_SINCE["add"] else 0
    if one.verify_only:
        verified = await _verified(context.node, one.transactional_id, producer, partitions)
        return _by_topic(names, dict(zip(partitions, verified, strict=True)))
    answer = await _add(context.node, one.transactional_id, producer, partitions, version)
    error = _old(answer, context.version < _FENCED_SINCE)
    return _by_topic(names, dict.fromkeys(partitions, error))


def _by_topic(asked: Iterable[str], errors: dict[tuple[str, int], Code]) -> list[_TopicResult]:
    """One answer a partition, however often it was named."""
    topics: dict[str, list[_PartitionResult]] = {name: [] for name in asked}
    for (name, number), error in errors.items():
        result = _PartitionResult(partition_index=number, partition_error_code=error)
        topics[name].append(result)
    return [_TopicResult(name=name, results_by_partition=results) for name, results in topics.items()]


async def add_offsets_to_txn(context: Context, request: AddOffsetsToTxnRequest) -> AddOffsetsToTxnResponse:
    """The transaction will commit offsets of this group: it writes to the partition that the group is kept in."""
    refusal = await coordination.made(context.node, OFFSETS_TOPIC)
    if refusal is not None:
        return AddOffsetsToTxnResponse(error_code=refusal.error)
    producer = Producer(request.producer_id, request.producer_epoch)
    partitions = [_offsets_partition(context.node, request.group_id)]
    answer = await _add(context.node, request.transactional_id, producer, partitions, version=0)
    return AddOffsetsToTxnResponse(error_code=_old(answer, context.version < _FENCED_SINCE))


async def verify(node: Node, asked: Verify) -> list[int]:
    """May a Produce begin these transactions? One code a partition, in the words that producers know."""
    names = {ids.to_bytes(topic.topic_id): topic.name for topic in node.topics()}
    partitions = [(names.get(topic_id, ""), number) for topic_id, number in asked.partitions]
    producer = Producer(asked.producer_id, asked.producer_epoch)
    if asked.add:
        answer = await _add(node, asked.transactional_id, producer, partitions, version=2)
        codes = [_error(answer)] * len(partitions)
    else:
        codes = await _verified(node, asked.transactional_id, producer, partitions)
    words = {Code.PRODUCER_FENCED: Code.INVALID_PRODUCER_EPOCH}
    if not asked.abortable:
        words |= {Code.TRANSACTION_ABORTABLE: Code.INVALID_TXN_STATE}
    if not asked.add:  # an old client asks again after NOT_ENOUGH_REPLICAS, and after nothing else that is meant
        words |= dict.fromkeys(_LATER, Code.NOT_ENOUGH_REPLICAS)
    return [words.get(code, code) for code in codes]


_LATER = (
    Code.CONCURRENT_TRANSACTIONS,
    Code.COORDINATOR_LOAD_IN_PROGRESS,
    Code.COORDINATOR_NOT_AVAILABLE,
    Code.NOT_COORDINATOR,
)


async def _add(
    node: Node, name: str, producer: Producer, partitions: Iterable[tuple[str, int]], version: int
) -> Reply | Refusal:
    if not name:
        return Refusal(Code.INVALID_REQUEST, "a transactional id must not be empty")
    command = AddPartitions(name, node.steady.wall_ms(), *producer, tuple(partitions), version)
    return await coordination.ask_behind_the_end(node, name, command)


async def _verified(node: Node, name: str, producer: Producer, partitions: Sequence[tuple[str, int]]) -> list[Code]:
    """Of each partition whether it is in the producer's open transaction."""
    if not name:
        return [Code.INVALID_REQUEST] * len(partitions)
    answer = await node.transactions.ask(name, VerifyPartitions(name, *producer, tuple(partitions)))
    if isinstance(answer, Refusal):
        return [answer.error] * len(partitions)
    assert isinstance(answer, Verified)
    return [Code.TRANSACTION_ABORTABLE if each in answer.absent else Code.NONE for each in partitions]


def _offsets_partition(node: Node, group_id: str) -> tuple[str, int]:
    topic = node.topic(OFFSETS_TOPIC)
    assert topic is not None, "it was just made"
    return OFFSETS_TOPIC, partition_of(group_id, len(topic.partitions))


def _exists(node: Node, name: str, number: int) -> bool:
    topic = node.topic(name)
    return topic is not None and 0 <= number < len(topic.partitions)


def _error(answer: object) -> Code:
    return answer.error if isinstance(answer, Refusal) else Code.NONE


def _old(answer: object, is_old: bool) -> Code:
    """The error in the words of the client's version."""
    error = _error(answer)
    return Code.INVALID_PRODUCER_EPOCH if is_old and error is Code.PRODUCER_FENCED else error


# -- how it ends ---------------------------------------------------------------------------------------------------------------


async def end_txn(context: Context, request: EndTxnRequest) -> EndTxnResponse:
    """Commit or abort: answered once that is decided for good; the markers follow."""
    node, name = context.node, request.transactional_id
    if not name:
        return EndTxnResponse(error_code=Code.INVALID_REQUEST)
    fresh = await node.producer_id_for(name)
    if isinstance(fresh, Refusal):
        return EndTxnResponse(error_code=fresh.error)
    command = EndTransaction(
        transactional_id=name,
        at_ms=node.steady.wall_ms(),
        producer_id=request.producer_id,
        producer_epoch=request.producer_epoch,
        commit=request.committed,
        client_version=2 if context.version >= _EPOCHS_SINCE["end"] else 0,
        new_producer_id=fresh,
    )
    answer = await coordination.ask_behind_the_end(node, name, command)
    if isinstance(answer, Refusal):
        return EndTxnResponse(error_code=_old(answer, context.version < _FENCED_SINCE))
    assert isinstance(answer, Held)
    return EndTxnResponse(error_code=Code.NONE, producer_id=answer.producer_id, producer_epoch=answer.producer_epoch)


async def write_txn_markers(context: Context, request: WriteTxnMarkersRequest) -> WriteTxnMarkersResponse:
    """An operator ends what hangs in a partition (KIP-664); the coordinator itself needs no request for its own markers."""
    markers = [
        WriteTxnMarkersResponse.WritableTxnMarkerResult(
            producer_id=marker.producer_id,
            topics=[
                WriteTxnMarkersResponse.WritableTxnMarkerTopicResult(
                    name=topic.name,
                    partitions=[
                        WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult(
                            partition_index=number, error_code=await _marked(context.node, marker, topic.name, number)
                        )
                        for number in topic.partition_indexes
                    ],
                )
                for topic in marker.topics
            ],
        )
        for marker in request.markers
    ]
    return WriteTxnMarkersResponse(markers=markers)


async def _marked(node: Node, marker: WriteTxnMarkersRequest.WritableTxnMarker, name: str, number: int) -> Code:
    topic = node.topic(name)
    if topic is None or not 0 <= number < len(topic.partitions):
        return Code.UNKNOWN_TOPIC_OR_PARTITION
    if marker.producer_id < 0 or marker.producer_epoch == -1 or marker.transaction_version < 0:
        return Code.INVALID_REQUEST
    if marker.producer_epoch < 0:
        return Code.INVALID_PRODUCER_EPOCH
    if marker.coordinator_epoch < -1:
        return Code.TRANSACTION_COORDINATOR_FENCED
    producer, commit = Producer(marker.producer_id, marker.producer_epoch), marker.transaction_result
    if name == OFFSETS_TOPIC:
        command = EndProducer(node.steady.wall_ms(), *producer, commit, marker.transaction_version)
        return _error(await node.groups.ask_partition(number, command))
    if node.is_internal(topic):
        return Code.INVALID_REQUEST  # nobody writes in a transaction there
    partition = Partition(node.kernel, node.tickets, ids.to_bytes(topic.topic_id), number)
    try:
        await partition.mark(
            producer, commit=commit, coordinator_epoch=marker.coordinator_epoch, version=marker.transaction_version
        )
    except KernelError as error:
        return _MARKER_ERRORS.get(error.code, Code.KAFKA_STORAGE_ERROR)
    return Code.NONE


_MARKER_ERRORS = {
    "invalid_producer_epoch": Code.INVALID_PRODUCER_EPOCH,
    "coordinator_fenced": Code.TRANSACTION_COORDINATOR_FENCED,
}

# -- offsets -------------------------------------------------------------------------------------------------------------------


async def txn_offset_commit(context: Context, request: TxnOffsetCommitRequest) -> TxnOffsetCommitResponse:
    """How far a group has read, if the transaction is committed. What cannot be is refused partition by partition."""
    node, producer = context.node, Producer(request.producer_id, request.producer_epoch)
    checked = {
        (place, index): _refused(context, topic, partition)
        for place, topic in enumerate(request.topics)
        for index, partition in enumerate(topic.partitions)
    }
    refused = Code.NONE
    if Code.NONE in checked.values():
        with node.markers.holding_back(producer.producer_id):
            refused = await _belongs(context, request, producer)
            if refused is Code.NONE:
                refused = await _committed(context, request, producer, checked)
    topics = [
        TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic(
            name=topic.name,
            topic_id=topic.topic_id,
            partitions=[
                TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition(
                    partition_index=partition.partition_index, error_code=checked[place, index] or refused
                )
                for index, partition in enumerate(topic.partitions)
            ],
        )
        for place, topic in enumerate(request.topics)
    ]
    return TxnOffsetCommitResponse(topics=topics)


async def _belongs(context: Context, request: TxnOffsetCommitRequest, producer: Producer) -> Code:
    """Whether the group's partition is in the transaction; newer clients leave it to us to add it (KIP-890)."""
    node, name = context.node, request.transactional_id
    if not request.group_id:
        return Code.INVALID_GROUP_ID
    if node.topic(OFFSETS_TOPIC) is None:
        return Code.NOT_COORDINATOR
    partition = _offsets_partition(node, request.group_id)
    if context.version >= _EPOCHS_SINCE["commit"]:
        error = _error(await _add(node, name, producer, [partition], version=2))
    else:
        (error,) = await _verified(node, name, producer, [partition])
        abortable = context.version >= _ABORTABLE_SINCE
        error = Code.INVALID_TXN_STATE if error is Code.TRANSACTION_ABORTABLE and not abortable else error
    return Code.INVALID_PRODUCER_EPOCH if error is Code.PRODUCER_FENCED else error


async def _committed(
    context: Context, request: TxnOffsetCommitRequest, producer: Producer, checked: dict[tuple[int, int], Code]
) -> Code:
    node = context.node
    offsets = []
    for place, index in (each for each, error in checked.items() if error is Code.NONE):
        asked, partition = request.topics[place], request.topics[place].partitions[index]
        topic = _topic(context, asked)
        assert topic is not None, "it was checked"
        offset = Offset(
            offset=partition.committed_offset,
            leader_epoch=partition.committed_leader_epoch,
            metadata=partition.committed_metadata or "",
            committed_ms=node.ports.wall_ms(),
            topic_id=topic.topic_id,
        )
        offsets.append((topic.name, partition.partition_index, offset))
    command = CommitOffsets(
        group_id=request.group_id,
        at_ms=node.steady.wall_ms(),
        member_id=request.member_id,
        instance_id=request.group_instance_id,
        generation=request.generation_id_or_member_epoch,
        offsets=tuple(offsets),
        producer=producer,
    )
    error = _error(await node.groups.ask(request.group_id, command))
    return Code.ILLEGAL_GENERATION if error is Code.STALE_MEMBER_EPOCH else error


def _refused(
    context: Context,
    asked: TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic,
    partition: TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition,
) -> Code:
    topic = _topic(context, asked)
    if topic is None:
        return Code.UNKNOWN_TOPIC_ID if context.version >= _IDS_SINCE else Code.UNKNOWN_TOPIC_OR_PARTITION
    if not 0 <= partition.partition_index < len(topic.partitions):
        return Code.UNKNOWN_TOPIC_OR_PARTITION
    longest = context.node.settings.integer("offset.metadata.max.bytes")
    return Code.OFFSET_METADATA_TOO_LARGE if coordination.too_long(partition.committed_metadata, longest) else Code.NONE


def _topic(context: Context, asked: TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic) -> Topic | None:
    if context.version >= _IDS_SINCE:
        return context.node.cluster.committed.topics.get(ids.to_text(asked.topic_id))
    return context.node.topic(asked.name)
