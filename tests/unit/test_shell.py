"""The shell: rounds, refusals, failures, timers, loading."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

import msgspec
import pytest

from leftfold.base.errors import Code, Failure, Refusal, StartError, StoppedError, StorageError
from leftfold.base.ports import Ports
from leftfold.base.writers import Writer
from leftfold.fold import shell as shell_module
from leftfold.fold.journal import HEADER, Headers, Json, Record
from leftfold.fold.machine import Due, Machine
from leftfold.fold.shell import Shell
from leftfold.fold.snapshot import Shelf


class Added(msgspec.Struct, frozen=True, tag=True, tag_field="event"):
    """The sum as it is then: a fact, not a difference."""

    total: int
    at_ms: int = 0


@dataclass(frozen=True, slots=True)
class Sum:
    total: int = 0
    next_tick_ms: int = 0


@dataclass(frozen=True, slots=True)
class Add:
    number: int


@dataclass(frozen=True, slots=True)
class Tick:
    at_ms: int


@dataclass(frozen=True, slots=True)
class Reach:
    """Answered once the sum is at least this."""

    total: int


def decide(state: Sum, command: Add | Tick | Reach) -> Sequence[Added] | Refusal:
    match command:
        case Add(number=13):
            raise ZeroDivisionError("a bug")
        case Add(number=number) if state.total + number < 0:
            return Refusal(Code.INVALID_REQUEST, f"{state.total} + {number} is below zero")
        case Add(number=number):
            return (Added(state.total + number),)
        case Tick(at_ms=at_ms):
            return (Added(state.total, at_ms + 1000),)
        case Reach():
            return ()


def fold(state: Sum, event: Added) -> Sum:
    return Sum(event.total, event.at_ms or state.next_tick_ms)


def reply(state: Sum, command: Add | Tick | Reach) -> int | None:
    return None if isinstance(command, Reach) and state.total < command.total else state.total


def due(state: Sum) -> Due[Any] | None:
    return Due(state.next_tick_ms, Tick(state.next_tick_ms)) if state.next_tick_ms else None


SUM: Machine[Sum, Any, Added, int] = Machine("sum", Sum(), Json(Added), decide, fold, reply, due, lambda _: ())


@dataclass
class Entry:
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers


@dataclass
class Journal:
    """The log in memory. `gate` holds appends back, `failure` makes the next one fail."""

    entries: list[Entry] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    writers: list[Writer] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    failure: Exception | None = None

    def append(self, records: Sequence[Record], writer: Writer, then: Callable[[Any], None]) -> None:
        task = asyncio.create_task(self._append(records, writer))
        task.add_done_callback(lambda ended: then(ended.exception() or ended.result()))

    async def _append(self, records: Sequence[Record], writer: Writer) -> int:
        await self.gate.wait()
        if self.failure:
            failure, self.failure = self.failure, None
            raise failure
        base = len(self.entries)
        self.entries += [Entry(base + place, key, value, headers) for place, (key, value, headers, _) in enumerate(records)]
        self.batches.append(len(records))
        self.writers.append(writer)
        return base

    def read(self, offset: int) -> tuple[list[Entry], int]:
        found = self.entries[offset : offset + 2]
        return found, offset + len(found)

    def end(self) -> int:
        return len(self.entries)


class Lines:
    """Log lines, kept."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def info(self, event: str, **_: object) -> None:
        self.events.append(event)

    warning = error = info


@dataclass
class World:
    """A shell with everything around it faked."""

    folder: Path
    journal: Journal
    now_ms: int = 1_000_000
    log: Lines = field(default_factory=Lines)
    commits: list[tuple[Sum, int]] = field(default_factory=list)
    commit_gate: Callable[[], Awaitable[None]] | None = None

    def shell(self) -> Shell[Sum, Any, Added, int]:
        async def gated(gate: Awaitable[None], after: Sum, count: int) -> None:
            await gate
            self.commits.append((after, count))

        def on_commit(after: Sum, events: Sequence[Added]) -> Awaitable[None] | None:
            if self.commit_gate:
                return gated(self.commit_gate(), after, len(events))
            self.commits.append((after, len(events)))
            return None

        ports = Ports(lambda: self.now_ms, lambda: 0, bytes, {})
        shelf = Shelf(self.folder, "sum", 0, Sum, crc32)
        return Shell(SUM, journal=self.journal, shelf=shelf, ports=ports, log=self.log, on_commit=on_commit)


def world(tmp_path: Path, *, open_gate: bool = True) -> World:
    made = World(tmp_path, Journal())
    if open_gate:
        made.journal.gate.set()
    return made


def test_what_is_asked_while_a_batch_is_in_flight_forms_the_next(tmp_path: Path) -> None:
    async def scenario() -> None:
        around = world(tmp_path, open_gate=False)
        shell = around.shell()
        first = asyncio.create_task(shell.ask(Add(1)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        later = [asyncio.create_task(shell.ask(Add(number))) for number in (2, 3, 4)]
        await asyncio.sleep(0)
        around.journal.gate.set()
        assert [await first, *[await one for one in later]] == [1, 3, 6, 10]
        assert around.journal.batches == [1, 3]
        await shell.close()

    asyncio.run(scenario())


def test_a_round_ends_before_its_batch_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell_module, "BATCH_BYTES_MAX", 100)  # two records of about 40 bytes

    async def scenario() -> None:
        around = world(tmp_path)
        shell = around.shell()
        assert await asyncio.gather(*(shell.ask(Add(number)) for number in (1, 2, 3, 4, 5))) == [1, 3, 6, 10, 15]
        assert around.journal.batches == [2, 2, 1]
        await shell.close()

    asyncio.run(scenario())


def test_what_asks_for_a_record_that_is_too_long_is_refused_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell_module, "RECORD_BYTES_MAX", 50)

    async def scenario() -> None:
        around = world(tmp_path)
        shell = around.shell()
        first, refused, last = await asyncio.gather(*(shell.ask(Add(number)) for number in (1, 10**17, 2)))
        assert isinstance(refused, Refusal)
        assert refused.error is Code.UNKNOWN_SERVER_ERROR
        assert [first, last, shell.committed.total] == [1, 3, 3]
        assert around.journal.batches == [2]
        await shell.close()

    asyncio.run(scenario())


def test_nothing_is_answered_before_it_is_durable_and_published(tmp_path: Path) -> None:
    async def scenario() -> None:
        around = world(tmp_path, open_gate=False)
        published = asyncio.Event()

        async def wait_for_it() -> None:
            await published.wait()

        around.commit_gate = wait_for_it
        shell = around.shell()
        asked = asyncio.create_task(shell.ask(Add(1)))
        for _ in range(5):
            await asyncio.sleep(0)
        assert (shell.committed.total, asked.done()) == (0, False)
        around.journal.gate.set()
        for _ in range(5):
            await asyncio.sleep(0)
        assert (shell.committed.total, asked.done()) == (1, False)
        published.set()
        assert await asked == 1
        await shell.close()

    asyncio.run(scenario())


def test_a_refusal_waits_for_what_it_was_decided_on(tmp_path: Path) -> None:
    async def scenario() -> None:
        around = world(tmp_path, open_gate=False)
        shell = around.shell()
        added = asyncio.create_task(shell.ask(Add(1)))
        refused = asyncio.create_task(shell.ask(Add(-5)))
        for _ in range(5):
            await asyncio.sleep(0)
        assert not refused.done()
        around.journal.gate.set()
        assert await added == 1
        answer = await refused
        assert isinstance(answer, Refusal)
        assert answer.why == "1 + -5 is below zero"
        await shell.close()

    asyncio.run(scenario())


def test_what_was_never_committed_never_happened(tmp_path: Path) -> None:
    async def scenario() -> None:
        around = world(tmp_path, open_gate=False)
        around.journal.failure = StorageError("no room", Failure.DISK_FULL)
        shell = around.shell()
        lost = [asyncio.create_task(shell.ask(Add(number))) for number in (1, 2)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        later = asyncio.create_task(shell.ask(Add(10)))
        around.journal.gate.set()
        for one in lost:
            with pytest.raises(StorageError):
                await one
        assert await later == 10, "the next round stands on the committed state"
        await shell.close()

    asyncio.run(scenario())


def test_a_command_that_meets_a_bug_fails_alone(tmp_path: Path) -> None:
    async def scenario() -> None:
        around = world(tmp_path)
        shell = around.shell()
        answers = await asyncio.gather(*(shell.ask(Add(number)) for number in (1, 13, 2)), return_exceptions=True)
        assert [answers[0], answers[2]] == [1, 3]
        assert isinstance(answers[1], ZeroDivisionError)
        assert around.log.events == ["decide_failed"]
        await shell.close()

    asyncio.run(scenario())


@pytest.mark.parametrize("at_once", [True, False])
def test_a_bug_of_those_who_watch_does_not_undo_what_happened(tmp_path: Path, at_once: bool) -> None:
    async def scenario() -> None:
        around = world(tmp_path)

        async def stumble() -> None:
            raise ZeroDivisionError

        def stumble_at_once() -> Awaitable[None]:
            raise ZeroDivisionError

        around.commit_gate = stumble_at_once if at_once else stumble
        shell = around.shell()
        assert await shell.ask(Add(1)) == 1
        assert around.log.events == ["commit_not_seen"]
        await shell.close()

    asyncio.run(scenario())


def test_a_parked_command_is_answered_by_the_event_that_it_waited_for(tmp_path: Path) -> None:
    async def scenario() -> None:
        around = world(tmp_path)
        shell = around.shell()
        waiting = asyncio.create_task(shell.ask(Reach(3)))
        assert await shell.ask(Add(1)) == 1
        assert not waiting.done()
        assert await shell.ask(Add(2)) == 3
        assert await waiting == 3
        never = asyncio.create_task(shell.ask(Reach(100)))
        await asyncio.sleep(0)
        await shell.close()
        with pytest.raises(StoppedError):
            await never
        with pytest.raises(StoppedError):
            await shell.ask(Add(1))

    asyncio.run(scenario())


def test_time_commands_when_it_is_due(tmp_path: Path) -> None:
    async def scenario() -> None:
        around = world(tmp_path)
        shell = around.shell()
        await shell.ask(Tick(around.now_ms - 1000))  # next due exactly now
        for _ in range(100):
            await asyncio.sleep(0)
            if shell.committed.next_tick_ms > around.now_ms:
                break
        assert shell.committed.next_tick_ms == around.now_ms + 1000
        await shell.close()

    asyncio.run(scenario())


def test_a_start_folds_from_the_snapshot_and_then_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell_module, "SNAPSHOT_EVENTS", 3)

    async def scenario() -> None:
        around = world(tmp_path)
        shell = around.shell()
        for number in range(1, 8):
            await shell.ask(Add(number))
        await shell.close()
        around.journal.entries[0].value = b"unreadable: before the snapshot, so nobody looks"
        again = around.shell()
        await again.load()
        assert again.committed == Sum(28)
        assert again.next_offset == 7
        await again.close()

    asyncio.run(scenario())


def test_p7_a_damaged_snapshot_is_set_aside_and_the_state_folded_anew(tmp_path: Path) -> None:
    async def scenario() -> None:
        around = world(tmp_path)
        shell = around.shell()
        for number in range(1, 4):
            await shell.ask(Add(number))
        await shell.close()
        file = tmp_path / "sum-0.snapshot"
        file.write_bytes(file.read_bytes()[:-1])
        again = around.shell()
        await again.load()
        assert again.committed == Sum(6)
        assert around.log.events == ["snapshot_damaged"]
        assert [entry.name for entry in tmp_path.iterdir()] == ["sum-0.damaged-1"]
        await again.close()

    asyncio.run(scenario())


def test_a_snapshot_that_knows_more_than_the_log_stops_the_start(tmp_path: Path) -> None:
    async def scenario() -> None:
        around = world(tmp_path)
        shell = around.shell()
        await shell.ask(Add(1))
        await shell.close()
        around.journal.entries.clear()
        with pytest.raises(StartError) as raised:
            await around.shell().load()
        assert raised.value.failure is Failure.SNAPSHOT_AHEAD

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("value", "headers"),
    [(b'{"event":"Added","total":1}', []), (b'{"event":"Removed"}', [(HEADER, b"1")]), (b"\xff", [(HEADER, b"1")])],
)
def test_an_event_that_this_version_does_not_know_stops_the_start(tmp_path: Path, value: bytes, headers: Headers) -> None:
    async def scenario() -> None:
        around = world(tmp_path)
        around.journal.entries.append(Entry(0, None, value, headers))
        with pytest.raises(StartError, match="topic sum, offset 0") as raised:
            await around.shell().load()
        assert raised.value.failure is Failure.EVENT_UNKNOWN

    asyncio.run(scenario())
