"""THE TABLE of metrics, and the two routes that show it."""

# Names, types and labels are those that published dashboards query: Redpanda's public metrics and kafka_exporter's. What has
# no meaning on this node (moves, node RPCs, Raft) is not shown rather than shown as zero. Our own begin with leftfold_.

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from leftfold.api.http.context import Context
from leftfold.api.http.exposition import CONTENT_TYPE, NO_LABELS, Sample, family, histogram, labels
from leftfold.api.http.facts import Facts, PartitionRow, TopicRow, gather
from leftfold.api.http.lag import GroupRow, PartitionLag, group_rows
from leftfold.api.http.transactions import BlockRow, block_rows
from leftfold.api.kafka.table import BY_KEY
from leftfold.kernel import version

if TYPE_CHECKING:
    from leftfold.api.http.health import Health

SHARD = labels(shard=0)  # one process, one shard
SERVER = labels(redpanda_server="kafka")
PRODUCE, FETCH = 0, 1


async def everything(context: Context, _request: Request) -> Response:
    """All metrics."""
    return await _shown(context, TABLE)


async def public(context: Context, _request: Request) -> Response:
    """Those with names of published dashboards."""
    return await _shown(context, [metric for metric in TABLE if metric.name.startswith("redpanda_")])


async def _shown(context: Context, metrics: Sequence[Metric]) -> Response:
    """The text, family by family, with a breath for the loop between them: at 10,000 partitions one family takes 5 ms."""
    facts = gather(context)
    if facts.node is not None:
        groups, blocks = await group_rows(facts.node, facts.partitions), await block_rows(facts.node, facts.partitions)
        facts = replace(facts, groups=groups, blocks=blocks)
    parts = []
    for metric in metrics:
        part = metric.text(facts)
        parts.append(part)
        if len(part) > 50_000:
            await asyncio.sleep(0)
    return Response("".join(parts), media_type=CONTENT_TYPE)


@dataclass(frozen=True, slots=True)
class Metric:
    """One row: `samples` gives what follows the name, and the value; nothing if it has no meaning now."""

    name: str
    kind: str
    doc: str
    samples: Callable[[Facts], Iterable[Sample]]

    def text(self, facts: Facts) -> str:
        """Its lines of the answer."""
        return family(self.name, self.kind, self.doc, self.samples(facts))


# -- how a row gets its samples ----------------------------------------------------------------------------------------------


def _one(value: Callable[[Facts], float | None], tail: str = NO_LABELS) -> Callable[[Facts], list[Sample]]:
    """One sample, unless the system does not say."""

    def samples(facts: Facts) -> list[Sample]:
        found = value(facts)
        return [] if found is None else [(tail, found)]

    return samples


def _counted(name: str, tail: str = NO_LABELS, scale: float = 1) -> Callable[[Facts], list[Sample]]:
    """One of the kernel's counters."""
    return _one(lambda facts: facts.counters[name] * scale if name in facts.counters else None, tail)


def _healthy(value: Callable[[Health], int]) -> Callable[[Facts], list[Sample]]:
    return _one(lambda facts: None if facts.health is None else value(facts.health))


def _each_topic(value: Callable[[TopicRow], float], *, plain: bool = False) -> Callable[[Facts], list[Sample]]:
    return lambda facts: [(row.plain if plain else row.public, value(row)) for row in facts.topics]


def _each_partition(value: Callable[[PartitionRow], float], *, plain: bool = True) -> Callable[[Facts], list[Sample]]:
    if plain:
        return lambda facts: [(row.plain, value(row)) for row in facts.partitions]
    return lambda facts: [(row.public, value(row)) for row in facts.partitions]


def _each_api(place: int, more: str = "") -> Callable[[Facts], list[Sample]]:
    """One counter of each API that was ever called: 0 requests, 1 errors, 2 bytes in, 3 bytes out."""
    return lambda facts: [
        (f'{{api="{_api_name(key)}"{more}}}', row[place]) for key, row in sorted(facts.counters.get("requests", {}).items())
    ]


def _api_name(key: int) -> str:
    api = BY_KEY.get(key)
    return re.sub(r"(?<!^)(?=[A-Z])", "_", api.name).lower() if api else str(key)


def _request_bytes(facts: Facts) -> Iterator[Sample]:
    for row in facts.topics:
        yield f'{row.public[:-1]},redpanda_request="produce"}}', row.produced_bytes
        yield f'{row.public[:-1]},redpanda_request="consume"}}', row.fetched_bytes


def _handler_latency(facts: Facts) -> Iterator[Sample]:
    for key, row in sorted(facts.counters.get("requests", {}).items()):
        yield from histogram(facts.counters["latency_bounds_us"], row[4], row[5], f'handler="{_api_name(key)}"')


def _request_latency(facts: Facts) -> Iterator[Sample]:
    for key, name in ((PRODUCE, "produce"), (FETCH, "consume")):
        row = facts.counters.get("requests", {}).get(key)
        if row is not None:
            yield from histogram(facts.counters["latency_bounds_us"], row[4], row[5], f'redpanda_request="{name}"')


def _rpc_latency(facts: Facts) -> list[Sample]:
    rows = facts.counters.get("requests", {}).values()
    if not rows:
        return []
    counts = [sum(bucket) for bucket in zip(*(row[4] for row in rows), strict=True)]
    return histogram(facts.counters["latency_bounds_us"], counts, sum(row[5] for row in rows), 'redpanda_server="kafka"')


def _summed(place: int) -> Callable[[Facts], list[Sample]]:
    """One counter over all APIs."""
    return _one(
        lambda facts: sum(row[place] for row in facts.counters["requests"].values()) if facts.counters else None, SERVER
    )


def _each_group(value: Callable[[GroupRow], float], *, plain: bool = False) -> Callable[[Facts], list[Sample]]:
    return lambda facts: [(row.plain if plain else row.public, value(row)) for row in facts.groups]


def _each_group_topic(place: int) -> Callable[[Facts], list[Sample]]:
    """0 sum of offsets, 1 sum of lags."""
    return lambda facts: [
        (labels(consumergroup=row.name, topic=topic), sums[place]) for row in facts.groups for topic, sums in row.topics.items()
    ]


def _each_group_partition(value: Callable[[PartitionLag], float], *, plain: bool = True) -> Callable[[Facts], list[Sample]]:
    return lambda facts: [(one.plain if plain else one.public, value(one)) for row in facts.groups for one in row.shown]


def _each_block(value: Callable[[BlockRow], float]) -> Callable[[Facts], list[Sample]]:
    return lambda facts: [(row.labels, value(row)) for row in facts.blocks]


def _ended(facts: Facts) -> Iterator[Sample]:
    for generation, count in facts.node.markers.ended_by_generation.items() if facts.node else ():
        yield labels(generation=generation), count


def _cluster(value: Callable[[Facts], int]) -> Callable[[Facts], list[Sample]]:
    return _one(lambda facts: None if facts.node is None else value(facts))


def _alert(facts: Facts) -> int | None:
    return None if facts.disk is None else facts.disk.alert(facts.context.view.settings.integer("journal.file.bytes"))


def _in_sync(row: PartitionRow) -> int:
    """One node: the replica that it holds itself."""
    return sum(1 for replica in row.replicas if replica == row.leader)


def _started_s(facts: Facts) -> float:
    return facts.context.view.ports.wall_ms() / 1000 - facts.context.uptime_s


# fmt: off
TABLE: tuple[Metric, ...] = (
    # the node
    Metric("redpanda_application_build", "gauge", "The version that runs; always 1",
        _one(lambda _: 1, labels(redpanda_revision="leftfold", redpanda_version=version))),
    Metric("redpanda_application_uptime_seconds_total", "gauge", "Seconds since the node started",
        _one(lambda facts: round(facts.context.uptime_s, 3))),
    Metric("redpanda_cpu_busy_seconds_total", "gauge", "Processor seconds of the whole process, user and system",
        _one(lambda facts: facts.context.hardware.cpu_seconds(), SHARD)),
    Metric("redpanda_memory_allocated_memory", "gauge", "Bytes of memory that the process holds",
        _one(lambda facts: facts.context.hardware.resident_bytes(), SHARD)),
    Metric("redpanda_memory_available_memory", "gauge", "Bytes of memory that the process may still take",
        _one(lambda facts: facts.memory_available_bytes, SHARD)),
    Metric("redpanda_memory_available_memory_low_water_mark", "gauge", "The least available memory of all scrapes, in bytes",
        _one(lambda facts: facts.context.memory_low_bytes, SHARD)),
    Metric("redpanda_memory_free_memory", "gauge", "Bytes of memory that the process may still take",
        _one(lambda facts: facts.memory_available_bytes, SHARD)),
    Metric("redpanda_storage_disk_total_bytes", "gauge", "Bytes of the disk under the data folder",
        _one(lambda facts: None if facts.disk is None else facts.disk.total_bytes)),
    Metric("redpanda_storage_disk_free_bytes", "gauge", "Bytes of it that are free",
        _one(lambda facts: None if facts.disk is None else facts.disk.free_bytes)),
    Metric("redpanda_storage_disk_free_space_alert", "gauge",
        "0 enough space, 1 less than 5 % free, 2 no room for the next journal file: writes are about to be refused",
        _one(_alert)),
    # the cluster
    Metric("redpanda_cluster_brokers", "gauge", "Brokers that have registered",
        _cluster(lambda facts: len(facts.node.cluster.committed.brokers) if facts.node else 0)),
    Metric("redpanda_cluster_topics", "gauge", "Topics, those of the broker itself included",
        _cluster(lambda facts: len(facts.topics))),
    Metric("redpanda_cluster_partitions", "gauge", "Partitions of all topics, replicas not counted",
        _cluster(lambda facts: sum(len(row.topic.partitions) for row in facts.topics))),
    Metric("redpanda_cluster_unavailable_partitions", "gauge", "Partitions that nobody serves",
        _healthy(lambda health: len(health.leaderless))),
    Metric("redpanda_cluster_health_leaderless_partitions", "gauge", "Partitions that nobody serves",
        _healthy(lambda health: len(health.leaderless))),
    Metric("redpanda_cluster_health_under_replicated_partitions", "gauge", "Partitions with a replica that is not in sync",
        _healthy(lambda health: len(health.under_replicated))),
    Metric("redpanda_cluster_health_nodes_down", "gauge", "Registered brokers that are not alive",
        _healthy(lambda health: len(health.nodes_down))),
    Metric("redpanda_cluster_health_high_disk_usage_nodes", "gauge", "Brokers with less than 5 % of their disk free",
        _healthy(lambda health: len(health.high_disk_usage_nodes))),
    Metric("redpanda_cluster_health_unhealthy_reasons", "gauge", "How many reasons there are to call the cluster unhealthy",
        _healthy(lambda health: len(health.reasons))),
    # Kafka clients
    Metric("redpanda_kafka_partitions", "gauge", "Configured number of partitions of the topic",
        _each_topic(lambda row: len(row.topic.partitions))),
    Metric("redpanda_kafka_replicas", "gauge", "Configured number of replicas of the topic",
        _each_topic(lambda row: len(row.topic.partitions[0].replicas))),
    Metric("redpanda_kafka_request_bytes_total", "counter", "Bytes of records that clients wrote to and read from the topic",
        _request_bytes),
    Metric("redpanda_kafka_max_offset", "gauge", "High watermark: the offset after the last record that can be read",
        _each_partition(lambda row: row.state.high_watermark, plain=False)),
    Metric("redpanda_kafka_under_replicated_replicas", "gauge", "Replicas of the partition that are not in sync",
        _each_partition(lambda row: len(row.replicas) - _in_sync(row), plain=False)),
    Metric("redpanda_kafka_request_latency_seconds", "histogram", "From a request's arrival to its answer",
        _request_latency),
    Metric("redpanda_kafka_handler_latency_seconds", "histogram", "From a request's arrival to its answer, by API",
        _handler_latency),
    Metric("redpanda_rpc_active_connections", "gauge", "Connections that are open", _counted("connections_open", SERVER)),
    Metric("redpanda_rpc_request_errors_total", "counter", "Requests answered with an error", _summed(1)),
    Metric("redpanda_rpc_received_bytes", "counter", "Bytes of requests", _summed(2)),
    Metric("redpanda_rpc_sent_bytes", "counter", "Bytes of answers", _summed(3)),
    Metric("redpanda_rpc_request_latency_seconds", "histogram", "From a request's arrival to its answer, all APIs together",
        _rpc_latency),
    # consumer groups
    Metric("redpanda_kafka_consumer_group_consumers", "gauge", "Members of the group", _each_group(lambda row: row.members)),
    Metric("redpanda_kafka_consumer_group_topics", "gauge", "Topics in which the group has committed offsets",
        _each_group(lambda row: len(row.topics))),
    Metric("redpanda_kafka_consumer_group_committed_offset", "gauge", "The next record that the group has to read",
        _each_group_partition(lambda one: one.offset, plain=False)),
    Metric("redpanda_kafka_consumer_group_lag_sum", "gauge", "Records that the group has still to read, in all partitions",
        _each_group(lambda row: row.lag_sum)),
    Metric("redpanda_kafka_consumer_group_lag_max", "gauge", "The same in the partition where they are most",
        _each_group(lambda row: row.lag_max)),
    # as kafka_exporter names them
    Metric("kafka_consumergroup_members", "gauge", "Members of the group", _each_group(lambda row: row.members, plain=True)),
    Metric("kafka_consumergroup_current_offset", "gauge", "The next record that the group has to read",
        _each_group_partition(lambda one: one.offset)),
    Metric("kafka_consumergroup_current_offset_sum", "gauge", "The same, summed over the topic", _each_group_topic(0)),
    Metric("kafka_consumergroup_lag", "gauge", "Records that the group has still to read",
        _each_group_partition(lambda one: one.lag)),
    Metric("kafka_consumergroup_lag_sum", "gauge", "The same, summed over the topic", _each_group_topic(1)),
    Metric("kafka_brokers", "gauge", "Brokers that are alive",
        _cluster(lambda facts: len(facts.node.cluster.committed.brokers) - len(facts.health.nodes_down)
                 if facts.node and facts.health else 0)),
    Metric("kafka_topic_partitions", "gauge", "Partitions of the topic",
        _each_topic(lambda row: len(row.topic.partitions), plain=True)),
    Metric("kafka_topic_partition_current_offset", "gauge", "The offset after the last record",
        _each_partition(lambda row: row.state.high_watermark)),
    Metric("kafka_topic_partition_oldest_offset", "gauge", "The offset of the first record",
        _each_partition(lambda row: row.state.log_start_offset)),
    Metric("kafka_topic_partition_leader", "gauge", "The broker that leads the partition",
        _each_partition(lambda row: row.leader)),
    Metric("kafka_topic_partition_replicas", "gauge", "Replicas of the partition",
        _each_partition(lambda row: len(row.replicas))),
    Metric("kafka_topic_partition_in_sync_replica", "gauge", "Replicas of the partition that are in sync",
        _each_partition(_in_sync)),
    Metric("kafka_topic_partition_under_replicated_partition", "gauge", "1 if a replica is not in sync",
        _each_partition(lambda row: int(_in_sync(row) < len(row.replicas)))),
    # our own
    Metric("leftfold_ready", "gauge", "1 while clients are served", _one(lambda facts: int(facts.context.is_ready))),
    Metric("leftfold_recovery_done_bytes", "gauge", "Bytes of the journal that this start has replayed",
        _one(lambda facts: facts.context.view.recovery[0])),
    Metric("leftfold_recovery_total_bytes", "gauge", "Bytes of the journal that this start had to replay",
        _one(lambda facts: facts.context.view.recovery[1])),
    Metric("leftfold_journal_rounds_total", "counter", "Rounds of the journal: each is one write and one fsync",
        _counted("journal_rounds")),
    Metric("leftfold_journal_bytes_total", "counter", "Bytes written to the journal", _counted("journal_bytes")),
    Metric("leftfold_journal_fsync_seconds_total", "counter", "Seconds spent in fsync of the journal",
        _counted("journal_fsync_us_total", scale=1e-6)),
    Metric("leftfold_compaction_passes_total", "counter", "Passes of compaction that came to their end",
        _counted("compaction_passes")),
    Metric("leftfold_compaction_read_bytes_total", "counter", "Bytes of segments that compaction has read, twice in a pass",
        _counted("compaction_read_bytes")),
    Metric("leftfold_compaction_written_bytes_total", "counter", "Bytes of segments that compaction has written",
        _counted("compaction_written_bytes")),
    Metric("leftfold_compaction_records_total", "counter", "Records that compaction has looked at, by what became of them",
        lambda facts: [(labels(fate=fate), facts.counters[f"compaction_{fate}_records"])
                       for fate in ("kept", "removed") if facts.counters]),
    Metric("leftfold_compaction_memory_bytes", "gauge", "Bytes of memory for the keys of the pass that is under way",
        _counted("compaction_memory_bytes")),
    Metric("leftfold_compaction_failures_total", "counter", "Passes that ended early; the log says why, and what to do",
        _counted("compaction_failures")),
    Metric("leftfold_compaction_failing_partitions", "gauge", "Partitions that could not be compacted when it was last tried",
        _counted("compaction_failing_partitions")),
    Metric("leftfold_connections_total", "counter", "Connections that were accepted", _counted("connections_total")),
    Metric("leftfold_connections_refused_total", "counter", "Connections that a limit refused",
        _counted("connections_refused")),
    Metric("leftfold_frames_refused_total", "counter", "Connections closed since they sent no request that is served here",
        _counted("frames_refused")),
    Metric("leftfold_strangers_total", "counter", "Connections to the Kafka port that spoke another protocol",
        lambda facts: [(labels(protocol=one), facts.counters[f"strangers_{one}"])
                       for one in ("http", "tls") if f"strangers_{one}" in facts.counters]),
    Metric("leftfold_transfers_stalled_total", "counter", "Connections closed since they sent or read too slowly",
        _counted("transfers_stalled")),
    Metric("leftfold_request_memory_bytes", "gauge", "Bytes of memory that requests hold",
        _counted("memory_permit_bytes_used")),
    Metric("leftfold_request_memory_bytes_max", "gauge", "Bytes of memory that requests may hold; past it connections wait",
        _counted("memory_permit_bytes_max")),
    Metric("leftfold_requests_total", "counter", "Requests answered", _each_api(0)),
    Metric("leftfold_request_errors_total", "counter", "Requests answered with an error", _each_api(1)),
    Metric("leftfold_request_received_bytes_total", "counter", "Bytes of requests", _each_api(2)),
    Metric("leftfold_request_sent_bytes_total", "counter", "Bytes of answers", _each_api(3)),
    Metric("leftfold_fetch_waiting", "gauge", "Fetches that wait for records", _counted("fetch_waiting")),
    Metric("leftfold_produce_waiting", "gauge", "Produces that wait for the disk", _counted("produce_waiting")),
    Metric("leftfold_calls_queued", "gauge", "Requests that wait for Python", _counted("calls_queued")),
    Metric("leftfold_calls_running", "gauge", "Requests that Python is answering",
        _one(lambda facts: facts.context.view.calls_running)),
    Metric("leftfold_loop_lag_seconds", "gauge", "By how much the event loop was late at the last look",
        _one(lambda facts: round(facts.context.view.loop_lag_ms / 1000, 6))),
    Metric("leftfold_loop_lag_seconds_max", "gauge", "The same, the worst of the last ten seconds",
        _one(lambda facts: round(facts.context.view.loop_lag_ms_max / 1000, 6))),
    Metric("leftfold_partition_size_bytes", "gauge", "Bytes of the partition's segments",
        _each_partition(lambda row: row.state.size_bytes)),
    Metric("leftfold_partition_segments", "gauge", "Segment files of the partition",
        _each_partition(lambda row: row.state.segment_count)),
    Metric("leftfold_partition_damaged_ranges", "gauge", "Ranges of offsets that are quarantined; leftfold doctor names them",
        _each_partition(lambda row: len(row.state.damage))),
    Metric("leftfold_group_partitions_left_out", "gauge", "Partitions of groups that are in sums only: they are too many",
        _cluster(lambda facts: sum(row.partitions - len(row.shown) for row in facts.groups))),
    Metric("leftfold_transaction_open_seconds", "gauge", "How long the oldest open transaction of the partition is open",
        _each_block(lambda row: row.open_s)),
    Metric("leftfold_transaction_held_back_offsets", "gauge",
        "Offsets that readers of committed records do not get while it is", _each_block(lambda row: row.held_back)),
    Metric("leftfold_transactions_ended_total", "counter",
        "Transactions that have ended; in generation 1 a late EndTxn may end the next one (KAFKA-17754)", _ended),
    # the process, as client libraries name it
    Metric("process_cpu_seconds_total", "counter", "Processor seconds, user and system",
        _one(lambda facts: facts.context.hardware.cpu_seconds())),
    Metric("process_resident_memory_bytes", "gauge", "Resident memory in bytes",
        _one(lambda facts: facts.context.hardware.resident_bytes())),
    Metric("process_open_fds", "gauge", "Open file descriptors", _one(lambda facts: facts.context.hardware.open_files())),
    Metric("process_start_time_seconds", "gauge", "When it started, in seconds since 1970",
        _one(lambda facts: round(_started_s(facts), 3))),
)
# fmt: on
