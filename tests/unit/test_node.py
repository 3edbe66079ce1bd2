"""A node keeps kernel and cluster in step."""

import contextlib
import logging
import struct
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leftfold import Broker
from leftfold.api.kafka.table import TABLE
from leftfold.base import ids
from leftfold.base.errors import Code
from leftfold.kernel import Kernel, KernelError
from leftfold.node.publish import Publisher
from leftfold.wire.generated.configs import DescribeConfigsRequest, IncrementalAlterConfigsRequest
from leftfold.wire.generated.fetch import FetchRequest
from leftfold.wire.generated.metadata import DescribeTopicPartitionsRequest, MetadataRequest
from leftfold.wire.generated.topics import CreateTopicsRequest, DeleteTopicsRequest
from tests.unit.client import Client


def kernel_of(broker: Broker) -> Kernel:
    assert broker._running is not None
    assert broker._running.kernel is not None
    return broker._running.kernel


def create(client: Client, name: str, partitions: int = 1) -> Any:
    topic = CreateTopicsRequest.CreatableTopic(name=name, num_partitions=partitions, replication_factor=1)
    made = client.ask(CreateTopicsRequest(topics=[topic]), 7).topics[0]
    assert made.error_code == Code.NONE, made.error_message
    return made


def delete(client: Client, name: str) -> None:
    topic = DeleteTopicsRequest.DeleteTopicState(name=name)
    assert client.ask(DeleteTopicsRequest(topics=[topic], timeout_ms=1000), 6).responses[0].error_code == Code.NONE


def described(client: Client, name: str) -> Any:
    asked = DescribeTopicPartitionsRequest.TopicRequest(name=name)
    return client.ask(DescribeTopicPartitionsRequest(topics=[asked]), 0).topics[0]


def fetch(client: Client, topic_id: bytes, wait_ms: int) -> Any:
    partition = FetchRequest.FetchPartition(partition=0, fetch_offset=0, partition_max_bytes=1000)
    topic = FetchRequest.FetchTopic(topic_id=topic_id, partitions=[partition])
    return client.ask(FetchRequest(max_wait_ms=wait_ms, min_bytes=1, topics=[topic], session_epoch=-1), 13)


def test_a_topic_deleted_under_a_reader_ends_its_wait(leftfold_broker: Broker) -> None:
    with Client(leftfold_broker.bootstrap) as client, Client(leftfold_broker.bootstrap) as reader:
        made = create(client, "orders")
        answers: list[Any] = []
        thread = threading.Thread(target=lambda: answers.append(fetch(reader, made.topic_id, 20_000)))
        thread.start()
        delete(client, "orders")
        thread.join(15)
        assert not thread.is_alive(), "the reader is told before its wait is over"
        partition = answers[0].responses[0].partitions[0]
        assert partition.error_code in (Code.UNKNOWN_TOPIC_ID, Code.UNKNOWN_TOPIC_OR_PARTITION)


def test_deleted_and_created_anew_is_another_topic(leftfold_broker: Broker) -> None:
    with Client(leftfold_broker.bootstrap) as client:
        first = create(client, "orders").topic_id
        delete(client, "orders")
        second = create(client, "orders").topic_id
        assert first != second
        assert fetch(client, first, 0).responses[0].partitions[0].error_code == Code.UNKNOWN_TOPIC_ID
        assert fetch(client, second, 0).responses[0].partitions[0].error_code == Code.NONE
        assert described(client, "orders").topic_id == second


def test_a_missing_topic_is_made_by_asking_for_its_metadata(leftfold_broker: Broker) -> None:
    with Client(leftfold_broker.bootstrap) as client:
        asked = [MetadataRequest.MetadataRequestTopic(name=name) for name in ("fresh", "not legal")]
        answer = client.ask(MetadataRequest(topics=asked, allow_auto_topic_creation=True), 12)
        errors = {topic.name: topic.error_code for topic in answer.topics}
        assert errors == {"fresh": Code.NONE, "not legal": Code.INVALID_TOPIC_EXCEPTION}
        assert described(client, "fresh").error_code == Code.NONE
        never = [MetadataRequest.MetadataRequestTopic(name="never")]
        answer = client.ask(MetadataRequest(topics=never, allow_auto_topic_creation=False), 12)
        assert answer.topics[0].error_code == Code.UNKNOWN_TOPIC_OR_PARTITION


def test_the_clusters_own_log_is_internal_and_can_be_read(leftfold_broker: Broker) -> None:
    with Client(leftfold_broker.bootstrap) as client:
        own = described(client, "__leftfold_cluster")
        assert (own.is_internal, own.topic_id) == (True, ids.CLUSTER_TOPIC_ID)
        answer = fetch(client, ids.CLUSTER_TOPIC_ID, 0).responses[0].partitions[0]
        assert answer.error_code == Code.NONE
        assert b"ClusterFounded" in bytes(answer.records)


def test_a_crash_between_the_event_and_the_folder_makes_the_folder_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Broker(data=tmp_path) as broker, Client(broker.bootstrap) as client:
        with monkeypatch.context() as crash:
            crash.setattr(Publisher, "_publish_owed", lambda *_: None)
            made = create(client, "orders")
        assert kernel_of(broker).partition(made.topic_id, 0) is None
    with Broker(data=tmp_path) as broker, Client(broker.bootstrap) as client:
        assert kernel_of(broker).partition(made.topic_id, 0) is not None
        assert described(client, "orders").topic_id == made.topic_id


def test_a_topic_that_the_disk_has_no_room_for_is_made_when_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("leftfold.node.publish.RETRY_S", 0.01)
    publish = Publisher._publish
    full = threading.Event()
    tried = threading.Event()
    made_now = threading.Event()

    def publish_if_there_is_room(self: Publisher, topic: Any, state: Any, *, internal: bool) -> None:
        if full.is_set():
            tried.set()
            failure = KernelError("no room")
            failure.code = "disk_full"
            raise failure
        publish(self, topic, state, internal=internal)
        if topic.name == "orders":
            made_now.set()

    monkeypatch.setattr(Publisher, "_publish", publish_if_there_is_room)
    with Broker(data=tmp_path) as broker, Client(broker.bootstrap) as client:
        full.set()
        made = create(client, "orders")
        assert tried.is_set()
        assert kernel_of(broker).partition(made.topic_id, 0) is None
        full.clear()
        assert made_now.wait(10)
        assert kernel_of(broker).partition(made.topic_id, 0) is not None
    assert "topic_not_published" in caplog.text


def test_a_crash_between_a_delete_and_its_folder_removes_the_folder_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with Broker(data=tmp_path) as broker, Client(broker.bootstrap) as client:
        made = create(client, "orders")
        monkeypatch.setattr(Publisher, "_withdraw", lambda *_: None)
        delete(client, "orders")
        monkeypatch.undo()
    with Broker(data=tmp_path) as broker:
        assert made.topic_id not in kernel_of(broker).topic_ids_on_disk()
    assert "folder_of_deleted_topic_removed" in caplog.text


def test_a_folder_that_no_event_explains_is_set_aside_and_never_removed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = bytes(range(16))
    with Broker(data=tmp_path) as broker:
        kernel_of(broker).publish_topic(stranger, "stranger", False, [(0, 1, 0, [1], [1])], {})
        assert stranger in kernel_of(broker).topic_ids_on_disk()
    before = sum(1 for _ in tmp_path.rglob("*"))
    with Broker(data=tmp_path) as broker:
        assert stranger not in kernel_of(broker).topic_ids_on_disk()
    assert "folder_unexplained" in caplog.text
    assert sum(1 for _ in tmp_path.rglob("*")) >= before


def test_p7_a_damaged_snapshot_loses_no_topic(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with Broker(data=tmp_path) as broker, Client(broker.bootstrap) as client:
        made = create(client, "orders", 3)
    (snapshot,) = (tmp_path / "folds").glob("*.snapshot")
    snapshot.write_bytes(snapshot.read_bytes()[:-10])
    with Broker(data=tmp_path) as broker, Client(broker.bootstrap) as client:
        found = described(client, "orders")
        assert (found.topic_id, len(found.partitions)) == (made.topic_id, 3)
    assert "snapshot_damaged" in caplog.text
    assert "folder_unexplained" not in caplog.text


def test_a_config_changed_for_all_brokers_reaches_topics_at_once_and_survives(tmp_path: Path) -> None:
    with Broker(data=tmp_path) as broker, Client(broker.bootstrap) as client:
        create(client, "orders")
        change = IncrementalAlterConfigsRequest.AlterableConfig(name="log.retention.ms", config_operation=0, value="5000")
        asked = IncrementalAlterConfigsRequest.AlterConfigsResource(resource_type=4, resource_name="", configs=[change])
        answer = client.ask(IncrementalAlterConfigsRequest(resources=[asked]), 1)
        assert answer.responses[0].error_code == Code.NONE
        assert retention(client) == ("5000", 3)
    with Broker(data=tmp_path) as broker, Client(broker.bootstrap) as client:
        assert retention(client) == ("5000", 3)


def retention(client: Client) -> tuple[str, int]:
    """Value and source of the topic's retention."""
    asked = DescribeConfigsRequest.DescribeConfigsResource(
        resource_type=2, resource_name="orders", configuration_keys=["retention.ms"]
    )
    found = client.ask(DescribeConfigsRequest(resources=[asked]), 4).results[0].configs[0]
    return found.value, found.config_source


def test_write_caching_shows_its_window_when_a_topic_is_described(leftfold_broker: Broker) -> None:
    with Client(leftfold_broker.bootstrap) as client:
        create(client, "orders")
        asked = DescribeConfigsRequest.DescribeConfigsResource(
            resource_type=2, resource_name="orders", configuration_keys=["write.caching", "preallocate"]
        )
        request = DescribeConfigsRequest(resources=[asked], include_documentation=True)
        configs = {one.name: one for one in client.ask(request, 4).results[0].configs}
    assert "100 ms or 64 MiB" in configs["write.caching"].documentation
    assert "Not in force yet" in configs["preallocate"].documentation


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
def test_hostile_bytes_end_their_connection_and_nothing_else(leftfold_broker: Broker, data: st.DataObject) -> None:
    api = data.draw(st.sampled_from(TABLE))
    version = data.draw(st.integers(*api.versions))
    body = data.draw(st.binary(max_size=64) | st.builds(struct.pack, st.just(">i"), st.integers(-(2**31), 2**31 - 1)))
    flexible = api.flexible_from is not None and version >= api.flexible_from
    with Client(leftfold_broker.bootstrap) as client:
        client.socket.settimeout(0.2)  # a fetch may be legal by chance, and wait
        with contextlib.suppress(EOFError, ConnectionResetError, TimeoutError):
            client.ask_bytes(api.key, version, body, flexible=flexible)
    with Client(leftfold_broker.bootstrap) as client:
        assert described(client, "__leftfold_cluster").error_code == Code.NONE
