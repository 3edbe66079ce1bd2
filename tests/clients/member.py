"""One member of a consumer group, in a process of its own.

    python -m tests.clients.member LIBRARY BOOTSTRAP GROUP TOPIC [--assignor A] [--instance I] [--session-ms N] [--committed]

Prints a JSON object a line: {"owned": [partitions]} whenever that changes, {"read": [[partition, offset], ...]} once their
commit has been confirmed. It leaves the group when its standard input ends; killed, it leaves nothing. A topic that begins
with ^ is a pattern. go/member.go and node/member.js do the same for franz-go and KafkaJS.
"""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from tests.clients.voice import Voice, told_to_leave

POLL_S = 0.1
RECORDS_MAX = 50
METADATA_MS = 1000
BEATS = 12
"""Heartbeats in a session."""


def librdkafka(given: argparse.Namespace, voice: Voice) -> None:
    from confluent_kafka import Consumer, KafkaException, TopicPartition

    config = {
        "bootstrap.servers": given.bootstrap,
        "group.id": given.group,
        "enable.auto.commit": False,
        "auto.offset.reset": "earliest",
        "isolation.level": "read_committed" if given.committed else "read_uncommitted",
        "topic.metadata.refresh.interval.ms": METADATA_MS,
        **({"group.instance.id": given.instance} if given.instance else {}),
    }
    if given.protocol == "consumer":
        config |= {"group.protocol": "consumer", **({"group.remote.assignor": given.assignor} if given.assignor else {})}
    else:
        config |= {"session.timeout.ms": given.session_ms, "heartbeat.interval.ms": given.session_ms // BEATS}
        config |= {"partition.assignment.strategy": given.assignor or "range"}
    consumer = Consumer(config)
    bit_by_bit = given.protocol == "consumer" or given.assignor == "cooperative-sticky"

    def assigned(consumer: Consumer, partitions: list[TopicPartition]) -> None:
        (consumer.incremental_assign if bit_by_bit else consumer.assign)(partitions)

    def revoked(consumer: Consumer, partitions: list[TopicPartition]) -> None:
        if bit_by_bit:
            consumer.incremental_unassign(partitions)
        else:
            consumer.unassign()

    consumer.subscribe([given.topic], on_assign=assigned, on_revoke=revoked)
    while not told_to_leave():
        messages = [message for message in consumer.consume(RECORDS_MAX, POLL_S) if not message.error()]
        voice.owns(one.partition for one in consumer.assignment())
        if messages:
            try:
                consumer.commit(asynchronous=False)
            except KafkaException:
                continue  # a rebalance came between: whoever gets the partitions reads them again
            voice.read((message.partition() or 0, message.offset() or 0) for message in messages)
    consumer.close()


def kafka_python(given: argparse.Namespace, voice: Voice) -> None:
    from kafka import KafkaConsumer
    from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
    from kafka.coordinator.assignors.range import RangePartitionAssignor
    from kafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
    from kafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
    from kafka.errors import KafkaError

    assignors = {"range": RangePartitionAssignor, "roundrobin": RoundRobinPartitionAssignor, "sticky": StickyPartitionAssignor}
    assignors |= {"cooperative-sticky": CooperativeStickyAssignor}
    consumer: Any = KafkaConsumer(**_python(given), partition_assignment_strategy=[assignors[given.assignor or "range"]])
    consumer.subscribe(**_topics(given.topic))
    while not told_to_leave():
        found = consumer.poll(timeout_ms=int(POLL_S * 1000), max_records=RECORDS_MAX)
        voice.owns(one.partition for one in consumer.assignment())
        records = [(record.partition, record.offset) for several in found.values() for record in several]
        if records:
            try:
                consumer.commit()
            except KafkaError:
                continue
            voice.read(records)
    consumer.close()


def aiokafka(given: argparse.Namespace, voice: Voice) -> None:
    asyncio.run(_aiokafka(given, voice))


async def _aiokafka(given: argparse.Namespace, voice: Voice) -> None:
    from aiokafka import AIOKafkaConsumer
    from aiokafka.coordinator.assignors.range import RangePartitionAssignor
    from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
    from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
    from aiokafka.errors import KafkaError

    assignors = {"range": RangePartitionAssignor, "roundrobin": RoundRobinPartitionAssignor, "sticky": StickyPartitionAssignor}
    consumer = AIOKafkaConsumer(**_python(given), partition_assignment_strategy=[assignors[given.assignor or "range"]])
    consumer.subscribe(**_topics(given.topic))
    await consumer.start()
    while not told_to_leave():
        found = await consumer.getmany(timeout_ms=int(POLL_S * 1000), max_records=RECORDS_MAX)
        voice.owns(one.partition for one in consumer.assignment())
        records = [(record.partition, record.offset) for several in found.values() for record in several]
        if records:
            try:
                await consumer.commit()
            except KafkaError:
                continue
            voice.read(records)
    await consumer.stop()


def _python(given: argparse.Namespace) -> dict[str, Any]:
    """What kafka-python and aiokafka are told alike."""
    return {
        "bootstrap_servers": given.bootstrap,
        "group_id": given.group,
        "group_instance_id": given.instance,
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "isolation_level": "read_committed" if given.committed else "read_uncommitted",
        "metadata_max_age_ms": METADATA_MS,
        "session_timeout_ms": given.session_ms,
        "heartbeat_interval_ms": given.session_ms // BEATS,
    }


def _topics(topic: str) -> dict[str, Any]:
    return {"pattern": topic} if topic.startswith("^") else {"topics": [topic]}


LIBRARIES = {"librdkafka": librdkafka, "kafka-python": kafka_python, "aiokafka": aiokafka}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("library", choices=LIBRARIES)
    for name in ("bootstrap", "group", "topic"):
        parser.add_argument(name)
    parser.add_argument("--assignor")
    parser.add_argument("--instance")
    parser.add_argument("--protocol", default="classic")
    parser.add_argument("--session-ms", type=int, default=6000)
    parser.add_argument("--committed", action="store_true")
    given = parser.parse_args()
    LIBRARIES[given.library](given, Voice())


if __name__ == "__main__":
    main()
