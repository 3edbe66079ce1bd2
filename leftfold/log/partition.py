"""One partition of the log: append, trim and read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from leftfold.base.errors import Failure, StartError, StoppedError, StorageError
from leftfold.base.writers import Marker, Producer, Writer, Written, commits
from leftfold.kernel import Batch, Done, Kernel, KernelError, Record, decode_batches, encode_batch

READ_BYTES = 256 << 10  # as much as is decoded in one go, for some milliseconds in which Python does nothing else

_Headers = Sequence[tuple[str, bytes | None]]
End = Callable[[int | StorageError | StoppedError], None]  # told the offset once it is durable, or why it is not
MarkEnd = Callable[[int | KernelError | StorageError | StoppedError], None]  # the same, or why it was refused
Append = tuple[bytes, int, bytes | tuple[int, int, bool, int, int]]  # as `Kernel.append` takes it
Told = Callable[[Any], None]
Refused = Callable[[KernelError], Exception]


class Tickets:
    """What is appended in one pass of the event loop goes to the kernel in one call, to be one round of the journal; and who
    waits for which end. One event loop asks and takes the ends in."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._asked: list[tuple[Append, Told, Refused]] = []
        self._waiting: dict[int, Told] = {}

    def append(self, append: Append, then: Told, refused: Refused) -> None:
        """Call `then` at the end of an append; where the kernel will not take it, with what `refused` makes of that."""
        if not self._asked:
            asyncio.get_running_loop().call_soon(self.send)
        self._asked.append((append, then, refused))

    def send(self) -> None:
        """Hand over what was asked for, now; at the end of the turn it happens by itself."""
        asked, self._asked = self._asked, []
        if not asked:
            return
        try:
            ends = self._kernel.append([append for append, *_ in asked])
        except KernelError as error:
            ends = [error] * len(asked)
        for (_, then, refused), end in zip(asked, ends, strict=True):
            if isinstance(end, int):
                self._waiting[end] = then
            else:
                then(refused(end))

    def wait(self, ticket: int) -> asyncio.Future[int]:
        """The offset that a ticket's trim led to, once it is durable; StorageError or StoppedError if it is not."""
        future = asyncio.get_running_loop().create_future()
        self._waiting[ticket] = partial(_settle, future)
        return future

    def done(self, done: Done) -> None:
        """The kernel reports the end of an append or trim."""
        then = self._waiting.pop(done.ticket, None)
        if then is not None:
            failed = "an append to the broker's own log failed"
            then(done.base_offset if done.error is None else _failure(done.error, failed))

    def stop(self, why: str) -> None:
        """Nothing will end any more: the kernel has stopped."""
        waiting, self._waiting = self._waiting, {}
        for then in waiting.values():
            then(StoppedError(why, Failure.FSYNC_FAILED))


class Partition:
    """One partition, by topic id and index."""

    def __init__(self, kernel: Kernel, tickets: Tickets, topic_id: bytes, index: int) -> None:
        self._kernel = kernel
        self._tickets = tickets
        self._topic_id = topic_id
        self._index = index

    def append(self, records: Sequence[tuple[bytes | None, bytes | None, _Headers, int]], writer: Writer, then: End) -> None:
        """Append (key, value, headers, timestamp)s as one batch of this writer; `then` is told its base offset once durable."""
        match writer:
            case Marker(producer_id, epoch, commit):  # a fold decides itself which of its transactions a marker ends
                self._append((producer_id, epoch, commit, 0, 0), then, _refused)
            case Producer(producer_id, epoch):
                batch = encode_batch(records, producer_id=producer_id, producer_epoch=epoch, transactional=True)
                self._append(batch, then, _refused)
            case None:
                self._append(encode_batch(records), then, _refused)

    def end_transaction(self, producer: Producer, *, commit: bool, coordinator_epoch: int, version: int, then: MarkEnd) -> None:
        """End a producer's transaction here; `then` is told the marker's offset once durable, a KernelError if it is fenced."""
        self._append((*producer, commit, coordinator_epoch, version), then, lambda error: error)

    async def mark(self, producer: Producer, *, commit: bool, coordinator_epoch: int, version: int) -> int:
        """As `end_transaction`, for who waits."""
        offset: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        then = partial(_settle, offset)
        self.end_transaction(producer, commit=commit, coordinator_epoch=coordinator_epoch, version=version, then=then)
        return await offset

    def _append(self, what: bytes | tuple[int, int, bool, int, int], then: Told, refused: Refused) -> None:
        self._tickets.append((self._topic_id, self._index, what), then, refused)

    async def trim(self, offset: int) -> int:
        """Move the log start offset (-1: to the high watermark) and return where it is then."""
        try:
            ticket = self._kernel.trim(self._topic_id, self._index, offset)
        except KernelError as error:
            raise _failure(error.code, str(error)) from error
        await self._tickets.wait(ticket)
        state = self._kernel.partition(self._topic_id, self._index)
        return -1 if state is None else state.log_start_offset

    def read(self, offset: int) -> tuple[list[Record | Written], int]:
        """*Blocking.* Committed records from an offset on, and the next offset to read; `Written` if not by the broker."""
        try:
            batches = decode_batches(self._kernel.read(self._topic_id, self._index, offset, READ_BYTES))
        except KernelError as error:
            failure = Failure.of_kernel(error.code)
            raise StartError(f"the broker's own log, offset {offset}: {error}; {failure.todo}", failure) from error
        records = [record for batch in batches for record in _entries(batch) if record.offset >= offset]
        return records, max(offset, batches[-1].last_offset + 1) if batches else offset

    def end(self) -> int:
        """The next offset that will be given."""
        state = self._kernel.partition(self._topic_id, self._index)
        return 0 if state is None else state.log_end_offset


def _entries(batch: Batch) -> Sequence[Record | Written]:
    """The records of a batch; of control records only those that end a transaction."""
    if not batch.control and not batch.transactional:
        return batch.records
    entries = []
    for record in batch.records:
        writer: Marker | Producer = Producer(batch.producer_id, batch.producer_epoch)
        if batch.control:
            commit = commits(record.key)
            if commit is None:
                continue
            writer = Marker(batch.producer_id, batch.producer_epoch, commit)
        entries.append(Written(record.offset, record.key, record.value, record.headers, writer))
    return entries


def _settle(future: asyncio.Future[int], end: int | KernelError | StorageError | StoppedError) -> None:
    if future.done():
        return
    if isinstance(end, int):
        future.set_result(end)
    else:
        future.set_exception(end)


def _refused(error: KernelError) -> StorageError | StoppedError:
    return _failure(error.code, str(error))


def _failure(code: str, why: str) -> StorageError | StoppedError:
    failure = Failure.of_kernel(code)
    message = f"{why} ({code}): {failure.todo}"
    return StorageError(message, failure) if failure.definite else StoppedError(message, failure)
