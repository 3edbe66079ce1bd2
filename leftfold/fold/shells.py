"""One machine over every partition of its topic."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Generic

from leftfold.base.errors import Code, Refusal, StoppedError, StorageError
from leftfold.fold.machine import Command, Event, Reply, State
from leftfold.fold.shell import Log, Shell

RETRY_S = 2.0


@lru_cache(maxsize=10_000)
def partition_of(key: str, count: int) -> int:
    """The partition of a group or transactional id: Java's hash of the string, without its sign, as Kafka and its tools do."""
    units = key.encode("utf-16-be", "surrogatepass")
    code = 0
    for high, low in zip(units[::2], units[1::2], strict=True):
        code = (31 * code + (high << 8 | low)) & 0xFFFF_FFFF
    absolute = code if code < 1 << 31 else (1 << 32) - code
    return 0 if absolute == 1 << 31 else absolute % count


class Shells(Generic[State, Command, Event, Reply]):
    """A shell for each partition, each answering for its keys as soon as it has been read, one after the other.

    `make` builds the shell of a partition, `awake` is its first command, which tells it that time goes on.
    """

    def __init__(
        self, make: Callable[[int], Shell[State, Command, Event, Reply]], awake: Callable[[], Command], log: Log
    ) -> None:
        self._make = make
        self._awake = awake
        self._log = log
        self._shells: list[Shell[State, Command, Event, Reply] | None] = []
        self._loader: asyncio.Task[None] | None = None
        self._one_more = asyncio.Condition()  # another partition answers

    def start(self, count: int) -> None:
        """Begin to read `count` partitions in the background. Before, nothing is coordinated here."""
        assert not self._shells, "it was started twice"
        self._shells = [None] * count
        self._loader = asyncio.create_task(self._load())

    @property
    def started(self) -> bool:
        """Whether the topic is there."""
        return bool(self._shells)

    @property
    def loading(self) -> int:
        """How many partitions have not been read yet."""
        return self._shells.count(None)

    def loaded(self) -> list[Shell[State, Command, Event, Reply]]:
        """The shells that answer."""
        return [shell for shell in self._shells if shell is not None]

    def shell(self, key: str) -> Shell[State, Command, Event, Reply] | Refusal:
        """The shell that answers for a key, or why there is none yet."""
        if not self._shells:
            return Refusal(Code.NOT_COORDINATOR, "nothing is coordinated here yet; ask FindCoordinator first")
        found = self._shells[partition_of(key, len(self._shells))]
        if found is None:
            return _loading()
        return found

    async def until_read(self, key: str, seconds: float) -> None:
        """Wait until the partition of a key answers, or so long. Others may know the topic before it is started here."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._one_more:
                await self._one_more.wait_for(lambda: not isinstance(self.shell(key), Refusal))

    async def ask(self, key: str, command: Command) -> Reply | Refusal:
        """What the machine answers; COORDINATOR_NOT_AVAILABLE if the log could not take it, or nobody knows."""
        shell = self.shell(key)
        return shell if isinstance(shell, Refusal) else await self._asked(shell, command)

    def submit(self, key: str, command: Command, then: Callable[[Reply | Refusal], None]) -> None:
        """As `ask`, for who does not wait: `then` is told the answer."""
        shell = self.shell(key)
        if isinstance(shell, Refusal):
            then(shell)
            return
        shell.submit(command, lambda answer: then(_refused(answer) if isinstance(answer, Exception) else answer))

    async def ask_partition(self, partition: int, command: Command) -> Reply | Refusal:
        """What the machine of this partition answers."""
        shell = self._shells[partition] if partition < len(self._shells) else None
        return _loading() if shell is None else await self._asked(shell, command)

    @staticmethod
    async def _asked(shell: Shell[State, Command, Event, Reply], command: Command) -> Reply | Refusal:
        try:
            return await shell.ask(command)
        except (StorageError, StoppedError) as failure:
            return _refused(failure)

    async def tell(self, command: Command) -> None:
        """A command for every partition; what goes wrong is logged."""
        for answer in await asyncio.gather(*(shell.ask(command) for shell in self.loaded()), return_exceptions=True):
            if isinstance(answer, BaseException):
                self._log.warning("command_failed", command=type(command).__name__, why=str(answer))

    def release(self) -> None:
        """Let nobody wait any longer for what others may do: the broker is about to stop."""
        for shell in self.loaded():
            shell.release()

    async def close(self) -> None:
        """Finish what was asked for, leave snapshots. Afterwards it may be started anew, over another topic."""
        loader, self._loader = self._loader, None
        shells, self._shells = self.loaded(), []
        if loader is not None:
            loader.cancel()
            await asyncio.wait([loader])
        await asyncio.gather(*(shell.close() for shell in shells))

    async def _load(self) -> None:
        for partition in range(len(self._shells)):
            shell = await self._read(partition)
            while shell is None:
                await asyncio.sleep(RETRY_S)
                shell = await self._read(partition)
            self._shells[partition] = shell
            async with self._one_more:
                self._one_more.notify_all()

    async def _read(self, partition: int) -> Shell[State, Command, Event, Reply] | None:
        """The shell of a partition, ready to answer; None if it could not be read. The other partitions wait for it."""
        shell = self._make(partition)
        try:
            await shell.load()
            await shell.ask(self._awake())
        except Exception as failure:
            self._log.error("partition_not_read", partition=partition, why=str(failure), again_in_s=RETRY_S)
            return None
        return shell


def _refused(failure: Exception) -> Refusal:
    """What the asker is told; a bug was logged where it happened."""
    if isinstance(failure, StorageError | StoppedError):
        return Refusal(Code.COORDINATOR_NOT_AVAILABLE, str(failure))
    return Refusal(Code.UNKNOWN_SERVER_ERROR, "the broker met a bug of its own; its log says more")


def _loading() -> Refusal:
    return Refusal(Code.COORDINATOR_LOAD_IN_PROGRESS, "the coordinator still reads its topic; ask again in a moment")
