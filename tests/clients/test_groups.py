"""Real consumers share, hand over and take up again."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from tests.clients.brokers import ROOT, Broker, Kafka

PARTITIONS = 6
ALL = set(range(PARTITIONS))
SECONDS_MAX = 60
SETTINGS = {
    "group.min.session.timeout.ms": "500",
    "group.initial.rebalance.delay.ms": "200",
    "group.consumer.session.timeout.ms": "6000",
    "group.consumer.heartbeat.interval.ms": "300",
}
KAFKA_ONLY = {  # the bounds of the two above
    "group.consumer.min.session.timeout.ms": "500",
    "group.consumer.min.heartbeat.interval.ms": "100",
}
CLIENTS = [
    ("librdkafka", "uniform"),
    ("librdkafka", "range-by-the-broker"),
    ("librdkafka", "range"),
    ("librdkafka", "roundrobin"),
    ("librdkafka", "cooperative-sticky"),
    ("kafka-python", "range"),
    ("kafka-python", "roundrobin"),
    ("kafka-python", "sticky"),
    ("aiokafka", "range"),
    ("aiokafka", "roundrobin"),
    ("aiokafka", "sticky"),
]
OPTIONS = {
    "uniform": ("--protocol", "consumer", "--assignor", "uniform"),
    "range-by-the-broker": ("--protocol", "consumer", "--assignor", "range"),
}
LIBRARIES = ("librdkafka", "kafka-python", "aiokafka")

every_protocol = pytest.mark.parametrize(
    ("library", "protocol"), [*((library, "classic") for library in LIBRARIES), ("librdkafka", "consumer")]
)

Position = tuple[int, int]


class Member:
    """A process that is a member; `owned` and `read` are what it said."""

    def __init__(self, *arguments: str) -> None:
        self.owned: set[int] = set()
        self.owned_before: list[set[int]] = []
        self.read: list[Position] = []
        command = [sys.executable, "-m", "tests.clients.member", *arguments]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.thread = threading.Thread(target=self._listen, args=(self.process.stdout,), daemon=True)
        self.thread.start()

    def _listen(self, stream: IO[str]) -> None:
        for line in stream:
            said = json.loads(line)
            if "owned" in said:
                self.owned_before.append(self.owned)
                self.owned = set(said["owned"])
            else:
                self.read += [(partition, offset) for partition, offset in said["read"]]

    def leave(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(SECONDS_MAX) == 0
        self._end()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self._end()

    def _end(self) -> None:
        self.thread.join(SECONDS_MAX)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()


class Members:
    """The members of one group; whoever is left at the end is killed."""

    def __init__(self, broker: Broker, library: str, group: str, topic: str) -> None:
        self.arguments = (library, broker.bootstrap, group, topic)
        self.all: list[Member] = []

    def start(self, *options: str) -> Member:
        self.all.append(Member(*self.arguments, *options))
        return self.all[-1]

    def read(self) -> Counter[Position]:
        return Counter(position for member in self.all for position in member.read)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        for member in self.all:
            if member.process.poll() is None:
                member.kill()


def until(so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    while not so():
        assert time.monotonic() < deadline, f"not in time: {what}"
        time.sleep(0.02)


def shared(*members: Member) -> bool:
    """Each has some partitions, and nobody has one of another's."""
    owned = [member.owned for member in members]
    return all(owned) and sum(map(len, owned)) == PARTITIONS and set().union(*owned) == ALL


class Written:
    """A topic and what was written to it."""

    def __init__(self, broker: Broker, topic: str) -> None:
        self.topic = topic
        self.positions: set[Position] = set()
        self.producer = Producer({"bootstrap.servers": broker.bootstrap})
        admin = AdminClient({"bootstrap.servers": broker.bootstrap})
        for future in admin.create_topics([NewTopic(topic, PARTITIONS, 1)]).values():
            future.result()

    def more(self, count: int) -> None:
        """So many records to each partition."""
        for number in range(count * PARTITIONS):
            self.producer.produce(self.topic, b"v", partition=number % PARTITIONS, on_delivery=self._written)
        assert self.producer.flush(SECONDS_MAX) == 0

    def _written(self, error: object, message: object) -> None:
        assert error is None, error
        self.positions.add((message.partition(), message.offset()))  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def shared_broker(kind: type[Broker], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with kind(tmp_path_factory.mktemp("groups"), settings_of(kind)) as broker:
        yield broker


def settings_of(kind: type[Broker]) -> dict[str, str]:
    return SETTINGS | (KAFKA_ONLY if kind is Kafka else {})


@pytest.mark.parametrize(("library", "assignor"), CLIENTS)
def test_members_share_hand_over_and_take_up(shared_broker: Broker, library: str, assignor: str) -> None:
    name = f"{library}-{assignor}"
    written = Written(shared_broker, name)
    written.more(10)
    options = OPTIONS.get(assignor, ("--assignor", assignor))
    with Members(shared_broker, library, f"group-{name}", name) as members:
        first = members.start(*options)
        until(lambda: first.owned == ALL, "the first has everything")
        second = members.start(*options)
        until(lambda: shared(first, second), "two share")
        written.more(10)
        until(lambda: members.read().keys() == written.positions, "everything is read")
        assert set(members.read().values()) == {1}, "and once"
        second.leave()
        until(lambda: first.owned == ALL, "who stays has everything")
        first.kill()
        third = members.start(*options)
        until(lambda: third.owned == ALL, "who comes has everything, once the dead one's session is over")
        written.more(1)
        until(lambda: members.read().keys() == written.positions, "everything new is read")
        assert set(members.read().values()) == {1}, "from where the dead one had been"


@every_protocol
def test_a_static_member_comes_back_without_a_rebalance(shared_broker: Broker, library: str, protocol: str) -> None:
    name = f"static-{library}-{protocol}"
    written = Written(shared_broker, name)
    options = ("--protocol", protocol, "--session-ms", "20000")
    with Members(shared_broker, library, f"group-{name}", name) as members:
        stays = members.start("--instance", "stays", *options)
        comes_back = members.start("--instance", "comes back", *options)
        until(lambda: shared(stays, comes_back), "two share")
        before, owned = len(stays.owned_before), comes_back.owned
        if protocol == "consumer":  # it says that it means to come back; killed, its place would be kept from itself
            comes_back.leave()
        else:
            comes_back.kill()
        again = members.start("--instance", "comes back", *options)
        until(lambda: again.owned == owned, "it has again what it had")
        written.more(1)
        until(lambda: members.read().keys() == written.positions, "everything is read")
        assert len(stays.owned_before) == before, "nothing changed for the other"


@every_protocol
def test_a_group_outlives_its_broker(kind: type[Broker], tmp_path: Path, library: str, protocol: str) -> None:
    options = ("--protocol", protocol, "--session-ms", "10000")
    with kind(tmp_path / "broker", settings_of(kind)) as broker:
        written = Written(broker, "outlives")
        written.more(10)
        with Members(broker, library, "g", "outlives") as members:
            first, second = members.start(*options), members.start(*options)
            until(lambda: shared(first, second), "two share")
            until(lambda: members.read().keys() == written.positions, "everything is read")
            broker.kill()
            broker.start()
            written.more(10)
            until(lambda: members.read().keys() == written.positions, "everything new is read")
            first.leave()
            second.leave()
            third = members.start(*options)
            until(lambda: third.owned == ALL, "a third takes up")
            written.more(1)
            until(lambda: members.read().keys() == written.positions, "everything new is read")
            assert not set(third.read) & (set(first.read) | set(second.read)), "from where the others had been"


def test_a_pattern_takes_in_topics_that_are_made_later(shared_broker: Broker) -> None:
    first = Written(shared_broker, "later-1")
    with Members(shared_broker, "librdkafka", "group-later", "^later-[0-9]+$") as members:
        member = members.start("--protocol", "consumer")
        until(lambda: member.owned == ALL, "it has what there is")
        second = Written(shared_broker, "later-2")
        Written(shared_broker, "later-not").more(1)
        first.more(1)
        second.more(1)
        until(lambda: set(members.read().values()) == {2}, "both topics are read")
        assert members.read().keys() == first.positions == second.positions
