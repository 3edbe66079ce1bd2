"""Disks that lie, tear and fill up, under a real broker."""

# P3, P5 and P6 of the scenarios that every release must survive: a torn tail, a full disk, a flipped bit.

from __future__ import annotations

import contextlib
import json
import os
import re
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from leftfold.base import ids
from leftfold.base.errors import Code
from leftfold.kernel import encode_batch
from leftfold.wire.generated.fetch import FetchRequest
from leftfold.wire.generated.metadata import MetadataRequest
from leftfold.wire.generated.produce import ProduceRequest
from leftfold.wire.generated.topics import CreateTopicsRequest, DeleteTopicsRequest
from tests.clients.brokers import ROOT, Leftfold
from tests.unit.client import Client

BATCHES, RECORDS = 20, 10
COUNT = BATCHES * RECORDS
POLL_SECONDS = 20
FRAME_BYTES, FRAME_MAGIC = 80, b"LFJ1"
MIB = 1 << 20


def create(client: Client, name: str, **configs: str) -> None:
    rows = [CreateTopicsRequest.CreatableTopicConfig(name=key, value=value) for key, value in configs.items()]
    topic = CreateTopicsRequest.CreatableTopic(name=name, num_partitions=1, replication_factor=1, configs=rows)
    assert client.ask(CreateTopicsRequest(topics=[topic]), 4).topics[0].error_code == 0


def produce(client: Client, values: list[bytes], topic: str = "orders") -> tuple[int, int]:
    """Write one batch with acks=all; (error code, base offset)."""
    batch = encode_batch([(None, value, [], 1_700_000_000_000) for value in values])
    part = ProduceRequest.PartitionProduceData(index=0, records=batch)
    rows = [ProduceRequest.TopicProduceData(name=topic, partition_data=[part])]
    answer = client.ask(ProduceRequest(transactional_id=None, acks=-1, timeout_ms=20_000, topic_data=rows), 9)
    [partition] = answer.responses[0].partition_responses
    return partition.error_code, partition.base_offset


def fill(bootstrap: str, topic: str = "orders") -> dict[int, bytes]:
    """Twenty acknowledged batches of ten records, so that the indexes have rows; value by offset."""
    acknowledged: dict[int, bytes] = {}
    with Client(bootstrap) as client:
        create(client, topic, **{"index.interval.bytes": "300"})
        for number in range(BATCHES):
            values = [b"%d-%d" % (number, place) for place in range(RECORDS)]
            error, base = produce(client, values, topic)
            assert error == 0
            acknowledged |= {base + place: value for place, value in enumerate(values)}
    return acknowledged


def read(bootstrap: str, start: int, count: int, topic: str = "orders") -> dict[int, bytes]:
    """`count` records from an offset on, through librdkafka: value by offset."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "none", "enable.auto.commit": False, "log_level": 0})
    consumer.assign([TopicPartition(topic, 0, start)])
    found: dict[int, bytes] = {}
    try:
        while len(found) < count:
            message = consumer.poll(POLL_SECONDS)
            assert message is not None, f"only {len(found)} of {count} records came"
            assert message.error() is None, message.error()
            offset, value = message.offset(), message.value()
            assert offset is not None and value is not None
            found[offset] = value
    finally:
        consumer.close()
    return found


def refusal(bootstrap: str, start: int) -> str:
    """What librdkafka tells its user instead of a record at an offset."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "none", "enable.auto.commit": False, "log_level": 0})
    consumer.assign([TopicPartition("orders", 0, start)])
    try:
        message = consumer.poll(POLL_SECONDS)
    finally:
        consumer.close()
    error = message.error() if message is not None else None
    assert error is not None, message
    return error.str()


def fetch(client: Client, offset: int, topic: str = "orders") -> tuple[int, bytes]:
    """What one fetch at an offset answers: (error code, records)."""
    [row] = client.ask(MetadataRequest(topics=[MetadataRequest.MetadataRequestTopic(name=topic)]), 12).topics
    part = FetchRequest.FetchPartition(partition=0, fetch_offset=offset, partition_max_bytes=MIB)
    rows = [FetchRequest.FetchTopic(topic_id=row.topic_id, partitions=[part])]
    answer = client.ask(FetchRequest(max_wait_ms=0, min_bytes=0, max_bytes=MIB, topics=rows), 13)
    [partition] = answer.responses[0].partitions
    return partition.error_code, partition.records or b""


def segment(broker: Leftfold) -> Path:
    """The one segment that clients filled."""
    own = ids.CLUSTER_TOPIC_ID.hex()
    [found] = [path for path in broker.data.glob("topics/*/0/*.log") if own not in path.parts and path.stat().st_size]
    return found


def leftfold(*words: str) -> tuple[int, str, str]:
    """Run a command; (status, standard output, standard error)."""
    command = [sys.executable, "-m", "leftfold", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


def doctor(*words: str) -> tuple[int, dict[str, dict[str, object]]]:
    """What doctor says: its status, and the last finding of each check."""
    status, said, errors = leftfold("doctor", *words, "--format", "json")
    assert not errors, errors
    return status, {one["check"]: one for one in json.loads(said)["checks"]}


def logged(broker: Leftfold) -> list[dict[str, object]]:
    return [json.loads(line) for line in broker.errors.read_text().splitlines() if line.startswith("{")]


# -- P6 ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def harmed(tmp_path: Path) -> Iterator[tuple[Leftfold, dict[int, bytes], range, bytes]]:
    """A broker, not running, in whose segment one bit of a batch in the middle is flipped; the offsets, the batch's bytes."""
    broker = Leftfold(tmp_path)
    with broker:
        acknowledged = fill(broker.bootstrap)
    path = segment(broker)
    content = bytearray(path.read_bytes())
    positions = [0]
    while positions[-1] < len(content):
        positions.append(positions[-1] + 12 + struct.unpack_from(">i", content, positions[-1] + 8)[0])
    assert len(positions) == BATCHES + 1
    start, end = positions[7], positions[8]
    content[(start + end) // 2] ^= 0x10
    path.write_bytes(content)
    yield broker, acknowledged, range(70, 80), bytes(content[start:end])
    if broker.process is not None:
        broker.stop()


def test_p6_a_flipped_bit_is_quarantined_and_all_else_is_served(
    harmed: tuple[Leftfold, dict[int, bytes], range, bytes],
) -> None:
    broker, acknowledged, lost, _ = harmed
    before = segment(broker).read_bytes()
    with broker:
        with Client(broker.bootstrap) as client:
            for offset in lost:
                assert fetch(client, offset) == (Code.CORRUPT_MESSAGE, b"")
        assert f"offset {lost.start} " in refusal(broker.bootstrap, lost.start), (
            "a consumer is told, and does not wait in silence"
        )
        assert read(broker.bootstrap, 0, lost.start) == {offset: acknowledged[offset] for offset in range(lost.start)}
        rest = range(lost.stop, COUNT)
        assert read(broker.bootstrap, lost.stop, len(rest)) == {offset: acknowledged[offset] for offset in rest}
        with Client(broker.bootstrap) as client:
            assert produce(client, [b"after"]) == (0, COUNT)
        status, found = doctor("-X", f"brokers={broker.bootstrap}")
        assert (status, found["health"]["status"], found["health"]["code"]) == (3, "fail", "LF-1104")
        assert "orders/0" in str(found["health"]["what"])
        status, found = doctor("--data", str(broker.data))
        assert (status, found["records"]["first_offset"], found["records"]["last_offset"]) == (3, lost.start, lost.stop - 1)
        assert "stop the broker" in str(found["records"]["fix"])
    assert segment(broker).read_bytes()[: len(before)] == before, "what is damaged is never cut and never written over"


def test_p6_doctor_names_the_command_that_gives_it_up_and_consumers_go_on(
    harmed: tuple[Leftfold, dict[int, bytes], range, bytes],
) -> None:
    broker, acknowledged, lost, bytes_ = harmed
    status, found = doctor("--data", str(broker.data))
    assert (status, found["records"]["topic"], found["records"]["first_offset"]) == (3, "orders", lost.start)
    [command] = re.findall(r"`leftfold (doctor give-up [^`]+)`", str(found["records"]["fix"]))
    status, said, errors = leftfold(*command.split(), "--yes")
    assert status == 0, errors
    kept = Path(said.rpartition(" kept in ")[2].strip())
    assert kept.read_bytes() == bytes_
    assert doctor("--data", str(broker.data))[0] == 0
    with broker:
        expected = {offset: value for offset, value in acknowledged.items() if offset not in lost}
        assert read(broker.bootstrap, 0, len(expected)) == expected
        with Client(broker.bootstrap) as client:
            assert produce(client, [b"after"]) == (0, COUNT)
    with broker:
        assert read(broker.bootstrap, lost.start, 1) == {lost.stop: acknowledged[lost.stop]}
    assert doctor("--data", str(broker.data))[0] == 0


KINDS = {
    "offset index": "topics/*/0/*.index",
    "time index": "topics/*/0/*.timeindex",
    "producers": "topics/*/0/*.snapshot",
    "checkpoint": "checkpoint",
    "copy of the checkpoint": "checkpoint-copy",
    "journal after a clean stop": "journal/*.journal",
    "state of the cluster": "folds/*.snapshot",
    "lock": "LOCK",
}


@pytest.mark.parametrize("kind", KINDS)
def test_p7_a_flipped_bit_in_what_can_be_made_anew_loses_no_record_and_no_topic(tmp_path: Path, kind: str) -> None:
    broker = Leftfold(tmp_path)
    with broker:
        acknowledged = fill(broker.bootstrap)
    files = [path for path in broker.data.glob(KINDS[kind]) if path.stat().st_size]
    assert files, f"there is no {kind} with anything in it"
    for path in files:
        content = bytearray(path.read_bytes())
        content[min(len(content) // 2, 200)] ^= 0x04
        path.write_bytes(content)
    with broker:
        assert read(broker.bootstrap, 0, COUNT) == acknowledged
        with Client(broker.bootstrap) as client:
            names = [topic.name for topic in client.ask(MetadataRequest(topics=None), 12).topics]
        assert "orders" in names
    status, found = doctor("--data", str(broker.data))
    assert (status, found["records"]["status"]) == (0, "ok")
    assert not (broker.data / "set-aside").exists(), "nothing was taken for an orphan"


@pytest.mark.parametrize("kind", ["txnindex", "txnsum"])
def test_p7_no_flipped_bit_shows_what_was_aborted(tmp_path: Path, kind: str) -> None:
    broker = Leftfold(tmp_path)
    with broker:
        committed = transactions(broker.bootstrap)
    assert doctor("--data", str(broker.data))[0] == 0
    files = [path for path in broker.data.glob(f"topics/*/0/*.{kind}") if path.stat().st_size]
    assert files, "something was aborted"
    for path in files:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 0x04
        path.write_bytes(content)
    status, found = doctor("--data", str(broker.data))
    assert (status, found["records"]["status"]) == (0, "ok")
    with broker:
        assert read(broker.bootstrap, 0, len(committed)) == committed


def transactions(bootstrap: str) -> dict[int, bytes]:
    """Records of a compacted topic, every second transaction aborted: what is committed, value by offset."""
    with Client(bootstrap) as client:
        create(client, "orders", **{"cleanup.policy": "compact"})
    producer = Producer({"bootstrap.servers": bootstrap, "transactional.id": "a", "log_level": 0})
    producer.init_transactions()
    committed: dict[int, bytes] = {}
    offset = 0
    for number in range(BATCHES):
        producer.begin_transaction()
        producer.produce("orders", b"%d" % number, b"key", 0)
        if number % 2:
            producer.flush()
            producer.abort_transaction()
        else:
            producer.commit_transaction()
            committed[offset] = b"%d" % number
        offset += 2  # a record and a marker
    return committed


# -- P3 ------------------------------------------------------------------------------------------------------------------


def last_frame(journal: Path) -> tuple[int, bytes]:
    """The last frame of records in a journal: where it ends, and its bytes."""
    content = journal.read_bytes()
    found, position = b"", 0
    while content[position : position + 4] == FRAME_MAGIC:
        [payload] = struct.unpack_from("<I", content, position + 4)
        frame = content[position : position + FRAME_BYTES + payload]
        found = frame if payload else found
        position += len(frame)
    assert found, f"no frame of records in {journal}"
    return position, found


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_p3_a_torn_tail_is_cut_with_one_line_and_nothing_else_is_touched(tmp_path: Path, share: float) -> None:
    broker = Leftfold(tmp_path)
    broker.start()
    acknowledged = fill(broker.bootstrap)
    broker.kill()
    [journal] = broker.data.glob("journal/*.journal")
    end, frame = last_frame(journal)
    following = bytearray(frame)
    struct.pack_into("<Q", following, 16, struct.unpack_from("<Q", frame, 16)[0] + 1)  # the sequence that comes next
    with journal.open("r+b") as file:  # power went while the next frame, which nobody was told of, was half on its way
        file.seek(end)
        file.write(following[: max(FRAME_BYTES, int(len(following) * share))])
    status, found = doctor("--data", str(broker.data))
    assert (status, "torn tail" in str(found["recovery"]["what"])) == (0, True)
    with broker:
        assert read(broker.bootstrap, 0, COUNT) == acknowledged
        with Client(broker.bootstrap) as client:
            assert produce(client, [b"after"]) == (0, COUNT)
    lines = [line for line in logged(broker) if line["event"] == "recovered"]
    assert len(lines) == 1, lines
    assert "torn tail" in str(lines[0]["what"])
    with broker:
        assert read(broker.bootstrap, 0, COUNT + 1) == {**acknowledged, COUNT: b"after"}


def test_a_journal_whose_damage_nobody_can_name_is_opened_by_order_only(tmp_path: Path) -> None:
    broker = Leftfold(tmp_path)
    broker.start()
    acknowledged = fill(broker.bootstrap)
    broker.kill()
    [journal] = broker.data.glob("journal/*.journal")
    end, frame = last_frame(journal)
    start = end - 8 * len(frame)  # all frames of ten records here are of one length, or nearly
    content = bytearray(journal.read_bytes())
    start = content.index(FRAME_MAGIC, start)
    content[start + 16 : start + FRAME_BYTES] = bytes(FRAME_BYTES - 16)
    journal.write_bytes(content)
    for path in broker.data.glob("topics/*/0/*.log"):
        if ids.CLUSTER_TOPIC_ID.hex() not in path.parts:
            path.write_bytes(b"")  # it was never synced: the journal alone had the records
    with pytest.raises(RuntimeError, match=r"LF-1105"):
        broker.start()
    data = str(broker.data)
    status, found = doctor("--data", data)
    assert (status, found["recovery"]["code"]) == (3, "LF-1105")
    [command] = re.findall(r"`leftfold (doctor give-up-journal [^`]+)`", str(found["recovery"]["fix"]))
    before = {path: path.stat().st_mtime_ns for path in broker.data.rglob("*")}
    assert "would find" in leftfold(*command.split(), "--dry-run")[1]
    assert {path: path.stat().st_mtime_ns for path in broker.data.rglob("*")} == before
    status, said, errors = leftfold(*command.split(), "--yes")
    assert (status, "kept in" in said) == (0, True), errors
    found = doctor("--data", data)[1]
    lost = range(int(str(found["records"]["first_offset"])), int(str(found["records"]["last_offset"])) + 1)
    assert len(lost) == RECORDS
    assert leftfold("doctor", "give-up", "--data", data, "orders", "0", str(lost.start), str(lost.stop - 1), "-y")[0] == 0
    with broker:
        expected = {offset: value for offset, value in acknowledged.items() if offset not in lost}
        assert read(broker.bootstrap, 0, len(expected)) == expected


# -- P5 ------------------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own; skips, saying so, where this process may not mount one."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"needs the right to mount a file system: {mounted.stderr.strip()}; run it as root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def eat(disk: Path, leave: int) -> Path:
    """Take all room, whoever takes some meanwhile, and give so many bytes back."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for piece in (MIB, 4096, 1):
            with contextlib.suppress(OSError):  # no space left: what else there may be is asserted by the tests
                while file.write(bytes(piece)) == piece:
                    continue
        file.truncate(file.tell() - leave)
    return ballast


def wait_until_written(client: Client, value: bytes) -> int:
    """Ask again as clients do on a retriable error, until it is written; the offset. The test's own time limit is the bound."""
    while True:
        error, base = produce(client, [value])
        if error == 0:
            return base
        assert error == Code.KAFKA_STORAGE_ERROR


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux: a tmpfs is mounted")
@pytest.mark.parametrize("leave", [0, 24 * MIB], ids=["met in the middle of a write", "met before a write"])
def test_p5_a_full_disk_is_said_reads_go_on_and_writes_return(tmp_path: Path, leave: int) -> None:
    with small_disk(tmp_path / "disk", 192) as disk:
        broker = Leftfold(disk / "broker", {"journal.file.bytes": str(8 * MIB)})
        with broker:
            acknowledged = fill(broker.bootstrap)
            with Client(broker.bootstrap) as client:
                ballast = eat(disk, leave)
                large = [os.urandom(900_000)]
                while (error := produce(client, large)[0]) == 0:
                    continue  # the disk is small: it fills up
                assert error == Code.KAFKA_STORAGE_ERROR, "it is refused, and the client is told to come again"
                assert read(broker.bootstrap, 0, COUNT) == acknowledged
                end = fetch_end(broker.bootstrap)
                status, found = doctor("-X", f"brokers={broker.bootstrap}")
                assert (status, found["disk"]["code"]) == (3, "LF-1101")
                ballast.unlink()
                assert wait_until_written(client, b"room again") == end
        assert broker.process is None
        with broker:
            found_again = read(broker.bootstrap, 0, COUNT)
            assert found_again == acknowledged
            assert read(broker.bootstrap, end, 1) == {end: b"room again"}


def fetch_end(bootstrap: str) -> int:
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "none", "log_level": 0})
    try:
        end: int = consumer.get_watermark_offsets(TopicPartition("orders", 0), timeout=POLL_SECONDS)[1]
        return end
    finally:
        consumer.close()


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux: a tmpfs is mounted")
@pytest.mark.parametrize("leave", [0, 24 * MIB], ids=["not a byte left", "little left"])
def test_p5_on_a_full_disk_a_topic_can_be_deleted_with_its_folder(tmp_path: Path, leave: int) -> None:
    with small_disk(tmp_path / "disk", 192) as disk, Leftfold(disk / "broker", {"journal.file.bytes": str(8 * MIB)}) as broker:
        fill(broker.bootstrap)
        with Client(broker.bootstrap) as client:
            before = set(broker.data.glob("topics/*"))
            create(client, "doomed")
            eat(disk, leave)
            deleted = client.ask(DeleteTopicsRequest(topic_names=["doomed"], timeout_ms=10_000), 5)
            assert deleted.responses[0].error_code == 0
            assert set(broker.data.glob("topics/*")) == before, "its folder is gone"


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux: a tmpfs is mounted")
@pytest.mark.parametrize("end", ["stop", "kill"])
def test_p5_a_start_on_a_full_disk_reads_or_says_what_it_lacks(tmp_path: Path, end: str) -> None:
    """A start writes a few kilobytes. Without them it refuses, and has changed nothing; with them all can be read."""
    with small_disk(tmp_path / "disk", 192) as disk:
        broker = Leftfold(tmp_path, {"journal.file.bytes": str(8 * MIB)})  # what it says goes to another disk
        (disk / "data").mkdir()
        broker.data.symlink_to(disk / "data")
        broker.start()
        acknowledged = fill(broker.bootstrap)
        getattr(broker, end)()
        eat(disk, 0)
        with pytest.raises(RuntimeError, match=r"No space left on device.*free a few MiB.*\[LF-1101\]"):
            broker.start()
        (disk / "ballast").unlink()
        ballast = eat(disk, MIB)
        with broker:
            assert read(broker.bootstrap, 0, COUNT) == acknowledged
            with Client(broker.bootstrap) as client:
                while (error := produce(client, [os.urandom(900_000)])[0]) == 0:
                    continue
                assert error == Code.KAFKA_STORAGE_ERROR
                ballast.unlink()
                wait_until_written(client, b"room again")
