"""Kafka's tool for transactions, and its verifiable clients."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.clients.brokers import Broker
from tests.clients.differential.side import Side
from tests.clients.differential.transaction_stories import OLD, Producer, make, stable
from tests.clients.drivers.driver import Driver
from tests.clients.runtimes import need
from tests.clients.test_kafka_tools import run


@pytest.fixture(autouse=True)
def _java() -> None:
    need("java")


@pytest.fixture
def side(broker: Broker) -> Iterator[Side]:
    side = Side(broker.bootstrap)
    side.warm_groups()
    side.warm_transactions()
    yield side
    side.close()


def rows(said: str) -> list[dict[str, str]]:
    """A table with tabs or spaces between its columns, none of which is empty."""
    head, *lines = (line.split() for line in said.strip().splitlines() if line)
    return [dict(zip(head, line, strict=False)) for line in lines]


def test_transactions_are_listed_described_and_aborted(broker: Broker, topic: str, side: Side) -> None:
    make(side, topic)
    one = Producer(topic, OLD, timeout_ms=600_000)
    side.settle(one.init(), one.told)
    side.ask(one.add(topic, 1))
    answer: Any = side.ask(one.write(topic, partition=1))
    assert answer.responses[0].partition_responses[0].error_code == 0
    place = ("--topic", topic, "--partition", "1")
    questions = (
        ("list",),
        ("describe", "--transactional-id", topic),
        ("describe-producers", *place),
        ("find-hanging", "--broker-id", "1"),
    )

    def transactions(*words: str) -> str:
        return run("TransactionsCommand", "--bootstrap-server", broker.bootstrap, *words)

    with ThreadPoolExecutor(2) as pool:  # each is a JVM's start
        listed, described, producers, hanging = pool.map(lambda words: rows(transactions(*words)), questions)
    assert [row["TransactionState"] for row in listed if row["TransactionalId"] == topic] == ["Ongoing"]
    assert (described[0]["ProducerId"], described[0]["TransactionTimeoutMs"]) == (str(one.id), "600000")
    assert f"{topic}-1" in described[0].values()
    assert [(row["ProducerId"], row["CurrentTransactionStartOffset"]) for row in producers] == [(str(one.id), "0")]
    assert [row for row in hanging if row["Topic"] == topic] == [], "its coordinator knows of it"
    transactions("abort", *place, "--start-offset", "0")
    question = stable(topic)
    question.request.topics[0].partitions[0].partition_index = 1  # type: ignore[attr-defined]
    side.settle(question, lambda found: found.topics[0].partitions[0].offset == 3)
    side.ask(one.end(commit=False))
    one.settled(side, "CompleteAbort")


def test_verifiable_clients_account_for_every_record(broker: Broker, topic: str, witness: Driver) -> None:
    witness.create(topic, 2, {})
    place = ("--bootstrap-server", broker.bootstrap, "--topic", topic, "--max-messages", "500")
    sent = events(run("VerifiableProducer", *place, "--throughput", "-1", "--acks", "-1"))
    stored = [(one["partition"], one["offset"]) for one in sent if one["name"] == "producer_send_success"]
    assert (len(stored), len(set(stored))) == (500, 500)
    (total,) = (one for one in sent if one["name"] == "tool_data")
    assert (total["sent"], total["acked"]) == (500, 500)
    read = events(run("VerifiableConsumer", *place, "--group-id", topic, "--reset-policy", "earliest", "--verbose"))
    assert sorted((one["partition"], one["offset"]) for one in read if one["name"] == "record_data") == sorted(stored)
    assert all(one["success"] for one in read if one["name"] == "offsets_committed")
    assert "shutdown_complete" in [one["name"] for one in read]


def events(said: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.splitlines() if line.startswith("{")]
