"""Real clients live through kill -9, stops and restarts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.clients.brokers import Broker, Kafka, Leftfold
from tests.clients.consistency.kinds import KAFKA_ONLY, KINDS, SETTINGS, WORKER
from tests.clients.consistency.recorder import check
from tests.clients.drivers import CLIENTS
from tests.clients.drivers.driver import Record
from tests.clients.drivers.librdkafka import Librdkafka
from tests.clients.runtimes import need
from tests.clients.steady import STEADY, Steady

KILLS = int(os.environ.get("LEFTFOLD_KILLS", "5"))
STOPS = 2


@pytest.fixture
def mortal(kind: type[Broker], tmp_path: Path) -> Iterator[Broker]:
    """A broker of the test's own, to be killed."""
    with kind(tmp_path / "mortal") as broker:
        yield broker


@pytest.fixture
def clients(mortal: Broker) -> Iterator[list[Steady]]:
    """One client of each library, writing and reading; each reads what the next one writes."""
    need("java")
    names = list(STEADY)
    witness = Librdkafka(mortal.bootstrap)
    for name in names:
        witness.create(name, 1, {})
    with ExitStack() as stack:
        clients: list[Steady] = []
        for name, other in zip(names, names[1:] + names[:1], strict=True):
            client = Steady(name, mortal.bootstrap, name, other)
            stack.callback(client.close)
            clients.append(client)
        yield clients


def live_through(clients: list[Steady], broker: Broker, rounds: int, end: Callable[[], None]) -> None:
    """End the broker and start it again under load, a few records after the last one was heard of by every client."""
    for round_ in range(rounds):
        for client in clients:
            client.wait_written(20 + 37 * round_ % 100)
        end()
        broker.start()
    for client in clients:
        client.wait_written(20)


def check_all_is_there_once(clients: list[Steady], broker: Broker) -> None:
    """What an idempotent producer sent, which nothing failed of, is the whole topic: each number at the offset of its name."""
    for client in clients:
        client.finish()
    written = {client.name: client for client in clients}
    for reader in clients:
        writer = written[reader.reads]
        count = len(writer.wrote)
        reader.wait_read(count - 1)
        assert writer.wrote == {number: number for number in range(count)}, f"{writer.name} was told of other offsets"
        assert reader.read == [(number, number) for number in range(count)], f"{reader.name} read something else"
        found = Librdkafka(broker.bootstrap).read(writer.name, 0, 0, count)
        assert [(one.offset, one.value) for one in found] == [(number, b"%d" % number) for number in range(count)]
        assert Librdkafka(broker.bootstrap).offsets(writer.name, 0) == (0, count)


@pytest.mark.timeout(100 + 20 * KILLS)
def test_kill_9_loses_nothing_acknowledged_and_doubles_nothing(mortal: Broker, clients: list[Steady]) -> None:
    live_through(clients, mortal, KILLS, lambda: _kill(mortal))
    check_all_is_there_once(clients, mortal)


@pytest.mark.timeout(200 + 20 * KILLS)
def test_kill_9_loses_no_transaction_and_shows_no_half_of_one(kind: type[Broker], tmp_path: Path) -> None:
    """Pipelines of three libraries and plain writers beside them; the checker judges what they and their readers saw."""
    need("java", "go")
    workers = [one for one in KINDS if one.parts == WORKER]
    with kind(tmp_path / "mortal", SETTINGS | (KAFKA_ONLY if kind is Kafka else {})) as broker:
        file = tmp_path / "history" / "history.jsonl"
        verdict = check(broker, file, workers, lambda recorder: recorder.die(KILLS), rate=50, seed=KILLS)
    assert not verdict.faults, str(verdict)
    assert len(workers) > 2


def _kill(broker: Broker) -> None:
    broker.kill()


def test_a_stop_under_load_is_clean_and_waiting_readers_go_on(mortal: Broker, clients: list[Steady]) -> None:
    def stop() -> None:
        status = mortal.stop()
        assert status == 0 or not isinstance(mortal, Leftfold)  # Kafka ends with 143

    live_through(clients, mortal, STOPS, stop)
    check_all_is_there_once(clients, mortal)
    stop()  # Now nobody writes: all readers wait in a long poll.
    mortal.start()
    last = {client.reads: len(client.read) for client in clients}
    for topic, offset in last.items():
        Librdkafka(mortal.bootstrap).produce(topic, 0, [Record(b"%d" % offset)])
    for client in clients:
        client.wait_read(last[client.reads])
        assert client.read[-1] == (last[client.reads], last[client.reads])
        assert client.failures == []


@pytest.mark.parametrize("name", ["librdkafka", "aiokafka", "java", "franz-go"])
def test_p1_what_was_just_acknowledged_is_there_after_kill_9(name: str, mortal: Broker, topic: str) -> None:
    need(*CLIENTS[name].needs)
    witness = Librdkafka(mortal.bootstrap)
    witness.create(topic, 1, {})
    with closing(CLIENTS[name].load()(mortal.bootstrap)) as client:
        for number in range(2):
            client.produce(topic, 0, [Record(b"%d" % number)])
            mortal.kill()
            mortal.start()
            assert [one.value for one in witness.read(topic, 0, number, 1)] == [b"%d" % number]
    assert witness.offsets(topic, 0) == (0, 2)
