"""The admin port: its routes, its stages, hostile bytes."""

import asyncio
import http.client
import json
import logging
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from leftfold import Broker
from leftfold.api.http import serve, server
from leftfold.api.http.hardware import Disk
from leftfold.api.http.server import Serving
from leftfold.api.http.table import TABLE
from leftfold.base import ids
from leftfold.base.ports import Ports, real
from leftfold.base.settings import Settings
from leftfold.broker import HostLog


@dataclass
class Starting:
    """A node before it is ready, as the admin port sees it."""

    stage: str = "recovering"
    recovery: tuple[int, int] = (250, 1000)
    settings: Settings = field(default_factory=Settings)
    ports: Ports = field(default_factory=real)
    log: HostLog = field(default_factory=HostLog)
    kernel: None = None
    node: None = None
    loop_lag_ms: float = 0.0
    loop_lag_ms_max: float = 0.0
    calls_running: int = 0


@asynccontextmanager
async def opened(view: Any) -> AsyncIterator[Serving]:
    serving = await serve(view, "127.0.0.1", 0)
    try:
        yield serving
    finally:
        await serving.close()


async def said(port: int, data: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body that raw bytes are answered with; the connection must end by the server's hand."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return int(status.split()[1]), headers, body


def ask(data: bytes, view: Any = None) -> tuple[int, dict[str, str], Any]:
    """The same of a node that recovers, with the body as JSON."""

    async def once() -> tuple[int, dict[str, str], bytes]:
        async with opened(view or Starting()) as serving:
            return await said(serving.port, data)

    status, headers, body = asyncio.run(once())
    return status, headers, json.loads(body)


def get(path: str, *headers: str, host: str = "localhost") -> bytes:
    lines = (f"GET {path} HTTP/1.1", f"Host: {host}", "Connection: close", *headers, "", "")
    return "\r\n".join(lines).encode()


def test_a_node_that_recovers_says_no_and_how_far_it_is() -> None:
    status, headers, body = ask(get("/v1/status/ready"))
    assert (status, headers["retry-after"]) == (503, "1")
    assert body["status"] == "recovering"
    assert body["recovery"] == {"done_bytes": 250, "total_bytes": 1000, "share": 0.25}


@pytest.mark.parametrize("stage", ["recovering", "replaying", "stopping"])
@pytest.mark.parametrize("path", [route.path.replace("{node_id}", "1") for route in TABLE if not route.before_ready])
def test_what_needs_a_node_waits_until_it_is_ready(path: str, stage: str) -> None:
    status, _, body = ask(get(path), Starting(stage=stage, recovery=(0, 0)))
    assert (status, body["code"], body["status"]) == (503, 503, stage)


@pytest.mark.parametrize("path", ["/metrics", "/public_metrics"])
def test_metrics_are_there_before_the_node_is_ready(path: str) -> None:
    async def once() -> tuple[int, dict[str, str], bytes]:
        async with opened(Starting()) as serving:
            return await said(serving.port, get(path))

    status, _, body = asyncio.run(once())
    assert status == 200
    assert b"redpanda_application_uptime_seconds_total" in body
    assert (b"leftfold_recovery_done_bytes 250" in body) == (path == "/metrics")


def test_the_index_lists_the_table() -> None:
    status, headers, body = ask(get("/"))
    assert status == 200
    assert [row["path"] for row in body["routes"]] == [route.path for route in TABLE]
    assert "date" in headers
    assert "server" not in headers


def test_an_unknown_path_and_a_wrong_method_say_what_to_do() -> None:
    status, _, body = ask(get("/v1/nothing"))
    assert (status, body) == (404, {"message": "nothing answers GET /v1/nothing here; GET / lists what does", "code": 404})
    status, headers, body = ask(get("/metrics").replace(b"GET", b"DELETE"))
    assert (status, body["code"]) == (405, 405)
    assert "GET" in headers["allow"]
    assert "GET" in body["message"]


def test_a_head_request_has_no_body() -> None:
    async def once() -> tuple[int, dict[str, str], bytes]:
        async with opened(Starting()) as serving:
            return await said(serving.port, get("/").replace(b"GET", b"HEAD"))

    status, headers, body = asyncio.run(once())
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 0


# -- hostile bytes -----------------------------------------------------------------------------------------------------------


OURS = ("localhost", "localhost:9644", "LOCALHOST.", "127.0.0.1", "127.0.0.1:1", "[::1]:9644", "10.0.0.7")


@pytest.mark.parametrize("host", OURS)
def test_its_own_names_are_answered(host: str) -> None:
    assert ask(get("/", host=host))[0] == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:9644", "127.0.0.1.evil.example"])
def test_a_name_that_only_resolves_here_is_refused(host: str) -> None:
    status, headers, body = ask(get("/", host=host))
    assert (status, body["code"], headers["connection"]) == (421, 421, "close")


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: \r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: local host\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost:port\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: user@localhost\r\n\r\n",
    ],
)
def test_a_host_that_is_missing_twice_or_malformed_is_refused(head: bytes) -> None:
    status, headers, _ = ask(head)
    assert (status, headers["connection"]) == (400, "close")


@pytest.mark.parametrize(
    "attack",
    [
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /a HTTP",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: +5\r\n\r\nhello",
        b"GET / HTTP/1.1\nHost: localhost\n\n",
        b"GET / HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n folded\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX\0: a\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"\x00\x00\x00\x12\x00\x12\x00\x03\x00\x00\x00\x01\x00\x04test\x00",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"nonsense\r\n\r\n",
    ],
)
def test_a_request_with_two_meanings_is_refused_and_hung_up_on(attack: bytes) -> None:
    status, headers, body = ask(attack)
    assert (status, headers["connection"], body["code"]) == (400, "close", 400)


def test_a_body_is_refused() -> None:
    status, _, body = ask(b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello")
    assert (status, body["message"]) == (400, "no route here takes a body; send none")


def test_a_head_without_end_is_cut_off() -> None:
    status, headers, _ = ask(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * server.HEAD_BYTES_MAX)
    assert (status, headers["connection"]) == (431, "close")


def test_a_request_that_never_comes_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS_MAX", 0.01)
    assert ask(b"")[0] == 408
    assert ask(b"GET / HTTP/1.1\r\nHost")[0] == 408


def test_connections_beyond_the_limit_are_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "CONNECTIONS_MAX", 2)

    async def crowd() -> int:
        async with opened(Starting()) as serving:
            idle = [await asyncio.open_connection("127.0.0.1", serving.port) for _ in range(2)]
            status = (await said(serving.port, get("/")))[0]
            for _, writer in idle:
                writer.close()
            return status

    assert asyncio.run(crowd()) == 503


def test_two_requests_at_once_are_both_answered() -> None:
    async def once() -> bytes:
        async with opened(Starting()) as serving:
            reader, writer = await asyncio.open_connection("127.0.0.1", serving.port)
            writer.write(get("/v1/status/ready").replace(b"Connection: close\r\n", b"") + get("/"))
            answer = await asyncio.wait_for(reader.read(), 10)
            writer.close()
            return answer

    answer = asyncio.run(once())
    assert answer.index(b"HTTP/1.1 503") < answer.index(b"HTTP/1.1 200")


def test_it_touches_neither_signals_nor_logging_of_its_host() -> None:
    async def once() -> None:
        before = signal.getsignal(signal.SIGTERM), list(logging.getLogger().handlers)
        access = logging.getLogger("uvicorn.access")
        handlers = list(access.handlers), access.propagate
        async with opened(Starting()) as serving:
            await said(serving.port, get("/"))
            assert (signal.getsignal(signal.SIGTERM), list(logging.getLogger().handlers)) == before
            assert (list(access.handlers), access.propagate) == handlers

    asyncio.run(once())


def test_a_taken_port_is_an_error() -> None:
    async def twice() -> None:
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            holder.listen()
            with pytest.raises(OSError, match=r"[Aa]ddress already in use"):
                await serve(Starting(), "127.0.0.1", holder.getsockname()[1])

    asyncio.run(twice())


def test_a_disk_is_low_below_a_twentieth_and_full_without_room_for_a_journal_file() -> None:
    assert Disk("/", 1000, 51).alert(40) == 0
    assert Disk("/", 1000, 49).alert(40) == 1
    assert Disk("/", 1000, 39).alert(40) == 2


# -- a node that is ready ----------------------------------------------------------------------------------------------------


@contextmanager
def served(broker: Broker) -> Iterator[http.client.HTTPConnection]:
    assert broker._running is not None
    assert broker._loop is not None
    serving = asyncio.run_coroutine_threadsafe(serve(broker._running, "127.0.0.1", 0), broker._loop).result(10)
    connection = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=10)
    try:
        yield connection
    finally:
        connection.close()
        asyncio.run_coroutine_threadsafe(serving.close(), broker._loop).result(10)


def fetched(connection: http.client.HTTPConnection, path: str) -> tuple[int, Any]:
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def test_a_ready_node_says_yes_and_who_it_is(leftfold_broker: Broker) -> None:
    with served(leftfold_broker) as connection:
        assert fetched(connection, "/v1/status/ready") == (200, {"status": "ready"})
        status, brokers = fetched(connection, "/v1/brokers")
        assert (status, [broker["node_id"] for broker in brokers]) == (200, [1])
        assert brokers[0]["is_alive"] is True
        assert brokers[0]["disk_space"][0]["path"] == str(leftfold_broker.data)
        status, one = fetched(connection, "/v1/brokers/1")
        for broker in (one, brokers[0]):
            assert 0 < broker["disk_space"][0].pop("free") <= broker["disk_space"][0]["total"]  # it moves under our feet
        assert (status, one) == (200, brokers[0])


@pytest.mark.parametrize("unknown", ["2", "-1", "x", "99999999999999999999", "%00"])
def test_an_unknown_broker_is_not_found(leftfold_broker: Broker, unknown: str) -> None:
    with served(leftfold_broker) as connection:
        status, body = fetched(connection, f"/v1/brokers/{unknown}")
        assert (status, body["code"]) == (404, 404)


def test_a_fresh_cluster_is_healthy_and_has_an_id(leftfold_broker: Broker) -> None:
    assert leftfold_broker._running is not None
    assert leftfold_broker._running.node is not None
    cluster_id = leftfold_broker._running.node.cluster.committed.cluster_id
    with served(leftfold_broker) as connection:
        status, health = fetched(connection, "/v1/cluster/health_overview")
        reasons = set(health["unhealthy_reasons"]) - {"high_disk_usage"}  # that is for the machine to answer
        assert (status, reasons, health["all_nodes"], health["controller_id"]) == (200, set(), [1], 1)
        _, uuid = fetched(connection, "/v1/cluster/uuid")
        assert uuid == {"cluster_uuid": str(UUID(bytes=ids.to_bytes(cluster_id))), "cluster_id": cluster_id}
