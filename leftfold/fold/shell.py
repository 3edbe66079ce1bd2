"""The one place where machines meet log, clock and disk."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, Protocol

from leftfold.base.errors import Code, Failure, Refusal, StartError, StoppedError, StorageError
from leftfold.base.ports import Ports
from leftfold.base.writers import Marker, Writer
from leftfold.fold.journal import Entry, Record
from leftfold.fold.machine import Command, Event, Machine, Reply, State
from leftfold.fold.snapshot import Damaged, Shelf, Snapshot

ROUND_COMMANDS_MAX = 1000
RECORD_BYTES_MAX = 1 << 20  # what asks for a longer record is refused whole; Kafka's topics hold no longer ones either
BATCH_BYTES_MAX = 1 << 20  # a round ends before the command that would go past it
SNAPSHOT_EVENTS = 5000  # so that a start folds about this many at most, twice if the last snapshot was torn
NEVER = 1 << 62
SNAPSHOT_BYTES_AN_EVENT = 64  # a large state is written more rarely: about this many bytes of snapshot for each event


class Journal(Protocol):
    """One partition of the log, as a fold needs it."""

    def append(
        self, records: Sequence[Record], writer: Writer, then: Callable[[int | StorageError | StoppedError], None]
    ) -> None:
        """Append all records as one batch; `then` is told the first one's offset once durable. StorageError: nothing was."""

    def read(self, offset: int) -> tuple[Sequence[Entry], int]:
        """*Blocking.* Committed entries from an offset, and the next offset to read; no entries at the end."""

    def end(self) -> int:
        """The next offset that will be given."""


class Log(Protocol):
    """What the shell says about itself (structlog's loggers fit)."""

    def info(self, event: str, **values: object) -> object: ...
    def warning(self, event: str, **values: object) -> object: ...
    def error(self, event: str, **values: object) -> object: ...


# Sees the state after a round, and the events that led there; what it returns, if anything, the round's answers wait for.
Commit = Callable[[State, Sequence[Event]], Awaitable[None] | None]
Then = Callable[[Reply | Refusal | Exception], None]  # told the answer to a command, or why nobody knows it


class _Asked(Generic[State, Command, Event, Reply]):
    """A command, what it led to, and the state after it: it is folded once, and committed by taking that state."""

    __slots__ = ("after", "command", "outcome", "then")

    def __init__(self, command: Command, then: Then[Reply], after: State) -> None:
        self.command = command
        self.then = then
        self.after = after
        self.outcome: Sequence[Event] | Refusal = ()


@dataclass(slots=True)
class _Batch:
    """What one round writes. Commands are decided until one does not go into the same batch: that begins the next round."""

    bytes_left: int
    records: list[Record] = field(default_factory=list)
    writer: Writer = None

    def takes(self, records: Sequence[Record], writer: Writer, size: int) -> bool:
        """Whether these went in, of so many bytes; a marker has a batch of its own, and producers do not share one."""
        alone = writer != self.writer or isinstance(writer, Marker) or size > self.bytes_left
        if self.records and records and alone:
            return False
        if records:
            self.writer = writer
            self.records += records
            self.bytes_left -= size
        return True


_Answer = tuple[_Asked[State, Command, Event, Reply], Reply | Refusal | Exception]


class Shell(Generic[State, Command, Event, Reply]):
    """Runs one machine over one partition of its topic, on one event loop.

    One batch is in flight at a time: what is asked meanwhile forms the next, decided on the state that the last one left. So
    `latest` differs from `committed` only while a round is decided, and a failed append undoes nothing but its own round.
    `on_commit` sees every committed round before its answers leave, so that an answer never runs ahead of what was published.

    A round is a chain of plain calls, not a task: of a commit's cost tasks and futures were the larger half.
    """

    def __init__(
        self,
        machine: Machine[State, Command, Event, Reply],
        *,
        journal: Journal,
        shelf: Shelf[State],
        ports: Ports,
        log: Log,
        on_commit: Commit[State, Event] | None = None,
    ) -> None:
        self._machine = machine
        self._journal = journal
        self._shelf = shelf
        self._ports = ports
        self._log = log
        self._on_commit = on_commit
        self._committed = machine.empty
        self._next_offset = 0
        self._snapshot_offset = 0
        self._snapshot_events = SNAPSHOT_EVENTS
        self._asked: list[_Asked[State, Command, Event, Reply]] = []
        self._parked: dict[str, list[_Asked[State, Command, Event, Reply]]] = {}  # by what they are about
        self._works = False  # a round is under way, or about to begin
        self._at_rest = asyncio.Event()
        self._teller: asyncio.Task[None] | None = None
        self._snapshooter: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timed_ms = NEVER  # what the timer is set to
        self._fired: object = None
        self._closed = False
        self._released = False

    @property
    def committed(self) -> State:
        """The state of everything that is durable."""
        return self._committed

    @property
    def next_offset(self) -> int:
        """The offset after the last folded event; it never goes back, so it serves as the state's version."""
        return self._next_offset

    async def load(self) -> None:
        """Fold the topic up to its end: from the last snapshot if it is whole, else from the beginning."""
        await asyncio.to_thread(self._load)
        self._arm()

    async def ask(self, command: Command) -> Reply | Refusal:
        """Decide, append, fold, reply. Raises StorageError if nothing was written, StoppedError if nobody knows."""
        answer: asyncio.Future[Reply | Refusal] = asyncio.get_running_loop().create_future()
        self.submit(command, partial(_settle, answer))
        return await answer

    def submit(self, command: Command, then: Then[Reply]) -> None:
        """As `ask`, for who does not wait: `then` is told what it would return or raise."""
        if self._closed:
            then(StoppedError("the broker is stopping; ask again after it has started"))
            return
        self._asked.append(_Asked(command, then, self._committed))
        if not self._works:
            self._works = True
            self._at_rest.clear()
            asyncio.get_running_loop().call_soon(self._begin_round)  # what else this turn of the loop asks is in it

    def release(self) -> None:
        """Let nobody wait any longer for what others may do: the broker is about to stop."""
        self._released = True
        for parked in self._parked.values():
            for asked in parked:
                self._give(asked, _stopped())
        self._parked = {}

    async def close(self) -> None:
        """Finish the rounds that were asked for, leave a snapshot, refuse everything later."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        if self._works:
            await self._at_rest.wait()
        self.release()
        if self._snapshooter is not None:
            await self._snapshooter
        if self._next_offset > self._snapshot_offset:
            await self._snapshot()

    # -- rounds ------------------------------------------------------------------------------------------------------------

    def _begin_round(self) -> None:
        """Decide what was asked, and write it; what is asked meanwhile is the next round's."""
        decided, batch = self._decide()
        if not batch.records:
            self._end_round(decided, 0, self._next_offset)
            return
        ended = partial(self._end_round, decided, len(batch.records))
        try:
            self._journal.append(batch.records, batch.writer, ended)
        except Exception as bug:
            self._fail(decided, bug)

    def _end_round(
        self,
        decided: Sequence[_Asked[State, Command, Event, Reply]],
        count: int,
        base: int | StorageError | StoppedError,
    ) -> None:
        """A round of so many records is written, from offset `base` on, or is not."""
        if not isinstance(base, int):
            self._answer([(one, base) for one in decided])
            return
        try:
            assert base >= self._next_offset, f"offset {base} was given twice"
            self._next_offset = base + count
            answers = [answer for one in decided for answer in self._commit(one)]
            events = () if self._on_commit is None else _all_events(decided)
        except Exception as bug:
            self._fail(decided, bug)
            return
        under_way = self._tell(events) if events else None
        if under_way is None:
            self._answer(answers)
        else:
            self._teller = asyncio.create_task(self._told(under_way))
            self._teller.add_done_callback(lambda _: self._answer(answers))

    def _fail(self, decided: Sequence[_Asked[State, Command, Event, Reply]], bug: Exception) -> None:
        self._log.error("round_failed", topic=self._machine.topic, exc_info=bug)
        self._answer([(one, bug) for one in decided])

    def _answer(self, answers: Sequence[_Answer[State, Command, Event, Reply]]) -> None:
        """Give the answers of a round; then the next one begins, if there is one."""
        self._snapshot_if_long()
        for one, answer in answers:
            self._give(one, answer)
        if self._asked:
            asyncio.get_running_loop().call_soon(self._begin_round)
            return
        self._works = False
        self._at_rest.set()
        self._arm()

    def _give(self, one: _Asked[State, Command, Event, Reply], answer: Reply | Refusal | Exception) -> None:
        """Tell an asker; a bug of its own keeps the answers of others from nobody."""
        try:
            one.then(answer)
        except Exception as bug:
            self._log.error("answer_not_taken", topic=self._machine.topic, command=repr(one.command)[:500], exc_info=bug)

    def _tell(self, events: Sequence[Event]) -> Awaitable[None] | None:
        """Let others see a round that is committed; a bug of theirs changes nothing about what has happened."""
        try:
            return None if self._on_commit is None else self._on_commit(self._committed, events)
        except Exception as bug:
            self._not_seen(bug)
            return None

    async def _told(self, under_way: Awaitable[None]) -> None:
        try:
            await under_way
        except Exception as bug:
            self._not_seen(bug)

    def _not_seen(self, bug: Exception) -> None:
        self._log.error("commit_not_seen", topic=self._machine.topic, exc_info=bug)

    def _decide(self) -> tuple[list[_Asked[State, Command, Event, Reply]], _Batch]:
        """Decide one command after another on the latest state, as many as one batch holds; the others stay asked.

        A command that meets a bug fails alone, without events.
        """
        asked, self._asked = self._asked[:ROUND_COMMANDS_MAX], self._asked[ROUND_COMMANDS_MAX:]
        latest, batch, decided = self._committed, _Batch(BATCH_BYTES_MAX), []
        fold, now = self._machine.fold, self._ports.wall_ms()
        for place, one in enumerate(asked):
            try:
                events, records, writer, size = self._written(one, latest, now)
                after = latest
                for event in events:
                    after = fold(after, event)
                if not batch.takes(records, writer, size):
                    self._asked[:0] = asked[place:]
                    break
            except Exception as bug:
                self._log.error("decide_failed", topic=self._machine.topic, command=repr(one.command)[:500], exc_info=bug)
                self._give(one, bug)
            else:
                one.after = latest = after
                decided.append(one)
        return decided, batch

    def _written(
        self, one: _Asked[State, Command, Event, Reply], latest: State, now_ms: int
    ) -> tuple[Sequence[Event], Sequence[Record], Writer, int]:
        """Decide one command: its events, what they write, whose batch that is, and its size."""
        machine = self._machine
        one.outcome = machine.decide(latest, one.command)
        if isinstance(one.outcome, Refusal):
            return (), (), None, 0
        records: list[Record] = []
        writer: Writer = None
        for event in one.outcome:
            if encoded := machine.codec.encode(event, now_ms):
                whose = machine.writer(event)
                assert not records or whose == writer, f"one command writes for {writer} and {whose}"
                records += encoded
                writer = whose
        sizes = [len(key or b"") + len(value or b"") for key, value, _, _ in records]
        if sizes and max(sizes) > RECORD_BYTES_MAX:
            one.outcome = self._too_long(max(sizes))
            return (), (), None, 0
        return one.outcome, records, writer, sum(sizes)

    def _too_long(self, size: int) -> Refusal:
        why = f"this makes a record of {size} bytes in {self._machine.topic}, {RECORD_BYTES_MAX} are allowed; say less at once"
        return Refusal(Code.UNKNOWN_SERVER_ERROR, why)

    def _commit(self, one: _Asked[State, Command, Event, Reply]) -> list[_Answer[State, Command, Event, Reply]]:
        """Take the state after one command; its answer, and those of others who waited for its events.

        A refusal waited for the round it stood on. All are asked right then: no later event may get between it and an answer.
        """
        if isinstance(one.outcome, Refusal):
            return [(one, one.outcome)]
        self._committed = one.after
        asked = [one]
        if self._parked:
            touched = dict.fromkeys(self._machine.about(event) for event in one.outcome)
            asked += [waiting for about in touched for waiting in self._parked.pop(about, ())]
        return [(each, answer) for each in asked if (answer := self._reply(each)) is not None]

    def _reply(self, one: _Asked[State, Command, Event, Reply]) -> Reply | Refusal | None:
        """The answer to a command, or None once it is parked."""
        answer = self._machine.reply(self._committed, one.command)
        if answer is None and self._released:
            self._give(one, _stopped())
        elif answer is None:
            one.outcome, one.after = (), self._machine.empty  # it may wait for long: it keeps nothing else alive
            self._parked.setdefault(self._machine.about(one.command), []).append(one)
        return answer

    # -- time --------------------------------------------------------------------------------------------------------------

    def _arm(self) -> None:
        """Set the timer for what time commands next."""
        due = None if self._closed else self._machine.due(self._committed)
        at_ms = NEVER if due is None else due.at_ms
        if at_ms == self._timed_ms:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._timed_ms = at_ms
        if due is None:
            return
        wait_ms = max(0, due.at_ms - self._ports.wall_ms())
        if due == self._fired:  # it changed nothing; a bug in the machine must not become a busy loop
            wait_ms = max(wait_ms, 1000)
        self._timer = asyncio.get_running_loop().call_later(wait_ms / 1000, self._fire)

    def _fire(self) -> None:
        self._timer, self._timed_ms = None, NEVER
        due = self._machine.due(self._committed)
        if due is None or due.at_ms > self._ports.wall_ms():
            self._arm()
            return
        self._fired = due
        asyncio.create_task(self.ask(due.command)).add_done_callback(self._fired_and_answered)

    def _fired_and_answered(self, task: asyncio.Task[Reply | Refusal]) -> None:
        if not task.cancelled() and (failure := task.exception()) is not None:
            self._log.warning("due_failed", topic=self._machine.topic, why=str(failure))

    # -- snapshots and loading ---------------------------------------------------------------------------------------------

    def _snapshot_if_long(self) -> None:
        if self._next_offset - self._snapshot_offset >= self._snapshot_events and self._snapshooter is None:
            self._snapshooter = asyncio.create_task(self._snapshot())
            self._snapshooter.add_done_callback(self._snapshot_done)

    def _snapshot_done(self, _: asyncio.Task[None]) -> None:
        self._snapshooter = None

    async def _snapshot(self) -> None:
        snapshot = Snapshot(self._next_offset, self._machine.durable(self._committed))
        try:
            size_bytes = await asyncio.to_thread(self._shelf.write, snapshot)
        except OSError as why:  # a snapshot only saves time: go on without, try again after the next events
            self._log.warning("snapshot_failed", topic=self._machine.topic, why=str(why))
        else:
            self._snapshot_offset = snapshot.offset
            self._snapshot_events = max(SNAPSHOT_EVENTS, size_bytes // SNAPSHOT_BYTES_AN_EVENT)

    def _load(self) -> None:
        """*Blocking.*"""
        match self._shelf.read():
            case Damaged(why, set_aside):
                self._log.warning("snapshot_damaged", topic=self._machine.topic, why=why, set_aside=str(set_aside))
            case Snapshot(offset, state):
                self._check_not_ahead(offset)
                self._committed, self._next_offset, self._snapshot_offset = state, offset, offset
            case None:
                pass
        self._fold_to_the_end()
        broken = self._machine.broken(self._committed)
        assert not broken, f"{self._machine.topic}: {broken}"

    def _check_not_ahead(self, offset: int) -> None:
        end = self._journal.end()
        if offset > end:
            raise StartError(
                f"topic {self._machine.topic}: the snapshot was taken at offset {offset}, but the log ends at {end}; "
                "restore the data folder from a copy, or move its folder `folds` away to go on without what the log lost",
                Failure.SNAPSHOT_AHEAD,
            )

    def _fold_to_the_end(self) -> None:
        while True:
            entries, next_offset = self._journal.read(self._next_offset)
            for entry in entries:
                where = f"topic {self._machine.topic}, offset {entry.offset}"
                event = self._machine.codec.decode(entry, where)
                if event is not None:
                    self._committed = self._machine.fold(self._committed, event)
            if next_offset == self._next_offset:
                return
            self._next_offset = next_offset


def _all_events(decided: Sequence[_Asked[State, Command, Event, Reply]]) -> list[Event]:
    return [event for one in decided if not isinstance(one.outcome, Refusal) for event in one.outcome]


def _stopped() -> StoppedError:
    return StoppedError("the broker stopped before the answer was known")


def _settle(answer: asyncio.Future[Reply | Refusal], outcome: Reply | Refusal | Exception) -> None:
    """Give an asker its answer, unless it has gone away."""
    if answer.done():
        return
    if isinstance(outcome, Exception):
        answer.set_exception(outcome)
    else:
        answer.set_result(outcome)
