"""`leftfold topic describe`."""

from __future__ import annotations

from typing import Any

import click

from leftfold.cli.connection import SECONDS_MAX, Cluster, connected, explained
from leftfold.cli.listing import formatted, pairs, table, tell

EARLIEST, LATEST = -2, -1  # the special timestamps of ListOffsets
SOURCES = {1: "topic", 2: "broker (dynamic)", 3: "all brokers (dynamic)", 4: "broker (static)", 5: "default"}


@click.command()
@click.argument("topics", nargs=-1, required=True)
@click.option("-s", "--print-summary", "summary", is_flag=True, help="The summary.")
@click.option("-c", "--print-configs", "configs", is_flag=True, help="The configs.")
@click.option("-p", "--print-partitions", "partitions", is_flag=True, help="The partitions with their offsets.")
@click.option("-a", "--print-all", "everything", is_flag=True, help="All of it.")
@formatted
@connected
def command(
    *, cluster: Cluster, topics: tuple[str, ...], summary: bool, configs: bool, partitions: bool, everything: bool, form: str
) -> None:
    """Partitions, offsets and configs of topics. Without a choice: summary and configs."""
    if not (summary or configs or partitions):
        summary = configs = True
    documents = [_document(cluster, name, configs or everything, partitions or everything) for name in topics]
    for document in documents:
        if not (summary or everything):
            document.pop("summary")

    def text() -> str:
        return "\n\n".join(_text(document) for document in documents)

    tell(documents, form, text)


def _document(cluster: Cluster, name: str, with_configs: bool, with_partitions: bool) -> dict[str, Any]:
    admin = cluster.admin()
    topic = cluster.topic(admin, name)
    replicas = len(topic.partitions[0].replicas) if topic.partitions else 0
    document: dict[str, Any] = {"summary": {"name": name, "partitions": len(topic.partitions), "replicas": replicas}}
    if with_configs:
        document["configs"] = _configs(cluster, name)
    if with_partitions:
        marks = watermarks(cluster, name, list(topic.partitions))
        document["partitions"] = [
            {"partition": one.id, "leader": one.leader, "replicas": one.replicas, "isr": one.isrs,
             "log_start": marks[one.id][0], "high_watermark": marks[one.id][1]}
            for one in sorted(topic.partitions.values(), key=lambda one: one.id)
        ]  # fmt: skip
    return document


def _configs(cluster: Cluster, name: str) -> list[dict[str, Any]]:
    from confluent_kafka.admin._config import ConfigResource

    resource = ConfigResource(ConfigResource.Type.TOPIC, name)
    with explained(cluster, f"configs of topic {name}"):
        admin = cluster.admin()  # kept by name: an answer does not outlive its client
        entries = admin.describe_configs([resource], request_timeout=SECONDS_MAX)[resource].result()
    return [
        {"key": entry.name, "value": entry.value, "source": SOURCES.get(entry.source, str(entry.source))}
        for entry in sorted(entries.values(), key=lambda entry: entry.name)
    ]


def watermarks(cluster: Cluster, topic: str, partitions: list[int]) -> dict[int, tuple[int, int]]:
    """(log start, high watermark) of each partition, asked of the broker now."""
    first = offsets_at(cluster, topic, partitions, EARLIEST)
    last = offsets_at(cluster, topic, partitions, LATEST)
    return {one: (first[one], last[one]) for one in partitions}


def offsets_at(cluster: Cluster, topic: str, partitions: list[int], timestamp: int) -> dict[int, int]:
    """The first offset that is not older than `timestamp` in each partition, -1 where there is none; see EARLIEST, LATEST."""
    from confluent_kafka import TopicPartition
    from confluent_kafka.admin._listoffsets import OffsetSpec, TimestampSpec

    special = {EARLIEST: OffsetSpec._earliest, LATEST: OffsetSpec._latest}
    spec = special.get(timestamp) or TimestampSpec(timestamp)
    admin = cluster.admin()  # kept by name: an answer does not outlive its client
    with explained(cluster, f"offsets of topic {topic}"):
        answers = admin.list_offsets({TopicPartition(topic, one): spec for one in partitions}, request_timeout=SECONDS_MAX)
        return {place.partition: answer.result().offset for place, answer in answers.items()}


def _text(document: dict[str, Any]) -> str:
    sections = []
    if "summary" in document:
        sections.append(pairs(document["summary"]))
    if "configs" in document:
        sections.append(table(document["configs"], {"key": "KEY", "value": "VALUE", "source": "SOURCE"}))
    if "partitions" in document:
        columns = {"partition": "PARTITION", "leader": "LEADER", "replicas": "REPLICAS", "isr": "ISR",
                   "log_start": "LOG-START", "high_watermark": "HIGH-WATERMARK"}  # fmt: skip
        sections.append(table(document["partitions"], columns))
    return "\n\n".join(sections)
