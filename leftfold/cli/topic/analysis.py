"""What batches say of a topic: sizes, rates, codecs, gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leftfold.kernel import Batch

PERCENTS = (25, 50, 75, 99)


@dataclass(slots=True)
class Seen:
    """What was read of one partition. Times are milliseconds since 1970; sizes of batches are as they lie in the log."""

    batch_bytes: list[int] = field(default_factory=list)
    record_bytes: list[int] = field(default_factory=list)
    codecs: Counter[str] = field(default_factory=Counter)
    first_timestamp: int | None = None
    last_timestamp: int | None = None
    gap_ms_max: int = 0
    gap_offset: int | None = None
    out_of_order: int = 0
    missing_offsets: int = 0
    _latest: int | None = None
    _next_offset: int | None = None

    def add(self, batch: Batch, start: int, stop: int) -> None:
        """Count a batch, and of its records those from `start` until `stop`. Markers of transactions count as nothing."""
        if batch.control:
            self._next_offset = batch.last_offset + 1
            return
        records = [one for one in batch.records if start <= one.offset < stop]
        if not records:
            return
        self.batch_bytes.append(batch.size_bytes)
        self.codecs[batch.compression] += 1
        for record in records:
            self.record_bytes.append(len(record.key or b"") + len(record.value or b""))
            if self._next_offset is not None:
                self.missing_offsets += record.offset - self._next_offset
            self._next_offset = record.offset + 1
            self._time(record.timestamp, record.offset)

    def _time(self, timestamp: int, offset: int) -> None:
        """A gap is how much later a record is than all before it; one that is earlier than one before it is out of order."""
        if self._latest is None:
            self._latest = self.first_timestamp = self.last_timestamp = timestamp
            return
        assert self.first_timestamp is not None
        gap = timestamp - self._latest
        if gap < 0:
            self.out_of_order += 1
        if gap > self.gap_ms_max:
            self.gap_ms_max, self.gap_offset = gap, offset
        self._latest = self.last_timestamp = max(self._latest, timestamp)
        self.first_timestamp = min(self.first_timestamp, timestamp)


def percentile(values: Sequence[float], percent: float) -> float:
    """By nearest rank; 0 of nothing."""
    ranked = sorted(values)
    return ranked[max(0, ceil(percent / 100 * len(ranked)) - 1)] if ranked else 0


def of_partition(seen: Seen, seconds: float) -> dict[str, Any]:
    """The figures of one partition over so many seconds of its time."""
    batches, records, total = len(seen.batch_bytes), len(seen.record_bytes), sum(seen.batch_bytes)
    raw = sum(seen.record_bytes)
    return {
        "batches": batches,
        "records": records,
        "bytes": total,
        "batches_per_second": round(batches / seconds, 3),
        "records_per_second": round(records / seconds, 3),
        "bytes_per_second": round(total / seconds, 1),
        "bytes_per_batch": _spread(seen.batch_bytes),
        "bytes_per_record": _spread(seen.record_bytes),
        "records_per_batch": round(records / batches, 2) if batches else 0.0,
        "compression": [{"codec": codec, "batches": count} for codec, count in sorted(seen.codecs.items())],
        "compression_ratio": round(raw / total, 2) if total else 0.0,
        "first_timestamp": seen.first_timestamp,
        "last_timestamp": seen.last_timestamp,
        "gap_ms_max": seen.gap_ms_max,
        "gap_offset": seen.gap_offset,
        "out_of_order": seen.out_of_order,
        "missing_offsets": seen.missing_offsets,
    }


def _spread(sizes: Sequence[int]) -> dict[str, int]:
    named = {f"p{percent}": int(percentile(sizes, percent)) for percent in PERCENTS}
    return {"average": round(sum(sizes) / len(sizes)) if sizes else 0, **named, "max": max(sizes, default=0)}


def of_topic(partitions: Mapping[int, Mapping[str, Any]]) -> dict[str, Any]:
    """The figures of a topic: rates are those of its partitions together."""
    each = list(partitions.values())
    batches, total = sum(one["batches"] for one in each), sum(one["bytes"] for one in each)
    return {
        "partitions": len(each),
        "records": sum(one["records"] for one in each),
        "bytes_per_second": round(sum(one["bytes_per_second"] for one in each), 1),
        "batches_per_second": round(sum(one["batches_per_second"] for one in each), 3),
        "average_bytes_per_batch": round(total / batches) if batches else 0,
    }
