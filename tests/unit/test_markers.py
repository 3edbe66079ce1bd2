"""The worker of markers: what is prepared is ended, once."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from immutables import Map

from leftfold.base.errors import Code, Refusal
from leftfold.machines.transactions.commands import Complete, Done
from leftfold.machines.transactions.events import PresenceChanged
from leftfold.machines.transactions.state import Phase, Presence, Transaction, Transactions
from leftfold.workers import markers
from leftfold.workers.markers import Ending, Markers
from tests.unit.test_shell import Lines

PARTITIONS = (("t", 0), ("u", 3))
PREPARED = Transaction(7, 1, 50, Phase.PREPARE_COMMIT, 5, started_ms=3, partitions=PARTITIONS, client_version=2)
STATE = Transactions(Map({"x": PREPARED, "y": Transaction(8, 0, 50, Phase.ONGOING, 5, started_ms=3)}))
LOADED = [PresenceChanged(name, Presence()) for name in ("x", "y")]  # what `Awake` says of each id that has been read


class World:
    """A log that takes markers, and a coordinator that is told; `refusals` come first."""

    def __init__(self) -> None:
        self.written: list[Ending] = []
        self.told: list[Complete] = []
        self.refusals: list[Refusal] = []
        self.markers = Markers(self.write, self.ask, lambda: 9, Lines())

    async def write(self, ending: Ending) -> Refusal | None:
        self.written.append(ending)
        return self.refusals.pop() if self.refusals else None

    async def ask(self, _: str, command: Any) -> Any:
        assert isinstance(command, Complete)
        self.told.append(command)
        return self.refusals.pop() if self.refusals else Done()


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(test, 10))


def test_what_is_found_prepared_is_ended_in_all_of_its_partitions_and_reported() -> None:
    async def test() -> None:
        world = World()
        await world.markers.on_commit(STATE, LOADED)
        await world.markers.ended("x")
        assert world.written == [Ending(topic, number, 7, 1, True, 2) for topic, number in PARTITIONS]
        assert world.told == [Complete("x", 9, 7, 1)]

    run(test())


def test_it_is_tried_until_it_is_done(monkeypatch: Any) -> None:
    async def test() -> None:
        world = World()
        world.refusals = [Refusal(Code.COORDINATOR_NOT_AVAILABLE, "the disk is full")] * 2
        await world.markers.on_commit(STATE, LOADED)
        await world.markers.ended("x")
        assert world.told == [Complete("x", 9, 7, 1)]
        assert len(world.written) == 4

    monkeypatch.setattr(markers, "RETRY_S", 0)
    run(test())


def test_one_end_of_an_id_at_a_time() -> None:
    async def test() -> None:
        world = World()
        await world.markers.on_commit(STATE, LOADED)
        await world.markers.on_commit(STATE, LOADED)
        await world.markers.ended("x")
        assert len(world.told) == 1

    run(test())


def test_no_marker_is_written_while_something_verified_is_about_to_be_appended() -> None:
    async def test() -> None:
        world = World()
        with world.markers.holding_back(7), world.markers.holding_back(8):
            await world.markers.on_commit(STATE, LOADED)
            for _ in range(10):
                await asyncio.sleep(0)
            assert world.written == []
        await world.markers.ended("x")
        assert len(world.written) == 2

    run(test())


def test_a_broker_that_stops_ends_nothing_more() -> None:
    async def test() -> None:
        world = World()
        with world.markers.holding_back(7):
            await world.markers.on_commit(STATE, LOADED)
            await asyncio.sleep(0)
            await world.markers.close()
        assert world.told == []

    run(test())
