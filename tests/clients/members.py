"""Members of groups, as processes of any library."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from tests.clients.brokers import ROOT, Broker
from tests.clients.drivers.process import franz_go
from tests.clients.runtimes import need
from tests.clients.voice import Position

HERE = Path(__file__).parent
PARTITIONS = 6
ALL = set(range(PARTITIONS))
SECONDS_MAX = 90
NEEDS = {"franz-go": ("go",), "kafkajs": ("node",)}


def command(role: str, library: str) -> list[str]:
    """What runs a "member" or a "step" of a library."""
    match library:
        case "franz-go":
            return [franz_go(), role]
        case "kafkajs":
            return ["node", str(HERE / "node" / f"{role}.js")]
        case _:
            return [sys.executable, "-m", f"tests.clients.{role}", library]


class Member:
    """A process that is a member; `owned`, `read` and `said` are what it said."""

    def __init__(self, command: Sequence[str]) -> None:
        self.owned: set[int] = set()
        self.owned_before: list[set[int]] = []
        self.read: list[Position] = []
        self.said: set[str] = set()
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.thread = threading.Thread(target=self._listen, args=(self.process.stdout,), daemon=True)
        self.thread.start()

    def _listen(self, stream: IO[str]) -> None:
        for line in stream:
            said = json.loads(line)
            self.said |= said.keys()
            if "owned" in said:
                self.owned_before.append(self.owned)
                self.owned = set(said["owned"])
            elif "read" in said:
                self.read += [(partition, offset) for partition, offset in said["read"]]

    def go_on(self) -> None:
        """To one that holds."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def leave(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.wait()

    def wait(self) -> None:
        """Until it has ended, and well."""
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

    def __init__(self, broker: Broker, library: str, group: str, *topics: str, role: str = "member") -> None:
        self.role, self.library = role, library
        self.arguments = (broker.bootstrap, group, *topics)
        self.all: list[Member] = []

    def start(self, *options: str, library: str | None = None) -> Member:
        """One more, of the group's library or another one."""
        one = library or self.library
        need(*NEEDS.get(one, ()))
        self.all.append(Member([*command(self.role, one), *self.arguments, *options]))
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
        self.producer = Producer({"bootstrap.servers": broker.bootstrap, "log_level": 0})
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
