"""Limits of the network: frames, strangers, order."""

import resource
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from leftfold import Broker
from leftfold.kernel import encode_batch
from leftfold.wire.generated.fetch import FetchRequest
from leftfold.wire.generated.metadata import ApiVersionsRequest, DescribeClusterRequest, MetadataRequest
from leftfold.wire.generated.produce import ProduceRequest
from leftfold.wire.generated.topics import CreateTopicsRequest
from tests.unit.client import Client


def dialled(broker: Broker) -> socket.socket:
    return socket.create_connection(("127.0.0.1", broker.port), timeout=20)


def all_that_comes(connection: socket.socket) -> bytes:
    """Everything until the broker closes."""
    parts = b""
    while True:
        try:
            part = connection.recv(65536)
        except ConnectionResetError:
            return parts
        if not part:
            return parts
        parts += part


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with Broker({"socket.request.max.bytes": 4096}) as running:
        yield running


@pytest.mark.parametrize("length", [-1, 0, 7, 4097, 2**31 - 1, -(2**31)])
def test_i2_a_frame_of_an_impossible_length_closes_its_connection(broker: Broker, length: int) -> None:
    with dialled(broker) as connection:
        connection.sendall(struct.pack(">i", length))
        assert all_that_comes(connection) == b""


def test_a_stranger_that_speaks_http_is_told_so(broker: Broker) -> None:
    with dialled(broker) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X-Filler: " + b"x" * 20_000 + b"\r\n\r\n")
        assert b"Kafka port" in all_that_comes(connection)


def test_a_stranger_that_speaks_tls_gets_an_alert(broker: Broker) -> None:
    with dialled(broker) as connection:
        connection.sendall(bytes.fromhex("1603010200010001fc0303") + bytes(64))
        assert all_that_comes(connection)[:1] == b"\x15"


@pytest.mark.parametrize(("key", "version"), [(3, 99), (19, 1), (19, 8), (22, 6), (200, 0), (4, 0), (0, 2), (11, 9)])
def test_what_is_not_served_closes_its_connection(broker: Broker, key: int, version: int) -> None:
    with Client(broker.bootstrap) as client, pytest.raises((EOFError, ConnectionResetError)):
        client.ask_bytes(key, version, bytes(20), flexible=True)


def test_an_api_versions_of_the_future_is_told_which_versions_there_are(broker: Broker) -> None:
    with Client(broker.bootstrap) as client:
        body = client.ask_bytes(18, 99, bytes(20), flexible=True)
    assert body == struct.pack(">hihhh", 35, 1, 18, 0, 5)


def test_answers_come_in_the_order_of_their_requests(broker: Broker) -> None:
    with Client(broker.bootstrap) as client:
        topic = CreateTopicsRequest.CreatableTopic(name="orders", num_partitions=1, replication_factor=1)
        create = CreateTopicsRequest(topics=[topic]).encode(4)
        asked = [MetadataRequest.MetadataRequestTopic(name="orders")]
        metadata = MetadataRequest(topics=asked, allow_auto_topic_creation=False).encode(8)
        frames = b""
        for correlation, (key, version, body) in enumerate([(19, 4, create), (3, 8, metadata)] * 10):
            frame = struct.pack(">hhih", key, version, correlation, -1) + body
            frames += struct.pack(">i", len(frame)) + frame
        client.socket.sendall(frames)
        seen = []
        for _ in range(20):
            answer = client._read(struct.unpack(">i", client._read(4))[0])
            seen.append(struct.unpack(">i", answer[:4])[0])
            if len(seen) == 2:
                (found,) = client_metadata(answer[4:])
                assert found == 0, "the topic that was made before it is there"
        assert seen == list(range(20))


def client_metadata(body: bytes) -> list[int]:
    from leftfold.wire.generated.metadata import MetadataResponse

    return [topic.error_code for topic in MetadataResponse.decode(8, body).topics]


def test_connections_above_the_limit_are_refused_and_room_returns() -> None:
    with Broker({"max.connections.per.ip": 2}) as few:
        first, second = Client(few.bootstrap), Client(few.bootstrap)
        assert first.ask(DescribeClusterRequest(), 0).error_code == 0
        assert second.ask(DescribeClusterRequest(), 0).error_code == 0
        with dialled(few) as third:
            assert all_that_comes(third) == b""
        first.close()
        second.ask(DescribeClusterRequest(), 0)
        while True:  # the broker sees the end of the first soon after; the test's own time limit is the bound
            try:
                with Client(few.bootstrap) as again:
                    assert again.ask(DescribeClusterRequest(), 0).error_code == 0
                break
            except (EOFError, ConnectionResetError):
                continue
        second.close()


def test_an_idle_connection_is_closed() -> None:
    with Broker({"connections.max.idle.ms": 50}) as quick, dialled(quick) as connection:
        assert all_that_comes(connection) == b""


def test_features_that_are_not_served_are_not_promised(broker: Broker) -> None:
    request = ApiVersionsRequest(client_software_name="test", client_software_version="1.0")
    with Client(broker.bootstrap) as client:
        answer = client.ask(request, 4)
    assert {one.name for one in answer.finalized_features} == {"metadata.version", "group.version", "transaction.version"}
    assert {one.api_key for one in answer.api_keys} >= {0, 1, 3, 18, 19}
    assert all(one.api_key != 76 for one in answer.api_keys), "there are no share groups yet"


def test_l1_idle_connections_cost_others_nothing(broker: Broker) -> None:
    idle = [dialled(broker) for _ in range(500)]
    with Client(broker.bootstrap) as client:
        for _ in range(100):
            assert client.ask(DescribeClusterRequest(), 0).error_code == 0
    for connection in idle:
        connection.close()


def test_i2_claimed_lengths_take_no_memory() -> None:
    with Broker() as running, Client(running.bootstrap) as client:
        client.ask(DescribeClusterRequest(), 0)
        before = resident_mb()
        claims = [dialled(running) for _ in range(100)]
        for connection in claims:  # 100 MiB each, of which a thousand bytes come
            connection.sendall(struct.pack(">i", 100 << 20) + bytes(1000))
        for _ in range(100):
            assert client.ask(DescribeClusterRequest(), 0).error_code == 0
        assert resident_mb() - before < 50
        for connection in claims:
            connection.close()


def test_l2_slow_readers_share_a_budget_and_others_go_on() -> None:
    with Broker() as running, Client(running.bootstrap) as client:
        topic = CreateTopicsRequest.CreatableTopic(name="orders", num_partitions=1, replication_factor=1)
        client.ask(CreateTopicsRequest(topics=[topic]), 7)
        batch = encode_batch([(None, bytes(900_000), [], 1)])
        for _ in range(40):
            part = ProduceRequest.PartitionProduceData(index=0, records=batch)
            data = ProduceRequest.TopicProduceData(name="orders", partition_data=[part])
            client.ask(ProduceRequest(transactional_id=None, acks=-1, topic_data=[data]), 9)
        before = resident_mb()
        slow = [dialled(running) for _ in range(60)]
        wanted = framed(fetch_of_all())
        for connection in slow:
            connection.sendall(wanted)  # and its answer is never read: 60 times 36 MB
        answer = client.ask(fetch_of_all(), 11)
        assert answer.responses[0].partitions[0].records
        assert resident_mb() - before < 300
        for connection in slow:
            connection.close()


def fetch_of_all() -> FetchRequest:
    part = FetchRequest.FetchPartition(partition=0, fetch_offset=0, partition_max_bytes=50 << 20)
    topic = FetchRequest.FetchTopic(topic="orders", partitions=[part])
    return FetchRequest(max_wait_ms=100, min_bytes=1, max_bytes=50 << 20, session_epoch=-1, topics=[topic])


def framed(request: FetchRequest) -> bytes:
    frame = struct.pack(">hhih", 1, 11, 1, -1) + request.encode(11)
    return struct.pack(">i", len(frame)) + frame


def resident_mb() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() >> 20
