"""What holds back readers of committed records, and who."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leftfold.api.http.exposition import labels
from leftfold.machines.transactions.state import ENDED

if TYPE_CHECKING:
    from leftfold.api.http.facts import PartitionRow
    from leftfold.api.kafka.context import Node

SERIES_MAX = 1_000
IDS_A_BREATH = 5_000  # about 2 ms


@dataclass(frozen=True, slots=True)
class BlockRow:
    """The oldest open transaction of one partition. `held_back` offsets lie between the last stable one and the end."""

    labels: str
    open_s: float
    held_back: int


async def block_rows(node: Node, partitions: Sequence[PartitionRow]) -> tuple[BlockRow, ...]:
    """Those that have been open longest, at most SERIES_MAX; the loop may breathe meanwhile."""
    found = sorted(node.kernel.open_transactions(), key=lambda one: one.since_ms)[:SERIES_MAX]
    if not found:
        return ()
    names = await _names(node, {one.producer_id for one in found})
    rows = {(row.state.topic_id, row.state.partition): row for row in partitions}
    now_ms = node.ports.wall_ms()
    blocks = []
    for one in found:
        row = rows.get((one.topic_id, one.partition))
        if row is not None:
            of = labels(
                topic=row.topic,
                partition=one.partition,
                transactional_id=names.get(one.producer_id, ""),
                producer_id=one.producer_id,
            )
            open_s = max(0, now_ms - one.since_ms) / 1000
            blocks.append(BlockRow(of, open_s, row.state.high_watermark - row.state.last_stable_offset))
    return tuple(blocks)


async def _names(node: Node, producer_ids: set[int]) -> dict[int, str]:
    """The transactional ids in which these producers have a transaction open."""
    names = {}
    looked_at = 0
    for shell in node.transactions.loaded():
        for name, one in shell.committed.transactions.items():
            if one.producer_id in producer_ids and one.phase not in ENDED:
                names[one.producer_id] = name
            looked_at += 1
            if looked_at % IDS_A_BREATH == 0:
                await asyncio.sleep(0)
    return names
