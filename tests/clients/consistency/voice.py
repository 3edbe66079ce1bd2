"""A client's process: it writes, reads, belongs, works; tells."""

from __future__ import annotations

import argparse
import itertools
import logging
import os
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from sim.checker import COMPACTED, Event

PER_PROCESS = 1_000_000_000
"""Values and operations of one process begin at its number times this: no other has them."""
IN_FLIGHT_MAX = 50
POLL_RECORDS_MAX = 200
POLL_S = 0.2
PATIENCE_S = 90


@dataclass(frozen=True, slots=True)
class Plan:
    """What a client is told: the `parts` that it plays (writer, reader, member, worker, guest), what its reader and its member
    are shown (read_committed or read_uncommitted), `rate` in records a second, `session_ms` for how long its group may miss it.
    """

    name: str
    bootstrap: str
    topic: str
    group: str
    protocol: str
    parts: str
    isolation: str
    partitions: int
    number: int
    rate: int
    session_ms: int

    @property
    def uncommitted(self) -> bool:
        return self.isolation == "read_uncommitted"

    @property
    def keys(self) -> list[str]:
        return [self.key(partition) for partition in range(self.partitions)]

    def key(self, partition: int, record_key: str | None = None) -> str:
        return f"{self.topic}-{partition}" + ("" if record_key is None else f"{COMPACTED}{record_key}")


class Voice:
    """Says events as lines on standard output, each whole, before and after what it tells of."""

    def __init__(self, first: int) -> None:
        self._operations = itertools.count(first)
        self._encode = msgspec.json.Encoder().encode
        self._lock = threading.Lock()

    def line(self, line: bytes) -> None:
        with self._lock:
            sys.stdout.buffer.write(line + b"\n")
            sys.stdout.buffer.flush()

    def begin(self, process: str, f: Any, *, ns: int | None = None, **what: Any) -> Event:
        """Say that an operation begins, at `ns` if that was before now."""
        begun = Event(op=next(self._operations), process=process, type="invoke", f=f, ns=ns or time.monotonic_ns(), **what)
        self.line(self._encode(begun))
        return begun

    def end(self, begun: Event, type_: Any, **what: Any) -> None:
        event = Event(op=begun.op, process=begun.process, type=type_, f=begun.f, ns=time.monotonic_ns(), **what)
        self.line(self._encode(event))

    def problem(self, what: object) -> None:
        """Something that no client should live through."""
        self.line(b"problem " + str(what).replace("\n", " ").encode())


class Membership:
    """What a member of a group owns, and tells of it. `changed` are the partitions that changed hands since it last polled."""

    def __init__(self, voice: Voice, plan: Plan, part: str, group: str) -> None:
        self._voice, self._plan, self.group = voice, plan, group
        self.process = f"{plan.name}-{part}"
        self.classic = part == "worker" or plan.protocol == "classic"
        self.owned: set[int] = set()
        self.changed: set[int] = set()

    def given(self, partitions: Iterable[int], generation: int = -1) -> None:
        """Partitions came, in this generation of a classic group if the library shows it. In the newer protocol a member may be
        an epoch further when it says so, and owe what it has just been given.
        """
        more = set(partitions)
        self.changed |= more
        self.owned |= more
        self._tell(generation)

    def taken(self, partitions: Iterable[int]) -> None:
        self.owned -= set(partitions)
        self._tell(-1)

    def _tell(self, generation: int) -> None:
        keys = self.keys(self.owned)
        begun = self._voice.begin(self.process, "assign", group=self.group, keys=keys, generation=generation)
        self._voice.end(begun, "ok")

    def keys(self, partitions: Iterable[int]) -> list[str]:
        return [self._plan.key(partition) for partition in sorted(partitions)]

    def handed(self) -> list[str]:
        """The keys that changed hands since this was asked last."""
        changed, self.changed = self.changed, set()
        return self.keys(changed)

    def polled(self, since_ns: int, found: Mapping[int, Sequence[tuple[int, int]]]) -> None:
        """What a poll brought that began at `since_ns`: (offset, value) pairs of each partition."""
        handed = self.handed()
        if found:
            polls = {self._plan.key(partition): pairs for partition, pairs in found.items()}
            begun = self._voice.begin(self.process, "poll", ns=since_ns, group=self.group, uncommitted=self._plan.uncommitted)
            self._voice.end(begun, "ok", polls=polls, keys=handed)

    def commits(self, offsets: Mapping[int, int]) -> Event:
        named = {self._plan.key(partition): offset for partition, offset in offsets.items()}
        return self._voice.begin(self.process, "commit", group=self.group, offsets=named)

    def asks(self) -> Event:
        return self._voice.begin(self.process, "committed", group=self.group)

    def told(self, begun: Event, offsets: Mapping[int, int]) -> None:
        named = {self._plan.key(partition): max(offset, -1) for partition, offset in offsets.items()}
        self._voice.end(begun, "ok", offsets=named)


class Client(ABC):
    """One library. Each of its parts runs in a thread; what escapes from one is a problem."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.voice = Voice(plan.number * PER_PROCESS)
        self.membership = Membership(self.voice, plan, "member", plan.group)
        self.writing, self.running = True, True

    @abstractmethod
    def write(self) -> None:
        """Send `rate` records a second, idempotently, until `writing` is false, then wait for the answers."""

    @abstractmethod
    def follow(self) -> None:
        """Read all partitions from the first record on until `running` is false."""

    @abstractmethod
    def belong(self) -> None:
        """Be a member of the group until `running` is false: poll, commit what was read, ask now and then."""

    def work(self) -> None:
        """Run transactions until `writing` is false, see work.py."""
        raise NotImplementedError

    def visit(self) -> None:
        """Join the group and leave it, again and again, until `running` is false: take partitions, and commit nothing."""
        raise NotImplementedError

    def paced(self, rate: float) -> Iterator[int]:
        """0, 1, 2 ... at so many a second, until `writing` is false."""
        started = time.monotonic()
        for count in itertools.count():
            ahead = count / rate - (time.monotonic() - started)
            if ahead > 0:
                time.sleep(ahead)
            if not self.writing:
                return
            yield count

    def numbers(self) -> Iterable[tuple[int, int]]:
        """(partition, value)s to send, at the rate that was planned."""
        for count in self.paced(self.plan.rate):
            yield count % self.plan.partitions, self.plan.number * PER_PROCESS + count

    def sends(self, partition: int, value: int) -> Event:
        return self.voice.begin(f"{self.plan.name}-writer", "send", sends=[(self.plan.key(partition), value, None)])

    def sent(self, begun: Event, offset: int) -> None:
        key, value, _ = begun.sends[0]
        self.voice.end(begun, "ok", sends=[(key, value, offset)])

    def unsure(self, begun: Event, why: object) -> None:
        """A timeout and most errors leave open whether it happened; so do we with all."""
        self.voice.end(begun, "info", why=str(why))

    def followed(self, since_ns: int, found: Mapping[int, Sequence[tuple[int, int]]]) -> None:
        if found:
            polls = {self.plan.key(partition): pairs for partition, pairs in found.items()}
            begun = self.voice.begin(f"{self.plan.name}-reader", "poll", ns=since_ns, uncommitted=self.plan.uncommitted)
            self.voice.end(begun, "ok", polls=polls)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            self.voice.problem(f"{work.__name__}: {error!r}")

    def run(self) -> None:
        readers = {"reader": self.follow, "member": self.belong, "guest": self.visit}
        parts = {"writer": self.write, "worker": self.work, **readers}
        threads = {
            name: threading.Thread(target=self._guarded, args=(parts[name],), daemon=True)
            for name in self.plan.parts.split(",")
        }
        for thread in threads.values():
            thread.start()
        for _ in sys.stdin:
            self.writing = False
            for name in {"writer", "worker"} & threads.keys():
                threads[name].join()
            self.voice.line(b"finished")
        self.writing = self.running = False
        for thread in threads.values():
            thread.join(POLL_S * 10)


def main(kind: type[Client]) -> None:
    logging.disable()
    parser = argparse.ArgumentParser()
    for name in ("name", "bootstrap", "topic", "group", "protocol", "parts", "isolation"):
        parser.add_argument(name)
    for name in ("partitions", "number", "rate", "session_ms"):
        parser.add_argument(name, type=int)
    kind(Plan(**vars(parser.parse_args()))).run()
    os._exit(0)  # what a client left behind need not be tidied up
