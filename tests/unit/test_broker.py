"""An embedded broker leaves its host alone."""

import asyncio
import errno
import gc
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from leftfold import Broker
from leftfold.api.kafka import table
from leftfold.base.errors import Failure, SettingError, StartError
from leftfold.wire.generated.metadata import DescribeClusterRequest
from leftfold.wire.generated.producers import InitProducerIdRequest
from leftfold.wire.generated.topics import CreateTopicsRequest
from tests.unit.client import Client


def test_it_starts_answers_and_stops(leftfold_broker: Broker) -> None:
    with Client(leftfold_broker.bootstrap) as client:
        answer = client.ask(DescribeClusterRequest(), 2)
    assert [(one.broker_id, one.host, one.port) for one in answer.brokers] == [(1, "127.0.0.1", leftfold_broker.port)]
    assert len(answer.cluster_id) == 22


def test_it_works_in_an_event_loop_of_the_host() -> None:
    async def scenario() -> None:
        async with Broker() as broker:
            assert broker.bootstrap.startswith("127.0.0.1:")

    asyncio.run(scenario())


def test_its_folder_goes_when_it_stops_and_a_given_one_stays(tmp_path: Path) -> None:
    with Broker() as broker:
        lent = broker.data
        assert lent.is_dir()
    assert not lent.exists()
    with Broker(data=tmp_path / "kept"):
        pass
    assert (tmp_path / "kept").is_dir()


def test_it_touches_no_setting_of_its_host() -> None:
    before = settings_of_this_process()
    with Broker():
        assert settings_of_this_process() == before
    assert settings_of_this_process() == before
    gc.collect()
    assert [thread.name for thread in threading.enumerate() if "leftfold" in thread.name] == []


def settings_of_this_process() -> tuple[Any, ...]:
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()
    handlers = tuple(signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT))
    return sys.getswitchinterval(), handlers, type(asyncio.get_event_loop_policy()), dict(os.environ), Path.cwd()


def test_two_in_one_process_do_not_meet() -> None:
    with Broker() as one, Broker() as other:
        for broker in (one, other):
            with Client(broker.bootstrap) as client:
                create(client, "mine")
        assert one.port != other.port


def create(client: Client, name: str) -> Any:
    topic = CreateTopicsRequest.CreatableTopic(name=name, num_partitions=1, replication_factor=1)
    return client.ask(CreateTopicsRequest(topics=[topic]), 7).topics[0]


def test_what_it_knows_survives_a_restart(tmp_path: Path) -> None:
    with Broker(data=tmp_path) as broker, Client(broker.bootstrap) as client:
        made = create(client, "orders")
        cluster_id = client.ask(DescribeClusterRequest(), 2).cluster_id
    with Broker(data=tmp_path) as broker, Client(broker.bootstrap) as client:
        again = create(client, "orders")
        assert client.ask(DescribeClusterRequest(), 2).cluster_id == cluster_id
    assert (made.error_code, again.error_code) == (0, 36)


def test_a_producer_id_is_never_given_out_twice_over_restarts(tmp_path: Path) -> None:
    given: list[int] = []
    for _ in range(3):
        with Broker(data=tmp_path) as broker, Client(broker.bootstrap) as client:
            given += [client.ask(InitProducerIdRequest(transactional_id=None), 4).producer_id for _ in range(3)]
    assert len(set(given)) == 9
    assert min(given) >= 0


def test_a_stop_answers_what_is_in_flight_and_then_hangs_up(tmp_path: Path) -> None:
    answers: list[int] = []
    busy = threading.Event()

    def create_topics(bootstrap: str, name: str) -> None:
        with Client(bootstrap) as client:
            for number in range(100_000):
                topic = CreateTopicsRequest.CreatableTopic(name=f"{name}-{number}", num_partitions=1, replication_factor=1)
                try:
                    answers.append(client.ask(CreateTopicsRequest(topics=[topic]), 7).topics[0].error_code)
                except (EOFError, ConnectionError):
                    return
                if len(answers) > 20:
                    busy.set()

    broker = Broker(data=tmp_path).start()
    clients = [threading.Thread(target=create_topics, args=(broker.bootstrap, f"topic-{number}")) for number in range(4)]
    for client in clients:
        client.start()
    assert busy.wait(30)
    broker.stop()
    for client in clients:
        client.join(30)
    assert set(answers) == {0}, "whoever got an answer got the right one"


def test_a_request_that_never_ends_does_not_hold_up_a_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = threading.Event()

    async def never(_context: Any, _request: Any) -> None:
        asked.set()
        await asyncio.get_running_loop().create_future()

    monkeypatch.setattr(table, "_handler", lambda _family, _name: never)
    broker = Broker({"stop.deadline.ms": 50}).start()
    with Client(broker.bootstrap) as client:
        frame = struct.pack(">hhih", 60, 0, 1, -1) + b"\0" + DescribeClusterRequest().encode(0)
        client.socket.sendall(struct.pack(">i", len(frame)) + frame)
        assert asked.wait(30)
        broker.stop()
        assert client.socket.recv(1) == b""


def test_a_request_that_cannot_even_be_refused_ends_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The class of an answer is read from its file on first use: not when too many files are open."""

    def no_more_files(*_: Any) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    with Broker() as broker, Client(broker.bootstrap) as client:
        monkeypatch.setattr(table, "_handler", no_more_files)
        monkeypatch.setattr(table.Api, "failure", no_more_files)
        with pytest.raises(EOFError):
            client.ask(DescribeClusterRequest(), 0)


def test_a_folder_in_use_names_the_process(tmp_path: Path) -> None:
    script = f"from leftfold import Broker\nwith Broker(data={str(tmp_path)!r}):\n    print('up', flush=True)\n    input()\n"
    holder = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "up\n"
        with pytest.raises(StartError, match=f"in use by process {holder.pid}") as raised:
            Broker(data=tmp_path).start()
        assert raised.value.failure is Failure.FOLDER_IN_USE
    finally:
        holder.communicate("\n")
    assert holder.returncode == 0


def test_a_taken_port_is_refused_and_everything_given_back(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=f"port {port} is taken") as raised:
            Broker(data=tmp_path, port=port).start()
    assert raised.value.failure is Failure.PORT_TAKEN
    with Broker(data=tmp_path):
        pass


def test_a_wrong_setting_is_refused_before_anything_starts() -> None:
    with pytest.raises(SettingError, match=r"num\.partitions"):
        Broker({"num.partitions": 0}).start()


def test_settings_reach_the_topics_that_are_made() -> None:
    with Broker({"num.partitions": 3}) as broker, Client(broker.bootstrap) as client:
        topic = CreateTopicsRequest.CreatableTopic(name="a", num_partitions=-1, replication_factor=-1)
        made = client.ask(CreateTopicsRequest(topics=[topic]), 7).topics[0]
    assert (made.num_partitions, made.replication_factor) == (3, 1)


def test_it_imports_only_what_it_needs() -> None:
    code = "import json, sys; from leftfold import Broker; print(json.dumps(sorted(sys.modules)))"
    modules = json.loads(subprocess.check_output([sys.executable, "-c", code], text=True))
    assert {"starlette", "uvicorn", "structlog", "rich", "click", "confluent_kafka"} & set(modules) == set()
    assert len(modules) < 350, "150 ms of imports are about this many modules"
