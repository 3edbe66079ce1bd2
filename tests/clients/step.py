"""Reads, writes and commits in transactions, in a process.

    python -m tests.clients.step LIBRARY BOOTSTRAP GROUP INPUT OUTPUT TRANSACTIONAL_ID [--abort N] [--hold N] [--session-ms N]

For every record of INPUT it writes one to the same partition of OUTPUT, whose value is "partition-offset" of the first. Prints
a JSON object a line: {"ready": true} once it has its transactional id, {"owned": [...]} and {"read": [[partition, offset],
...]} (what was committed) as members do; {"aborted": true} when it has aborted its Nth transaction, {"holds": true} when the
Nth is written and not ended (it goes on at a line on standard input), {"fenced": true} before it ends because another has its
id. It leaves the group when its standard input ends. go/step.go and node/step.js do the same for franz-go and KafkaJS.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterable
from typing import Any

from tests.clients.voice import Position, Voice, told_to_leave

POLL_S = 0.1
RECORDS_MAX = 10
WAIT_S = 30.0
BEATS = 12


class Given(argparse.Namespace):
    """What it was told."""

    bootstrap: str
    group: str
    input: str
    output: str
    id: str
    abort: int
    hold: int
    session_ms: int


def hold() -> None:
    """Until it is told to go on."""
    sys.stdin.readline()


def ends(records: Iterable[Position]) -> dict[int, int]:
    """Where to go on in each partition."""
    found: dict[int, int] = {}
    for partition, offset in records:
        found[partition] = max(found.get(partition, 0), offset + 1)
    return found


class Librdkafka:
    """Nothing is revoked while a step is taken: that happens within `consume`."""

    def __init__(self, given: Given, voice: Voice) -> None:
        from confluent_kafka import Consumer, Producer

        self.given, self.voice = given, voice
        self.producer = Producer({"bootstrap.servers": given.bootstrap, "transactional.id": given.id})
        self.producer.init_transactions(WAIT_S)
        voice.say("ready")
        config = {
            "bootstrap.servers": given.bootstrap,
            "group.id": given.group,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
            "partition.assignment.strategy": "cooperative-sticky",
            "session.timeout.ms": given.session_ms,
            "heartbeat.interval.ms": given.session_ms // BEATS,
        }
        self.consumer = Consumer(config)

    def run(self) -> None:
        self.consumer.subscribe([self.given.input])
        number = 0
        while not told_to_leave():
            messages = [message for message in self.consumer.consume(RECORDS_MAX, POLL_S) if not message.error()]
            self.voice.owns(one.partition for one in self.consumer.assignment())
            if messages:
                number += 1
                if not self.step(number, [(message.partition() or 0, message.offset() or 0) for message in messages]):
                    return
        self.consumer.close()

    def step(self, number: int, records: list[Position]) -> bool:
        """False when that was the last one."""
        from confluent_kafka import KafkaError, KafkaException, TopicPartition

        try:
            self.producer.begin_transaction()
            for partition, offset in records:
                self.producer.produce(self.given.output, f"{partition}-{offset}", partition=partition)
            self.producer.flush(WAIT_S)
            if number == self.given.hold:
                self.voice.say("holds")
                hold()
            if number == self.given.abort:
                self.producer.abort_transaction(WAIT_S)
                self.voice.say("aborted")
                self.rewind()
                return True
            positions = [TopicPartition(self.given.input, *end) for end in ends(records).items()]
            self.producer.send_offsets_to_transaction(positions, self.consumer.consumer_group_metadata(), WAIT_S)
            self.producer.commit_transaction(WAIT_S)
            self.voice.read(records)
        except KafkaException as refused:
            error = refused.args[0]
            if error.code() == KafkaError._FENCED:
                self.voice.say("fenced")
                return False
            if not error.txn_requires_abort():
                raise
            self.producer.abort_transaction(WAIT_S)
            self.rewind()
        return True

    def rewind(self) -> None:
        from confluent_kafka import OFFSET_BEGINNING

        for one in self.consumer.committed(self.consumer.assignment(), WAIT_S):
            one.offset = one.offset if one.offset >= 0 else OFFSET_BEGINNING
            self.consumer.seek(one)


def librdkafka(given: Given, voice: Voice) -> None:
    Librdkafka(given, voice).run()


class KafkaPython:
    """Nothing is revoked while a step is taken: that happens within `poll`."""

    def __init__(self, given: Given, voice: Voice) -> None:
        from kafka import KafkaConsumer, KafkaProducer

        self.given, self.voice = given, voice
        self.producer: Any = KafkaProducer(bootstrap_servers=given.bootstrap, transactional_id=given.id)
        self.producer.init_transactions()
        voice.say("ready")
        self.consumer: Any = KafkaConsumer(given.input, **_python(given))

    def run(self) -> None:
        number = 0
        while not told_to_leave():
            found = self.consumer.poll(timeout_ms=int(POLL_S * 1000), max_records=RECORDS_MAX)
            self.voice.owns(one.partition for one in self.consumer.assignment())
            records = [(record.partition, record.offset) for several in found.values() for record in several]
            if records:
                number += 1
                if not self.step(number, records):
                    return
        self.consumer.close()
        self.producer.close()

    def step(self, number: int, records: list[Position]) -> bool:
        """False when that was the last one."""
        from kafka.errors import InvalidProducerEpochError, KafkaError, ProducerFencedError
        from kafka.structs import OffsetAndMetadata, TopicPartition

        try:
            self.producer.begin_transaction()
            for partition, offset in records:
                self.producer.send(self.given.output, f"{partition}-{offset}".encode(), partition=partition)
            self.producer.flush()
            if number == self.given.hold:
                self.voice.say("holds")
                hold()
            if number == self.given.abort:
                self.producer.abort_transaction()
                self.voice.say("aborted")
                self.rewind()
                return True
            places = {
                TopicPartition(self.given.input, partition): OffsetAndMetadata(end, "", -1)
                for partition, end in ends(records).items()
            }
            self.producer.send_offsets_to_transaction(places, self.consumer.group_metadata())
            self.producer.commit_transaction()
            self.voice.read(records)
        except (ProducerFencedError, InvalidProducerEpochError):
            self.voice.say("fenced")
            return False
        except KafkaError:
            self.producer.abort_transaction()
            self.rewind()
        return True

    def rewind(self) -> None:
        for place in self.consumer.assignment():
            self.consumer.seek(place, self.consumer.committed(place) or 0)


def kafka_python(given: Given, voice: Voice) -> None:
    KafkaPython(given, voice).run()


class Aiokafka:
    """Partitions are revoked at any time, and so not before a step is taken: it has the lock."""

    def __init__(self, given: Given, voice: Voice) -> None:
        from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

        self.given, self.voice = given, voice
        self.lock = asyncio.Lock()
        self.producer = AIOKafkaProducer(bootstrap_servers=given.bootstrap, transactional_id=given.id)
        self.consumer = AIOKafkaConsumer(**_python(given))

    async def run(self) -> None:
        from aiokafka import ConsumerRebalanceListener

        lock = self.lock

        class Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # it has no types
            async def on_partitions_revoked(self, revoked: object) -> None:
                del revoked
                async with lock:
                    pass

            async def on_partitions_assigned(self, assigned: object) -> None:
                pass

        await self.producer.start()
        self.voice.say("ready")
        self.consumer.subscribe([self.given.input], listener=Listener())
        await self.consumer.start()
        number = 0
        while not told_to_leave():
            async with lock:
                found = await self.consumer.getmany(timeout_ms=int(POLL_S * 1000), max_records=RECORDS_MAX)
                self.voice.owns(one.partition for one in self.consumer.assignment())
                records = [(record.partition, record.offset) for several in found.values() for record in several]
                if records:
                    number += 1
                    if not await self.step(number, records):
                        return
            await asyncio.sleep(0)  # else who waits for the lock never gets it
        await self.consumer.stop()
        await self.producer.stop()

    async def step(self, number: int, records: list[Position]) -> bool:
        """False when that was the last one."""
        from aiokafka import TopicPartition
        from aiokafka.errors import KafkaError, ProducerFenced

        try:
            await self.producer.begin_transaction()
            for partition, offset in records:
                await self.producer.send(self.given.output, f"{partition}-{offset}".encode(), partition=partition)
            await self.producer.flush()
            if number == self.given.hold:
                self.voice.say("holds")
                await asyncio.get_running_loop().run_in_executor(None, hold)
            if number == self.given.abort:
                await self.producer.abort_transaction()
                self.voice.say("aborted")
                await self.rewind()
                return True
            places = {TopicPartition(self.given.input, partition): end for partition, end in ends(records).items()}
            await self.producer.send_offsets_to_transaction(places, self.given.group)
            await self.producer.commit_transaction()
            self.voice.read(records)
        except ProducerFenced:
            self.voice.say("fenced")
            return False
        except KafkaError:
            await self.producer.abort_transaction()
            await self.rewind()
        return True

    async def rewind(self) -> None:
        for place in self.consumer.assignment():
            self.consumer.seek(place, await self.consumer.committed(place) or 0)


def aiokafka(given: Given, voice: Voice) -> None:
    async def run() -> None:
        await Aiokafka(given, voice).run()

    asyncio.run(run())


def _python(given: Given) -> dict[str, Any]:
    """What kafka-python and aiokafka are told alike."""
    return {
        "bootstrap_servers": given.bootstrap,
        "group_id": given.group,
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "isolation_level": "read_committed",
        "session_timeout_ms": given.session_ms,
        "heartbeat_interval_ms": given.session_ms // BEATS,
    }


LIBRARIES = {"librdkafka": librdkafka, "kafka-python": kafka_python, "aiokafka": aiokafka}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("library", choices=LIBRARIES)
    for name in ("bootstrap", "group", "input", "output", "id"):
        parser.add_argument(name)
    parser.add_argument("--abort", type=int, default=0)
    parser.add_argument("--hold", type=int, default=0)
    parser.add_argument("--session-ms", type=int, default=6000)
    given = parser.parse_args(namespace=Given())
    LIBRARIES[given.library](given, Voice())


if __name__ == "__main__":
    main()
