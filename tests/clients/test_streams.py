"""Kafka Streams, unmodified: each record counts exactly once."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from confluent_kafka import Consumer, IsolationLevel, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic, OffsetSpec

from tests.clients import jars
from tests.clients.brokers import Broker, Kafka
from tests.clients.program import Program
from tests.clients.runtimes import need

SOURCE = Path(__file__).parent / "java" / "StreamsApplication.java"
PARTITIONS = 2
APART_MS_MAX = 5000  # as the application says
SECONDS_MAX = 60
WORDS = [f"word-{number}" for number in range(20)]
SETTINGS = {"group.min.session.timeout.ms": "500", "group.initial.rebalance.delay.ms": "0"}
KAFKA_ONLY = {"transaction.abort.timed.out.transaction.cleanup.interval.ms": "500"}  # Leftfold looks when it is due
QUICK = ("num.stream.threads=2", "commit.interval.ms=300", "producer.transaction.timeout.ms=3000")
CLASSIC = ("session.timeout.ms=3000", "heartbeat.interval.ms=300", "internal.leave.group.on.close=true")


@pytest.fixture(scope="module")
def streams_broker(kind: type[Broker], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    need("java")
    settings = SETTINGS | (KAFKA_ONLY if kind is Kafka else {})
    with kind(tmp_path_factory.mktemp("streams"), settings) as broker:
        yield broker


class Application:
    """A Streams application: its topics, what it is given, what it makes of that, and its processes."""

    def __init__(self, broker: Broker, name: str, folder: Path) -> None:
        self.broker, self.name, self.folder = broker, name, folder
        self.random = random.Random(name)
        self.given: Counter[str] = Counter()
        self.clicks: list[tuple[str, str, int]] = []
        self.views: list[tuple[str, str, int]] = []
        self.counts: dict[str, list[int]] = {word: [] for word in WORDS}
        self.joined: Counter[str] = Counter()
        admin = AdminClient({"bootstrap.servers": broker.bootstrap})
        self.producer = Producer({"bootstrap.servers": broker.bootstrap, "enable.idempotence": True, "linger.ms": 1})
        names = [self.topic(what) for what in ("lines", "clicks", "views", "counts", "joined")]
        for future in admin.create_topics([NewTopic(one, PARTITIONS, 1) for one in names]).values():
            future.result(SECONDS_MAX)
        settings = {"group.id": f"reader-{name}", "enable.auto.commit": False, "isolation.level": "read_committed"}
        self.reader = Consumer({"bootstrap.servers": broker.bootstrap, **settings})
        outputs = [self.topic("counts"), self.topic("joined")]
        self.reader.assign([TopicPartition(one, number, 0) for one in outputs for number in range(PARTITIONS)])

    def topic(self, what: str) -> str:
        return f"{self.name}-{what}"

    def start(self, *settings: str, folder: str = "state") -> Program:
        """A process of it, which belongs to a classic group unless settings are given."""
        words = [self.broker.bootstrap, self.name, str(self.folder / folder), *QUICK, *(settings or CLASSIC)]
        return Program(self.name, jars.java(jars.STREAMS, str(SOURCE), *words, heap="192m"), self.folder / "streams.log")

    def give(self, count: int) -> None:
        """So many lines of three words, clicks and views; the join's clock goes a second on with each."""
        for _ in range(count):
            words = self.random.choices(WORDS, k=3)
            self.given.update(words)
            self._write("lines", None, " ".join(words), 0)
            number = len(self.clicks)
            for what, kept in (("clicks", self.clicks), ("views", self.views)):
                key, at_ms = f"user-{self.random.randrange(5)}", 1_700_000_000_000 + 1000 * (number + self.random.randrange(4))
                kept.append((key, f"{what}-{number}", at_ms))
                self._write(what, *kept[-1])
        assert self.producer.flush(SECONDS_MAX) == 0

    def _write(self, what: str, key: str | None, value: str, at_ms: int) -> None:
        def written(error: object, _message: object) -> None:
            assert error is None, error

        self.producer.produce(self.topic(what), value, key, timestamp=at_ms, on_delivery=written)

    @property
    def expected(self) -> Counter[str]:
        """Each click with each view of the same user, at most five seconds apart."""
        return Counter(
            f"{view}+{click}"
            for user, view, seen_ms in self.views
            for other, click, clicked_ms in self.clicks
            if user == other and abs(seen_ms - clicked_ms) <= APART_MS_MAX
        )

    def read(self, seconds: float = 0.1) -> None:
        """What comes now, of what is committed."""
        for message in self.reader.consume(500, seconds):
            key, value = message.key(), message.value()
            assert message.error() is None, message.error()
            assert key is not None and value is not None
            if message.topic() == self.topic("counts"):
                self.counts[key.decode()].append(int(value))
            else:
                self.joined[value.decode()] += 1

    @property
    def counted(self) -> int:
        return sum(map(len, self.counts.values()))

    def go_on_until(self, so: Callable[[], bool], what: str, given: int = 0) -> None:
        """Give some more, and read, until something is so."""
        deadline = time.monotonic() + SECONDS_MAX
        while not so():
            assert time.monotonic() < deadline, f"{what}, in vain: {self.counted} of {self.given.total()} counted"
            self.give(given)
            self.read()

    def count_on(self, more: int) -> None:
        """Until so many more are counted, and something that was written is not committed yet."""
        whole = self.counted + more
        self.go_on_until(lambda: self.counted > whole and self.in_the_middle(), "counting", given=20)

    def in_the_middle(self) -> bool:
        """Whether something lies in the counts that is not committed yet."""
        latest = OffsetSpec.latest()  # type: ignore[no-untyped-call]  # confluent_kafka left its types out
        places = {TopicPartition(self.topic("counts"), number): latest for number in range(PARTITIONS)}
        admin = AdminClient({"bootstrap.servers": self.broker.bootstrap})  # one that knew the broker before may ask in vain
        written, committed = (
            {one: future.result(SECONDS_MAX).offset for one, future in found.items()}
            for found in (
                admin.list_offsets(places, isolation_level=level)
                for level in (IsolationLevel.READ_UNCOMMITTED, IsolationLevel.READ_COMMITTED)
            )
        )
        return written != committed

    def prove(self) -> None:
        """All that was given has been counted and joined, and nothing twice: each word's counts are 1, 2, 3, ..."""
        expected = self.expected
        whole = self.given.total()
        self.go_on_until(lambda: self.counted >= whole and self.joined.total() >= expected.total(), "reading all results")
        self.read(0.5)  # what is too much would come now
        assert self.counts == {word: list(range(1, self.given[word] + 1)) for word in WORDS}
        assert self.joined == expected

    def close(self) -> None:
        self.reader.close()


@pytest.fixture
def application(streams_broker: Broker, topic: str, tmp_path: Path) -> Iterator[Application]:
    application = Application(streams_broker, topic, tmp_path)
    yield application
    application.close()


def restored(program: Program) -> int:
    """How many records the counts got back from their changelog."""
    return sum(int(line.split()[2]) for line in program.said if line.startswith("restored counts "))


def test_counts_and_joins_are_exact_although_the_application_is_killed(application: Application) -> None:
    """Killed in the middle of a transaction, restored from the changelog; then again, and taken up by another machine."""
    with ExitStack() as running:
        first = running.enter_context(application.start())
        application.count_on(500)
        first.kill()
        application.give(100)
        second = running.enter_context(application.start())
        second.wait_for("state RUNNING")
        assert restored(second) > 0
        application.count_on(500)
        second.kill()
        third = running.enter_context(application.start(folder="of-another-machine"))
        third.wait_for("state RUNNING")
        assert restored(third) > restored(second)
        application.give(10)
        application.prove()
        assert third.end() == 0
        assert "closed" in third.said, "in time"


def test_counts_and_joins_are_exact_although_the_broker_is_killed(kind: type[Broker], topic: str, tmp_path: Path) -> None:
    need("java")
    with kind(tmp_path / "mortal", SETTINGS) as broker:
        application = Application(broker, topic, tmp_path)
        with application.start() as program:
            for _ in range(2):
                application.count_on(200)
                broker.kill()
                broker.start()
            application.count_on(200)
            application.prove()
            assert not [line for line in program.said if line.startswith("failed")]
            assert program.end() == 0
        application.close()


def test_the_group_protocol_of_streams_is_refused_in_words(kind: type[Broker], application: Application) -> None:
    """KIP-1071 is opt-in and not served: Streams does not fall back to a classic group, it says so and stops."""
    with application.start("group.protocol=streams") as program:
        if kind is Kafka:
            program.wait_for("state RUNNING")
            return
        program.wait_for("state ERROR")
        assert "The cluster does not support the STREAMS group protocol" in "".join(program.said)
