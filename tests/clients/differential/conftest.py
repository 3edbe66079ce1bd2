"""Apache Kafka and the broker under test, asked the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.clients.brokers import Broker, Kafka
from tests.clients.differential.compare import Ledger
from tests.clients.differential.side import Answer, Side
from tests.clients.runtimes import need


@dataclass(frozen=True, slots=True)
class Pair:
    """Both brokers; `both` does the same to each at the same time."""

    kafka: Side
    ours: Side
    pool: ThreadPoolExecutor

    def both(self, work: Callable[[Side], Any]) -> tuple[Any, Any]:
        first, second = self.pool.submit(work, self.kafka), self.pool.submit(work, self.ours)
        return first.result(), second.result()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What was needed is known at the end, whatever the order of the rest."""
    items.sort(key=lambda item: item.path.name == "test_explanations.py")


@pytest.fixture(scope="session")
def ledger(kind: type[Broker]) -> Ledger:
    return Ledger(kafka_beside_kafka=kind is Kafka)


@pytest.fixture(scope="session")
def brokers(kind: type[Broker], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Broker, Broker]]:
    need("java")
    folder: Path = tmp_path_factory.mktemp("differential")
    at_once = {"group.initial.rebalance.delay.ms": "0"}
    # Kafka lets assignments of consumer groups gather for a second, and computes them beside the heartbeat; ours come at once.
    unhurried = {"group.consumer.assignment.interval.ms": "0", "group.consumer.assignor.offload.enable": "false"}
    # Kafka looks for transactions that have outlived their time every ten seconds; here each is looked at when it is due.
    unhurried["transaction.abort.timed.out.transaction.cleanup.interval.ms"] = "50"
    both = Kafka(folder / "kafka", at_once | unhurried), kind(folder / "ours", at_once | (unhurried if kind is Kafka else {}))
    with ThreadPoolExecutor(2) as pool:
        try:
            list(pool.map(lambda broker: broker.start(), both))
            yield both
        finally:
            for broker in both:
                if broker.process is not None:
                    broker.kill()  # nobody needs the folder: Kafka takes half a minute to leave it in order


@pytest.fixture(scope="module")
def pair(brokers: tuple[Broker, Broker]) -> Iterator[Pair]:
    kafka, ours = (Side(broker.bootstrap) for broker in brokers)
    with ThreadPoolExecutor(2) as pool:
        pair = Pair(kafka, ours, pool)
        pair.both(Side.warm)
        pair.both(Side.warm_groups)
        pair.both(Side.warm_transactions)
        yield pair
    kafka.close()
    ours.close()


__all__ = ["Answer", "Pair"]
