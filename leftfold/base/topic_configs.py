"""Every topic config: kind, default, bounds, setting."""

# Names, kinds, defaults, bounds and broker settings are what Apache Kafka 4.4.0 describes (schemas/kafka/topic_configs.json;
# a test compares them). The words are ours. `later` says what is accepted, kept and described, but not in force yet.

from __future__ import annotations

from dataclasses import dataclass

from leftfold.base.values import ANY, LONG_MAX, Bounds, Kind, Value


@dataclass(frozen=True, slots=True)
class TopicConfig:
    """One row. `settings` are the broker's settings that give its default, the first that is set wins: (name, factor)."""

    name: str
    kind: Kind
    default: Value
    bounds: Bounds
    settings: tuple[tuple[str, int], ...]
    doc: str
    later: str = ""

    @property
    def documentation(self) -> str:
        """What DescribeConfigs says of it."""
        return f"{self.doc} Not in force yet: {self.later}" if self.later else self.doc


def _one(name: str) -> tuple[tuple[str, int], ...]:
    return ((name, 1),)


_TIERS = "there is no remote storage in this version; the value is kept for the one that has it."
_REPLICAS = "there are no followers in this version; the value is kept for the one that has them."
_FLUSH = "every acknowledged write is fsynced already, unless write.caching is true."
_AT_LEAST_ZERO = Bounds(low=0)
_NEVER = LONG_MAX
_REPLICA_LIST = Bounds(pattern=r"\*|\d+:\d+(,\d+:\d+)*")

# fmt: off
TABLE: tuple[TopicConfig, ...] = (
    TopicConfig("cleanup.policy", Kind.LIST, ("delete",), Bounds(choices=("compact", "delete")), _one("log.cleanup.policy"),
        "What happens to old records: `delete` drops whole segments by age and size, `compact` keeps the newest of each key, "
        "both do both, an empty list keeps everything."),
    TopicConfig("compression.gzip.level", Kind.INT, -1, Bounds(low=1, high=9, special=(-1,)), _one("compression.gzip.level"),
        "The effort of gzip when compression.type asks the broker for it; -1 is its own default."),
    TopicConfig("compression.lz4.level", Kind.INT, 9, Bounds(low=1, high=17), _one("compression.lz4.level"),
        "The effort of lz4 when compression.type asks the broker for it.", later="lz4 has one effort here, the quick one."),
    TopicConfig("compression.type", Kind.STRING, "producer",
        Bounds(choices=("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer")), _one("compression.type"),
        "The codec that batches are stored in, whatever their producers send; `producer` keeps what the producer sent."),
    TopicConfig("compression.zstd.level", Kind.INT, 3, Bounds(low=-131072, high=22), _one("compression.zstd.level"),
        "The effort of zstd when compression.type asks the broker for it. More than 19 would take hundreds of megabytes: it "
        "stays at that."),
    TopicConfig("delete.retention.ms", Kind.LONG, 86_400_000, _AT_LEAST_ZERO, _one("log.cleaner.delete.retention.ms"),
        "How long a compacted topic keeps tombstones, and the markers of transactions that left no record, in milliseconds."),
    TopicConfig("errors.deadletterqueue.group.enable", Kind.BOOLEAN, False, ANY, (),
        "Whether share groups may send what they cannot process to this topic.", later="there are no share groups."),
    TopicConfig("file.delete.delay.ms", Kind.LONG, 60_000, _AT_LEAST_ZERO, _one("log.segment.delete.delay.ms"),
        "How long the files of a dropped segment stay, in milliseconds.", later="they are removed at once."),
    TopicConfig("flush.messages", Kind.LONG, _NEVER, Bounds(low=1), _one("log.flush.interval.messages"),
        "After how many records a partition is forced to disk.", later=_FLUSH),
    TopicConfig("flush.ms", Kind.LONG, _NEVER, _AT_LEAST_ZERO,
        (("log.flush.interval.ms", 1), ("log.flush.scheduler.interval.ms", 1)),
        "After how many milliseconds a partition is forced to disk.", later=_FLUSH),
    TopicConfig("follower.replication.throttled.replicas", Kind.LIST, (), _REPLICA_LIST, (),
        "Replicas whose catching up is slowed, as partition:broker pairs or `*`.", later=_REPLICAS),
    TopicConfig("index.interval.bytes", Kind.INT, 4096, _AT_LEAST_ZERO, _one("log.index.interval.bytes"),
        "How many bytes of log lie between two entries of the offset index."),
    TopicConfig("leader.replication.throttled.replicas", Kind.LIST, (), _REPLICA_LIST, (),
        "Replicas whose serving of followers is slowed, as partition:broker pairs or `*`.", later=_REPLICAS),
    TopicConfig("local.retention.bytes", Kind.LONG, -2, Bounds(low=-2), _one("log.local.retention.bytes"),
        "How many bytes stay local once a segment is in remote storage; -2 takes retention.bytes.", later=_TIERS),
    TopicConfig("local.retention.ms", Kind.LONG, -2, Bounds(low=-2), _one("log.local.retention.ms"),
        "How long records stay local once in remote storage, in milliseconds; -2 takes retention.ms.", later=_TIERS),
    TopicConfig("max.compaction.lag.ms", Kind.LONG, _NEVER, Bounds(low=1), _one("log.cleaner.max.compaction.lag.ms"),
        "After how many milliseconds a record must have been looked at by compaction."),
    TopicConfig("max.decompressed.message.bytes", Kind.INT, 2_147_483_639, Bounds(low=1, high=2_147_483_639),
        _one("max.decompressed.message.bytes"),
        "How large a single record of a compressed batch may be once decompressed, in bytes."),
    TopicConfig("max.message.bytes", Kind.INT, 1_048_588, _AT_LEAST_ZERO, _one("message.max.bytes"),
        "How large a record batch may be as it is sent (after compression), in bytes."),
    TopicConfig("message.timestamp.after.max.ms", Kind.LONG, 3_600_000, _AT_LEAST_ZERO,
        _one("log.message.timestamp.after.max.ms"),
        "How far a record's timestamp may be ahead of the broker's clock, in milliseconds."),
    TopicConfig("message.timestamp.before.max.ms", Kind.LONG, _NEVER, _AT_LEAST_ZERO,
        _one("log.message.timestamp.before.max.ms"),
        "How far a record's timestamp may be behind the broker's clock, in milliseconds."),
    TopicConfig("message.timestamp.type", Kind.STRING, "CreateTime", Bounds(choices=("CreateTime", "LogAppendTime")),
        _one("log.message.timestamp.type"),
        "Whether a record keeps the time its producer gave it or takes the time of its append."),
    TopicConfig("min.cleanable.dirty.ratio", Kind.DOUBLE, 0.5, Bounds(low=0, high=1), _one("log.cleaner.min.cleanable.ratio"),
        "Which part of a log may be uncompacted before compaction starts."),
    TopicConfig("min.compaction.lag.ms", Kind.LONG, 0, _AT_LEAST_ZERO, _one("log.cleaner.min.compaction.lag.ms"),
        "How long a record stays out of compaction, in milliseconds."),
    TopicConfig("min.insync.replicas", Kind.INT, 1, Bounds(low=1), _one("min.insync.replicas"),
        "How many replicas must be in sync for a write with acks=all."),
    TopicConfig("preallocate", Kind.BOOLEAN, False, ANY, _one("log.preallocate"),
        "Whether a new segment takes its whole size on disk at once.",
        later="the journal is preallocated, segments grow."),
    TopicConfig("remote.copy.lag.bytes", Kind.LONG, -1, Bounds(low=-1), _one("log.remote.copy.lag.bytes"),
        "How many bytes wait before they are copied to remote storage.", later=_TIERS),
    TopicConfig("remote.copy.lag.ms", Kind.LONG, 0, Bounds(low=-1), _one("log.remote.copy.lag.ms"),
        "How long a segment waits before it is copied to remote storage, in milliseconds.", later=_TIERS),
    TopicConfig("remote.log.copy.disable", Kind.BOOLEAN, False, ANY, (),
        "Stops copying to remote storage while what is there stays readable.", later=_TIERS),
    TopicConfig("remote.log.delete.on.disable", Kind.BOOLEAN, False, ANY, (),
        "Removes what is in remote storage when it is switched off.", later=_TIERS),
    TopicConfig("remote.storage.enable", Kind.BOOLEAN, False, ANY, (),
        "Keeps old segments in remote storage.", later=_TIERS),
    TopicConfig("retention.bytes", Kind.LONG, -1, ANY, _one("log.retention.bytes"),
        "How many bytes a partition keeps before its oldest segments are dropped; -1 is no limit."),
    TopicConfig("retention.ms", Kind.LONG, 604_800_000, Bounds(low=-1),
        (("log.retention.ms", 1), ("log.retention.minutes", 60_000), ("log.retention.hours", 3_600_000)),
        "How long records are kept before their segment is dropped, in milliseconds; -1 is for ever."),
    TopicConfig("segment.bytes", Kind.INT, 1_073_741_824, Bounds(low=1_048_576), _one("log.segment.bytes"),
        "How large a segment file grows before the next begins, in bytes."),
    TopicConfig("segment.index.bytes", Kind.INT, 10_485_760, Bounds(low=4), _one("log.index.size.max.bytes"),
        "How large the index files of a segment may grow, in bytes."),
    TopicConfig("segment.jitter.ms", Kind.LONG, 0, _AT_LEAST_ZERO,
        (("log.roll.jitter.ms", 1), ("log.roll.jitter.hours", 3_600_000)),
        "By how much at most a segment rolls before segment.ms, so that not all roll at once, in milliseconds.",
        later="segments roll exactly at segment.ms."),
    TopicConfig("segment.ms", Kind.LONG, 604_800_000, Bounds(low=1), (("log.roll.ms", 1), ("log.roll.hours", 3_600_000)),
        "After how long a segment ends even if it is not full, in milliseconds."),
    TopicConfig("unclean.leader.election.enable", Kind.BOOLEAN, False, ANY, _one("unclean.leader.election.enable"),
        "Whether a replica that is not in sync may lead when no other is left, at the price of lost records.",
        later=_REPLICAS),
    TopicConfig("write.caching", Kind.BOOLEAN, False, ANY, _one("write.caching"),
        "Leftfold's own: acknowledge writes before they are fsynced. At risk in a crash: the last 100 ms or 64 MiB of "
        "acknowledged records, whichever is less. The default, false, acknowledges nothing that could be lost."),
)
# fmt: on

BY_NAME: dict[str, TopicConfig] = {row.name: row for row in TABLE}
