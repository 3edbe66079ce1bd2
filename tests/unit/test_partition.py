"""How appends of a fold leave together, and are told."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from leftfold.base.errors import StorageError
from leftfold.base.writers import Producer
from leftfold.kernel import Done, Kernel, KernelError
from leftfold.log.partition import Partition, Tickets

TOPIC, GONE = bytes(range(16)), bytes(range(16, 32))
RECORD = (b"k", b"v", [], 1_700_000_000_000)


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[Kernel]:
    kernel = Kernel(str(tmp_path), {})
    kernel.recover()
    while not kernel.recovery().finished:
        time.sleep(0)
    kernel.publish_topic(TOPIC, "payments", False, [(number, 1, 0, [1], [1]) for number in range(3)], {})
    yield kernel
    kernel.close(1000)


class Log:
    """A kernel's partitions, and what was told of appends to them: (which, offset or why not)."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self.tickets = Tickets(kernel)
        self.told: list[tuple[str, object]] = []

    def partition(self, index: int, topic_id: bytes = TOPIC) -> Partition:
        return Partition(self._kernel, self.tickets, topic_id, index)

    def then(self, which: str) -> Callable[[object], None]:
        return lambda end: self.told.append((which, end))

    async def hear(self, count: int) -> None:
        """Until so many ends were told."""
        while len(self.told) < count:
            for item in self._kernel.drain(100):
                assert isinstance(item, Done)
                self.tickets.done(item)
            await asyncio.sleep(0)


def test_appends_of_one_pass_are_one_round_of_the_journal(kernel: Kernel) -> None:
    async def scenario() -> None:
        log, before = Log(kernel), kernel.counters()["journal_rounds"]
        for index in (0, 1, 0, 2):
            log.partition(index).append([RECORD, RECORD], None, log.then(f"batch of {index}"))
        log.partition(1).append([RECORD], Producer(4000, 0), log.then("transactional"))
        log.partition(1).end_transaction(
            Producer(4000, 1), commit=True, coordinator_epoch=0, version=2, then=log.then("marker")
        )
        assert log.told == []
        await log.hear(6)
        batches = [("batch of 0", 0), ("batch of 1", 0), ("batch of 0", 2), ("batch of 2", 0)]
        assert log.told == [*batches, ("transactional", 2), ("marker", 3)]
        assert kernel.counters()["journal_rounds"] == before + 1

    asyncio.run(scenario())


def test_what_the_kernel_refuses_keeps_nothing_else_back(kernel: Kernel) -> None:
    async def scenario() -> None:
        log = Log(kernel)
        log.partition(0, GONE).append([RECORD], None, log.then("of a topic that is gone"))
        log.partition(0).append([RECORD], None, log.then("good"))
        await log.hear(2)
        [(of_gone, why), good] = log.told
        assert (of_gone, good) == ("of a topic that is gone", ("good", 0))
        assert "the topic is gone" in str(why)

    asyncio.run(scenario())


def test_a_marker_that_comes_late_is_refused_with_the_kernels_own_word(kernel: Kernel) -> None:
    async def scenario() -> None:
        log, partition = Log(kernel), Log(kernel).partition(0)
        log.partition(0).append([RECORD], Producer(4000, 3), log.then("transactional"))
        log.partition(0).end_transaction(Producer(4000, 2), commit=True, coordinator_epoch=0, version=2, then=log.then("late"))
        await log.hear(2)
        ends = dict(log.told)
        assert ends["transactional"] == 0
        assert isinstance(ends["late"], KernelError)
        assert ends["late"].code == "invalid_producer_epoch"
        with pytest.raises(KernelError):
            await partition.mark(Producer(4000, 2), commit=True, coordinator_epoch=0, version=2)

    asyncio.run(scenario())


def test_who_appends_to_a_closed_kernel_is_told(kernel: Kernel) -> None:
    async def scenario() -> None:
        log = Log(kernel)
        for index in (0, 1):
            log.partition(index).append([RECORD], None, log.then(f"to {index}"))
        kernel.close(0)
        await asyncio.sleep(0)
        assert [which for which, _ in log.told] == ["to 0", "to 1"]
        assert not any(isinstance(end, int | StorageError) for _, end in log.told), "nobody may take it for definite"

    asyncio.run(scenario())


def test_who_cannot_wait_for_the_end_of_the_turn_sends_at_once(kernel: Kernel) -> None:
    async def scenario() -> None:
        log = Log(kernel)
        log.partition(0).append([RECORD], None, log.then("first"))
        log.tickets.send()
        state = kernel.partition(TOPIC, 0)
        assert state is not None
        assert state.log_end_offset == 1
        log.partition(0).append([RECORD], None, log.then("second"))
        await log.hear(2)
        assert log.told == [("first", 0), ("second", 1)], "each once"

    asyncio.run(scenario())
