"""DescribeLogDirs: the one data folder and what is free."""

from __future__ import annotations

import asyncio
import shutil
from collections import defaultdict
from pathlib import Path

from leftfold.api.kafka.context import Context
from leftfold.base import ids
from leftfold.base.errors import Code
from leftfold.wire.generated.log_dirs import DescribeLogDirsRequest, DescribeLogDirsResponse

_Topic = DescribeLogDirsResponse.DescribeLogDirsTopic
_Partition = DescribeLogDirsResponse.DescribeLogDirsPartition


async def describe_log_dirs(context: Context, request: DescribeLogDirsRequest) -> DescribeLogDirsResponse:
    """Sizes of the partitions asked for, of all if none are named; partitions that are not here are left out."""
    wanted = None if request.topics is None else {topic.topic: frozenset(topic.partitions) for topic in request.topics}
    return DescribeLogDirsResponse(error_code=Code.NONE, results=[await asyncio.to_thread(_folder, context, wanted)])


def _folder(context: Context, wanted: dict[str, frozenset[int]] | None) -> DescribeLogDirsResponse.DescribeLogDirsResult:
    """*Blocking.*"""
    folder = Path(context.node.settings.text("log.dirs")).absolute()
    space = shutil.disk_usage(folder)
    return DescribeLogDirsResponse.DescribeLogDirsResult(
        error_code=Code.NONE,
        log_dir=str(folder),
        topics=_topics(context, wanted),
        total_bytes=space.total,
        usable_bytes=space.free,
    )


def _topics(context: Context, wanted: dict[str, frozenset[int]] | None) -> list[_Topic]:
    """*Blocking.*"""
    names = {ids.to_bytes(topic.topic_id): topic.name for topic in context.node.topics()}
    found: defaultdict[str, list[_Partition]] = defaultdict(list)
    for state in context.node.kernel.partitions():
        name = names.get(state.topic_id)
        if name is None or (wanted is not None and state.partition not in wanted.get(name, ())):
            continue
        found[name].append(
            _Partition(partition_index=state.partition, partition_size=state.size_bytes, offset_lag=0, is_future_key=False)
        )
    return [_Topic(name=name, partitions=partitions) for name, partitions in sorted(found.items())]
