"""One machine over many partitions, read one by one."""

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

from leftfold.base.errors import Code, Failure, Refusal, StartError, StorageError
from leftfold.base.ports import Ports
from leftfold.fold import shells as shells_module
from leftfold.fold.shell import Shell
from leftfold.fold.shells import Shells, partition_of
from leftfold.fold.snapshot import Shelf
from tests.unit.test_shell import Entry, Journal, Lines
from tests.unit.test_shell_presence import STOPS, Bus, Stops, Wait

COUNT = 3


class Slow(Journal):
    """A log that can be read only while its door is open; `broken` reads fail."""

    def __init__(self) -> None:
        super().__init__()
        self.gate.set()
        self.door = threading.Event()
        self.broken = 0

    def read(self, offset: int) -> tuple[list[Entry], int]:
        assert self.door.wait(20)
        if self.broken:
            self.broken -= 1
            raise StartError("the disk does not answer", Failure.DISK_ERROR)
        return super().read(offset)


class World:
    """Shells over journals that open one by one."""

    def __init__(self, folder: Path) -> None:
        self.journals = [Slow() for _ in range(COUNT)]
        self.folder = folder
        self.log = Lines()

    def shells(self) -> Shells[Stops, Wait | Bus, Any, int]:
        async def on_commit(after: Stops, events: Sequence[Any]) -> None:
            pass

        def make(partition: int) -> Shell[Stops, Wait | Bus, Any, int]:
            shelf = Shelf(self.folder, "stops", partition, Stops, crc32)
            ports = Ports(lambda: 0, lambda: 0, bytes, {})
            journal = self.journals[partition]
            return Shell(STOPS, journal=journal, shelf=shelf, ports=ports, log=self.log, on_commit=on_commit)

        return Shells(make, lambda: Bus("depot"), self.log)


def key_of(partition: int) -> str:
    return next(key for key in map(str, range(100)) if partition_of(key, COUNT) == partition)


async def until_loading(shells: Shells[Any, Any, Any, Any], left: int) -> None:
    for _ in range(1_000_000):
        if shells.loading <= left:
            return
        await asyncio.sleep(0)
    raise AssertionError("the partitions are not read")


def test_each_partition_answers_as_soon_as_it_has_been_read(tmp_path: Path) -> None:
    async def scenario() -> None:
        world = World(tmp_path)
        shells = world.shells()
        early = await shells.ask(key_of(0), Bus("north"))
        assert isinstance(early, Refusal)
        assert early.error is Code.NOT_COORDINATOR
        shells.start(COUNT)
        world.journals[0].door.set()
        await until_loading(shells, COUNT - 1)
        assert await shells.ask(key_of(0), Bus("north")) == 1
        waits = await shells.ask(key_of(1), Bus("north"))
        assert isinstance(waits, Refusal)
        assert waits.error is Code.COORDINATOR_LOAD_IN_PROGRESS
        world.journals[1].door.set()
        world.journals[2].door.set()
        await until_loading(shells, 0)
        assert await shells.ask(key_of(1), Bus("north")) == 1
        await shells.close()

    asyncio.run(scenario())


def test_who_asks_for_a_coordinator_waits_until_it_has_read(tmp_path: Path) -> None:
    async def scenario() -> None:
        world = World(tmp_path)
        shells = world.shells()
        early = asyncio.create_task(shells.until_read(key_of(0), 60))
        await asyncio.sleep(0)
        shells.start(COUNT)
        await shells.until_read(key_of(0), 0.001)
        assert not early.done()
        assert shells.loading == COUNT
        world.journals[0].door.set()
        await early
        assert await shells.ask(key_of(0), Bus("north")) == 1
        world.journals[1].door.set()
        world.journals[2].door.set()
        await shells.close()

    asyncio.run(asyncio.wait_for(scenario(), 30))


def test_a_partition_that_cannot_be_read_is_tried_again(tmp_path: Path, monkeypatch: Any) -> None:
    async def scenario() -> None:
        monkeypatch.setattr(shells_module, "RETRY_S", 0.001)
        world = World(tmp_path)
        world.journals[0].broken = 2
        for journal in world.journals:
            journal.door.set()
        shells = world.shells()
        shells.start(COUNT)
        await until_loading(shells, 0)
        assert world.log.events == ["partition_not_read", "partition_not_read"]
        assert await shells.ask(key_of(0), Bus("north")) == 1
        await shells.close()

    asyncio.run(scenario())


def test_what_the_log_does_not_take_is_refused_and_may_be_asked_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        world = World(tmp_path)
        for journal in world.journals:
            journal.door.set()
        shells = world.shells()
        shells.start(COUNT)
        await until_loading(shells, 0)
        world.journals[0].failure = StorageError("no room", Failure.DISK_FULL)
        refused = await shells.ask(key_of(0), Bus("north"))
        assert isinstance(refused, Refusal)
        assert refused.error is Code.COORDINATOR_NOT_AVAILABLE
        assert await shells.ask(key_of(0), Bus("north")) == 1
        await shells.close()

    asyncio.run(scenario())
