"""A broker under faults, its clients, their history."""

from __future__ import annotations

import itertools
import random
import select
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from confluent_kafka.admin import AdminClient, NewTopic

from sim.checker import COMPACTED, Event, File, HistoryError, Verdict, judge
from tests.clients.brokers import Broker
from tests.clients.consistency.child import Child
from tests.clients.consistency.kinds import COMPACTION, PARTITIONS, SESSION_MS, TABLE, TOPIC, Kind
from tests.clients.consistency.sort import sort
from tests.clients.consistency.table import RECORD_KEYS
from tests.clients.consistency.voice import PER_PROCESS
from tests.clients.consistency.whole import Whole, by_record_key, pair

PAUSE_S_MAX = 2 * SESSION_MS / 1000
"""A broker or a client is stopped for up to this long: past a member's session and a transaction's time now and then."""
PROGRESS = 40
"""How many records of each client must be acknowledged between two faults: service is back."""


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
