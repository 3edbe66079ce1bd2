"""The demo is killed wherever it stands, and goes on."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from confluent_kafka import KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from leftfold import Broker
from leftfold.demo import table
from leftfold.demo.delays import Delays, Departure, finished, fold
from leftfold.demo.feeder import PARTITIONS, feed
from leftfold.demo.flights import COUNT, Flight, as_reported
from leftfold.demo.pipeline import Pipeline, group_of
from leftfold.demo.run import DemoFailed, Plan
from leftfold.demo.run import run as run_demo
from tests.clients.brokers import ROOT, Leftfold
from tests.clients.processes import SECONDS_MAX, children, running, wait_until_gone
from tests.unit.test_demo_fold import computed_directly

KILLS = int(os.environ.get("LEFTFOLD_DEMO_KILLS", "2"))
FLIGHTS = 2_000
ALONE = {"group.initial.rebalance.delay.ms": "0"}
TOPIC, TABLE = "flights", group_of("flights")
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent has died")


@contextlib.contextmanager
def demo(folder: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "leftfold.cli", "demo", "--headless", *words]
    environment, pipe = {**os.environ, "PYTHONPATH": str(ROOT)}, subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def where_it_went_on(process: subprocess.Popen[str]) -> int:
    """The event at which the group begins, once two seconds of events were told, which is time for a commit."""
    assert process.stdout is not None
    began = seconds = 0
    for line in process.stdout:
        if found := re.search(r"went on at ([\d,]+)", line):
            began = int(found[1].replace(",", ""))
        seconds += "events/s" in line
        if seconds == 2:
            return began
    raise AssertionError(f"it ended before: {process.stderr and process.stderr.read()}")


def in_the_log(bootstrap: str) -> dict[str, Delays]:
    """The table as anybody can read it, its last hours closed."""
    return {carrier: finished(delays) for carrier, delays in sorted(table.read(bootstrap, TABLE, range(PARTITIONS)).items())}


@linux
def test_whatever_is_killed_the_table_in_the_end_is_that_of_the_rows(tmp_path: Path) -> None:
    went_on: list[int] = []
    for turn in range(KILLS):
        with demo(tmp_path, "--rate", str(COUNT // (4 * KILLS)), "--data", "kept") as process:
            went_on.append(where_it_went_on(process))
            started = children(process.pid)
            [broker] = [one for one in started if running(one, "leftfold.cli")]
            os.kill(broker if turn % 2 else process.pid, signal.SIGKILL)
            assert process.stderr is not None
            assert ("start again to go on" in process.stderr.read()) == bool(turn % 2)
            process.wait(SECONDS_MAX)
            wait_until_gone(started)
    result = run_demo(Plan("max", data=tmp_path / "kept"), lambda _: None)
    went_on.append(result.picture.progress.found)
    assert went_on == sorted(went_on) and went_on[0] == 0 < went_on[-1]
    assert result.complete and result.picture.state == computed_directly()
    assert result.folded == result.picture.total - went_on[-1]
    with Broker(data=tmp_path / "kept") as kept:
        assert in_the_log(kept.bootstrap) == computed_directly()
    again = run_demo(Plan("max", data=tmp_path / "kept"), lambda _: None)
    assert (again.sent, again.folded, again.picture.state) == (0, 0, result.picture.state)


@linux
def test_in_a_cluster_of_others_it_outlives_the_broker_and_itself(tmp_path: Path) -> None:
    """The member that was killed is still counted as there: whoever starts again must not wait for its session to end."""
    with Leftfold(tmp_path / "broker", ALONE) as broker:
        cluster = ("--brokers", broker.bootstrap, "--keep")
        with demo(tmp_path, "--rate", "20000", *cluster) as process:
            where_it_went_on(process)
        with demo(tmp_path, "--rate", "60000", *cluster) as process:  # at most: two seconds of it must be told
            assert where_it_went_on(process) > 0
            broker.kill()
            broker.start()
            assert process.stdout is not None
            said = process.stdout.read()
            assert process.wait(SECONDS_MAX) == 0, process.stderr and process.stderr.read()
        assert "336,776 events are in the table, each once" in said
        assert in_the_log(broker.bootstrap) == computed_directly()
        with pytest.raises(DemoFailed, match="did not make; choose another with --topic"):
            run_demo(Plan("max", brokers=broker.bootstrap), lambda _: None)


def test_in_a_cluster_of_others_it_leaves_nothing(tmp_path: Path) -> None:
    with Leftfold(tmp_path, ALONE) as broker:
        assert run_demo(Plan("rate=2000", seconds_max=0.5, brokers=broker.bootstrap), lambda _: None).folded > 0
        admin = AdminClient({"bootstrap.servers": broker.bootstrap})
        assert not {TOPIC, TABLE} & admin.list_topics().topics.keys()
        assert not admin.list_consumer_groups().result().valid


class Killed(Exception):
    """Here the pipeline's process would end."""


class Dying:
    """A producer that does one of its steps, and then nothing ever again."""

    def __init__(self, producer: Producer, last: str) -> None:
        self._producer, self._last = producer, last

    def __getattr__(self, name: str) -> Callable[..., object]:
        step: Callable[..., object] = getattr(self._producer, name)

        def do(*given: object) -> object:
            done = step(*given)
            if name == self._last:
                self._producer.flush()
                raise Killed
            return done

        return do


def folded(flights: list[Flight]) -> dict[str, Delays]:
    state: dict[str, Delays] = {}
    for flight in flights:
        event = Departure(flight.departed, flight.departure_delay)
        state[flight.carrier] = fold(state.get(flight.carrier, Delays()), event)
    return state


def until(pipeline: Pipeline, events: int) -> None:
    """Fold so many, and commit only when told to."""
    pipeline._commit_at = float("inf")
    while not pipeline.went_on or pipeline.events < events:
        pipeline.step()


def test_table_and_offsets_agree_wherever_a_commit_ends() -> None:
    flights = as_reported()
    with Broker(ALONE) as broker:
        admin = AdminClient({"bootstrap.servers": broker.bootstrap})
        for made in admin.create_topics([NewTopic(name, PARTITIONS) for name in (TOPIC, TABLE)]).values():
            made.result()
        count = committed = 0
        for step in ("begin_transaction", "produce", "send_offsets_to_transaction", "commit_transaction"):
            assert feed(flights[: count + FLIGHTS], broker.bootstrap, TOPIC, "max", lambda: False).found == count
            count += FLIGHTS
            killed = Pipeline(broker.bootstrap, TOPIC, "demo")
            until(killed, count)
            assert sum(killed.went_on.values()) == committed
            producer, killed._producer = killed._producer, Dying(killed._producer, step)  # type: ignore[assignment]  # no subclass
            with pytest.raises(Killed):
                killed.commit()
            committed = count if step == "commit_transaction" else 0
        again = Pipeline(broker.bootstrap, TOPIC, "demo")
        until(again, count)
        assert sum(again.went_on.values()) == committed == count
        assert again.state == table.read(broker.bootstrap, TABLE, range(PARTITIONS)) == folded(flights[:count])
        with pytest.raises(KafkaException):  # who was taken for dead, and is not, writes nothing
            producer.begin_transaction()
            producer.produce(TABLE, b"{}", b"UA", 0)
            producer.commit_transaction(10)
        assert again.state == table.read(broker.bootstrap, TABLE, range(PARTITIONS))
        again.close()
