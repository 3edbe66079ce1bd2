"""Durations counted by size, percentiles within 3 %."""

# Durations in whole units (here microseconds) fall into buckets that are 1/32 of their power of two wide, so the memory is
# fixed however many are counted. A percentile answers the upper edge of its bucket: never less than the truth.

from __future__ import annotations

from collections.abc import Iterable, Iterator

_SUB_BITS = 5
_SUB = 1 << _SUB_BITS
_BUCKETS = (64 - _SUB_BITS) * _SUB


class Histogram:
    """Counted durations; `percentile(99)` is the duration that 99 percent of them do not exceed."""

    __slots__ = ("_counts", "count", "longest")

    def __init__(self) -> None:
        self._counts = [0] * _BUCKETS
        self.count = 0
        self.longest = 0

    def add(self, duration: int) -> None:
        """Count one; a negative one (a clock that stepped back) counts as nothing waited."""
        duration = max(duration, 0)
        shift = max(duration.bit_length() - _SUB_BITS - 1, 0)
        self._counts[shift * _SUB + (duration >> shift)] += 1
        self.count += 1
        self.longest = max(self.longest, duration)

    def merge(self, others: Iterable[Histogram]) -> Histogram:
        """All of them in one new histogram."""
        whole = Histogram()
        for one in (self, *others):
            whole._counts = [a + b for a, b in zip(whole._counts, one._counts, strict=True)]
            whole.count += one.count
            whole.longest = max(whole.longest, one.longest)
        return whole

    def percentile(self, percent: float) -> int:
        """The duration that `percent` of those counted do not exceed; 0 when none was counted."""
        wanted = max(1, -(-self.count * percent // 100))
        seen = 0
        for edge, count in self.steps():
            seen += count
            if seen >= wanted:
                return edge
        return 0

    def steps(self) -> Iterator[tuple[int, int]]:
        """(upper edge, count) of every bucket that holds something, shortest first."""
        for bucket, count in enumerate(self._counts):
            if count:
                yield min(_upper_edge(bucket), self.longest), count


def _upper_edge(bucket: int) -> int:
    if bucket < 2 * _SUB:
        return bucket
    shift = bucket // _SUB - 1
    return ((bucket - shift * _SUB + 1) << shift) - 1
