"""One partition of the log: append, trim and read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from leftfold.base.errors import Failure, StartError, StoppedError, StorageError
from leftfold.base.writers import Marker, Producer, Writer, Written, commits
from leftfold.kernel import Batch, Done, Kernel, KernelError, Record, decode_batches, encode_batch

READ_BYTES = 256 << 10  # as much as is decoded in one go, for some milliseconds in which Python does nothing else

_Headers = Sequence[tuple[str, bytes | None]]
End = Callable[[int | StorageError | StoppedError], None]  # told the offset once it is durable, or why it is not


class Tickets:
    """Who waits for which end of an append. One event loop hands tickets out and takes their ends in."""

    def __init__(self) -> None:
        self._waiting: dict[int, End] = {}

    def when(self, ticket: int, then: End) -> None:
        """Call `then` at the end of a ticket's append."""
        self._waiting[ticket] = then

    def wait(self, ticket: int) -> asyncio.Future[int]:
        """The offset that a ticket's append was given, once it is durable; StorageError or StoppedError if it is not."""
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
        try:
            ticket = self._append(records, writer)
        except KernelError as error:
            then(_failure(error.code, str(error)))
        else:
            self._tickets.when(ticket, then)

    def _append(self, records: Sequence[tuple[bytes | None, bytes | None, _Headers, int]], writer: Writer) -> int:
        match writer:
            case Marker(producer_id, epoch, commit):  # a fold decides itself which of its transactions a marker ends
                return self._kernel.append_marker(self._topic_id, self._index, producer_id, epoch, commit, 0, 0)
            case Producer(producer_id, epoch):
                batch = encode_batch(records, producer_id=producer_id, producer_epoch=epoch, transactional=True)
                return self._kernel.append(self._topic_id, self._index, batch)
            case None:
                return self._kernel.append(self._topic_id, self._index, encode_batch(records))

    async def mark(self, producer: Producer, *, commit: bool, coordinator_epoch: int, version: int) -> int:
        """End a producer's transaction here: the marker's offset once durable. KernelError if it is fenced."""
        ticket = self._kernel.append_marker(self._topic_id, self._index, *producer, commit, coordinator_epoch, version)
        return await self._tickets.wait(ticket)

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


def _settle(future: asyncio.Future[int], end: int | StorageError | StoppedError) -> None:
    if future.done():
        return
    if isinstance(end, int):
        future.set_result(end)
    else:
        future.set_exception(end)


def _failure(code: str, why: str) -> StorageError | StoppedError:
    failure = Failure.of_kernel(code)
    message = f"{why} ({code}): {failure.todo}"
    return StorageError(message, failure) if failure.definite else StoppedError(message, failure)
