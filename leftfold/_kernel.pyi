"""The door to Rust, typed: what the compiled kernel offers Python.

Every method may be called from any thread. Methods marked *blocking* release the GIL while they work. Offsets are record
offsets in one partition, positions are bytes in one file, times are milliseconds since 1970 (wall) unless the name says
otherwise. A topic id is 16 bytes, big-endian, as on the wire (KIP-516).
"""

from collections.abc import Mapping, Sequence
from typing import Any, final

class KernelError(Exception):
    """What the kernel could not do: `code` is a name of base/errors.py (`folder_in_use`, `disk_full` ...), then why."""

    code: str

@final
class Recovery:
    """How far the replay of the journal is; `error` is set when the folder cannot be opened."""

    done_bytes: int
    total_bytes: int
    finished: bool
    error: str | None

@final
class Call:
    """One request that is Python's to answer, by `Kernel.answer(call.id, body)`; it stays in its connection's order."""

    id: int
    api_key: int
    api_version: int
    correlation_id: int
    client_id: str | None
    principal: str
    listener: str
    local_host: str
    local_port: int
    peer_host: str
    peer_port: int
    connection: int
    arrived_ms: int
    arrived_mono_ns: int
    body: bytes

@final
class Verify:
    """A Produce would begin transactions of this producer and epoch in these partitions [(topic id, partition)]: may it? To be
    answered by `Kernel.verified`; the request waits, and so do later ones of its connection. With `add` (Produce v12 and later,
    transaction version 2, KIP-890) the coordinator adds the partitions to the transaction; without, the producer must have
    added them. `abortable` (v11 and later): the client knows TRANSACTION_ABORTABLE. Never asked before EndTxn stands among the
    published apis."""

    id: int
    transactional_id: str
    producer_id: int
    producer_epoch: int
    add: bool
    abortable: bool
    partitions: list[tuple[bytes, int]]

@final
class OpenTransaction:
    """The oldest open transaction of a partition: what holds its last stable offset back. `since_ms` is when its first batch
    was appended here, or the node's start if that came later."""

    topic_id: bytes
    partition: int
    producer_id: int
    producer_epoch: int
    first_offset: int
    since_ms: int

@final
class Done:
    """The end of an asynchronous `append` or `trim`: `error` is None when it is durable."""

    ticket: int
    base_offset: int
    error: str | None

@final
class CompactionFailed:
    """A partition could not be compacted and stays as it is; it is tried again. `code` is one of base/errors.py. One that
    fails in every round is told once in ten minutes."""

    topic_id: bytes
    partition: int
    code: str
    why: str

@final
class Fatal:
    """The kernel stopped serving (a failed fsync): the process must end with status 74, an embedded broker raises."""

    reason: str

@final
class PartitionState:
    """A partition as it stands; sizes in bytes. `damage` names quarantined offset ranges [first, last].

    `produced_bytes` and `fetched_bytes` count record bytes that clients wrote and were sent since the node started.
    """

    topic_id: bytes
    partition: int
    log_start_offset: int
    high_watermark: int
    last_stable_offset: int
    log_end_offset: int
    leader_epoch: int
    size_bytes: int
    segment_count: int
    produced_bytes: int
    fetched_bytes: int
    path: str
    damage: list[tuple[int, int, str]]

@final
class ProducerEntry:
    """One live producer of a partition, as DescribeProducers (KIP-664) shows it."""

    producer_id: int
    producer_epoch: int
    last_sequence: int
    last_timestamp: int
    coordinator_epoch: int
    current_txn_start_offset: int

@final
class Record:
    """One decoded record; `headers` keep their order and may repeat a key."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]

@final
class Batch:
    """One decoded record batch (v2) with its records; `position` is where it began in the bytes that were given."""

    position: int
    size_bytes: int
    base_offset: int
    last_offset: int
    leader_epoch: int
    crc: int
    compression: str
    timestamp_type: str
    transactional: bool
    control: bool
    base_timestamp: int
    max_timestamp: int
    producer_id: int
    producer_epoch: int
    base_sequence: int
    records: list[Record]

@final
class Kernel:
    """The log of one data folder, and the sockets in front of it."""

    def __init__(self, data: str, settings: Mapping[str, int | bool | str]) -> None:
        """Take the folder's lock and check its format; raises KernelError(folder_in_use | folder_format | disk_*).

        With `changes_nothing` it takes no lock and keeps all writes in memory: what a start would do can be looked at and has
        not happened. With `journal_left_out` as well it sees the segments only: those of a broker that runs. With
        `journal_give_up` a start that would be refused as `journal_damaged` sets aside the frames that nobody can name and
        goes on; `notes` says where their bytes are.
        """

    # -- life ---------------------------------------------------------------------------------------------------------
    def recover(self) -> None:
        """Start to replay the journal on a thread of the kernel's own; watch `recovery()`."""
    def recovery(self) -> Recovery: ...
    def folder_id(self) -> bytes:
        """The 16 bytes (a UUID) that were drawn when the folder was made; they stay its own wherever it is moved to."""
    def notes(self) -> list[str]:
        """What recovery had to say: one line each; empty after a clean stop."""
    def listen(self, name: str, host: str, port: int) -> int:
        """Open a listener and return its port; raises KernelError(port_taken). Only after recovery and `publish_node`."""
    def close_connections(self, deadline_ms: int) -> None:
        """*Blocking.* Close the listeners, write the answers that are under way, close the connections. Calls are drained and
        answered meanwhile; those that may wait are hung up. The log goes on."""
    def close(self, deadline_ms: int) -> None:
        """*Blocking.* Close connections as above, end all threads, write the final mark, release the folder. A kernel that is
        dropped does the same and waits for no answer."""

    # -- tables, published by Python; each call replaces one row at once -------------------------------------------------
    def publish_node(self, node: Mapping[str, Any]) -> None:
        """cluster_id, node_id, controller_id, brokers [(id, host | None, port | None, rack | None)] (None: the connection's own
        local address), apis [(key, version_min, version_max, flexible_from, in_kernel, permission, may_wait)],
        features_supported [(name, min, max)], features_finalized [(name, max_level, min_level)], features_epoch,
        auto_create_topics (bool), admin (URL | None: what people who speak HTTP to the Kafka port are told). A call of an
        API that may_wait gives its slot back once it is drained."""
    def publish_topic(
        self,
        topic_id: bytes,
        name: str,
        internal: bool,
        partitions: Sequence[tuple[int, int, int, Sequence[int], Sequence[int]]],
        config: Mapping[str, int | bool | str],
    ) -> None:
        """*Blocking.* partitions [(index, leader, leader_epoch, replicas, isr)]; makes the folders that are missing. `config`
        has Kafka's names with underscores (retention_ms, segment_bytes, max_message_bytes, write_caching ...)."""
    def withdraw_topic(self, topic_id: bytes) -> None:
        """*Blocking.* The topic is gone: readers and writers are told, the drop is journaled, the folder removed."""
    def topic_ids_on_disk(self) -> list[bytes]: ...
    def set_aside(self, topic_id: bytes) -> str:
        """Move a folder that no event explains out of the way; returns where it is now. Nothing is removed."""

    # -- requests handed to Python ---------------------------------------------------------------------------------------
    def fileno(self) -> int:
        """An eventfd (a pipe elsewhere) that is readable while `drain` has something."""
    def drain(self, count_max: int) -> list[Call | Verify | Done | CompactionFailed | Fatal]: ...
    def answer(self, answers: Sequence[tuple[int, bytes]]) -> None:
        """[(call id, response body without header)]; the kernel writes frame and header."""
    def verified(self, verify_id: int, errors: Sequence[int]) -> None:
        """The answer to a `Verify`: of each of its partitions, in order, 0 or the Kafka code that the Produce is to tell.
        A yes does not count if a marker of that producer was appended meanwhile: what `add`s is asked once more, else and then
        the append is refused with INVALID_TXN_STATE."""
    def redo(self, call_id: int) -> None:
        """Let the kernel answer a call that was handed over (Metadata after its topic was made)."""
    def hang_up(self, call_id: int) -> None:
        """Close the connection of a call whose bytes could not be decoded."""

    # -- the log, for folds ----------------------------------------------------------------------------------------------
    def append(self, appends: Sequence[tuple[bytes, int, bytes | tuple[int, int, bool, int, int]]]) -> list[int | KernelError]:
        """Append to partitions [(topic id, partition, what)] in this order, to become durable together; of each a ticket whose
        `Done` comes through `drain`, or why it was refused. What: one whole batch (see `encode_batch`), or a marker that ends
        a producer's transaction (producer id, producer epoch, commit, coordinator epoch, transaction version), whose `Done`
        has the marker's offset.

        A transactional batch without a base sequence is the coordinator's own: nobody is asked, and it begins a transaction if
        none is open. A marker is refused with `invalid_producer_epoch` where its epoch is below the known one or, from
        transaction version 2 on, equal to it with a transaction open (a late marker), and with `coordinator_fenced` where a
        later coordinator was here. One that is written again (its answer was lost) succeeds and changes nothing. A higher
        epoch becomes the known one: sequences begin at 0."""
    def open_transactions(self) -> list[OpenTransaction]:
        """The oldest open transaction of each partition that has one."""
    def read(self, topic_id: bytes, partition: int, offset: int, bytes_max: int) -> bytes:
        """*Blocking.* Whole committed batches from the one that holds `offset`; empty at the end."""
    def trim(self, topic_id: bytes, partition: int, offset: int) -> int:
        """DeleteRecords: move the log start offset; -1 is the high watermark. Returns a ticket."""
    def partition(self, topic_id: bytes, partition: int) -> PartitionState | None: ...
    def partitions(self) -> list[PartitionState]: ...
    def producers(self, topic_id: bytes, partition: int) -> list[ProducerEntry]: ...
    def verify(self, topic_id: bytes, partition: int) -> list[tuple[int, int, str]]:
        """*Blocking.* Read every byte of a partition's segments; returns all quarantined ranges (first, last, why)."""
    def give_up(self, topic_id: bytes, partition: int, first_offset: int, last_offset: int) -> str:
        """*Blocking.* The operator gives up damaged offsets: they become a gap, for good when this returns. Returns the path of
        the file beside the segments that keeps their bytes; raises KernelError(not_damaged) unless the range is made of
        whole quarantined ranges, as `PartitionState.damage` and `verify` list them."""

    # -- what is going on --------------------------------------------------------------------------------------------------
    def counters(self) -> dict[str, Any]:
        """requests {api_key: (count, errors, bytes_in, bytes_out, latency_bucket_counts, latency_us_total)}, latency_bounds_us
        [...] rising; a request counts in the one bucket whose bound it does not exceed, the last bucket has no bound;
        connections_open, connections_total, connections_refused, frames_refused, strangers_tls, strangers_http,
        transfers_stalled, memory_permit_bytes_max, memory_permit_bytes_used,
        journal_rounds, journal_bytes, journal_fsync_us_total, fetch_waiting, produce_waiting, calls_queued; of compaction:
        compaction_passes, _read_bytes, _written_bytes, _kept_records, _removed_records, _failures, and as they are now
        _memory_bytes (of the keys of the pass under way) and _failing_partitions (of the newest round)."""

def decode_batches(data: bytes, *, check: bool = True) -> list[Batch]:
    """Decode whole batches from log bytes; raises KernelError(corrupt_batch) naming the position. A last part is left."""

def encode_batch(
    records: Sequence[tuple[bytes | None, bytes | None, Sequence[tuple[str, bytes | None]], int]],
    *,
    compression: str = "none",
    producer_id: int = -1,
    producer_epoch: int = -1,
    base_sequence: int = -1,
    transactional: bool = False,
) -> bytes:
    """One batch from [(key, value, headers, timestamp)]; offsets start at 0 and are given on append."""

def decode_offset_commit(
    version: int, body: bytes
) -> tuple[str, int, str, str | None, int, list[tuple[str, bytes, list[int], list[int], list[int], list[str]]]]:
    """What an OffsetCommit asks: (group, generation or member epoch, member, instance, retention in ms or -1, topics), each
    topic as (name, topic id, partitions, offsets, leader epochs, metadata) in columns; null metadata is empty.

    Raises KernelError(corrupt_request) where the body is none, or names more than 100,000 topics and partitions."""

def encode_offset_commit(version: int, topics: Sequence[tuple[str, bytes, Sequence[int], Sequence[int]]]) -> bytes:
    """The body of its answer, from (name, topic id, partitions, their error codes) of each topic."""

def matching(pattern: str, names: Sequence[str]) -> list[str]:
    """The names that a pattern matches as a whole, in time linear in their length; KernelError(bad_pattern) if it is none.

    Its syntax is that of Rust's regex crate without Unicode classes: RE2J's but for `\\Q...\\E`, `\\C` and `\\pL`."""

def crc32c(data: bytes) -> int: ...

version: str
