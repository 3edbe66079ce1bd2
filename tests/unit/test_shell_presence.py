"""The shell: events that are never logged, waiters by key."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

import msgspec
from immutables import Map

from leftfold.base.ports import Ports
from leftfold.fold.journal import Entry, Json, Record
from leftfold.fold.machine import Machine
from leftfold.fold.shell import Shell
from leftfold.fold.snapshot import Shelf
from tests.unit.test_shell import Journal, Lines

# A bus stop: who waits at which stop is presence; how often a bus came is a fact.


class Came(msgspec.Struct, frozen=True, tag=True, tag_field="event"):
    stop: str
    who: str


class Left(msgspec.Struct, frozen=True, tag=True, tag_field="event"):
    stop: str
    buses: int


@dataclass(frozen=True, slots=True)
class Stops:
    buses: Map[str, int] = Map()
    waiting: Map[str, frozenset[str]] = Map()


@dataclass(frozen=True, slots=True)
class Wait:
    stop: str
    who: str


@dataclass(frozen=True, slots=True)
class Bus:
    stop: str


ASKED: list[tuple[str, str]] = []


def decide(state: Stops, command: Wait | Bus) -> Sequence[Came | Left]:
    match command:
        case Wait(stop, who):
            return (Came(stop, who),)
        case Bus(stop):
            return (Left(stop, state.buses.get(stop, 0) + 1),)


def fold(state: Stops, event: Came | Left) -> Stops:
    match event:
        case Came(stop, who):
            return replace(state, waiting=state.waiting.set(stop, state.waiting.get(stop, frozenset()) | {who}))
        case Left(stop, buses):
            return Stops(state.buses.set(stop, buses), state.waiting.set(stop, frozenset()))


def reply(state: Stops, command: Wait | Bus) -> int | None:
    if isinstance(command, Wait):
        ASKED.append((command.stop, command.who))
        if command.who in state.waiting.get(command.stop, ()):
            return None
    return state.buses.get(command.stop, 0)


class Facts(Json[Came | Left]):
    def encode(self, event: Came | Left, at_ms: int) -> Sequence[Record]:
        return () if isinstance(event, Came) else super().encode(event, at_ms)

    def decode(self, entry: Entry, where: str) -> Came | Left:
        return super().decode(entry, where)


STOPS: Machine[Stops, Wait | Bus, Came | Left, int] = Machine(
    "stops", Stops(), Facts(Came | Left), decide, fold, reply, lambda _: None, lambda _: (),
    about=lambda one: one.stop, durable=lambda state: Stops(state.buses),
)  # fmt: skip


def shell(folder: Path, journal: Journal) -> Shell[Stops, Wait | Bus, Came | Left, int]:
    async def on_commit(after: Stops, events: Sequence[Came | Left]) -> None:
        pass

    journal.gate.set()
    shelf = Shelf(folder, "stops", 0, Stops, crc32)
    return Shell(
        STOPS, journal=journal, shelf=shelf, ports=Ports(lambda: 0, lambda: 0, bytes, {}), log=Lines(), on_commit=on_commit
    )


async def asked(stops: Shell[Stops, Wait | Bus, Came | Left, int], *commands: Wait | Bus) -> list[asyncio.Task[object]]:
    tasks: list[asyncio.Task[object]] = [asyncio.create_task(stops.ask(command)) for command in commands]
    for _ in range(5):
        await asyncio.sleep(0)
    return tasks


def test_those_who_wait_are_asked_again_only_about_their_own_thing(tmp_path: Path) -> None:
    async def scenario() -> None:
        stops = shell(tmp_path, Journal())
        north, south = await asked(stops, Wait("north", "Ada"), Wait("south", "Bob"))
        ASKED.clear()
        assert await stops.ask(Bus("south")) == 1
        assert ASKED == [("south", "Bob")]
        assert (north.done(), await south) == (False, 1)
        assert await stops.ask(Bus("north")) == 1
        assert await north == 1
        await stops.close()

    asyncio.run(scenario())


def test_presence_appends_nothing_and_starts_empty(tmp_path: Path) -> None:
    async def scenario() -> None:
        journal = Journal()
        stops = shell(tmp_path, journal)
        await stops.ask(Bus("north"))
        (waiting,) = await asked(stops, Wait("north", "Ada"))
        assert stops.committed.waiting["north"] == {"Ada"}
        assert journal.batches == [1]
        await stops.close()
        assert waiting.exception() is not None
        again = shell(tmp_path, journal)
        await again.load()
        assert again.committed == Stops(Map({"north": 1}))
        await again.close()

    asyncio.run(scenario())
