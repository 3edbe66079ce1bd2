"""Writes the markers that end transactions, and reports."""

# What is to be written follows from the state of the transactions, not from the events that led there: so a transaction that
# was decided before a crash is ended after it (KIP-98). To write a marker twice changes nothing.

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from leftfold.base.errors import Refusal
from leftfold.fold.shell import Log
from leftfold.machines.transactions.commands import Command, Complete, Reply
from leftfold.machines.transactions.events import Event
from leftfold.machines.transactions.state import EPOCHS_SINCE, PREPARED, Phase, Transaction, Transactions

RETRY_S = 0.5


@dataclass(frozen=True, slots=True)
class Ending:
    """One marker to be written: which transaction ends in this partition, and how."""

    topic: str
    partition: int
    producer_id: int
    producer_epoch: int
    commit: bool
    version: int


Write = Callable[[Ending], Awaitable[Refusal | None]]  # None: it is durable, or the partition is gone
Ask = Callable[[str, Command], Awaitable[Reply | Refusal]]


class Markers:
    """Ends every transaction that is prepared: a marker in each of its partitions, then `Complete`.

    Invariant: of each transactional id one transaction is being ended at a time; until that is reported no other is prepared.
    """

    def __init__(self, write: Write, ask: Ask, now_ms: Callable[[], int], log: Log) -> None:
        self._write = write
        self._ask = ask
        self._now_ms = now_ms
        self._log = log
        self._ending: dict[str, asyncio.Task[None]] = {}
        self._writing: dict[int, set[asyncio.Future[None]]] = {}
        self.ended_by_generation = {1: 0, 2: 0}  # of the protocol: from 2 on each transaction has an epoch of its own

    async def on_commit(self, after: Transactions, events: Sequence[Event]) -> None:
        """Something was decided, or a partition has just been read: end what is prepared."""
        for event in events:
            name: str = getattr(event, "transactional_id", "")
            one = after.transactions.get(name)
            if one is not None and one.phase in PREPARED and name not in self._ending:
                task = asyncio.get_running_loop().create_task(self._end(name, one), name=f"end {name}")
                self._ending[name] = task
                task.add_done_callback(partial(self._ended, name))

    async def ended(self, transactional_id: str) -> None:
        """When nothing of this id is being ended any more."""
        while (task := self._ending.get(transactional_id)) is not None:
            await asyncio.wait([task])

    @contextmanager
    def holding_back(self, producer_id: int) -> Iterator[None]:
        """Write no marker of this producer meanwhile: something that was verified is about to be appended in its transaction.

        Whoever verifies after the end was decided is refused, so that nothing is appended behind a marker and never ends.
        """
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._writing.setdefault(producer_id, set()).add(future)
        try:
            yield
        finally:
            future.set_result(None)
            self._writing[producer_id].discard(future)
            if not self._writing[producer_id]:
                del self._writing[producer_id]

    async def close(self) -> None:
        """End nothing more; what is left is found prepared at the next start."""
        tasks = list(self._ending.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, name: str, task: asyncio.Task[None]) -> None:
        if self._ending.get(name) is task:
            del self._ending[name]

    async def _end(self, name: str, one: Transaction) -> None:
        """Until it is done: the transaction was decided, and must not hang."""
        while not await self._tried(name, one):  # noqa: ASYNC110  # as below
            await asyncio.sleep(RETRY_S)  # nobody tells when the disk has room again

    async def _tried(self, name: str, one: Transaction) -> bool:
        if one.producer_id in self._writing:
            await asyncio.wait(self._writing[one.producer_id])
        try:
            answers = await asyncio.gather(*(self._write(ending) for ending in _endings(one)))
            refused = next((answer for answer in answers if answer is not None), None)
            if refused is None:
                answer = await self._ask(name, Complete(name, self._now_ms(), one.producer_id, one.epoch))
                refused = answer if isinstance(answer, Refusal) else None
        except Exception as bug:
            self._log.error("transaction_not_ended", transactional_id=name, again_in_s=RETRY_S, exc_info=bug)
            return False
        if refused is not None:
            self._log.warning("transaction_not_ended", transactional_id=name, why=refused.why, again_in_s=RETRY_S)
            return False
        self.ended_by_generation[2 if one.client_version >= EPOCHS_SINCE else 1] += 1
        return True


def _endings(one: Transaction) -> list[Ending]:
    commit = one.phase is Phase.PREPARE_COMMIT
    return [
        Ending(topic, partition, one.producer_id, one.epoch, commit, one.client_version) for topic, partition in one.partitions
    ]
