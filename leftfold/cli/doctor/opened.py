"""A data folder opened without a broker, and who is in it."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from leftfold.base import ids
from leftfold.base.errors import LeftfoldError
from leftfold.fold.snapshot import Shelf
from leftfold.kernel import Kernel, KernelError, crc32c, decode_batches
from leftfold.machines.cluster.events import Event, TopicCreated, TopicDeleted
from leftfold.machines.cluster.machine import CLUSTER
from leftfold.machines.cluster.state import Cluster

LOCK_FILE, FOLDS = "LOCK", "folds"
POLL_SECONDS = 0.005
READ_BYTES = 4 << 20
CLOSE_MS = 10_000


@contextmanager
def recovered(data: Path, settings: Mapping[str, int | bool | str]) -> Iterator[Kernel]:
    """The folder as a start would have it; KernelError, with its code, where it cannot be opened."""
    kernel = Kernel(str(data), settings)
    try:
        kernel.recover()
        while not kernel.recovery().finished:
            time.sleep(POLL_SECONDS)
        kernel.notes()  # raises what recovery met
        yield kernel
    finally:
        kernel.close(CLOSE_MS)


@contextmanager
def held(data: Path) -> Iterator[bool]:
    """Whether nobody else uses the folder. While it is so, no broker can start in it."""
    try:
        lock = (data / LOCK_FILE).open("rb")
    except OSError:  # never used, or not ours to open: nothing to hold
        yield True
        return
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True


def holder(data: Path) -> str:
    """The process that uses the folder, by what can be seen of it or by what it wrote into the lock."""
    from leftfold.node import holders

    if found := holders.of_folder(data):
        return found
    try:
        written = (data / LOCK_FILE).read_text(errors="replace").strip()[:20]
    except OSError:
        written = ""
    return f"process {written}" if written.isdecimal() else "another process"


@dataclass(slots=True)
class Topics:
    """What the cluster's own log says: the names of topics by id, and the ids of those that were deleted."""

    names: dict[bytes, str] = field(default_factory=lambda: {ids.CLUSTER_TOPIC_ID: CLUSTER.topic})
    deleted: set[bytes] = field(default_factory=set)

    def find(self, text: str) -> bytes | None:
        """The id of a topic by its name, or by its id as text."""
        for topic_id, name in self.names.items():
            if text == name:
                return topic_id
        try:
            return ids.to_bytes(text)
        except ValueError:
            return None


def topics(kernel: Kernel, data: Path) -> Topics:
    """*Blocking.* Every topic that ever was, from the last snapshot and from what can be read of its log."""
    found = Topics()
    snapshot = Shelf(data / FOLDS, CLUSTER.topic, 0, Cluster, crc32c).peek()
    if snapshot is not None:
        found.names.update({ids.to_bytes(topic_id): topic.name for topic_id, topic in snapshot.state.topics.items()})
    for event in _events(kernel):
        match event:
            case TopicCreated(topic_id=topic_id, name=name):
                found.names[ids.to_bytes(topic_id)] = name
            case TopicDeleted(topic_id=topic_id):
                found.deleted.add(ids.to_bytes(topic_id))
                found.names.pop(ids.to_bytes(topic_id), None)
            case _:
                pass
    return found


def _events(kernel: Kernel) -> Iterator[Event]:
    """What can be read of the cluster's log: over quarantined ranges, and over what a newer version wrote."""
    state = kernel.partition(ids.CLUSTER_TOPIC_ID, 0)
    offset = state.log_start_offset if state else 0
    while state is not None and offset < state.log_end_offset:
        try:
            batches = decode_batches(kernel.read(ids.CLUSTER_TOPIC_ID, 0, offset, READ_BYTES))
        except KernelError:
            damaged = kernel.verify(ids.CLUSTER_TOPIC_ID, 0)
            after = [last + 1 for first, last, _ in damaged if first <= offset <= last]
            if not after:
                return
            offset = max(after)
            continue
        if not batches:
            return
        for record in (record for batch in batches for record in batch.records if record.offset >= offset):
            try:
                event = CLUSTER.codec.decode(record, f"offset {record.offset}")
            except LeftfoldError:
                continue
            if event is not None:
                yield event
        offset = batches[-1].last_offset + 1
