"""The clients of a history, and the topics that they share."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.clients import jars

TOPIC = "history"
TABLE = "table"
PARTITIONS = 6
COMPACTION = {"cleanup.policy": "compact", "segment.ms": "1000", "min.cleanable.dirty.ratio": "0.01"}
SESSION_MS = 3000
SETTINGS = {
    "group.min.session.timeout.ms": "500",
    "group.initial.rebalance.delay.ms": "200",
    "group.consumer.session.timeout.ms": str(SESSION_MS),
    "group.consumer.heartbeat.interval.ms": "300",
    "log.cleaner.backoff.ms": "200",
}
KAFKA_ONLY = {  # the bounds of the two above
    "group.consumer.min.session.timeout.ms": "500",
    "group.consumer.min.heartbeat.interval.ms": "100",
}


def _python(module: str) -> list[str]:
    return [sys.executable, "-W", "ignore", "-m", f"tests.clients.consistency.{module}"]


HERE = Path(__file__).parents[1]
JAVA = HERE / "java" / "HistoryClient.java"


def _go() -> list[str]:
    program = HERE / "go" / "build" / "history"
    subprocess.run(["go", "build", "-o", str(program), "./history"], cwd=HERE / "go", check=True)
    return [str(program)]


WORKER = ("writer", "reader", "member", "worker")


@dataclass(frozen=True, slots=True)
class Kind:
    """A client: its command, the protocol of the group that it belongs to, what it is shown, the parts that it plays."""

    name: str
    command: Callable[[], Sequence[str]]
    protocol: str = "classic"
    isolation: str = "read_committed"
    parts: Sequence[str] = ("writer", "reader", "member")
    alone: bool = False
    topic: str = TOPIC

    @property
    def group(self) -> str:
        return f"group-{self.name if self.alone else self.protocol}"


KINDS = (
    Kind("librdkafka", lambda: _python("librdkafka"), parts=WORKER),
    Kind("librdkafka-848", lambda: _python("librdkafka"), "consumer", "read_uncommitted"),
    Kind("kafka-python", lambda: _python("kafka_python"), isolation="read_uncommitted"),
    Kind("aiokafka", lambda: _python("aio"), parts=WORKER),
    Kind("franz-go", _go, parts=WORKER),
    Kind("java", lambda: jars.java(jars.SERVER, str(JAVA)), "consumer", "read_uncommitted", WORKER),
    Kind(
        "kafkajs",
        lambda: ["node", str(HERE / "node" / "history.js")],
        isolation="read_uncommitted",
        parts=("writer", "member"),
        alone=True,
    ),
    Kind("guest", lambda: _python("librdkafka"), parts=("guest",)),
    Kind("guest-848", lambda: _python("librdkafka"), "consumer", parts=("guest",)),
    Kind("table", lambda: _python("table"), parts=("writer", "reader", "worker"), topic=TABLE),
)
"""Those of one protocol share a group, whatever library they are, but for KafkaJS: it brings no assignor that others know, and
asked for what is committed it shows what was aborted (2.2.4, when two such transactions begin before the first record).
"""
