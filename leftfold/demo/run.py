"""The demo from its first step to its last."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from leftfold.base.histogram import Histogram
from leftfold.demo.broker import BrokerFailed, ChildBroker
from leftfold.demo.child import child
from leftfold.demo.flights import COUNT
from leftfold.demo.follower import Follower
from leftfold.demo.moments import Picture, Result, Second

PARTITIONS = 4
MEASURE_SECONDS = 1.0
QUIET_SECONDS_MAX = 30
ADMIN_SECONDS_MAX = 20


class DemoFailed(Exception):
    """The demo cannot go on; the message says why and what to do."""


@dataclass(slots=True)
class Plan:
    """What was asked: `pace` as the feeder takes it; `brokers` empty starts a broker of our own."""

    pace: str
    seconds_max: float | None = None
    brokers: str = ""
    topic: str = "flights"
    frame_seconds: float = 1.0
    stop: list[int] = field(default_factory=list)  # signals that asked for the end; the run looks at it


def run(plan: Plan, show: Callable[[Picture], None]) -> Result:
    """Run it; `show` is called every `frame_seconds`. The broker, its folder and the topic are gone afterwards.

    Raises DemoFailed when the broker does not start or dies, or when the feeder fails.
    """
    with ExitStack() as cleanup:
        try:
            feeder = cleanup.enter_context(_feeder(plan))  # first: it unpacks the flights while the broker starts
            broker = cleanup.enter_context(_own_broker()) if not plan.brokers else None
            bootstrap = broker.bootstrap if broker else plan.brokers
            cleanup.enter_context(_topic(bootstrap, plan.topic, lasting=broker is None))
            return _Run(plan, bootstrap, broker, show).to_the_end(feeder)
        except BrokerFailed as error:
            raise DemoFailed(f"{error}; `leftfold start` alone may say more") from None
        except KafkaException as error:
            hint = "; choose another with --topic" if error.args[0].name() == "TOPIC_ALREADY_EXISTS" else ""
            raise DemoFailed(f"broker {plan.brokers or 'of the demo'}: {error.args[0].str()}{hint}") from None


@contextmanager
def _feeder(plan: Plan) -> Iterator[subprocess.Popen[str]]:
    # In a session of its own: Ctrl-C reaches the whole group, and it is ours to say what ends.
    feeder = child("leftfold.demo.feeder", plan.topic, plan.pace, told=True, start_new_session=True)
    try:
        yield feeder
    finally:
        if feeder.poll() is None:
            feeder.kill()
        feeder.wait()
        for stream in (feeder.stdin, feeder.stdout):
            if stream is not None:
                stream.close()


@contextmanager
def _own_broker() -> Iterator[ChildBroker]:
    with tempfile.TemporaryDirectory(prefix="leftfold-demo-") as folder:
        broker = ChildBroker(Path(folder))
        try:
            broker.start()
            yield broker
        finally:
            broker.stop()


@contextmanager
def _topic(bootstrap: str, topic: str, *, lasting: bool) -> Iterator[None]:
    """A topic of our own; in a `lasting` cluster it is deleted afterwards.

    The events are of 2013, so retention by time must not take them away.
    """
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    new = NewTopic(topic, num_partitions=PARTITIONS, replication_factor=-1, config={"retention.ms": "-1"})
    admin.create_topics([new], request_timeout=ADMIN_SECONDS_MAX)[topic].result()
    try:
        yield
    finally:
        if lasting:
            _delete(admin, topic)


def _delete(admin: AdminClient, topic: str) -> None:
    deleted = admin.delete_topics([topic], request_timeout=ADMIN_SECONDS_MAX)[topic]
    if (error := deleted.exception()) is not None:
        sys.stderr.write(f"the demo could not delete its topic {topic}: {error}\n")


class _Run:
    """One run: a feeder process, a follower, and the seconds measured so far."""

    def __init__(self, plan: Plan, bootstrap: str, broker: ChildBroker | None, show: Callable[[Picture], None]) -> None:
        self._plan, self._bootstrap, self._broker, self._show = plan, bootstrap, broker, show
        self._follower = Follower(bootstrap, plan.topic, PARTITIONS)
        self._seconds: list[Second] = []
        self._latency = Histogram()
        self._first_event: float | None = None
        self._last_event = 0.0

    def to_the_end(self, feeder: subprocess.Popen[str]) -> Result:
        assert feeder.stdin is not None
        try:
            self._show(self._picture())
            with suppress(BrokenPipeError):  # it has ended already: what it said, or did not say, tells why
                feeder.stdin.write(f"{self._bootstrap}\n")
                feeder.stdin.flush()
            said = self._follow(feeder)
            picture = self._picture(final=True)
            elapsed = self._last_event - (self._first_event or self._last_event)
            return Result(picture, said["sent"], said["acknowledged"], elapsed, self._latency)
        finally:
            self._follower.close()

    def _follow(self, feeder: subprocess.Popen[str]) -> dict[str, int]:
        """Fold until everything that the feeder sent has come; returns what the feeder said."""
        began = measured = shown = heard = time.monotonic()
        events_before = 0
        said: dict[str, int] | None = None
        stopping = False
        while said is None or self._follower.events < said["acknowledged"]:
            came = self._follower.step()
            now = time.monotonic()
            if came:
                self._first_event = self._first_event or now
                self._last_event = heard = now
            elif now - heard > QUIET_SECONDS_MAX and said is not None:
                raise DemoFailed(f"{said['acknowledged']} events were acknowledged, only {self._follower.events} can be read")
            if said is None and feeder.poll() is not None:
                said = _said(feeder, stopping)
            if not stopping and self._must_stop(now):
                stopping = True
                feeder.send_signal(signal.SIGTERM)
            if now - measured >= MEASURE_SECONDS:
                self._measure(now - began, now - measured, self._follower.events - events_before)
                measured, events_before = now, self._follower.events
            if now - shown >= self._plan.frame_seconds:
                shown = now
                self._show(self._picture())
        now = time.monotonic()
        self._measure(now - began, now - measured, self._follower.events - events_before)
        return said

    def _must_stop(self, now: float) -> bool:
        if self._broker is not None:
            self._broker.check()
        limit = self._plan.seconds_max
        return bool(self._plan.stop) or (
            limit is not None and self._first_event is not None and now - self._first_event >= limit
        )

    def _measure(self, at: float, seconds: float, events: int) -> None:
        latency = self._follower.take_latency()
        self._latency = self._latency.merge([latency])
        if events or self._seconds:
            second = Second(at, seconds, events, latency.percentile(50), latency.percentile(99), self._follower.lag())
            self._seconds.append(second)

    def _picture(self, *, final: bool = False) -> Picture:
        state = self._follower.final() if final else self._follower.state
        usage = self._broker.usage() if self._broker else None
        events = self._follower.events
        seconds, lag = tuple(self._seconds), self._follower.lag()
        return Picture(self._bootstrap, self._plan.topic, COUNT, events, seconds, state, usage, lag)


def _said(feeder: subprocess.Popen[str], stopping: bool) -> dict[str, int]:
    assert feeder.stdout is not None
    line = feeder.stdout.readline()
    if not line and stopping:  # it was told to stop before it sent anything
        return {"sent": 0, "acknowledged": 0}
    if not line:
        raise DemoFailed(f"the feeder ended with status {feeder.returncode} before it was done")
    said: dict[str, int] = json.loads(line)
    if said["errors"]:
        raise DemoFailed(f"{said['sent'] - said['acknowledged']} events were not acknowledged: {said['errors']}")
    return said
