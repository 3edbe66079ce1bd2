"""How far each group is behind the end of what it reads."""

# Every number is there for every group. Series of single partitions are bounded: a million of them would be a scrape of 100 MB.

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from leftfold.api.http.exposition import labels

if TYPE_CHECKING:
    from leftfold.api.http.facts import PartitionRow
    from leftfold.api.kafka.context import Node
    from leftfold.machines.groups.state import Group, Groups

SERIES_MAX = 50_000
OFFSETS_A_BREATH, GROUPS_A_BREATH = 2_000, 200  # about 2 ms

Ends = Mapping[tuple[str, int], tuple[int, int]]
"""(log start, high watermark) of each partition."""


@dataclass(frozen=True, slots=True)
class PartitionLag:
    """One partition of a group, with its labels as Redpanda and as kafka_exporter name them."""

    offset: int
    lag: int
    public: str
    plain: str


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group, likewise. `topics` holds the sum of offsets and of lags of each; `shown` are the partitions that have room, of
    all that it has committed."""

    name: str
    public: str
    plain: str
    members: int
    topics: Mapping[str, tuple[int, int]]
    lag_max: int
    shown: Sequence[PartitionLag]
    partitions: int

    @property
    def lag_sum(self) -> int:
        """In records, over all its partitions."""
        return sum(lag for _, lag in self.topics.values())


async def group_rows(node: Node, partitions: Sequence[PartitionRow]) -> tuple[GroupRow, ...]:
    """A row for each group that is known to a coordinator here; the loop may breathe meanwhile."""
    ends = {(row.topic, row.state.partition): (row.state.log_start_offset, row.state.high_watermark) for row in partitions}
    rows: list[GroupRow] = []
    room = SERIES_MAX
    for shell in node.groups.loaded():
        state = shell.committed
        for name in sorted(set(state.groups) | set(state.presence)):
            row = await _row(name, state, ends, room)
            room -= len(row.shown)
            rows.append(row)
            if len(rows) % GROUPS_A_BREATH == 0:
                await asyncio.sleep(0)
    return tuple(rows)


async def _row(name: str, state: Groups, ends: Ends, room: int) -> GroupRow:
    group = state.groups.get(name)
    topics: dict[str, tuple[int, int]] = {}
    shown: list[PartitionLag] = []
    worst = count = 0
    for topic, partition, offset, lag in _lags(group, ends) if group is not None else ():
        offsets, lags = topics.get(topic, (0, 0))
        topics[topic] = (offsets + offset, lags + lag)
        worst, count = max(worst, lag), count + 1
        if len(shown) < room:
            shown.append(PartitionLag(offset, lag, *_partition_labels(name, topic, partition)))
        if count % OFFSETS_A_BREATH == 0:
            await asyncio.sleep(0)
    return GroupRow(
        name=name,
        public=labels(redpanda_group=name),
        plain=labels(consumergroup=name),
        members=_members(name, state),
        topics=topics,
        lag_max=worst,
        shown=shown,
        partitions=count,
    )


def _lags(group: Group, ends: Ends) -> Iterator[tuple[str, int, int, int]]:
    """(topic, partition, offset, lag)s. What was trimmed is not behind, and a topic that is gone has no end."""
    for topic, partition, committed in group.each_offset():
        end = ends.get((topic, partition))
        if end is not None:
            start, high = end
            yield topic, partition, committed.offset, max(0, high - max(committed.offset, start))


def _members(name: str, state: Groups) -> int:
    group, here = state.groups.get(name), state.presence.get(name)
    if group is not None and group.consumers is not None:
        return len(group.consumers.members)
    return 0 if here is None else len(here.members)


@lru_cache(maxsize=SERIES_MAX)
def _partition_labels(group: str, topic: str, partition: int) -> tuple[str, str]:
    public = labels(redpanda_group=group, redpanda_topic=topic, redpanda_partition=partition)
    return public, labels(consumergroup=group, topic=topic, partition=partition)
