"""A record written and read back, on a topic of its own."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from leftfold.base import ports
from leftfold.base.errors import Code, Failure
from leftfold.cli.doctor.findings import Report

if TYPE_CHECKING:
    from leftfold.cli.connection import Cluster

SECONDS = 10
PREFIX = "leftfold-doctor-"


def run(report: Report, cluster: Cluster) -> None:
    """Make a throw-away topic, write one record with acks=all, read it back, delete the topic: as a client does it."""
    from confluent_kafka import KafkaException

    name = PREFIX + ports.real().random_bytes(4).hex()
    value = ports.real().random_bytes(16)
    try:
        admin = cluster.admin()
        _make(report, admin, name)
        try:
            _write(report, cluster, name, value)
            _read(report, cluster, name, value)
        finally:
            _delete(report, admin, name)
    except KafkaException as error:
        code = Code.known(error.args[0].code())
        report.fail("trial", Failure.NOT_WRITTEN, f"topic {name}: {error.args[0].str()}", code.todo if code else "")


def _make(report: Report, admin: Any, name: str) -> None:
    from confluent_kafka.cimpl import NewTopic

    started = time.monotonic()
    answer = admin.create_topics([NewTopic(name, 1, -1)], request_timeout=SECONDS)[name]
    answer.result()
    report.ok("create", f"topic {name} was made in {_ms(started)}")


def _write(report: Report, cluster: Cluster, name: str, value: bytes) -> None:
    from confluent_kafka import KafkaException, Producer

    outcome: list[Any] = []
    producer = Producer(cluster.config(**{"acks": "all", "linger.ms": 0, "message.timeout.ms": SECONDS * 1000}))
    started = time.monotonic()
    producer.produce(name, value, partition=0, on_delivery=lambda error, _: outcome.append(error))
    producer.flush(SECONDS)
    if not outcome:
        report.fail("write", Failure.NOT_WRITTEN, f"a record was not acknowledged within {SECONDS} s")
    elif outcome[0] is not None:
        raise KafkaException(outcome[0])
    else:
        report.ok("write", f"a record was acknowledged (acks=all) in {_ms(started)}, first connection and all")


def _read(report: Report, cluster: Cluster, name: str, value: bytes) -> None:
    from confluent_kafka import Consumer, KafkaException, TopicPartition

    consumer = Consumer(cluster.config(**{"group.id": PREFIX, "enable.auto.commit": False}))
    started = time.monotonic()
    try:
        consumer.assign([TopicPartition(name, 0, 0)])
        message = consumer.poll(SECONDS)
    finally:
        consumer.close()
    if message is None:
        report.fail("read", Failure.CORRUPT_BATCH, f"the record did not come back within {SECONDS} s")
    elif message.error() is not None:
        raise KafkaException(message.error())
    elif message.value() != value:
        report.fail("read", Failure.CORRUPT_BATCH, f"another record came back: {message.value()!r}")
    else:
        report.ok("read", f"it was read back in {_ms(started)}, first connection and all")


def _delete(report: Report, admin: Any, name: str) -> None:
    admin.delete_topics([name], request_timeout=SECONDS)[name].result()
    report.ok("delete", f"topic {name} was deleted")


def _ms(started: float) -> str:
    return f"{(time.monotonic() - started) * 1000:.0f} ms"
