"""`leftfold topic describe`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from leftfold.cli.connection import Cluster, connected, explained
from leftfold.cli.listing import Field, formatted, inside, pairs, table, tell
from leftfold.cli.topic.names import topics_argument
from leftfold.cli.topic.positions import watermarks

if TYPE_CHECKING:
    from confluent_kafka.admin._config import ConfigEntry

SOURCES = ("unknown", "topic", "broker (dynamic)", "all brokers (dynamic)", "broker (static)", "default")
SUMMARY = (
    Field("name", "text", "its name"),
    Field("id", "text", "its id, which a topic of the same name made later does not share"),
    Field("internal", "yes or no", "whether it is the cluster's own"),
    Field("partitions", "number", "how many"),
    Field("replicas", "number", "copies of each partition"),
)
CONFIGS = (
    Field("key", "text", "the config's name"),
    Field("value", "text", "its value"),
    Field("source", "text", "where the value comes from"),
    Field("read_only", "yes or no", "whether it cannot be changed", wide=True),
)
PARTITIONS = (
    Field("partition", "number", "its number, from 0"),
    Field("leader", "number", "the broker that leads it, -1 for none"),
    Field("replicas", "list of numbers", "the brokers that keep it"),
    Field("isr", "list of numbers", "those of them that are not behind"),
    Field("log_start", "number", "the first offset that can be read"),
    Field("high_watermark", "number", "the offset that the next record gets"),
    Field("offsets", "number", "how many lie between the two", wide=True),
)


@click.command()
@topics_argument()
@click.option("-s", "--print-summary", "summary", is_flag=True, help="The summary.")
@click.option("-c", "--print-configs", "configs", is_flag=True, help="The configs.")
@click.option("-p", "--print-partitions", "partitions", is_flag=True, help="The partitions with their offsets.")
@click.option("-a", "--print-all", "everything", is_flag=True, help="All of it.")
@formatted(*inside("summary", SUMMARY), *inside("configs[]", CONFIGS), *inside("partitions[]", PARTITIONS))
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
    tell(documents, form, lambda: "\n\n".join(_text(document, form == "wide") for document in documents))


def _document(cluster: Cluster, name: str, with_configs: bool, with_partitions: bool) -> dict[str, Any]:
    topic = cluster.topic(cluster.admin(), name)
    document: dict[str, Any] = {"summary": _summary(cluster, name)}
    if with_configs:
        document["configs"] = _configs(cluster, name)
    if with_partitions:
        marks = watermarks(cluster, name, list(topic.partitions))
        document["partitions"] = [
            {"partition": one.id, "leader": one.leader, "replicas": one.replicas, "isr": one.isrs,
             "log_start": marks[one.id][0], "high_watermark": marks[one.id][1], "offsets": marks[one.id][1] - marks[one.id][0]}
            for one in sorted(topic.partitions.values(), key=lambda one: one.id)
        ]  # fmt: skip
    return document


def _summary(cluster: Cluster, name: str) -> dict[str, Any]:
    from confluent_kafka import TopicCollection

    with explained(cluster, f"topic {name}"):
        asked = TopicCollection([name])
        topic = cluster.admin().describe_topics(asked, request_timeout=cluster.command_seconds)[name].result()
    replicas = len(topic.partitions[0].replicas) if topic.partitions else 0
    return {
        "name": name,
        "id": str(topic.topic_id).replace("+", "-").replace("/", "_"),  # as Kafka writes it
        "internal": topic.is_internal,
        "partitions": len(topic.partitions),
        "replicas": replicas,
    }


def _configs(cluster: Cluster, name: str) -> list[dict[str, Any]]:
    from confluent_kafka.admin._config import ConfigResource

    resource = ConfigResource(ConfigResource.Type.TOPIC, name)
    with explained(cluster, f"configs of topic {name}"):
        answers = cluster.admin().describe_configs([resource], request_timeout=cluster.command_seconds)
        entries = answers[resource].result()
    return [
        {
            "key": entry.name,
            "value": entry.value,
            "source": source(entry),
            "read_only": entry.is_read_only,
        }
        for entry in sorted(entries.values(), key=lambda entry: entry.name)
    ]


def source(entry: ConfigEntry) -> str:
    """Where a config's value comes from, in words. (The library gives a number, whatever it says of itself.)"""
    return SOURCES[int(entry.source)]  # type: ignore[call-overload]  # see above


def _text(document: dict[str, Any], wide: bool) -> str:
    sections = []
    if "summary" in document:
        sections.append(pairs(document["summary"]))
    if "configs" in document:
        sections.append(table(document["configs"], CONFIGS, wide=wide))
    if "partitions" in document:
        sections.append(table(document["partitions"], PARTITIONS, wide=wide))
    return "\n\n".join(sections)
