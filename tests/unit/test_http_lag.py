"""Metrics of groups: how far they have read, what is left."""

from __future__ import annotations

import asyncio
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from immutables import Map

from leftfold import Broker
from leftfold.api.http import lag, serve
from leftfold.api.http.lag import _row
from leftfold.api.http.metrics import TABLE
from leftfold.base.errors import Code
from leftfold.kernel import encode_batch
from leftfold.machines.groups.state import Group, Groups, Offset
from leftfold.wire.generated.group_offsets import OffsetCommitRequest
from leftfold.wire.generated.produce import ProduceRequest
from leftfold.wire.generated.topics import CreateTopicsRequest, DeleteRecordsRequest, DeleteTopicsRequest
from tests.unit.client import Client
from tests.unit.test_http_metrics import parsed
from tests.unit.test_node_groups import AT_ONCE, coordinated, join
from tests.unit.test_node_transactions import add, begin, write

Shown = dict[str, dict[tuple[tuple[str, str], ...], float]]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Broker, Client, str]]:
    """A broker with five records in each partition of topic orders, a client of it, and its admin port."""
    with Broker(AT_ONCE, data=tmp_path / "data") as broker:
        assert broker._running is not None
        assert broker._loop is not None
        serving = asyncio.run_coroutine_threadsafe(serve(broker._running, "127.0.0.1", 0), broker._loop).result(10)
        with Client(broker.bootstrap) as client:
            coordinated(client)
            topic = CreateTopicsRequest.CreatableTopic(name="orders", num_partitions=2, replication_factor=1)
            made = client.ask(CreateTopicsRequest(topics=[topic]), 7).topics[0]
            partitions = [
                ProduceRequest.PartitionProduceData(
                    index=index, records=encode_batch([(None, b"v", [], 1_700_000_000_000)] * 5)
                )
                for index in range(2)
            ]
            data = ProduceRequest.TopicProduceData(topic_id=made.topic_id, partition_data=partitions)
            client.ask(ProduceRequest(acks=-1, timeout_ms=10_000, topic_data=[data]), 13)
            yield broker, client, f"http://127.0.0.1:{serving.port}"
        asyncio.run_coroutine_threadsafe(serving.close(), broker._loop).result(10)


def commit(client: Client, group: str, *offsets: tuple[int, int]) -> None:
    made = OffsetCommitRequest
    partitions = [
        made.OffsetCommitRequestPartition(partition_index=partition, committed_offset=offset, committed_metadata="")
        for partition, offset in offsets
    ]
    topics = [made.OffsetCommitRequestTopic(name="orders", partitions=partitions)]
    request = made(group_id=group, generation_id_or_member_epoch=-1, member_id="", topics=topics)
    answered = client.ask(request, 5).topics[0].partitions
    assert [one.error_code for one in answered] == [Code.NONE] * len(offsets)


def scrape(address: str, path: str = "/metrics") -> Shown:
    with urllib.request.urlopen(address + path, timeout=10) as answer:
        return parsed(answer.read().decode())


def of_group(name: str) -> tuple[tuple[str, str], ...]:
    return (("redpanda_group", name),)


def test_lag_is_what_lies_between_commit_and_end(served: tuple[Broker, Client, str]) -> None:
    _, client, address = served
    commit(client, "readers", (0, 1), (1, 5))
    commit(client, "others", (1, 3))
    public = scrape(address, "/public_metrics")
    assert public["redpanda_kafka_consumer_group_lag_sum"] == {of_group("readers"): 4, of_group("others"): 2}
    assert public["redpanda_kafka_consumer_group_lag_max"] == {of_group("readers"): 4, of_group("others"): 2}
    assert public["redpanda_kafka_consumer_group_topics"] == {of_group("readers"): 1, of_group("others"): 1}
    offsets = public["redpanda_kafka_consumer_group_committed_offset"]
    place = (("redpanda_group", "readers"), ("redpanda_partition", "0"), ("redpanda_topic", "orders"))
    assert (offsets[place], len(offsets)) == (1, 3)
    everything = scrape(address)
    plain = (("consumergroup", "readers"), ("topic", "orders"))
    assert everything["kafka_consumergroup_lag_sum"][plain] == 4
    assert everything["kafka_consumergroup_current_offset_sum"][plain] == 6
    one = (("consumergroup", "readers"), ("partition", "0"), ("topic", "orders"))
    assert everything["kafka_consumergroup_lag"][one] == 4
    assert everything["kafka_consumergroup_current_offset"][one] == 1
    assert everything["leftfold_group_partitions_left_out"] == {(): 0}


def test_a_broker_at_work_shows_every_metric(served: tuple[Broker, Client, str]) -> None:
    _, client, address = served
    commit(client, "readers", (0, 1))
    held = begin(client)
    assert (add(client, held, "orders"), write(client, held, 0, "orders")) == (Code.NONE, Code.NONE)
    with urllib.request.urlopen(address + "/metrics", timeout=10) as answer:
        shown = [line.split()[2] for line in answer.read().decode().splitlines() if line.startswith("# TYPE ")]
    assert shown == [metric.name for metric in TABLE]


def test_what_was_trimmed_is_not_lag_and_what_is_gone_has_none(served: tuple[Broker, Client, str]) -> None:
    _, client, address = served
    commit(client, "readers", (0, 1))
    partition = DeleteRecordsRequest.DeleteRecordsPartition(partition_index=0, offset=4)
    topic = DeleteRecordsRequest.DeleteRecordsTopic(name="orders", partitions=[partition])
    client.ask(DeleteRecordsRequest(topics=[topic], timeout_ms=10_000), 2)
    assert scrape(address)["redpanda_kafka_consumer_group_lag_sum"] == {of_group("readers"): 1}
    client.ask(DeleteTopicsRequest(topic_names=["orders"], timeout_ms=10_000), 5)
    shown = scrape(address)
    assert shown.get("redpanda_kafka_consumer_group_lag_sum", {}).get(of_group("readers"), 0) == 0
    assert "kafka_consumergroup_lag" not in shown


def test_members_are_counted(served: tuple[Broker, Client, str]) -> None:
    broker, client, address = served
    joined = join(client, group="team")
    with Client(broker.bootstrap) as other:
        waits = threading.Thread(target=join, args=(other, "", "team"))
        waits.start()
        while scrape(address)["redpanda_kafka_consumer_group_consumers"][of_group("team")] != 2:
            pass
        join(client, joined.member_id, "team")
        waits.join()
    assert scrape(address)["kafka_consumergroup_members"] == {(("consumergroup", "team"),): 2}


def test_series_of_partitions_are_bounded_and_sums_are_whole() -> None:
    offsets = Map({"orders": Map({index: Offset(1, -1, "", 0) for index in range(100)})})
    state = Groups(Map({"g": Group(offsets=offsets)}))
    row = asyncio.run(_row("g", state, {("orders", index): (0, 3) for index in range(100)}, room=10))
    assert (len(row.shown), row.partitions, row.lag_sum, row.lag_max, row.members) == (10, 100, 200, 2, 0)
    assert lag.SERIES_MAX < 100_000
