"""A broker under faults, its clients, their history."""

from __future__ import annotations

import itertools
import random
import select
import signal
import subprocess
import sys
import threading
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import msgspec
from confluent_kafka.admin import AdminClient, NewTopic

from sim.checker import COMPACTED, Event, File, HistoryError, Verdict, judge, read
from tests.clients import jars
from tests.clients.brokers import ROOT, Broker
from tests.clients.consistency.table import RECORD_KEYS
from tests.clients.consistency.voice import PATIENCE_S, PER_PROCESS
from tests.clients.consistency.whole import Whole, by_record_key, pair
from tests.clients.evidence import Watched

TOPIC = "history"
TABLE = "table"
PARTITIONS = 6
COMPACTION = {"cleanup.policy": "compact", "segment.ms": "1000", "min.cleanable.dirty.ratio": "0.01"}
SESSION_MS = 3000
SETTINGS = {
    "group.min.session.timeout.ms": "500",
    "group.initial.rebalance.delay.ms": "200",
    "group.consumer.session.timeout.ms": str(SESSION_MS),
    "group.consumer.heartbeat.interval.ms": "300",
}
KAFKA_ONLY = {  # the bounds of the two above
    "group.consumer.min.session.timeout.ms": "500",
    "group.consumer.min.heartbeat.interval.ms": "100",
}
PAUSE_S_MAX = 2 * SESSION_MS / 1000
"""A broker or a client is stopped for up to this long: past a member's session and a transaction's time now and then."""
FILES_BITS = 16
PROGRESS = 40
"""How many records of each client must be acknowledged between two faults: service is back."""


def _python(module: str) -> list[str]:
    return [sys.executable, "-W", "ignore", "-m", f"tests.clients.consistency.{module}"]


HERE = Path(__file__).parents[1]
JAVA = HERE / "java" / "HistoryClient.java"


def _go() -> list[str]:
    program = HERE / "go" / "build" / "history"
    subprocess.run(["go", "build", "-o", str(program), "./history"], cwd=HERE / "go", check=True)
    return [str(program)]


WORKER = ("writer", "reader", "member", "worker")


@dataclass(frozen=True, slots=True)
class Kind:
    """A client: its command, the protocol of the group that it belongs to, what it is shown, the parts that it plays."""

    name: str
    command: Callable[[], Sequence[str]]
    protocol: str = "classic"
    isolation: str = "read_committed"
    parts: Sequence[str] = ("writer", "reader", "member")
    alone: bool = False
    topic: str = TOPIC

    @property
    def group(self) -> str:
        return f"group-{self.name if self.alone else self.protocol}"


KINDS = (
    Kind("librdkafka", lambda: _python("librdkafka"), parts=WORKER),
    Kind("librdkafka-848", lambda: _python("librdkafka"), "consumer", "read_uncommitted"),
    Kind("kafka-python", lambda: _python("kafka_python"), isolation="read_uncommitted"),
    Kind("aiokafka", lambda: _python("aio"), parts=WORKER),
    Kind("franz-go", _go, parts=WORKER),
    Kind("java", lambda: jars.java(jars.SERVER, str(JAVA)), "consumer", "read_uncommitted", WORKER),
    Kind(
        "kafkajs",
        lambda: ["node", str(HERE / "node" / "history.js")],
        isolation="read_uncommitted",
        parts=("writer", "member"),
        alone=True,
    ),
    Kind("guest", lambda: _python("librdkafka"), parts=("guest",)),
    Kind("guest-848", lambda: _python("librdkafka"), "consumer", parts=("guest",)),
    Kind("table", lambda: _python("table"), parts=("writer", "reader", "worker"), topic=TABLE),
)
"""Those of one protocol share a group, whatever library they are, but for KafkaJS: it brings no assignor that others know, and
asked for what is committed it shows what was aborted (2.2.4, when two such transactions begin before the first record).
"""


class Child:
    """One client's process. What it said is kept in `file`; a line that its end cut off is left out."""

    def __init__(self, kind: Kind, number: int, bootstrap: str, rate: int, folder: Path) -> None:
        self.kind, self.name = kind, f"{kind.name}-{number}"
        self.file = folder / f"{self.name}.jsonl"
        self.acknowledged = 0
        self.did: Counter[str] = Counter()
        self.problems: list[str] = []
        self.finished = False
        self._changed = threading.Condition()
        fixed = (self.name, bootstrap, kind.topic, kind.group, kind.protocol, ",".join(kind.parts), kind.isolation)
        words = (*fixed, PARTITIONS, number, rate, SESSION_MS)
        self._process = subprocess.Popen(
            [*kind.command(), *map(str, words)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # lost connections, a thousand times
            cwd=ROOT,
        )
        self.watched = Watched(f"client {self.name}", self._process.pid)
        self._listener = threading.Thread(target=self._listen, name=f"{self.name} lines", daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self.file.open("wb") as kept:
            for line in self._process.stdout:
                if line.endswith(b"\n"):
                    with self._changed:
                        self._hear(line, kept)
                        self._changed.notify_all()

    def _hear(self, line: bytes, kept: IO[bytes]) -> None:
        if line == b"finished\n":
            self.finished = True
        elif not line.startswith(b"{"):
            self.problems.append(line.decode().strip())
        else:
            kept.write(line)
            (event,) = read([line])
            if event.type == "ok":
                self.acknowledged += len(event.sends)
                part = event.process.rpartition("-")[2]
                self.did[part] += event.f == "assign" if part == "guest" else event.f in ("send", "poll", "txn")

    def wait(self, done: Callable[[Child], bool], what: str) -> None:
        """Wait until something holds of it; TimeoutError says for what in vain."""
        with self._changed:
            held = self._changed.wait_for(lambda: done(self) or bool(self.problems), PATIENCE_S)
        if self.problems or not held:
            shown = f"{self.acknowledged} records acknowledged, done {dict(self.did)}"
            raise TimeoutError(f"{self.name}: {what}: {shown}; {self.problems[:3]}")

    def progress(self, more: int) -> None:
        enough = self.acknowledged + more if "writer" in self.kind.parts else 0
        committed = self.did["worker"] + ("worker" in self.kind.parts)
        what = f"{more} more records acknowledged, and a transaction of who works"
        self.wait(lambda child: child.acknowledged >= enough and child.did["worker"] >= committed, what)

    def finish(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(b"finish\n")
        self._process.stdin.flush()
        self.wait(lambda child: child.finished, "the last answers")

    def kill(self) -> None:
        """kill -9: what it said before is kept."""
        self._process.kill()
        self._end()

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def close(self) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError, ValueError):
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._end()

    def _end(self) -> None:
        self._process.wait()
        self._listener.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()


class Recorder:
    """Clients that write, read and share partitions while their broker is killed and stopped, and they are killed themselves.

    `faults` counts what was done to them. The same seed draws the same faults, not the same history.
    """

    def __init__(self, broker: Broker, kinds: Sequence[Kind], folder: Path, *, rate: int, seed: int) -> None:
        self.broker, self.kinds, self.folder, self.rate = broker, kinds, folder, rate
        self.random = random.Random(seed)
        self.faults: Counter[str] = Counter()
        self.children: dict[str, Child] = {}
        self.dead: list[Child] = []
        self._numbers = itertools.count(1)

    def __enter__(self) -> Self:
        admin = AdminClient({"bootstrap.servers": self.broker.bootstrap})
        table = NewTopic(TABLE, PARTITIONS, 1, config=COMPACTION)
        for made in admin.create_topics([NewTopic(TOPIC, PARTITIONS, 1), table]).values():
            made.result(30)
        for kind in self.kinds:
            self._start(kind)
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        with ExitStack() as stack:
            for child in self.children.values():
                stack.callback(child.close)

    def _start(self, kind: Kind) -> None:
        self.children[kind.name] = Child(kind, next(self._numbers), self.broker.bootstrap, self.rate, self.folder)

    # -- what is done to them --------------------------------------------------------------------------------------------------

    def kill_broker(self) -> None:
        """kill -9, and start again."""
        self.broker.kill()
        self.broker.start()

    def pause_broker(self) -> None:
        """SIGSTOP, and SIGCONT after a while: to its clients it hangs, and its own clock jumps."""
        process = self.broker.process
        assert process is not None
        self._pause(process.send_signal)

    def pause_client(self) -> None:
        """When it goes on it does not know that its group and its transaction may have been given up."""
        self._pause(self.children[self.random.choice(sorted(self.children))].signal)

    def _pause(self, signaller: Callable[[signal.Signals], None]) -> None:
        signaller(signal.SIGSTOP)
        _pass(self.random.uniform(0.1, PAUSE_S_MAX))
        signaller(signal.SIGCONT)

    def kill_client(self) -> None:
        """kill -9 of a client: its group must find out, and a new one takes its place."""
        name = self.random.choice(sorted(self.children))
        child = self.children.pop(name)
        child.kill()
        self.dead.append(child)
        self._start(child.kind)

    def begin(self) -> None:
        """Each part of each client has done something."""
        for child in self.children.values():
            child.wait(lambda one: all(one.did[part] for part in one.kind.parts), "a first thing done by each part")

    def progress(self, more: int = PROGRESS) -> None:
        """Every client gets on."""
        for child in self.children.values():
            child.progress(more)

    def live(self, seconds: float) -> None:
        """Faults for so long, at least one of each; between them every client must get on."""
        faults: Mapping[str, Callable[[], None]] = {
            "kill -9 of the broker": self.kill_broker,
            "pause of the broker": self.pause_broker,
            "kill -9 of a client": self.kill_client,
            "pause of a client": self.pause_client,
        }
        ends = time.monotonic() + seconds
        first = self.random.sample(sorted(faults), len(faults))
        while first or time.monotonic() < ends:
            self.progress()
            name = first.pop() if first else self.random.choice(sorted(faults))
            faults[name]()
            self.faults[name] += 1

    def die(self, kills: int) -> None:
        """The broker is killed so many times."""
        for _ in range(kills):
            self.progress(self.random.randrange(PROGRESS))
            self.kill_broker()
        self.faults["kill -9 of the broker"] += kills

    # -- what comes of it ------------------------------------------------------------------------------------------------------

    def history(self, file: Path) -> None:
        """All that was said, by time, and then all that is there."""
        for child in self.children.values():
            child.finish()
        for child in self.children.values():
            child.close()
        everyone = [*self.dead, *self.children.values()]
        last = self.folder / "last.jsonl"
        with last.open("wb") as kept:
            for number, isolation in enumerate(("read_committed", "read_uncommitted"), len(everyone) + 1):
                for event in _last(self.broker, number, isolation):
                    kept.write(msgspec.json.encode(event) + b"\n")
        sort([*(child.file for child in everyone), last], file)


def _last(broker: Broker, number: int, isolation: str) -> Iterator[Event]:
    """A fresh reader goes through every partition to its end."""
    reader = Whole(broker.bootstrap, isolation)
    process, uncommitted = f"last-{isolation}", isolation == "read_uncommitted"
    operations = itertools.count(number * PER_PROCESS)
    for topic, partition in itertools.product((TOPIC, TABLE), range(PARTITIONS)):
        key, op = f"{topic}-{partition}", next(operations)
        begun = Event(op=op, process=process, type="invoke", f="poll", ns=time.monotonic_ns(), uncommitted=uncommitted)
        yield begun
        messages = reader.read(topic, partition)
        if topic == TABLE:
            found = {f"{key}{COMPACTED}{name}": pairs for name, pairs in by_record_key(messages).items()}
            ended = [f"{key}{COMPACTED}{name}" for name in RECORD_KEYS]
        else:
            found, ended = {key: [pair(message) for message in messages]}, [key]
        yield msgspec.structs.replace(begun, type="ok", ns=time.monotonic_ns(), polls=found, ended=ended)
    reader.close()


class _Moment(msgspec.Struct):
    """Of an event, when it was."""

    ns: int


def sort(files: Sequence[Path], into: Path) -> None:
    """Bring the lines of several files together by their time. They are in memory one by one only: histories are long."""
    decode = msgspec.json.Decoder(_Moment).decode
    times, places = array("q"), array("q")
    with ExitStack() as stack:
        opened = [stack.enter_context(file.open("rb")) for file in files]
        for number, lines in enumerate(opened):
            place = 0
            for line in lines:
                times.append(decode(line).ns)
                places.append(place << FILES_BITS | number)
                place += len(line)
        kept = stack.enter_context(into.open("wb"))
        for index in sorted(range(len(times)), key=times.__getitem__):
            place, number = divmod(places[index], 1 << FILES_BITS)
            opened[number].seek(place)
            kept.write(opened[number].readline())


def _pass(seconds: float) -> None:
    """Let time pass: here it is what is asked for."""
    select.select([], [], [], seconds)


def check(
    broker: Broker, file: Path, kinds: Sequence[Kind], suffer: Callable[[Recorder], None], *, rate: int, seed: int
) -> Verdict:
    """Record what clients live through while they suffer, keep it in a file, judge it. The broker runs."""
    file.parent.mkdir(exist_ok=True)
    with Recorder(broker, kinds, file.parent, rate=rate, seed=seed) as recorder:
        recorder.begin()
        suffer(recorder)
        recorder.progress()
        recorder.history(file)
    try:
        verdict = judge(File(file))
    except HistoryError as error:
        raise AssertionError(f"{file} is no history: {error}") from error
    faults = ", ".join(f"{count} x {name}" for name, count in sorted(recorder.faults.items()))
    print(f"seed {seed}, {', '.join(kind.name for kind in kinds)}; {faults}\n{verdict}\n{file}", file=sys.stderr)
    return verdict
