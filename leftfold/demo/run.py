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
from leftfold.demo.broker import BrokerEnded, BrokerFailed, ChildBroker
from leftfold.demo.child import child
from leftfold.demo.feeder import PARTITIONS
from leftfold.demo.flights import COUNT
from leftfold.demo.moments import Picture, Progress, Result, Second
from leftfold.demo.pipeline import Pipeline, group_of

MEASURE_SECONDS = 1.0
QUIET_SECONDS_MAX = 30
JOIN_SECONDS_MAX = 60
END_SECONDS_MAX = 1.0
ADMIN_SECONDS_MAX = 20


class DemoFailed(Exception):
    """The demo cannot go on; the message says why and what to do."""


@dataclass(slots=True)
class Plan:
    """What was asked: `pace` as the feeder takes it; `brokers` empty starts a broker of our own.

    What a run leaves in `data` (the folder of its own broker), or with `keep` in the cluster, the next one goes on with.
    """

    pace: str
    seconds_max: float | None = None
    brokers: str = ""
    data: Path | None = None
    keep: bool = False
    topic: str = "flights"
    frame_seconds: float = 1.0
    stop: list[int] = field(default_factory=list)  # signals that asked for the end; the run looks at it

    @property
    def lasting(self) -> bool:
        """Whether what this run does is there for the next one."""
        return self.keep or self.data is not None


def run(plan: Plan, show: Callable[[Picture], None]) -> Result:
    """Run it; `show` is called every `frame_seconds`. Broker and topics are gone afterwards, unless they are to be kept.

    Raises DemoFailed when the broker does not start or dies, or when the feeder fails.
    """
    with ExitStack() as cleanup:
        try:
            feeder = cleanup.enter_context(_feeder(plan))  # first: it unpacks the flights while the broker starts
            broker = cleanup.enter_context(_own_broker(plan.data)) if not plan.brokers else None
            bootstrap = broker.bootstrap if broker else plan.brokers
            cleanup.enter_context(_topics(plan, bootstrap))
            return _Run(plan, bootstrap, broker, show).to_the_end(feeder)
        except BrokerFailed as error:
            hint = "; start again to go on" if plan.data and isinstance(error, BrokerEnded) else ""
            raise DemoFailed(f"{error}{hint}") from None
        except KafkaException as error:
            raise DemoFailed(f"broker {plan.brokers or 'of the demo'}: {error.args[0].str()}") from None


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
def _own_broker(data: Path | None) -> Iterator[ChildBroker]:
    with tempfile.TemporaryDirectory(prefix="leftfold-demo-") as folder:
        broker = ChildBroker(Path(folder), data)
        try:
            broker.start()
            yield broker
        finally:
            broker.stop()


@contextmanager
def _topics(plan: Plan, bootstrap: str) -> Iterator[None]:
    """The flights and the table; where others live and nothing is to be kept, they and the group are deleted afterwards.

    The events are of 2013, so retention by time must not take them away.
    """
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    configs = {plan.topic: {"retention.ms": "-1"}, group_of(plan.topic): {"cleanup.policy": "compact"}}
    there = configs.keys() & admin.list_topics(timeout=ADMIN_SECONDS_MAX).topics
    if there and not (plan.lasting and there == configs.keys()):
        raise DemoFailed(f"there is a topic {min(there)} already, which this demo did not make; choose another with --topic")
    new = [NewTopic(topic, PARTITIONS, -1, config=config) for topic, config in configs.items() if topic not in there]
    for made in admin.create_topics(new, request_timeout=ADMIN_SECONDS_MAX).values() if new else ():
        made.result()
    try:
        yield
    finally:
        if plan.brokers and not plan.lasting:
            _delete(admin, plan.topic)


def _delete(admin: AdminClient, topic: str) -> None:
    group = group_of(topic)
    for name, deleted in (
        *admin.delete_topics([topic, group], request_timeout=ADMIN_SECONDS_MAX).items(),
        *admin.delete_consumer_groups([group], request_timeout=ADMIN_SECONDS_MAX).items(),
    ):
        if (error := deleted.exception()) is not None:
            sys.stderr.write(f"the demo could not delete {name}, which it made: {error}\n")


class _Run:
    """One run: a feeder process, the pipeline, and the seconds measured so far."""

    def __init__(self, plan: Plan, bootstrap: str, broker: ChildBroker | None, show: Callable[[Picture], None]) -> None:
        self._plan, self._bootstrap, self._broker, self._show = plan, bootstrap, broker, show
        # A lasting group knows its member by name: whoever starts again is that member, and waits for nobody's session to end.
        name = "demo" if plan.lasting else ""
        self._pipeline = Pipeline(bootstrap, plan.topic, name, check=broker.check if broker else lambda: None)
        self._seconds: list[Second] = []
        self._latency = Histogram()
        self._first_event: float | None = None
        self._first_fed: float | None = None  # of those that this run feeds
        self._last_event = 0.0

    def to_the_end(self, feeder: subprocess.Popen[str]) -> Result:
        assert feeder.stdin is not None
        try:
            self._join()
            self._show(self._picture())
            with suppress(BrokenPipeError):  # it has ended already: what it said, or did not say, tells why
                feeder.stdin.write(f"{self._bootstrap}\n")
                feeder.stdin.flush()
            said = self._follow(feeder)
            self._pipeline.commit()
            picture = self._picture(final=True)
            elapsed = self._last_event - (self._first_event or self._last_event)
            return Result(picture, said["sent"], said["acknowledged"], elapsed, self._latency)
        except (KafkaException, DemoFailed):
            if self._broker is not None:
                self._broker.check(END_SECONDS_MAX)  # if it has ended, that is what there is to tell
            raise
        finally:
            self._pipeline.close()

    def _join(self) -> None:
        """Wait until the group has given us our partitions; the clock starts after that."""
        until = time.monotonic() + JOIN_SECONDS_MAX
        while not self._pipeline.went_on and not self._must_stop(0):
            self._pipeline.step()
            if time.monotonic() > until:
                group = self._pipeline.group
                raise DemoFailed(f"group {group} gave no partitions; `leftfold group describe {group}` shows who holds them")

    def _follow(self, feeder: subprocess.Popen[str]) -> dict[str, int]:
        """Fold until everything that the feeder sent has come; returns what the feeder said."""
        began = measured = shown = heard = time.monotonic()
        events_before = sum(self._pipeline.went_on.values())  # no offset is without its event
        said: dict[str, int] | None = None
        stopping = False
        while said is None or self._pipeline.events < said["found"] + said["acknowledged"]:
            came = self._pipeline.step()
            now = time.monotonic()
            if came:
                self._first_event = self._first_event or now
                self._last_event = heard = now
                if self._first_fed is None and self._pipeline.latency_us.count:
                    self._first_fed = now
            elif now - heard > QUIET_SECONDS_MAX and said is not None:
                wanted = said["found"] + said["acknowledged"]
                raise DemoFailed(f"{wanted} events were acknowledged, only {self._pipeline.events} can be read")
            if said is None and feeder.poll() is not None:
                said = _said(feeder, stopping)
            if not stopping and self._must_stop(now):
                stopping = True
                feeder.send_signal(signal.SIGTERM)
            if now - measured >= MEASURE_SECONDS:
                self._measure(now - began, now - measured, self._pipeline.events - events_before)
                measured, events_before = now, self._pipeline.events
            if now - shown >= self._plan.frame_seconds:
                shown = now
                self._show(self._picture())
        now = time.monotonic()
        self._measure(now - began, now - measured, self._pipeline.events - events_before)
        return said

    def _must_stop(self, now: float) -> bool:
        if self._broker is not None:
            self._broker.check()
        limit = self._plan.seconds_max
        return bool(self._plan.stop) or (limit is not None and self._first_fed is not None and now - self._first_fed >= limit)

    def _measure(self, at: float, seconds: float, events: int) -> None:
        latency = self._pipeline.take_latency()
        self._latency = self._latency.merge([latency])
        if events or self._seconds:
            second = Second(at, seconds, events, latency.percentile(50), latency.percentile(99), self._pipeline.lag())
            self._seconds.append(second)

    def _picture(self, *, final: bool = False) -> Picture:
        state = self._pipeline.final() if final else self._pipeline.state
        usage = self._broker.usage() if self._broker else None
        progress = Progress(self._pipeline.group, self._pipeline.went_on, self._pipeline.committed)
        events, seconds, lag = self._pipeline.events, tuple(self._seconds), self._pipeline.lag()
        return Picture(self._bootstrap, self._plan.topic, COUNT, events, seconds, state, usage, progress, lag)


def _said(feeder: subprocess.Popen[str], stopping: bool) -> dict[str, int]:
    assert feeder.stdout is not None
    line = feeder.stdout.readline()
    if not line and stopping:  # it was told to stop before it sent anything
        return {"found": 0, "sent": 0, "acknowledged": 0}
    if not line:
        raise DemoFailed(f"the feeder ended with status {feeder.returncode} before it was done")
    said: dict[str, int] = json.loads(line)
    if said["errors"]:
        raise DemoFailed(f"{said['sent'] - said['acknowledged']} events were not acknowledged: {said['errors']}")
    return said
