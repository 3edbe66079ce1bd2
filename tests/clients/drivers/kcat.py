"""kcat, one run of the program for each thing asked."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from tests.clients.drivers.driver import MESSAGE_BYTES_MAX, Driver, Record

WAIT_SECONDS_MAX = 60
_LATEST, _EARLIEST = -1, -2
_FORMAT = r"%o,%T,%K,%S,%h\n%k%s\n"


class Kcat(Driver):
    """Cannot administer, nor say a timestamp, nor an empty key, nor a header that is not text."""

    name: ClassVar[str] = "kcat"

    def _kcat(self, *arguments: str, given: bytes = b"") -> bytes:
        command = ["kcat", "-b", self.bootstrap, *arguments]
        ran = subprocess.run(command, input=given, capture_output=True, timeout=WAIT_SECONDS_MAX, check=False)
        if ran.returncode:
            raise RuntimeError(f"{' '.join(command)}: {ran.stderr.decode()}")
        return ran.stdout

    def can_send(self, record: Record) -> bool:
        texts = [value for _, value in record.headers] + ([] if record.key is None else [record.key])
        if record.timestamp is not None or record.key == b"" or (record.value == b"" and record.key is None):
            return False
        return all(re.fullmatch(rb"[\w ]*", text) for text in texts)

    def create(self, topic: str, partitions: int, configs: Mapping[str, str]) -> None:
        raise NotImplementedError

    def add_partitions(self, topic: str, total: int) -> None:
        raise NotImplementedError

    def partitions(self, topic: str) -> int:
        listed = json.loads(self._kcat("-L", "-J", "-t", topic))
        return len(listed["topics"][0]["partitions"])

    def topics(self) -> set[str]:
        return {topic["topic"] for topic in json.loads(self._kcat("-L", "-J"))["topics"]}

    def delete(self, topic: str) -> None:
        raise NotImplementedError

    def configs(self, topic: str) -> dict[str, str]:
        raise NotImplementedError

    def alter(self, topic: str, configs: Mapping[str, str]) -> None:
        raise NotImplementedError

    def delete_records(self, topic: str, partition: int, before: int) -> None:
        raise NotImplementedError

    def produce(
        self,
        topic: str,
        partition: int,
        records: Sequence[Record],
        *,
        codec: str = "none",
        idempotent: bool = False,
        alone: bool = False,
    ) -> None:
        """Records that are all text go through one run, line by line; any other takes a run and a file of its own."""
        place = ["-P", "-t", topic, "-p", str(partition), "-z", codec, "-X", "acks=all"]
        place += ["-X", f"message.max.bytes={MESSAGE_BYTES_MAX}"]
        if idempotent:
            place += ["-X", "enable.idempotence=true", "-X", "retry.backoff.ms=10"]
        if alone:
            place += ["-X", "batch.num.messages=1"]
        if all(_is_line(record) for record in records):
            self._kcat(
                *place, "-K", "\t", given=b"".join((one.key or b"") + b"\t" + (one.value or b"") + b"\n" for one in records)
            )
            return
        for record in records:
            self._produce_one(place, record)

    def _produce_one(self, place: Sequence[str], record: Record) -> None:
        options = [word for name, value in record.headers for word in ("-H", f"{name}={value.decode()}")]
        if record.key is not None:
            options += ["-k", record.key.decode()]
        if not record.value:  # a file without a byte is not sent; a line without a value is, as null with -Z
            null = [] if record.value is not None else ["-Z"]
            self._kcat(*place, *options, *null, "-K", "\t", given=b"%b\t\n" % (record.key or b""))
            return
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "value"
            file.write_bytes(record.value)
            self._kcat(*place, *options, str(file))

    def read(self, topic: str, partition: int, offset: int, count: int) -> list[Record]:
        place = ["-C", "-q", "-t", topic, "-p", str(partition), "-o", str(offset), "-c", str(count)]
        place += ["-X", "check.crcs=true", "-X", f"fetch.message.max.bytes={MESSAGE_BYTES_MAX}"]
        return list(_records(self._kcat(*place, "-f", _FORMAT)))

    def offsets(self, topic: str, partition: int) -> tuple[int, int]:
        return self._query(topic, partition, _EARLIEST), self._query(topic, partition, _LATEST)

    def offset_at(self, topic: str, partition: int, timestamp: int) -> int | None:
        offset = self._query(topic, partition, timestamp)
        return offset if offset >= 0 else None

    def _query(self, topic: str, partition: int, timestamp: int) -> int:
        answer = self._kcat("-Q", "-t", f"{topic}:{partition}:{timestamp}").decode()
        return int(answer.rsplit(maxsplit=1)[-1])


def _is_line(record: Record) -> bool:
    parts = (record.key, record.value)
    return not record.headers and all(part and not re.search(rb"[\t\n]", part) and len(part) < 1000 for part in parts)


def _records(output: bytes) -> list[Record]:
    """Records by their lengths, so that any byte may be in them. A length of -1 is null."""
    records, position = [], 0
    while position < len(output):
        end = output.index(b"\n", position)
        offset, timestamp, key_size, value_size, headers = output[position:end].decode("latin-1").split(",", 4)
        sizes = int(key_size), int(value_size)
        parts: list[bytes | None] = []
        position = end + 1
        for size in sizes:
            parts.append(None if size < 0 else output[position : position + size])
            position += max(size, 0)
        position += 1
        pairs = tuple(tuple(pair.split("=", 1)) for pair in headers.split(",")) if headers else ()
        named = tuple((name, value.encode("latin-1")) for name, value in pairs)
        records.append(Record(parts[1], parts[0], named, int(timestamp), int(offset)))
    return records
