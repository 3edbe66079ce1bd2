"""Kafka's dump tool reads our segments, indexes, snapshots."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from tests.clients import jars
from tests.clients.brokers import Broker
from tests.clients.drivers import CODECS
from tests.clients.drivers.driver import Record
from tests.clients.drivers.librdkafka import Librdkafka
from tests.clients.runtimes import need

SPRING = 1_700_000_000_000
SECONDS_MAX = 60
KINDS = (".log", ".index", ".timeindex", ".snapshot")
ROUNDS, RECORDS, VALUE_BYTES = 20, 100, 1500
CUT = 777
"""Where records were deleted before: in the middle of a segment and of a batch."""
TOPICS = {"created": {}, "stamped": {"message.timestamp.type": "LogAppendTime"}}
ALL = {"segment.bytes": "1048576", "message.timestamp.before.max.ms": "9223372036854775807"}


@dataclass(frozen=True, slots=True)
class Dump:
    """What the tool printed about some files."""

    files: tuple[Path, ...]
    output: str
    complaints: list[str]

    def section(self, file: Path) -> str:
        """What it printed about one of them."""
        return self.output.split(f"Dumping {file}\n", 1)[1].split("\nDumping ", 1)[0]


def dump(files: list[Path], *options: str) -> Dump:
    """Run DumpLogSegments. It reports what it finds wrong on standard error and still ends with status 0."""
    command = jars.java(jars.TOOLS, "org.apache.kafka.tools.DumpLogSegments", *options, "--files", ",".join(map(str, files)))
    ran = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
    assert ran.returncode == 0, ran.stderr
    return Dump(tuple(files), ran.stdout, list(complaints(ran.stderr)))


def complaints(errors: str) -> Iterator[str]:
    """What the tool found wrong.

    Its deep iteration begins every segment at -1, so of each that has a base other than 0 it says "-1 is followed by BASE". It
    says so of Kafka's own segments too, as --against-kafka shows; a gap between two records has another number than -1.
    """
    file = Path()
    for line in errors.splitlines():
        if named := re.fullmatch(r"Non-consecutive offsets in (.*\.log)", line):
            file = Path(named[1])
        elif line.strip() != f"-1 is followed by {int(file.stem) if file.stem.isdigit() else '?'}":
            yield f"{file}: {line}"


def write(broker: Broker, rounds: range) -> None:
    """Every codec in turn, idempotent or not, each record alone in its batch or all in one; times go back and forth."""
    client = Librdkafka(broker.bootstrap)
    chance = Random(rounds.start)
    for topic in TOPICS:
        for round_ in rounds:
            times = (SPRING + round_ * 1000 + index * 7 % 900 for index in range(RECORDS))
            records = [Record(chance.randbytes(VALUE_BYTES) + bytes(VALUE_BYTES), key=b"k", timestamp=at) for at in times]
            codec = CODECS[round_ % 5]
            client.produce(topic, 0, records, codec=codec, idempotent=round_ % 2 == 0, alone=round_ % 3 == 0)


@pytest.fixture(scope="module")
def files(kind: type[Broker], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """All files of all partitions, after a kill -9 in their middle and a clean stop."""
    need("java")
    with kind(tmp_path_factory.mktemp("dump")) as broker:
        client = Librdkafka(broker.bootstrap)
        for topic, configs in TOPICS.items():
            client.create(topic, 1, ALL | configs)
        write(broker, range(ROUNDS // 2))
        for topic in TOPICS:
            client.delete_records(topic, 0, CUT)
        broker.kill()
        broker.start()
        write(broker, range(ROUNDS // 2, ROUNDS))
    own = "__*"  # Kafka's own topics have files of 10 MB, mostly empty
    found = sorted(path for path in broker.data.rglob("0*") if path.suffix in KINDS and not path.parent.match(own))
    assert {path.suffix for path in found} == set(KINDS)
    return found


@pytest.fixture(scope="module")
def deep(files: list[Path]) -> Dump:
    return dump(files, "--deep-iteration")


def of_topics(deep: Dump) -> dict[Path, list[Path]]:
    """The segments of the partitions that were written to, by folder: in several segments each."""
    segments: dict[Path, list[Path]] = {}
    for file in deep.files:
        if file.suffix == ".log" and "compresscodec: zstd" in deep.section(file):
            segments[file.parent] = sorted(file.parent.glob("*.log"))
    return segments


def test_every_segment_is_read_record_by_record_without_complaint(deep: Dump) -> None:
    assert deep.complaints == []
    assert "isvalid: true" in deep.output
    assert "isvalid: false" not in deep.output
    assert {*re.findall(r"compresscodec: (\w+)", deep.output)} == set(CODECS)
    assert {*re.findall(r"position: \d+ (CreateTime|LogAppendTime): ", deep.output)} == {"CreateTime", "LogAppendTime"}


def test_every_record_is_in_its_place(deep: Dump) -> None:
    segments = of_topics(deep)
    assert len(segments) == len(TOPICS)
    for files in segments.values():
        assert len(files) >= 3
        found = [re.findall(r"^\| offset: (\d+) ", deep.section(file), re.MULTILINE) for file in files]
        offsets = [int(offset) for one in found for offset in one]
        assert offsets == list(range(offsets[0], ROUNDS * RECORDS))
        assert offsets[0] <= CUT


def test_every_index_agrees_with_its_segment(files: list[Path], deep: Dump) -> None:
    verified = dump(files, "--verify-index-only")
    assert verified.complaints == []
    checked = dump([file for file in files if file.suffix.endswith("index") and file.stat().st_size], "--index-sanity-check")
    assert checked.complaints == []
    for file in checked.files:
        assert f"{file} passed sanity check." in checked.output
    for segments in of_topics(deep).values():
        for segment in segments:
            rows = re.findall(r"^offset: \d+ position: \d+", deep.section(segment.with_suffix(".index")), re.MULTILINE)
            times = re.findall(r"^timestamp: \d+ offset: \d+", deep.section(segment.with_suffix(".timeindex")), re.MULTILINE)
            assert len(rows) > 10, "an index that says little is slow, though right"
            assert times


def test_the_producers_of_a_snapshot_are_those_that_wrote(deep: Dump) -> None:
    for folder in of_topics(deep):
        last = max(folder.glob("*.snapshot"))
        assert int(last.stem) == ROUNDS * RECORDS, "a clean stop leaves one at the end"
        rows = re.findall(r"producerEpoch: 0 .* lastSequence: (\d+) lastOffset: (\d+)", deep.section(last))
        ends = {int(offset) for sequence, offset in rows if int(sequence) == RECORDS - 1}
        written = [(round_ + 1) * RECORDS - 1 for round_ in range(0, ROUNDS, 2)]
        assert ends <= set(written)
        assert ends >= set(written[len(written) // 2 :]), (
            "those from before the kill may have expired: Kafka goes by their times"
        )


def test_an_index_that_is_wrong_would_be_seen(deep: Dump, tmp_path: Path) -> None:
    segment = next(iter(of_topics(deep).values()))[0]
    index = segment.with_suffix(".index")
    rows = bytearray(index.read_bytes())
    rows[-5] ^= 1  # the last row's offset, of which a position follows
    shutil.copy(segment, tmp_path)
    (tmp_path / index.name).write_bytes(rows)
    assert dump([tmp_path / index.name], "--verify-index-only").complaints
