"""Where partitions begin and end; what a point means there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from leftfold.base.errors import Failure
from leftfold.cli.connection import Cluster, Problem, explained
from leftfold.cli.offsets import From, Point

EARLIEST, LATEST = -2, -1  # the special timestamps of ListOffsets
Marks = Mapping[int, tuple[int, int]]


def known_partitions(cluster: Cluster, topic: str, wanted: Sequence[int]) -> list[int]:
    """Those of a topic that were asked for; all without a wish. Raises Problem where one is not there."""
    known = cluster.topic(cluster.admin(), topic).partitions
    if missing := [one for one in wanted if one not in known]:
        why = f"topic {topic} has no partition {missing[0]}; it has {len(known)}, numbered from 0"
        raise Problem(why, Failure.PARTITION_MISSING)
    return sorted(wanted or known)


def watermarks(cluster: Cluster, topic: str, partitions: Sequence[int], *, committed: bool = False) -> Marks:
    """(log start, end) of each partition, asked of the broker now; with `committed` no open transaction is before the end."""
    first = offsets_at(cluster, topic, partitions, EARLIEST)
    last = offsets_at(cluster, topic, partitions, LATEST, committed=committed)
    return {one: (first[one], last[one]) for one in partitions}


def offsets_at(
    cluster: Cluster, topic: str, partitions: Sequence[int], timestamp: int, *, committed: bool = False
) -> Mapping[int, int]:
    """The first offset that is not older than `timestamp` in each partition, -1 where there is none; see EARLIEST, LATEST."""
    from confluent_kafka import IsolationLevel, TopicPartition
    from confluent_kafka.admin._listoffsets import OffsetSpec, TimestampSpec

    special = {EARLIEST: OffsetSpec._earliest, LATEST: OffsetSpec._latest}
    spec = special.get(timestamp) or TimestampSpec(timestamp)
    with explained(cluster, f"offsets of topic {topic}"):
        answers = cluster.admin().list_offsets(
            {TopicPartition(topic, one): spec for one in partitions},
            request_timeout=cluster.command_seconds,
            isolation_level=IsolationLevel.READ_COMMITTED if committed else IsolationLevel.READ_UNCOMMITTED,
        )
        return {place.partition: answer.result().offset for place, answer in answers.items()}


def resolved(cluster: Cluster, topic: str, marks: Marks, point: Point) -> Mapping[int, int]:
    """The offset that a point means in each partition, by its (log start, end)."""
    match point.of:
        case From.START:
            return {one: min(first + point.number, last) for one, (first, last) in marks.items()}
        case From.END:
            return {one: max(last - point.number, first) for one, (first, last) in marks.items()}
        case From.ZERO:
            return {one: max(point.number, first) for one, (first, _) in marks.items()}
        case From.TIME:
            found = offsets_at(cluster, topic, list(marks), point.number)
            return {one: found[one] if found[one] >= 0 else marks[one][1] for one in marks}
