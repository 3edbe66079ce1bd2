"""Kafka Connect, distributed: a file through a topic."""

from __future__ import annotations

import json
import signal
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from tests.clients import jars
from tests.clients.brokers import Broker, free_port
from tests.clients.program import Program
from tests.clients.runtimes import need

SECONDS_MAX = 90
STOPPED = 128 + signal.SIGTERM
WORKER = "org.apache.kafka.connect.cli.ConnectDistributed"
SETTINGS = {
    "key.converter": "org.apache.kafka.connect.storage.StringConverter",
    "value.converter": "org.apache.kafka.connect.storage.StringConverter",
    **{f"{what}.storage.replication.factor": "1" for what in ("config", "offset", "status")},
    "offset.flush.interval.ms": "500",
    "exactly.once.source.support": "enabled",
    "consumer.isolation.level": "read_committed",
    "session.timeout.ms": "4000",
    "heartbeat.interval.ms": "500",
    "scheduled.rebalance.max.delay.ms": "0",  # a dead worker's tasks are not kept for its return
    "plugin.discovery": "service_load",
}
QUICK = {"group.min.session.timeout.ms": "500", "group.initial.rebalance.delay.ms": "0"}


@pytest.fixture(scope="module")
def connect_broker(kind: type[Broker], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    need("java")
    with kind(tmp_path_factory.mktemp("connect"), QUICK) as broker:
        yield broker


class Worker(Program):
    """One worker of a Connect cluster, with its REST port."""

    def __init__(self, broker: Broker, cluster: str, folder: Path) -> None:
        self.address = f"127.0.0.1:{free_port()}"
        settings = {
            "bootstrap.servers": broker.bootstrap,
            "group.id": cluster,
            "listeners": f"http://{self.address}",
            **SETTINGS,
        }
        settings |= {f"{what}.storage.topic": f"{cluster}-{what}" for what in ("config", "offset", "status")}
        file = folder / f"{self.address}.properties"
        file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        command = jars.java(jars.TOOLS, WORKER, str(file), heap="192m", beside=[jars.CONNECT_FILE])
        super().__init__(f"worker {self.address}", command, folder / "connect.log")

    def ask(self, path: str, given: dict[str, str] | None = None) -> Any:
        """What REST answers to a GET, or to a PUT with something; None while the cluster is in the middle of a change."""
        body = None if given is None else json.dumps(given).encode()
        request = urllib.request.Request(
            f"http://{self.address}/{path}", body, {"Content-Type": "application/json"}, method="GET" if body is None else "PUT"
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS_MAX) as answer:
                return json.load(answer)
        except HTTPError as error:
            with error:
                assert error.code in (404, 409, 500, 503), f"{error.code}: {error.read().decode()}"
        except (ConnectionError, urllib.error.URLError):
            assert self.process.poll() is None, f"{self.name} ended"
        return None

    def places(self) -> list[str] | None:
        """The worker of each connector and task, if all of them run."""
        told = self.ask("connectors?expand=status")
        if not told or len(told) != 2:
            return None
        status = [one["status"] for one in told.values()]
        parts = [part for one in status for part in (one["connector"], *one["tasks"])]
        running = len(parts) == 4 and all(part["state"] == "RUNNING" for part in parts)
        return [part["worker_id"] for part in parts] if running else None


def until(so: Callable[[], Any], what: str) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    while not so():
        assert time.monotonic() < deadline, f"not in time: {what}"
        time.sleep(0.05)


class Lines:
    """A file that is written, the topic that it goes through, and the file that it comes out in."""

    def __init__(self, broker: Broker, topic: str, folder: Path) -> None:
        self.bootstrap, self.topic = broker.bootstrap, topic
        self.source, self.sink = folder / "source.txt", folder / "sink.txt"
        self.sink.touch()
        self.written: list[str] = []
        admin = AdminClient({"bootstrap.servers": broker.bootstrap})
        admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(SECONDS_MAX)

    def connectors(self) -> dict[str, dict[str, str]]:
        package = "org.apache.kafka.connect.file.FileStream"
        source = {"connector.class": f"{package}SourceConnector", "topic": self.topic}
        sink = {"connector.class": f"{package}SinkConnector", "topics": self.topic}
        both = {"source": source | {"file": str(self.source)}, "sink": sink | {"file": str(self.sink)}}
        return {name: given | {"tasks.max": "1", "name": name} for name, given in both.items()}

    def write(self, count: int) -> None:
        more = [f"line {number}" for number in range(len(self.written), len(self.written) + count)]
        self.written += more
        with self.source.open("a") as file:
            file.writelines(f"{line}\n" for line in more)

    def came(self) -> list[str]:
        """Each whole line that came out, where it came first: a sink may repeat what it has not committed."""
        return list(dict.fromkeys(self.sink.read_text().splitlines()))

    def all_came(self) -> bool:
        return len(self.came()) >= len(self.written)

    def in_topic(self) -> list[str]:
        """What the topic holds for those who read what is committed."""
        settings = {"group.id": f"reader-{self.topic}", "enable.partition.eof": True, "isolation.level": "read_committed"}
        reader = Consumer({"bootstrap.servers": self.bootstrap, **settings})
        reader.assign([TopicPartition(self.topic, 0, 0)])
        found: list[str] = []
        while (message := reader.poll(SECONDS_MAX)) is not None and message.error() is None:
            value = message.value()
            assert value is not None
            found.append(value.decode())
        reader.close()
        return found


@pytest.mark.timeout(300)
def test_lines_come_out_in_order_although_workers_are_killed(connect_broker: Broker, topic: str, tmp_path: Path) -> None:
    """A second worker takes half of the work, then all of it; when it is dead as well, a third goes on where it was."""
    lines = Lines(connect_broker, topic, tmp_path)
    lines.write(100)
    with ExitStack() as running:
        first, second = (running.enter_context(Worker(connect_broker, topic, tmp_path)) for _ in range(2))
        for name, given in lines.connectors().items():
            until(partial(first.ask, f"connectors/{name}/config", given), f"{name} is made")
        until(lambda: len(set(first.places() or ())) == 2, "two workers share")
        until(lines.all_came, "the first lines come out")
        assert lines.came() == lines.written
        lines.write(1000)
        first.kill()
        until(lambda: set(second.places() or ()) == {second.address}, "the second has everything")
        lines.write(1000)
        until(lambda: len(lines.came()) > 1200, "it goes on")
        second.kill()
        lines.write(1000)
        third = running.enter_context(Worker(connect_broker, topic, tmp_path))
        until(lines.all_came, "everything comes out")
        third.process.terminate()
        assert third.end() == STOPPED
    assert lines.came() == lines.written
    assert lines.in_topic() == lines.written
