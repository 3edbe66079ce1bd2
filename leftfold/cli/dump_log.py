"""`leftfold dump-log`: read segment files, name damage."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from leftfold.base.errors import Failure
from leftfold.cli.formatter import readable
from leftfold.cli.listing import Field, formatted, inside, table, tell
from leftfold.cli.problem import Problem

if TYPE_CHECKING:
    from leftfold.kernel import Batch

HEAD_BYTES = 12  # base offset and length, in front of every batch
BATCH_BYTES_MAX = 200 << 20
FIELDS = (
    Field("file", "text", "the segment file"),
    Field("damage", "text or null", "where it is damaged and how; null when it is whole"),
)
BATCHES = (
    Field("position", "number", "where the batch begins in the file, in bytes"),
    Field("bytes", "number", "its size"),
    Field("base_offset", "number", "the offset of its first record"),
    Field("last_offset", "number", "the offset of its last"),
    Field("count", "number", "how many records it holds"),
    Field("epoch", "number", "the leader epoch in which it was written"),
    Field("compression", "text", "its codec"),
    Field("max_timestamp", "number", "its latest time, milliseconds since 1970"),
    Field("producer", "number", "the idempotent producer's id, -1 for none"),
    Field("sequence", "number", "the producer's first sequence number, -1 for none"),
    Field("producer_epoch", "number", "the producer's epoch, -1 for none", wide=True),
    Field("timestamp_type", "text", "whose time it is", wide=True),
    Field("transactional", "yes or no", "whether it belongs to a transaction", wide=True),
    Field("control", "yes or no", "whether it holds markers, not records", wide=True),
    Field("crc", "number", "its checksum (CRC-32C)", wide=True),
)
RECORDS = (
    Field("offset", "number", "its offset"),
    Field("timestamp", "number", "its time, milliseconds since 1970"),
    Field("key", "text or null", "its key; what is no text in base64"),
    Field("value", "text or null", "its value, likewise"),
)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("-r", "--records", is_flag=True, help="Each record, not only each batch.")
@formatted(*FIELDS, *inside("batches[]", BATCHES), *inside("batches[].records[]", RECORDS))
def command(paths: tuple[Path, ...], records: bool, form: str) -> None:
    """Read segment files (*.log), or all in a folder. Needs no broker; exit status 1 when something is damaged."""
    files = [file for path in paths for file in (sorted(path.rglob("*.log")) if path.is_dir() else [path])]
    if not files:
        raise Problem(f"no segment file (*.log) under {' '.join(map(str, paths))}", Failure.NO_SUCH_FILE)
    documents = [_document(file, records) for file in files]
    tell(documents, form, lambda: "\n\n".join(_text(one, form == "wide") for one in documents))
    if any(one["damage"] for one in documents):
        sys.exit(1)


def _document(file: Path, with_records: bool) -> dict[str, Any]:
    found, damage = [], None
    try:
        for position, batch in _batches(file):
            found.append(_row(position, batch, with_records))
    except _Damaged as error:
        damage = str(error)
    return {"file": str(file), "batches": found, "damage": damage}


class _Damaged(Exception):
    """Bytes that are no batch; everything before them was read."""


def _batches(file: Path) -> Iterator[tuple[int, Batch]]:
    """Every batch with its position. A file that was made longer in advance ends in zeros: those are no damage."""
    from leftfold.kernel import KernelError, decode_batches

    position = 0
    with file.open("rb") as stream:
        while head := stream.read(HEAD_BYTES):
            if not any(head) and _only_zeros(stream):
                return
            length = int.from_bytes(head[8:12], "big", signed=True)
            if len(head) < HEAD_BYTES or not 0 < length <= BATCH_BYTES_MAX:
                raise _Damaged(f"no batch begins at position {position}")
            stream.seek(position + HEAD_BYTES)
            body = stream.read(length)
            if len(body) < length:
                raise _Damaged(f"the batch at position {position} is cut off: {len(body)} of {length} bytes")
            try:
                [batch] = decode_batches(head + body)
            except (KernelError, ValueError) as error:
                raise _Damaged(f"the batch at position {position}: {error}") from None
            yield position, batch
            position += HEAD_BYTES + length


def _only_zeros(stream: IO[bytes]) -> bool:
    """Whether nothing but zeros is left: a hole with batches behind it is damage."""
    return not any(any(chunk) for chunk in iter(lambda: stream.read(1 << 20), b""))


def _row(position: int, batch: Batch, with_records: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "position": position,
        "bytes": batch.size_bytes,
        "base_offset": batch.base_offset,
        "last_offset": batch.last_offset,
        "count": len(batch.records),
        "epoch": batch.leader_epoch,
        "compression": batch.compression,
        "max_timestamp": batch.max_timestamp,
        "producer": batch.producer_id,
        "sequence": batch.base_sequence,
        "producer_epoch": batch.producer_epoch,
        "timestamp_type": batch.timestamp_type,
        "transactional": batch.transactional,
        "control": batch.control,
        "crc": batch.crc,
    }
    if with_records:
        row["records"] = [
            {"offset": one.offset, "timestamp": one.timestamp, "key": readable(one.key), "value": readable(one.value)}
            for one in batch.records
        ]
    return row


def _text(document: dict[str, Any], wide: bool) -> str:
    lines = [document["file"]]
    rows = document["batches"]
    if rows:
        lines.append(table(rows, BATCHES, wide=wide))
    records = [record for row in rows for record in row.get("records", ())]
    if records:
        lines.append(table(records, RECORDS))
    lines.append(f"DAMAGED: {document['damage']}" if document["damage"] else f"{len(rows)} batches, no damage")
    return "\n".join(lines)
