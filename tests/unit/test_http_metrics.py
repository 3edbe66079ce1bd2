"""Metrics: the text format, the table, what a broker shows."""

import asyncio
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from leftfold import Broker
from leftfold.api.http import serve
from leftfold.api.http.exposition import family, histogram, labels
from leftfold.api.http.hardware import Hardware
from leftfold.api.http.metrics import TABLE
from leftfold.kernel import encode_batch
from leftfold.wire.generated.produce import ProduceRequest
from leftfold.wire.generated.topics import CreateTopicsRequest
from tests.unit.client import Client


def parsed(text: str) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """Sample name to labels to value."""
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for one in text_string_to_metric_families(text):
        for sample in one.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


def test_any_label_comes_back_as_it_was() -> None:
    awkward = 'a "quoted" \\ back\nnew line, {braces}=x'
    text = family("some_gauge", "gauge", "Doc with \\ and\nnew line", [(labels(name=awkward, number=3), 1.5)])
    assert parsed(text) == {"some_gauge": {(("name", awkward), ("number", "3")): 1.5}}
    assert text.count("\n") == 3


def test_a_family_without_samples_is_not_shown() -> None:
    assert family("some_gauge", "gauge", "Doc", []) == ""


def test_a_histogram_is_cumulative_and_in_seconds() -> None:
    samples = histogram([100, 250_000, 33_554_431], [1, 2, 0, 4], 2_500_000, 'api="fetch"')
    shown = parsed(family("h_seconds", "histogram", "Doc", samples))
    by_bound = {dict(key)["le"]: value for key, value in shown["h_seconds_bucket"].items()}
    assert by_bound == {"0.0001": 1, "0.25": 3, "33.554431": 3, "+Inf": 7}
    assert shown["h_seconds_sum"] == {(("api", "fetch"),): 2.5}
    assert shown["h_seconds_count"] == {(("api", "fetch"),): 7}


def test_a_histogram_without_labels_has_only_its_bound() -> None:
    assert histogram([1_000_000], [0, 1], 2_000_000)[0] == ('_bucket{le="1"}', 0)


def test_every_metric_has_a_name_of_its_own_and_a_known_kind() -> None:
    names = [metric.name for metric in TABLE]
    assert len(set(names)) == len(names)
    assert {metric.kind for metric in TABLE} == {"gauge", "counter", "histogram"}
    assert all(metric.doc for metric in TABLE)


def test_memory_is_what_the_control_group_leaves(tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/meminfo").write_text("MemAvailable: 4000 kB\n")
    alone = Hardware(tmp_path)
    assert alone.memory_available_bytes() == 4_096_000
    (tmp_path / "sys/fs/cgroup").mkdir(parents=True)
    (tmp_path / "sys/fs/cgroup/memory.max").write_text("1000000\n")
    (tmp_path / "sys/fs/cgroup/memory.current").write_text("400000\n")
    assert alone.memory_available_bytes() == 600_000
    (tmp_path / "sys/fs/cgroup/memory.max").write_text("max\n")
    assert alone.memory_available_bytes() == 4_096_000


def test_what_the_system_does_not_say_is_none(tmp_path: Path) -> None:
    silent = Hardware(tmp_path)
    assert silent.memory_available_bytes() is None
    assert silent.resident_bytes() is None
    assert silent.open_files() is None
    assert silent.disk(str(tmp_path / "nowhere")) is None


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Broker, str]]:
    """A broker with 3 records of topic orders (2 partitions), and the address of its admin port."""
    with Broker() as broker:
        assert broker._running is not None
        assert broker._loop is not None
        serving = asyncio.run_coroutine_threadsafe(serve(broker._running, "127.0.0.1", 0), broker._loop).result(10)
        with Client(broker.bootstrap) as client:
            topic = CreateTopicsRequest.CreatableTopic(name="orders", num_partitions=2, replication_factor=1)
            made = client.ask(CreateTopicsRequest(topics=[topic]), 7).topics[0]
            batch = encode_batch([(b"k", b"v", [], 1_700_000_000_000)] * 3)
            partition = ProduceRequest.PartitionProduceData(index=1, records=batch)
            data = ProduceRequest.TopicProduceData(topic_id=made.topic_id, partition_data=[partition])
            answer = client.ask(ProduceRequest(acks=-1, timeout_ms=10_000, topic_data=[data]), 13)
            assert answer.responses[0].partition_responses[0].error_code == 0
        yield broker, f"http://127.0.0.1:{serving.port}"
        asyncio.run_coroutine_threadsafe(serving.close(), broker._loop).result(10)


def scrape(served: tuple[Broker, str], path: str) -> dict[str, Any]:
    with urllib.request.urlopen(served[1] + path, timeout=10) as answer:
        assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        return parsed(answer.read().decode())


ORDERS = (("redpanda_namespace", "kafka"), ("redpanda_topic", "orders"))


def test_a_broker_shows_its_offsets_under_the_names_of_dashboards(served: tuple[Broker, str]) -> None:
    shown = scrape(served, "/public_metrics")
    offsets = shown["redpanda_kafka_max_offset"]
    space, topic = ORDERS
    assert offsets[(space, ("redpanda_partition", "0"), topic)] == 0
    assert offsets[(space, ("redpanda_partition", "1"), topic)] == 3
    assert shown["redpanda_kafka_partitions"][ORDERS] == 2
    assert shown["redpanda_kafka_replicas"][ORDERS] == 1
    assert shown["redpanda_kafka_under_replicated_replicas"][(space, ("redpanda_partition", "1"), topic)] == 0
    produced = shown["redpanda_kafka_request_bytes_total"][(space, ("redpanda_request", "produce"), topic)]
    assert produced == len(encode_batch([(b"k", b"v", [], 1_700_000_000_000)] * 3))
    internal = (("redpanda_namespace", "kafka_internal"), ("redpanda_topic", "__leftfold_cluster"))
    assert shown["redpanda_kafka_partitions"][internal] == 1


def test_a_broker_shows_its_requests(served: tuple[Broker, str]) -> None:
    shown = scrape(served, "/public_metrics")
    assert shown["redpanda_kafka_request_latency_seconds_count"][(("redpanda_request", "produce"),)] == 1
    assert shown["redpanda_kafka_handler_latency_seconds_count"][(("handler", "create_topics"),)] == 1
    buckets = shown["redpanda_kafka_request_latency_seconds_bucket"]
    assert buckets[(("le", "+Inf"), ("redpanda_request", "produce"))] == 1
    assert shown["redpanda_rpc_received_bytes_total"][(("redpanda_server", "kafka"),)] > 0  # the parser adds the suffix


def test_a_broker_shows_its_cluster_as_healthy(served: tuple[Broker, str]) -> None:
    shown = scrape(served, "/public_metrics")
    assert shown["redpanda_cluster_topics"] == {(): 2}
    assert shown["redpanda_cluster_partitions"] == {(): 3}
    assert shown["redpanda_cluster_brokers"] == {(): 1}
    assert shown["redpanda_cluster_unavailable_partitions"] == {(): 0}


def test_all_metrics_hold_the_public_ones_and_our_own(served: tuple[Broker, str]) -> None:
    everything, public = scrape(served, "/metrics"), scrape(served, "/public_metrics")
    assert public.keys() < everything.keys()
    assert all(name.startswith("redpanda_") for name in public)
    assert everything["leftfold_ready"] == {(): 1}
    assert everything["leftfold_journal_rounds_total"][()] >= 1
    assert everything["kafka_topic_partition_current_offset"][(("partition", "1"), ("topic", "orders"))] == 3
    assert everything["kafka_topic_partition_in_sync_replica"][(("partition", "1"), ("topic", "orders"))] == 1
    assert everything["leftfold_partition_size_bytes"][(("partition", "1"), ("topic", "orders"))] > 0


def test_strangers_and_refused_requests_are_counted(served: tuple[Broker, str]) -> None:
    broker, _ = served
    before = scrape(served, "/metrics")
    for first in (b"GET / HTTP/1.1\r\n\r\n", bytes.fromhex("160301020001"), b"\x7f\xff\xff\xff"):
        with socket.create_connection(("127.0.0.1", broker.port), timeout=20) as connection:
            connection.sendall(first)
            while connection.recv(4096):
                pass
    after = scrape(served, "/metrics")

    def grown(name: str, *label: tuple[str, str]) -> float:
        return float(after[name][label] - before[name][label])

    assert grown("leftfold_strangers_total", ("protocol", "http")) == 1
    assert grown("leftfold_strangers_total", ("protocol", "tls")) == 1
    assert grown("leftfold_frames_refused_total") == 1
