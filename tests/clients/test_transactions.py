"""Real clients in transactions: all of it or nothing, once."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from tests.clients import jars
from tests.clients.brokers import Broker
from tests.clients.runtimes import need

PROGRAM = Path(__file__).parent / "java" / "TransactionalClient.java"
SECONDS_MAX = 30.0
KEPT = [f"{number}-{part}" for number in (0, 2, 4) for part in range(4)]  # every other transaction is aborted


@pytest.fixture
def made(broker: Broker) -> str:
    """A topic of two partitions."""
    name = uuid.uuid4().hex
    administrator = AdminClient({"bootstrap.servers": broker.bootstrap})
    for future in administrator.create_topics([NewTopic(name, 2, 1)]).values():
        future.result(SECONDS_MAX)
    return name


def producer(broker: Broker, name: str, **more: Any) -> Producer:
    made = Producer({"bootstrap.servers": broker.bootstrap, "transactional.id": name, **more})
    made.init_transactions(SECONDS_MAX)
    return made


def consumer(broker: Broker, group: str, level: str = "read_committed") -> Consumer:
    settings = {"group.id": group, "auto.offset.reset": "earliest", "enable.auto.commit": False, "enable.partition.eof": True}
    return Consumer({"bootstrap.servers": broker.bootstrap, "isolation.level": level, **settings})


def messages(reader: Consumer, partitions: int) -> Iterator[str]:
    """All that is there, each partition up to its end."""
    ended: set[int] = set()
    while len(ended) < partitions:
        message = reader.poll(SECONDS_MAX)
        assert message is not None, "it neither comes nor ends"
        error = message.error()
        if error is None:
            value = message.value()
            assert value is not None
            yield value.decode()
        else:
            assert error.code() == KafkaError._PARTITION_EOF, error
            ended.add(message.partition() or 0)


def read(broker: Broker, topic: str, level: str) -> list[str]:
    reader = consumer(broker, uuid.uuid4().hex, level)
    reader.assign([TopicPartition(topic, number, 0) for number in range(2)])
    try:
        return sorted(messages(reader, 2))
    finally:
        reader.close()


def test_librdkafka_reads_whole_transactions_or_nothing_of_them(broker: Broker, made: str) -> None:
    """T9: what is open or aborted is shown to nobody who asks for what is committed."""
    writer = producer(broker, made)
    for number in range(6):
        writer.begin_transaction()
        for part in range(4):
            writer.produce(made, f"{number}-{part}", partition=part % 2)
        writer.flush(SECONDS_MAX)
        kept = [one for one in KEPT if int(one[0]) < number]
        assert read(broker, made, "read_committed") == kept
        assert len(read(broker, made, "read_uncommitted")) == 4 * (number + 1)
        end = writer.commit_transaction if number % 2 == 0 else writer.abort_transaction
        end(SECONDS_MAX)
    assert read(broker, made, "read_committed") == KEPT


def test_librdkafka_takes_a_step_with_its_offsets_or_not_at_all(broker: Broker, made: str) -> None:
    writer, reader = producer(broker, made), consumer(broker, made)
    plain = Producer({"bootstrap.servers": broker.bootstrap})
    plain.produce(made, "question", partition=0)
    plain.flush(SECONDS_MAX)
    reader.subscribe([made])
    assert list(messages(reader, 2)) == ["question"]
    for commit, offset in ((False, -1001), (True, 1)):  # -1001: nothing was committed
        writer.begin_transaction()
        writer.produce(made, "answer", partition=1)
        positions = [TopicPartition(made, 0, 1)]
        writer.send_offsets_to_transaction(positions, reader.consumer_group_metadata(), SECONDS_MAX)
        (writer.commit_transaction if commit else writer.abort_transaction)(SECONDS_MAX)
        (found,) = reader.committed([TopicPartition(made, 0)], SECONDS_MAX)
        assert found.offset == offset
    reader.close()
    assert read(broker, made, "read_committed") == ["answer", "question"]


def test_t6_librdkafka_is_fenced_by_the_next_of_its_id(broker: Broker, made: str) -> None:
    first = producer(broker, made)
    first.begin_transaction()
    first.produce(made, "fenced", partition=0)
    first.flush(SECONDS_MAX)
    second = producer(broker, made)
    with pytest.raises(KafkaException) as refused:
        first.commit_transaction(SECONDS_MAX)
    assert refused.value.args[0].code() == KafkaError._FENCED
    second.begin_transaction()
    second.produce(made, "last", partition=0)
    second.commit_transaction(SECONDS_MAX)
    assert read(broker, made, "read_committed") == ["last"]


def test_a_transaction_that_outlives_its_timeout_blocks_nobody(broker: Broker, made: str) -> None:
    slow = producer(broker, made, **{"transaction.timeout.ms": 1000})
    slow.begin_transaction()
    slow.produce(made, "never", partition=0)
    slow.flush(SECONDS_MAX)
    plain = Producer({"bootstrap.servers": broker.bootstrap})
    plain.produce(made, "behind it", partition=0)
    plain.flush(SECONDS_MAX)
    reader = consumer(broker, uuid.uuid4().hex)
    reader.assign([TopicPartition(made, 0, 0)])
    while (message := reader.poll(SECONDS_MAX)) is not None and message.error() is not None:
        pass
    assert message is not None
    assert message.value() == b"behind it"
    reader.close()


def test_java_reads_whole_transactions_or_nothing_of_them(broker: Broker, made: str) -> None:
    need("java")
    command = jars.java(jars.SERVER, str(PROGRAM), broker.bootstrap, made)
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout.splitlines()
    assert said == ["fenced", str([*KEPT, "last"]).replace("'", ""), "26", "4"]
