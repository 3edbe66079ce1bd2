"""One member of a consumer group, in a process of its own.

    python -m tests.clients.member LIBRARY BOOTSTRAP GROUP TOPIC [--assignor A] [--instance I] [--session-ms N]

Prints a JSON object a line: {"owned": [partitions]} whenever that changes, {"read": [[partition, offset], ...]} once their
commit has been confirmed. It leaves the group when its standard input ends; killed, it leaves nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import select
import sys
from collections.abc import Iterable
from typing import Any

POLL_S = 0.1
RECORDS_MAX = 50

Position = tuple[int, int]


def told_to_leave() -> bool:
    return bool(select.select([sys.stdin], [], [], 0)[0])


class Voice:
    """What it says on standard output."""

    def __init__(self) -> None:
        self._owned: list[int] | None = None

    def owns(self, partitions: Iterable[int]) -> None:
        owned = sorted(partitions)
        if owned != self._owned:
            self._owned = owned
            print(json.dumps({"owned": owned}), flush=True)

    def read(self, records: Iterable[Position]) -> None:
        print(json.dumps({"read": list(records)}), flush=True)


def librdkafka(given: argparse.Namespace, voice: Voice) -> None:
    from confluent_kafka import Consumer, KafkaException

    config = {
        "bootstrap.servers": given.bootstrap,
        "group.id": given.group,
        "enable.auto.commit": False,
        "auto.offset.reset": "earliest",
        "topic.metadata.refresh.interval.ms": 1000,
        **({"group.instance.id": given.instance} if given.instance else {}),
    }
    if given.protocol == "consumer":
        config |= {"group.protocol": "consumer", **({"group.remote.assignor": given.assignor} if given.assignor else {})}
    else:
        beat_ms = given.session_ms // 4
        config |= {"session.timeout.ms": given.session_ms, "heartbeat.interval.ms": beat_ms}
        config |= {"partition.assignment.strategy": given.assignor or "range"}
    consumer = Consumer(config)
    consumer.subscribe([given.topic])
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
    from kafka.coordinator.assignors.range import RangePartitionAssignor
    from kafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
    from kafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
    from kafka.errors import KafkaError

    assignors = {"range": RangePartitionAssignor, "roundrobin": RoundRobinPartitionAssignor, "sticky": StickyPartitionAssignor}
    consumer: Any = KafkaConsumer(
        given.topic,
        bootstrap_servers=given.bootstrap,
        group_id=given.group,
        group_instance_id=given.instance,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=given.session_ms,
        heartbeat_interval_ms=given.session_ms // 4,
        partition_assignment_strategy=[assignors[given.assignor or "range"]],
    )
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
    consumer = AIOKafkaConsumer(
        given.topic,
        bootstrap_servers=given.bootstrap,
        group_id=given.group,
        group_instance_id=given.instance,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=given.session_ms,
        heartbeat_interval_ms=given.session_ms // 4,
        partition_assignment_strategy=[assignors[given.assignor or "range"]],
    )
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


LIBRARIES = {"librdkafka": librdkafka, "kafka-python": kafka_python, "aiokafka": aiokafka}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("library", choices=LIBRARIES)
    for name in ("bootstrap", "group", "topic"):
        parser.add_argument(name)
    parser.add_argument("--assignor")
    parser.add_argument("--instance")
    parser.add_argument("--protocol", default="classic")
    parser.add_argument("--session-ms", type=int, default=1500)
    given = parser.parse_args()
    LIBRARIES[given.library](given, Voice())


if __name__ == "__main__":
    main()
