"""Kafka's own command-line tools work here as at Kafka."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.clients import jars
from tests.clients.brokers import KEEPS, Broker
from tests.clients.drivers.driver import Driver, Record
from tests.clients.runtimes import need

SECONDS_MAX = 60
PACKAGE = "org.apache.kafka.tools"


@pytest.fixture(autouse=True)
def _java() -> None:
    need("java")


def run(name: str, *arguments: str, given: str = "", what: tuple[str, str] = jars.TOOLS) -> str:
    """What a tool prints on standard output; a failure shows all it printed."""
    command = jars.java(what, name if "kafka." in name else f"{PACKAGE}.{name}", *arguments)
    ran = subprocess.run(command, input=given, capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
    assert ran.returncode == 0, f"{' '.join(command[-12:])}\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout


def test_topics(broker: Broker, topic: str) -> None:
    def topics(*arguments: str) -> str:
        return run("TopicCommand", "--bootstrap-server", broker.bootstrap, *arguments, "--topic", topic)

    assert "Created topic" in topics("--create", "--partitions", "3", "--config", "retention.ms=1234567")
    assert topics("--list").split() == [topic]
    topics("--alter", "--partitions", "5")
    described = topics("--describe")
    assert re.search(r"PartitionCount: 5\s+ReplicationFactor: 1\s+Configs: .*retention.ms=1234567", described)
    assert len(re.findall(r"Partition: \d\s+Leader: 1\s+Replicas: 1\s+Isr: 1", described)) == 5
    topics("--delete")
    assert topic not in run("TopicCommand", "--bootstrap-server", broker.bootstrap, "--list").split()


def test_configs(broker: Broker, topic: str, witness: Driver) -> None:
    witness.create(topic, 1, {})

    def configs(*arguments: str) -> str:
        place = ["--bootstrap-server", broker.bootstrap, "--entity-type", "topics", "--entity-name", topic]
        return run("kafka.admin.ConfigCommand", *place, *arguments, what=jars.CONFIG_TOOL)

    configs("--alter", "--add-config", "retention.ms=60000,cleanup.policy=[compact,delete]")
    described = configs("--describe")
    assert "retention.ms=60000" in described
    assert "cleanup.policy=compact,delete" in described
    configs("--alter", "--delete-config", "retention.ms")
    described = configs("--describe", "--all")
    assert f"retention.ms={KEEPS['log.retention.ms']} " in described
    assert "max.message.bytes=1048588" in described


def test_offsets_and_deleted_records(broker: Broker, topic: str, witness: Driver, tmp_path: Path) -> None:
    witness.create(topic, 2, {})
    witness.produce(topic, 0, [Record(b"v", timestamp=1_700_000_000_000 + index) for index in range(10)])

    def offsets(time: str) -> list[str]:
        return run("GetOffsetShell", "--bootstrap-server", broker.bootstrap, "--topic", topic, "--time", time).split()

    assert offsets("latest") == [f"{topic}:0:10", f"{topic}:1:0"]
    file = tmp_path / "offsets.json"
    file.write_text(json.dumps({"version": 1, "partitions": [{"topic": topic, "partition": 0, "offset": 4}]}))
    answer = run("DeleteRecordsCommand", "--bootstrap-server", broker.bootstrap, "--offset-json-file", str(file))
    assert f"partition: {topic}-0\tlow_watermark: 4" in answer
    assert offsets("earliest") == [f"{topic}:0:4", f"{topic}:1:0"]
    assert offsets("max-timestamp") == [f"{topic}:0:9"]


def test_log_dirs(broker: Broker, topic: str, witness: Driver) -> None:
    witness.create(topic, 1, {})
    witness.produce(topic, 0, [Record(b"x" * 1000)])
    answer = run("LogDirsCommand", "--bootstrap-server", broker.bootstrap, "--describe", "--topic-list", topic)
    (one,) = json.loads(answer.splitlines()[-1])["brokers"]
    partitions = [part for folder in one["logDirs"] for part in folder["partitions"]]
    assert [(part["partition"], part["size"] > 1000, part["offsetLag"]) for part in partitions] == [(f"{topic}-0", True, 0)]


def test_api_versions(broker: Broker) -> None:
    answer = run("BrokerApiVersionsCommand", "--bootstrap-server", broker.bootstrap)
    assert re.search(r"Produce\(0\): 0 to 13 \[usable: 13\]", answer)
    assert re.search(r"Fetch\(1\): 4 to 18 \[usable: 1[78]\]", answer)


def test_console_producer_and_consumer(broker: Broker, topic: str, witness: Driver) -> None:
    witness.create(topic, 2, {})
    lines = "".join(f"key-{index}\tvalue {index}\n" for index in range(100))
    place = ["--bootstrap-server", broker.bootstrap, "--topic", topic]
    run("ConsoleProducer", *place, "--reader-property", "parse.key=true", "--compression-codec", "zstd", given=lines)
    found: list[str] = []
    for partition in range(2):
        first, end = witness.offsets(topic, partition)
        if first < end:
            options = ["--partition", str(partition), "--offset", "earliest", "--max-messages", str(end)]
            formats = ["--formatter-property", "print.key=true"]
            found += run(f"{PACKAGE}.consumer.ConsoleConsumer", *place, *options, *formats).splitlines()
    assert sorted(found) == sorted(lines.splitlines())


def test_performance_of_a_producer_is_measured(broker: Broker, topic: str, witness: Driver) -> None:
    witness.create(topic, 1, {})
    size = ["--num-records", "20000", "--record-size", "100", "--throughput", "-1"]
    answer = run("ProducerPerformance", "--topic", topic, *size, "--bootstrap-server", broker.bootstrap)
    assert "20000 records sent" in answer
    assert witness.offsets(topic, 0) == (0, 20000)
