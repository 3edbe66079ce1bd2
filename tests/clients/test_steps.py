"""Steps of every library: each record is taken once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from confluent_kafka import Consumer, KafkaError, TopicPartition

from tests.clients.brokers import Broker
from tests.clients.group_lives import settings_of
from tests.clients.members import PARTITIONS, Members, Written, shared, until
from tests.clients.voice import Position

LIBRARIES = ("librdkafka", "franz-go", "kafkajs", "kafka-python", "aiokafka")
SECONDS_MAX = 30.0


@pytest.fixture(scope="module")
def taken(
    kind: type[Broker], request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[None]]]:
    """The steps of all libraries that are asked for, side by side."""
    asked = [item.callspec.params["library"] for item in request.session.items if item.fspath == request.fspath]  # type: ignore[attr-defined]
    with kind(tmp_path_factory.mktemp("steps"), settings_of(kind)) as broker, ThreadPoolExecutor(len(LIBRARIES)) as pool:
        yield {library: pool.submit(take_steps, broker, library) for library in asked}


@pytest.mark.parametrize("library", LIBRARIES)
def test_each_record_is_taken_once_whoever_aborts_dies_or_is_fenced(library: str, taken: dict[str, Future[None]]) -> None:
    taken[library].result()


def take_steps(broker: Broker, library: str) -> None:
    """One aborts and goes on, one dies with a transaction open, one is fenced with a transaction open."""
    group = f"group {library}"
    a, b, c = (f"{library} {letter}" for letter in "abc")
    given, output = Written(broker, f"from-{library}"), Written(broker, f"to-{library}")
    with Members(broker, library, group, given.topic, output.topic, role="step") as steps:
        steady, dies = steps.start(a, "--abort", "2"), steps.start(b, "--hold", "2")
        until(lambda: shared(steady, dies), "two share")
        given.more(10)
        until(lambda: "aborted" in steady.said and "holds" in dies.said, "one has aborted, one has written and not committed")
        dies.kill()
        again = steps.start(b)
        until(lambda: shared(steady, again), "who comes has the dead one's place, and its id")
        given.more(10)
        until(lambda: steps.read().keys() == given.positions, "everything is taken")
        fenced = steps.start(c, "--hold", "1")
        until(lambda: shared(steady, again, fenced), "three share")
        given.more(10)
        until(lambda: "holds" in fenced.said, "the third has written and not committed")
        heir = steps.start(c)
        until(lambda: "ready" in heir.said, "another has its id")
        fenced.go_on()
        fenced.wait()
        assert "fenced" in fenced.said
        assert not fenced.read
        until(lambda: steps.read().keys() == given.positions, "everything is taken")
        assert set(steps.read().values()) == {1}, "and once"
        for one in (steady, again, heir):
            one.leave()
    committed = everything(broker, output.topic, "read_committed")
    wanted = Counter(f"{partition}-{offset}" for partition, offset in given.positions)
    assert Counter(committed.values()) == wanted, "and written once"
    assert everything(broker, output.topic, "read_uncommitted").keys() > committed.keys(), "others were not committed"
    assert committed_offsets(broker, group, given.topic) == [30] * PARTITIONS
    with Members(broker, library, f"readers of {library}", output.topic) as readers:
        readers.start("--committed")
        until(lambda: readers.read().keys() >= committed.keys(), "the library's own reader has what is committed")
        assert readers.read() == Counter(committed.keys()), "and nothing else"


def everything(broker: Broker, topic: str, level: str) -> dict[Position, str]:
    """All values that are there for a reader of this isolation level."""
    reader = consumer(broker, "nobody", level)
    reader.assign([TopicPartition(topic, number, 0) for number in range(PARTITIONS)])
    found: dict[Position, str] = {}
    ended: set[int] = set()
    try:
        while len(ended) < PARTITIONS:
            message = reader.poll(SECONDS_MAX)
            assert message is not None, "it neither comes nor ends"
            error, value, partition = message.error(), message.value(), message.partition() or 0
            if error is not None:
                assert error.code() == KafkaError._PARTITION_EOF, error
                ended.add(partition)
            else:
                found[partition, message.offset() or 0] = (value or b"").decode()
    finally:
        reader.close()
    return found


def committed_offsets(broker: Broker, group: str, topic: str) -> list[int]:
    asker = consumer(broker, group, "read_committed")
    try:
        found = asker.committed([TopicPartition(topic, number) for number in range(PARTITIONS)], SECONDS_MAX)
        return [one.offset for one in found]
    finally:
        asker.close()


def consumer(broker: Broker, group: str, level: str) -> Consumer:
    settings = {"bootstrap.servers": broker.bootstrap, "enable.auto.commit": False, "enable.partition.eof": True}
    return Consumer(settings | {"group.id": group, "auto.offset.reset": "earliest", "isolation.level": level})
