"""Kafka's own tool for groups, and its console consumer."""

from __future__ import annotations

import re

import pytest

from tests.clients.brokers import Broker
from tests.clients.drivers.driver import Driver, Record
from tests.clients.runtimes import need
from tests.clients.test_kafka_tools import PACKAGE, run

CONSOLE = f"{PACKAGE}.consumer.ConsoleConsumer"
GROUPS = f"{PACKAGE}.consumer.group.ConsumerGroupCommand"


@pytest.fixture(autouse=True)
def _java() -> None:
    need("java")


@pytest.mark.parametrize("protocol", ["classic", "consumer"])
def test_a_group_is_made_listed_described_reset_and_deleted(broker: Broker, topic: str, witness: Driver, protocol: str) -> None:
    witness.create(topic, 2, {})
    for partition in range(2):
        witness.produce(topic, partition, [Record(f"{partition}-{number}".encode()) for number in range(5)])
    group = f"{topic}-{protocol}"

    def consumed(count: int) -> list[str]:
        place = ["--bootstrap-server", broker.bootstrap, "--topic", topic, "--group", group, "--max-messages", str(count)]
        return run(CONSOLE, *place, "--from-beginning", "--command-property", f"group.protocol={protocol}").split()

    def groups(*arguments: str) -> str:
        return run(GROUPS, "--bootstrap-server", broker.bootstrap, *arguments)

    assert sorted(consumed(10)) == sorted(f"{partition}-{number}" for partition in range(2) for number in range(5))
    assert re.search(rf"{group}\s+Empty", groups("--list", "--state"))
    described = groups("--describe", "--group", group)
    assert re.findall(rf"{group}\s+{topic}\s+(\d)\s+(\d+)\s+(\d+)\s+(\d+)", described) == [
        ("0", "5", "5", "0"),
        ("1", "5", "5", "0"),
    ]
    groups("--reset-offsets", "--group", group, "--topic", f"{topic}:1", "--shift-by", "-2", "--execute")
    assert sorted(consumed(2)) == ["1-3", "1-4"]
    assert re.search(rf"{topic}\s+0\s+Successful", groups("--delete-offsets", "--group", group, "--topic", f"{topic}:0"))
    assert "successful" in groups("--delete", "--group", group)
    assert group not in groups("--list").split()
