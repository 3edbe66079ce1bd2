"""A compacted topic: clients read the table, tools its files."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition

from tests.clients.brokers import Broker, Leftfold
from tests.clients.drivers import CODECS
from tests.clients.drivers.librdkafka import Librdkafka
from tests.clients.runtimes import need
from tests.clients.test_dump_log import Dump, dump

TOPIC = "table"
SECONDS_MAX = 60.0
KEYS, ROUNDS, RECORDS, VALUE_BYTES = 200, 30, 40, 1500
CONFIGS = {
    "cleanup.policy": "compact",
    "segment.bytes": "1048576",
    "min.cleanable.dirty.ratio": "0.01",
    "delete.retention.ms": "0",
}
AT_ONCE = {"log.cleaner.backoff.ms": "100"}
FOLLOWED = re.compile(r".*: +-?\d+ is followed by \d+")
"""The dump tool remarks on every hole between two offsets; in a compacted log holes are what is to be expected."""


@dataclass(slots=True)
class Written:
    """What the topic is in the end, and how it came to that."""

    table: dict[bytes, bytes] = field(default_factory=dict)
    aborted: set[bytes] = field(default_factory=set)
    end: int = 0
    files: list[Path] = field(default_factory=list)

    def put(self, key: bytes, value: bytes | None) -> None:
        self.table.pop(key, None)
        if value is not None:
            self.table[key] = value


def fill(broker: Broker, written: Written) -> None:
    """Updates and deletions of every codec, some in transactions, and every third of these aborted."""
    chance = Random(4711)
    base = {"bootstrap.servers": broker.bootstrap, "linger.ms": 5}
    plain = {codec: Producer({**base, "compression.type": codec}) for codec in CODECS}
    transactional = Producer({**base, "transactional.id": "table", "compression.type": "lz4"})
    transactional.init_transactions(SECONDS_MAX)
    for round_ in range(ROUNDS):
        made = [(b"%d" % chance.randrange(KEYS), chance.randbytes(VALUE_BYTES)) for _ in range(RECORDS)]
        deleted = b"%d" % chance.randrange(KEYS)
        if round_ % 2:
            writer = transactional
            writer.begin_transaction()
        else:
            writer = plain[CODECS[round_ // 2 % len(CODECS)]]
        for key, value in made:
            writer.produce(TOPIC, value, key, partition=0)
        writer.produce(TOPIC, None, deleted, partition=0)
        writer.flush(SECONDS_MAX)
        if round_ % 3 == 1 and writer is transactional:
            writer.abort_transaction(SECONDS_MAX)
            written.aborted |= {value for _, value in made}
            continue
        if writer is transactional:
            writer.commit_transaction(SECONDS_MAX)
        for key, value in made:
            written.put(key, value)
        written.put(deleted, None)


def roll(broker: Broker, written: Written) -> None:
    """Enough for what came before to leave the active segment, which is not compacted."""
    written.put(b"last", write(broker, TOPIC, 900))


def write(broker: Broker, topic: str, count: int) -> bytes:
    """So many updates of one key; the last one."""
    writer = Producer({"bootstrap.servers": broker.bootstrap})
    chance = Random(1)
    for _ in range(count):
        value = chance.randbytes(VALUE_BYTES)
        writer.produce(topic, value, b"last", partition=0)
    writer.flush(SECONDS_MAX)
    return value


def segments(broker: Broker) -> list[Path]:
    """The topic's segments: no other partition has as many bytes."""
    folders = {path.parent for path in broker.data.rglob("*.log") if not path.parent.name.startswith("__")}
    size = {folder: sum(path.stat().st_size for path in folder.glob("*.log")) for folder in folders}
    return sorted(max(folders, key=lambda folder: size[folder]).glob("*.log"))


def shrunk(broker: Broker, end: int) -> None:
    """Wait until what lies before an offset is in closed segments, and these hold no more than the table needs, and somewhat.

    What is acknowledged is in the journal; segments are filled, and closed, a little later.
    """
    wait_for(lambda: int(segments(broker)[-1].stem) >= end, "its segments are not filled")
    wait_for(
        lambda: sum(path.stat().st_size for path in segments(broker)[:-1]) < 1.5 * KEYS * VALUE_BYTES, "it is not compacted"
    )


@pytest.fixture(scope="module")
def compacted(kind: type[Broker], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Broker, Written]]:
    with kind(tmp_path_factory.mktemp("compacted"), AT_ONCE) as broker:
        client = Librdkafka(broker.bootstrap)
        client.create(TOPIC, 1, CONFIGS)
        written = Written()
        fill(broker, written)
        for _ in range(3):  # aborted markers need passes of their own, and each pass something new to do
            _, end = client.offsets(TOPIC, 0)
            roll(broker, written)
            shrunk(broker, end)
        yield broker, written


def read(broker: Broker, level: str, offset: int = 0) -> list[tuple[int, bytes, bytes | None]]:
    """(offset, key, value) of everything from an offset on."""
    settings = {"group.id": "reader", "isolation.level": level, "enable.partition.eof": True, "enable.auto.commit": False}
    consumer = Consumer({"bootstrap.servers": broker.bootstrap, **settings})
    consumer.assign([TopicPartition(TOPIC, 0, offset)])
    found: list[tuple[int, bytes, bytes | None]] = []
    try:
        while True:
            message = consumer.poll(SECONDS_MAX)
            assert message is not None, "it neither comes nor ends"
            if (error := message.error()) is not None:
                assert error.code() == KafkaError._PARTITION_EOF, error
                return found
            found.append((message.offset() or 0, message.key() or b"", message.value()))
    finally:
        consumer.close()


@pytest.mark.parametrize("level", ["read_committed", "read_uncommitted"])
def test_a_client_reads_the_table(compacted: tuple[Broker, Written], level: str) -> None:
    broker, written = compacted
    found = read(broker, level)
    table: dict[bytes, bytes] = {}
    for _, key, value in found:
        table.pop(key, None)
        if value is not None:
            table[key] = value
    assert table == written.table
    assert not {value for _, _, value in found if value is not None} & written.aborted, "compacted, nobody sees it any more"
    early = [key for _, key, _ in found if key != b"last"]
    assert len(early) == len(set(early)), "one record of each key"


def test_a_reader_at_an_offset_that_is_gone_gets_the_next(compacted: tuple[Broker, Written]) -> None:
    broker, _ = compacted
    found = read(broker, "read_committed")
    offsets = {offset for offset, _, _ in found}
    gone = [offset for offset in range(max(offsets)) if offset not in offsets]
    assert len(gone) > len(offsets) / 4
    answers = {offset: read(broker, "read_committed", offset) for offset in Random(7).sample(gone, 12)}
    left = read(broker, "read_committed")  # a pass may still have taken something out meanwhile
    for offset, answer in answers.items():
        assert {one for one in left if one[0] >= offset} <= set(answer) <= {one for one in found if one[0] >= offset}
        assert answer == sorted(answer, key=lambda one: one[0])


@pytest.fixture(scope="module")
def dumped(compacted: tuple[Broker, Written], tmp_path_factory: pytest.TempPathFactory) -> tuple[Broker, Dump]:
    """A copy of the files of a broker that has stopped: it starts again, for whoever comes next, and may compact once more."""
    need("java")
    broker, _ = compacted
    broker.stop()
    try:
        folder = shutil.copytree(segments(broker)[0].parent, tmp_path_factory.mktemp("files") / "table-0")
    finally:
        broker.start()
    kinds = (".log", ".index", ".timeindex", ".snapshot", ".txnindex")
    files = sorted(path for path in folder.iterdir() if path.suffix in kinds)
    return broker, dump(files, "--deep-iteration", "--print-data-log")


def test_kafkas_tool_reads_every_file_without_complaint(dumped: tuple[Broker, Dump]) -> None:
    _, found = dumped
    assert [line for line in found.complaints if not FOLLOWED.fullmatch(line)] == []
    assert "isvalid: true" in found.output
    assert "isvalid: false" not in found.output
    closed = sorted(path for path in found.files if path.suffix == ".log")[:-1]
    assert re.search(r"deleteHorizonMs: OptionalLong\[\d+\]", "".join(map(found.section, closed)))


def test_every_index_agrees_with_its_compacted_segment(dumped: tuple[Broker, Dump]) -> None:
    _, found = dumped
    active = max(int(path.stem) for path in found.files if path.suffix == ".log")  # of it Kafka's own index fails its own tool
    files = [path for path in found.files if path.suffix in (".log", ".index", ".timeindex") and int(path.stem) < active]
    assert dump(files, "--verify-index-only").complaints == []
    checked = dump([path for path in files if path.suffix != ".log" and path.stat().st_size], "--index-sanity-check")
    assert checked.complaints == []


def test_both_dump_tools_read_the_same(dumped: tuple[Broker, Dump]) -> None:
    _, found = dumped
    logs = [path for path in found.files if path.suffix == ".log"]
    command = [sys.executable, "-m", "leftfold.cli", "dump-log", "-r", "--format", "json", *map(str, logs)]
    ours = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECONDS_MAX).stdout)
    for document in ours:
        assert document["damage"] is None
        theirs = found.section(Path(document["file"]))
        batches = re.findall(r"^baseOffset: (\d+) lastOffset: (\d+) count: (\d+)", theirs, re.MULTILINE)
        assert batches == [(str(b["base_offset"]), str(b["last_offset"]), str(b["count"])) for b in document["batches"]]
        offsets = re.findall(r"^\| offset: (\d+) ", theirs, re.MULTILINE)
        assert offsets == [str(record["offset"]) for batch in document["batches"] for record in batch["records"]]


def test_what_cannot_be_compacted_is_said_with_what_to_do(tmp_path: Path) -> None:
    with Leftfold(tmp_path, AT_ONCE) as broker:
        client = Librdkafka(broker.bootstrap)
        client.create(TOPIC, 1, {**CONFIGS, "min.cleanable.dirty.ratio": "1"})
        roll(broker, Written())
        roll(broker, Written())
        wait_for(lambda: len(segments(broker)) > 2, "its segments are not filled")
        flip(segments(broker)[0], 100_000)
        client.alter(TOPIC, {"min.cleanable.dirty.ratio": "0.01"})
        wait_for(lambda: "compaction_failed" in broker.errors.read_text(), "nothing was said")
        (line,) = (line for line in broker.errors.read_text().splitlines() if "compaction_failed" in line)
        assert TOPIC in line
        assert "leftfold doctor" in line
        assert "LF-1104" in line
        wait_for(lambda: metric(broker, "leftfold_compaction_failing_partitions") == 1, "it does not fail")
        assert metric(broker, "leftfold_compaction_failures_total") == 1
        passes = metric(broker, "leftfold_compaction_passes_total")
        client.create("other", 1, CONFIGS)
        write(broker, "other", 900)
        wait_for(lambda: metric(broker, "leftfold_compaction_passes_total") > passes, "one that fails holds up the others")
        assert metric(broker, 'leftfold_compaction_records_total{fate="removed"}') > 600


def flip(file: Path, at: int) -> None:
    with file.open("r+b") as log:
        log.seek(at)
        byte = log.read(1)[0]
        log.seek(at)
        log.write(bytes([byte ^ 1]))


def metric(broker: Leftfold, name: str) -> float:
    with urllib.request.urlopen(f"http://127.0.0.1:{broker.admin_port}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return next(float(line.split()[-1]) for line in lines if line.startswith(name))


def wait_for(done: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    while True:
        with suppress(FileNotFoundError):  # compaction replaces files between a look at their names and one at their sizes
            if done():
                return
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.02)
