"""Clients in other languages, by lines of JSON."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, ClassVar

from tests.clients import jars
from tests.clients.drivers.driver import Driver, Record
from tests.clients.evidence import Watched

HERE = Path(__file__).parents[1]


class Process(Driver):
    """Asks by one line {"do": method, ...} and reads one line {"ok": result} or {"error": text}. Bytes are base64.

    A record is {"value", "key", "headers": [[name, value]], "timestamp", "offset"}; a null is a null.
    """

    def __init__(self, bootstrap: str) -> None:
        super().__init__(bootstrap)
        self.process = subprocess.Popen(
            [*self.command(), bootstrap], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE
        )
        self.watched = Watched(self.name, self.process.pid)

    def command(self) -> Sequence[str]:
        raise NotImplementedError

    def _ask(self, what: str, **arguments: Any) -> Any:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": what, **arguments}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the {self.name} driver ended with status {self.process.wait()}")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(f"{self.name}: {answer['error']}")
        return answer.get("ok")

    def create(self, topic: str, partitions: int, configs: Mapping[str, str]) -> None:
        self._ask("create", topic=topic, partitions=partitions, configs=dict(configs))

    def add_partitions(self, topic: str, total: int) -> None:
        self._ask("add_partitions", topic=topic, total=total)

    def partitions(self, topic: str) -> int:
        return int(self._ask("partitions", topic=topic))

    def topics(self) -> set[str]:
        return set(self._ask("topics"))

    def delete(self, topic: str) -> None:
        self._ask("delete", topic=topic)

    def configs(self, topic: str) -> dict[str, str]:
        return dict(self._ask("configs", topic=topic))

    def alter(self, topic: str, configs: Mapping[str, str]) -> None:
        self._ask("alter", topic=topic, configs=dict(configs))

    def delete_records(self, topic: str, partition: int, before: int) -> None:
        self._ask("delete_records", topic=topic, partition=partition, before=before)

    def produce(
        self,
        topic: str,
        partition: int,
        records: Sequence[Record],
        *,
        codec: str = "none",
        idempotent: bool = False,
        alone: bool = False,
    ) -> None:
        options = {"codec": codec, "idempotent": idempotent, "alone": alone}
        self._ask("produce", topic=topic, partition=partition, records=[_to_json(one) for one in records], **options)

    def read(self, topic: str, partition: int, offset: int, count: int) -> list[Record]:
        found = self._ask("read", topic=topic, partition=partition, offset=offset, count=count)
        return [_from_json(one) for one in found]

    def offsets(self, topic: str, partition: int) -> tuple[int, int]:
        first, end = self._ask("offsets", topic=topic, partition=partition)
        return int(first), int(end)

    def offset_at(self, topic: str, partition: int, timestamp: int) -> int | None:
        offset = int(self._ask("offset_at", topic=topic, partition=partition, timestamp=timestamp))
        return offset if offset >= 0 else None

    def close(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:  # it was left in the middle of something by a test that failed
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


class Java(Process):
    """Apache Kafka's own client, 4.4.0."""

    name: ClassVar[str] = "java"

    def command(self) -> Sequence[str]:
        return jars.java(jars.SERVER, str(HERE / "java" / "ClientDriver.java"), heap="512m")


_building = Lock()


@cache
def _built() -> str:
    program = str(HERE / "go" / "build" / "driver")
    subprocess.run(["go", "build", "-o", program, "."], cwd=HERE / "go", check=True)
    return program


def franz_go() -> str:
    """The program of all that franz-go is asked to do; built by the Go tool, which keeps what it built."""
    with _building:
        return _built()


class FranzGo(Process):
    """franz-go, as a driver."""

    name: ClassVar[str] = "franz-go"

    def command(self) -> Sequence[str]:
        return [franz_go()]


class KafkaJs(Process):
    """KafkaJS: it cannot read without a group, and a header of it has no order among its names."""

    name: ClassVar[str] = "kafkajs"

    def command(self) -> Sequence[str]:
        return ["node", str(HERE / "node" / "driver.js")]


def _to_json(record: Record) -> dict[str, Any]:
    return {
        "value": _encode(record.value),
        "key": _encode(record.key),
        "headers": [[name, _encode(value)] for name, value in record.headers],
        "timestamp": record.timestamp,
    }


def _from_json(found: Mapping[str, Any]) -> Record:
    headers = tuple((name, base64.b64decode(value)) for name, value in found["headers"] or ())
    value, key = (None if found[part] is None else base64.b64decode(found[part]) for part in ("value", "key"))
    return Record(value, key, headers, int(found["timestamp"]), int(found["offset"]))


def _encode(part: bytes | None) -> str | None:
    return None if part is None else base64.b64encode(part).decode()
