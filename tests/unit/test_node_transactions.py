"""A node coordinates transactions, and ends them."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from leftfold import Broker
from leftfold.base.errors import Code, Refusal
from leftfold.kernel import decode_batches, encode_batch
from leftfold.node.coordinators import Coordinators
from leftfold.wire.generated.fetch import FetchRequest
from leftfold.wire.generated.group_offsets import FindCoordinatorRequest, OffsetCommitRequest, OffsetFetchRequest
from leftfold.wire.generated.produce import ProduceRequest
from leftfold.wire.generated.producers import InitProducerIdRequest
from leftfold.wire.generated.transactions import (
    AddOffsetsToTxnRequest,
    AddPartitionsToTxnRequest,
    DescribeTransactionsRequest,
    EndTxnRequest,
    ListTransactionsRequest,
    TxnOffsetCommitRequest,
    WriteTxnMarkersRequest,
)
from tests.unit.client import Client
from tests.unit.test_node import create

FEW = {"offsets.topic.num.partitions": "2", "transaction.state.log.num.partitions": "2"}
LATER = (Code.COORDINATOR_LOAD_IN_PROGRESS, Code.NOT_COORDINATOR, Code.CONCURRENT_TRANSACTIONS)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with Broker(FEW, data=tmp_path / "data") as running:
        yield running


@pytest.fixture
def client(broker: Broker) -> Iterator[Client]:
    with Client(broker.bootstrap) as connected:
        create(connected, "t")
        yield connected


def until(ask: Any, error: Any = lambda answer: answer.error_code) -> Any:
    """Ask until the coordinator is ready, as clients do."""
    deadline = time.monotonic() + 20
    while error(answer := ask()) in LATER:
        assert time.monotonic() < deadline, answer
    return answer


def begin(client: Client, name: str = "x", **more: Any) -> Any:
    for kind in (0, 1):
        assert client.ask(FindCoordinatorRequest(key=name, key_type=kind), 1).error_code == Code.NONE
    request = InitProducerIdRequest(transactional_id=name, transaction_timeout_ms=60_000, **more)
    return until(lambda: client.ask(request, 4))


def add(client: Client, held: Any, topic: str = "t", partition: int = 0, name: str = "x") -> int:
    topics = [AddPartitionsToTxnRequest.AddPartitionsToTxnTopic(name=topic, partitions=[partition])]
    request = AddPartitionsToTxnRequest(
        v3_and_below_transactional_id=name, v3_and_below_producer_id=held.producer_id,
        v3_and_below_producer_epoch=held.producer_epoch, v3_and_below_topics=topics,
    )  # fmt: skip
    answer = client.ask(request, 3)
    code: int = answer.results_by_topic_v3_and_below[0].results_by_partition[0].partition_error_code
    return code


def end(client: Client, held: Any, *, commit: bool = True, version: int = 5) -> Any:
    request = EndTxnRequest(
        transactional_id="x", producer_id=held.producer_id, producer_epoch=held.producer_epoch, committed=commit
    )
    return client.ask(request, version)


def described(client: Client) -> Any:
    return client.ask(DescribeTransactionsRequest(transactional_ids=["x"]), 0).transaction_states[0]


def settled(client: Client, state: str) -> None:
    deadline = time.monotonic() + 20
    while described(client).transaction_state != state:
        assert time.monotonic() < deadline, described(client)


def commit_offset(client: Client, held: Any, offset: int, version: int = 5) -> int:
    made = TxnOffsetCommitRequest
    part = made.TxnOffsetCommitRequestPartition(partition_index=0, committed_offset=offset)
    request = made(
        transactional_id="x", group_id="g", producer_id=held.producer_id, producer_epoch=held.producer_epoch,
        topics=[made.TxnOffsetCommitRequestTopic(name="t", partitions=[part])],
    )  # fmt: skip
    answer = until(lambda: client.ask(request, version), lambda answer: answer.topics[0].partitions[0].error_code)
    code: int = answer.topics[0].partitions[0].error_code
    return code


def fetched(client: Client, *, stable: bool) -> tuple[int, int]:
    asked = OffsetFetchRequest.OffsetFetchRequestTopic(name="t", partition_indexes=[0])
    answer = client.ask(OffsetFetchRequest(group_id="g", topics=[asked], require_stable=stable), 7)
    part = answer.topics[0].partitions[0]
    return part.error_code, part.committed_offset


def test_a_transaction_of_the_first_generation_lives_and_ends(client: Client) -> None:
    held = begin(client)
    assert add(client, held) == Code.NONE
    assert add(client, held, "missing") == Code.UNKNOWN_TOPIC_OR_PARTITION
    one = described(client)
    assert (one.transaction_state, one.topics[0].topic, one.topics[0].partitions) == ("Ongoing", "t", [0])
    assert end(client, held, version=3).error_code == Code.NONE
    settled(client, "CompleteCommit")
    assert end(client, held, version=3).error_code == Code.NONE, "asked again"
    assert end(client, held, version=3, commit=False).error_code == Code.INVALID_TXN_STATE
    assert begin(client).producer_epoch == held.producer_epoch + 1


def test_each_transaction_of_the_second_generation_has_its_own_epoch(client: Client) -> None:
    held = begin(client)
    assert add(client, held) == Code.NONE
    ended = end(client, held)
    assert (ended.error_code, ended.producer_id, ended.producer_epoch) == (Code.NONE, held.producer_id, 1)
    assert add(client, held) == Code.PRODUCER_FENCED
    assert end(client, held, commit=False).error_code in (Code.INVALID_TXN_STATE, Code.CONCURRENT_TRANSACTIONS)
    assert add(client, ended) == Code.NONE, "it waited for the end of the last one"


def test_t6_a_second_producer_fences_the_first(client: Client) -> None:
    first = begin(client)
    assert add(client, first) == Code.NONE
    second = begin(client)
    assert (second.producer_id, second.producer_epoch) == (first.producer_id, 2)
    assert end(client, first).error_code == Code.PRODUCER_FENCED
    assert end(client, first, version=1).error_code == Code.INVALID_PRODUCER_EPOCH, "before it was known by its name"


@pytest.mark.parametrize("version", [3, 5])
def test_t7_pending_offsets_are_told_to_nobody(client: Client, version: int) -> None:
    held = begin(client)
    made = OffsetCommitRequest
    part = made.OffsetCommitRequestPartition(partition_index=0, committed_offset=1)
    plain = made(group_id="g", topics=[made.OffsetCommitRequestTopic(name="t", partitions=[part])])
    until(lambda: client.ask(plain, 7), lambda answer: answer.topics[0].partitions[0].error_code)
    if version < 5:
        assert commit_offset(client, held, 7, version) == Code.INVALID_TXN_STATE, "the partition is not in the transaction"
        asked = AddOffsetsToTxnRequest(
            transactional_id="x", producer_id=held.producer_id, producer_epoch=held.producer_epoch, group_id="g"
        )
        assert client.ask(asked, 3).error_code == Code.NONE
    assert commit_offset(client, held, 7, version) == Code.NONE
    assert fetched(client, stable=True) == (Code.UNSTABLE_OFFSET_COMMIT, -1)
    assert fetched(client, stable=False) == (Code.NONE, 1)
    assert end(client, held).error_code == Code.NONE
    settled(client, "CompleteCommit")
    assert fetched(client, stable=True) == (Code.NONE, 7)
    assert commit_offset(client, held, 9, version) == Code.INVALID_PRODUCER_EPOCH


def test_what_was_decided_before_a_crash_is_ended_after_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: Any) -> Refusal:
        return Refusal(Code.COORDINATOR_NOT_AVAILABLE, "no marker is written yet")

    with monkeypatch.context() as patched:
        patched.setattr(Coordinators, "_end", nothing)
        with Broker(FEW, data=tmp_path / "data") as first, Client(first.bootstrap) as client:
            create(client, "t")
            held = begin(client)
            assert add(client, held) == Code.NONE
            assert commit_offset(client, held, 7) == Code.NONE
            assert end(client, held).error_code == Code.NONE
            assert described(client).transaction_state == "PrepareCommit"
    with Broker(FEW, data=tmp_path / "data") as second, Client(second.bootstrap) as client:
        until(lambda: described(client))
        settled(client, "CompleteCommit")
        assert fetched(client, stable=True) == (Code.NONE, 7)


def test_t2_a_marker_whose_answer_was_lost_is_written_again_after_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unheard(*_: Any) -> Refusal:
        return Refusal(Code.COORDINATOR_NOT_AVAILABLE, "the markers are written, and nobody hears of it")

    with monkeypatch.context() as patched:
        patched.setattr(Coordinators, "_ask", unheard)
        with Broker(FEW, data=tmp_path / "data") as first, Client(first.bootstrap) as client:
            create(client, "t")
            held = begin(client)
            assert commit_offset(client, held, 7) == Code.NONE
            assert end(client, held).error_code == Code.NONE
            deadline = time.monotonic() + 20
            while fetched(client, stable=True) != (Code.NONE, 7):
                assert time.monotonic() < deadline
            assert described(client).transaction_state == "PrepareCommit"
    with Broker(FEW, data=tmp_path / "data") as second, Client(second.bootstrap) as client:
        until(lambda: described(client))
        settled(client, "CompleteCommit")
        assert fetched(client, stable=True) == (Code.NONE, 7)
        again = end(client, held)
        assert (again.error_code, again.producer_epoch) == (Code.NONE, held.producer_epoch + 1)


@pytest.mark.parametrize("commit", [True, False])
def test_t4_a_transaction_outlives_a_restart_between_its_steps_whole(tmp_path: Path, commit: bool) -> None:
    with Broker(FEW, data=tmp_path / "data") as first, Client(first.bootstrap) as client:
        create(client, "t")
        held = begin(client)
        assert add(client, held) == Code.NONE
        assert write(client, held, 0) == Code.NONE
    with Broker(FEW, data=tmp_path / "data") as second, Client(second.bootstrap) as client:
        until(lambda: described(client))
        request = AddOffsetsToTxnRequest(
            transactional_id="x", producer_id=held.producer_id, producer_epoch=held.producer_epoch, group_id="g"
        )
        assert until(lambda: client.ask(request, 3)).error_code == Code.NONE
        assert write(client, held, 1) == Code.NONE
        assert commit_offset(client, held, 7, 3) == Code.NONE
        assert committed_records(client) == 0
        assert end(client, held, commit=commit, version=3).error_code == Code.NONE
        settled(client, "CompleteCommit" if commit else "CompleteAbort")
        assert committed_records(client) == (2 if commit else 0)
        assert fetched(client, stable=True) == (Code.NONE, 7 if commit else -1)


def write(client: Client, held: Any, sequence: int, topic: str = "t") -> int:
    """One record to partition 0 of a topic, in the transaction of a client that adds its partitions itself."""
    batch = encode_batch(
        [(None, b"v", [], 1_700_000_000_000)],
        producer_id=held.producer_id,
        producer_epoch=held.producer_epoch,
        base_sequence=sequence,
        transactional=True,
    )
    made = ProduceRequest
    data = made.TopicProduceData(name=topic, partition_data=[made.PartitionProduceData(index=0, records=batch)])
    answer = client.ask(made(transactional_id="x", acks=-1, timeout_ms=10_000, topic_data=[data]), 11)
    code: int = answer.responses[0].partition_responses[0].error_code
    return code


def committed_records(client: Client) -> int:
    """How many records of partition 0 of t a reader of committed ones sees."""
    made = FetchRequest
    count = offset = 0
    while True:  # an answer may end where a segment does
        part = made.FetchPartition(partition=0, fetch_offset=offset, partition_max_bytes=1 << 20)
        topics = [made.FetchTopic(topic="t", partitions=[part])]
        asked = made(max_wait_ms=0, min_bytes=0, max_bytes=1 << 20, isolation_level=1, topics=topics)
        (answer,) = client.ask(asked, 12).responses[0].partitions
        batches = decode_batches(answer.records)
        if not batches:
            return count
        aborted = {one.producer_id for one in answer.aborted_transactions or ()}
        count += sum(len(one.records) for one in batches if not one.control and one.producer_id not in aborted)
        offset = batches[-1].last_offset + 1


def test_transactions_are_listed_by_state_producer_age_and_name(client: Client) -> None:
    held = begin(client)
    begin(client, "another")
    assert add(client, held) == Code.NONE

    def names(version: int = 2, **filters: Any) -> list[str]:
        answer = client.ask(ListTransactionsRequest(**filters), version)
        assert answer.error_code == Code.NONE
        return [one.transactional_id for one in answer.transaction_states]

    assert names() == ["another", "x"]
    assert names(state_filters=["Ongoing"]) == ["x"]
    assert names(producer_id_filters=[held.producer_id]) == ["x"]
    assert names(transactional_id_pattern="a.*") == ["another"]
    assert names(duration_filter=60_000) == ["another"], "what has not begun is listed too, as in Kafka"
    assert client.ask(ListTransactionsRequest(state_filters=["Wrong"]), 0).unknown_state_filters == ["Wrong"]
    refused = client.ask(ListTransactionsRequest(transactional_id_pattern="("), 2)
    assert refused.error_code == Code.INVALID_REGULAR_EXPRESSION
    missing = client.ask(DescribeTransactionsRequest(transactional_ids=["nobody"]), 0).transaction_states[0]
    assert missing.error_code in (Code.TRANSACTIONAL_ID_NOT_FOUND, Code.COORDINATOR_LOAD_IN_PROGRESS)


def test_an_operator_writes_a_marker_and_is_refused_where_there_is_nothing(client: Client) -> None:
    made = WriteTxnMarkersRequest
    topics = [made.WritableTxnMarkerTopic(name=name, partition_indexes=[0]) for name in ("t", "missing")]
    marker = made.WritableTxnMarker(producer_id=7, producer_epoch=0, topics=topics, coordinator_epoch=0)
    answer = client.ask(made(markers=[marker]), 1)
    codes = [topic.partitions[0].error_code for topic in answer.markers[0].topics]
    assert codes == [Code.NONE, Code.UNKNOWN_TOPIC_OR_PARTITION]
