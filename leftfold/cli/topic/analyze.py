"""`leftfold topic analyze`: what is in a topic, how it came."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from leftfold.base import ports
from leftfold.base.errors import Failure
from leftfold.cli import offsets
from leftfold.cli.batches import BatchReader, Place
from leftfold.cli.connection import Cluster, Problem, connected
from leftfold.cli.listing import Field, Fields, formatted, inside, pairs, table, tell
from leftfold.cli.numbers import Duration
from leftfold.cli.offsets import From, Span
from leftfold.cli.topic.analysis import PERCENTS, Seen, of_partition, of_topic, percentile
from leftfold.cli.topic.lines import Range, ranges
from leftfold.cli.topic.list import chosen
from leftfold.cli.topic.names import topics_argument

RANGE = "-1m:end"
SUMMARY = (
    Field("topics", "number", "how many were looked at"),
    Field("partitions", "number", "how many they have together"),
    Field("total_throughput_bytes_per_second", "number", "of batches as they lie in the log"),
    Field("total_batch_rate_per_second", "number", "batches"),
    Field("average_batch_size_bytes", "number", "of all batches that were read"),
    Field("seconds", "number", "how much time the range holds, by which the rates are taken"),
    Field("complete", "yes or no", "whether all of the range was read before --timeout"),
)
TOPICS = (
    Field("topic", "text", "its name"),
    Field("partitions", "number", "how many"),
    Field("records", "number", "how many were read", wide=True),
    Field("bytes_per_second", "number", "of batches as they lie in the log"),
    Field("batches_per_second", "number", "batches"),
    Field("average_bytes_per_batch", "number", "size of a batch"),
)
PARTITIONS = (
    Field("topic", "text", "the topic's name"),
    Field("partition", "number", "its number, from 0"),
    Field("batches", "number", "how many were read"),
    Field("records", "number", "how many were read"),
    Field("bytes", "number", "how many the batches take", wide=True),
    Field("bytes_per_second", "number", "of batches as they lie in the log"),
    Field("batches_per_second", "number", "batches"),
    Field("records_per_second", "number", "records"),
    Field("records_per_batch", "number", "on average"),
    Field("compression_ratio", "number", "bytes of keys and values by bytes in the log", wide=True),
    Field("first_timestamp", "number or null", "the earliest, milliseconds since 1970", wide=True),
    Field("last_timestamp", "number or null", "the latest", wide=True),
    Field("gap_ms_max", "number", "the longest time between a record and the latest before it"),
    Field("gap_offset", "number or null", "the offset at which it ends", wide=True),
    Field("out_of_order", "number", "records that are earlier than one before them"),
    Field("missing_offsets", "number", "offsets without a record: compacted, or markers", wide=True),
)
SPREAD = (
    Field("average", "number", "the mean"),
    *(Field(f"p{one}", "number", f"{one} of 100 are no larger") for one in PERCENTS),
    Field("max", "number", "the largest"),
)
CODECS = (
    Field("codec", "text", "none, gzip, snappy, lz4 or zstd"),
    Field("batches", "number", "how many batches use it"),
)
EVERY = (
    *inside("summary", SUMMARY),
    *inside("topics[]", TOPICS),
    *inside("partitions[]", PARTITIONS),
    *inside("partitions[].compression[]", CODECS),
    *inside("partitions[].bytes_per_batch", SPREAD),
    *inside("partitions[].bytes_per_record", SPREAD),
)


@click.command()
@topics_argument()
@click.option("-r", "--regex", is_flag=True, help="The names given are regular expressions.")
@click.option("-t", "--time-range", "span", default=RANGE, show_default=True, metavar="T1:T2", help="What to look at.")
@click.option("--timeout", type=Duration(), default="10s", show_default=True, help="Look at what can be read in this time.")
@click.option("-a", "--print-all", "everything", is_flag=True, help="All sections.")
@click.option("-s", "--print-summary", "summary", is_flag=True, help="The summary.")
@click.option("--print-topics", "by_topic", is_flag=True, help="The topics.")
@click.option("-p", "--print-partitions", "partitions", is_flag=True, help="Each partition.")
@click.option("--print-partition-batch-rate", "rates", is_flag=True, help="How rates spread over the partitions.")
@click.option("--print-partition-batch-size", "sizes", is_flag=True, help="How sizes of batches spread over the partitions.")
@formatted(*EVERY)
@connected
def command(
    *,
    cluster: Cluster,
    topics: tuple[str, ...],
    regex: bool,
    span: str,
    timeout: int,
    everything: bool,
    summary: bool,
    by_topic: bool,
    partitions: bool,
    rates: bool,
    sizes: bool,
    form: str,
) -> None:
    """Read topics and say what is in them: batches, rates, sizes, codecs, gaps in time. Rates are over T1 to T2.

    A time is written as after `consume -o @`: -1h:end, -48h:-24h, 2026-02-14:1h.
    """
    now = ports.real().wall_ms()
    meant = _meant(span, now)
    assert meant.stop is not None, "it has two ends"
    names = _names(cluster, topics, regex)
    seen, complete = _read(cluster, names, meant, timeout)
    end = meant.stop.number if meant.stop.of is From.TIME else now
    document = _document(names, seen, max(end - meant.start.number, 1) / 1000, complete)
    if not document["summary"]["average_batch_size_bytes"]:
        click.echo(f"nothing is in {span}; look at another time, such as -t -24h:end", err=True)
    if not (summary or by_topic or partitions or rates or sizes):
        summary = by_topic = True
    sections: list[tuple[bool, Callable[[], str]]] = [
        (summary, lambda: _pairs(document["summary"])),
        (by_topic, lambda: table(document["topics"], TOPICS, wide=form == "wide")),
        (partitions, lambda: _partitions(document, wide=form == "wide")),
        (rates, lambda: _spread_over(document, "BATCHES/S", lambda one: one["batches_per_second"])),
        (sizes, lambda: _spread_over(document, "P50 BYTES/BATCH", lambda one: one["bytes_per_batch"]["p50"])),
    ]
    tell(document, form, lambda: "\n\n".join(text() for wanted, text in sections if wanted or everything))


def _meant(span: str, now_ms: int) -> Span:
    try:
        meant = offsets.parse(f"@{span}", now_ms)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="-t") from None
    if meant.stop is None or meant.start.of is not From.TIME:
        raise click.BadParameter(f"{span!r} is no range of time: write T1:T2, such as {RANGE}", param_hint="-t")
    return meant


def _names(cluster: Cluster, topics: Sequence[str], regex: bool) -> list[str]:
    if not regex:
        known = cluster.metadata(cluster.admin()).topics
        if unknown := [name for name in topics if name not in known]:
            raise cluster.missing(unknown[0], known)
        return list(dict.fromkeys(topics))
    names = chosen(list(cluster.metadata(cluster.admin()).topics), tuple(topics), regex=True)
    if not names:
        raise Problem(
            f"no topic at {cluster.brokers} matches {' '.join(topics)}; `leftfold topic list` shows those there are",
            Failure.TOPIC_MISSING,
        )
    return sorted(names)


def _read(cluster: Cluster, names: Sequence[str], span: Span, timeout_ms: int) -> tuple[Mapping[Place, Seen], bool]:
    """What is in the range, and whether all of it was read in time."""
    found: dict[Place, Range] = {place: one for name in names for place, one in ranges(cluster, name, (), span).items()}
    seen = {place: Seen() for place in found}
    left = {place: one.start for place, one in found.items() if not one.is_empty}
    deadline = ports.real().mono_ns() + timeout_ms * 1_000_000
    with BatchReader(cluster, names) as reader:
        while left and ports.real().mono_ns() < deadline:
            for fetched in reader.fetch(left):
                one = found[fetched.place]
                assert one.stop is not None, "a range of time has two ends"
                for batch in fetched.batches:
                    seen[fetched.place].add(batch, one.start, one.stop)
                if fetched.batches:
                    left[fetched.place] = fetched.batches[-1].last_offset + 1
                if left[fetched.place] >= one.stop:
                    del left[fetched.place]
    return seen, not left


def _document(names: Sequence[str], seen: Mapping[Place, Seen], seconds: float, complete: bool) -> dict[str, Any]:
    each = {place: of_partition(one, seconds) for place, one in sorted(seen.items())}
    topics = [{"topic": name, **of_topic({one: row for (topic, one), row in each.items() if topic == name})} for name in names]
    batches, total = sum(row["batches"] for row in each.values()), sum(row["bytes"] for row in each.values())
    summary = {
        "topics": len(names),
        "partitions": len(each),
        "total_throughput_bytes_per_second": round(sum(one["bytes_per_second"] for one in topics), 1),
        "total_batch_rate_per_second": round(sum(one["batches_per_second"] for one in topics), 3),
        "average_batch_size_bytes": round(total / batches) if batches else 0,
        "seconds": seconds,
        "complete": complete,
    }
    rows = [{"topic": topic, "partition": one, **row} for (topic, one), row in each.items()]
    return {"summary": summary, "topics": topics, "partitions": rows}


def _pairs(summary: Mapping[str, Any]) -> str:
    return pairs({name.replace("_per_second", " (per second)"): value for name, value in summary.items()})


def _partitions(document: Mapping[str, Any], *, wide: bool) -> str:
    rows = [
        {**row, "compression": " ".join(f"{one['codec']}:{one['batches']}" for one in row["compression"])}
        for row in document["partitions"]
    ]
    sizes = [
        {"topic": row["topic"], "partition": row["partition"], "of": of, **row[key]}
        for row in document["partitions"]
        for of, key in (("batch", "bytes_per_batch"), ("record", "bytes_per_record"))
    ]
    columns: Fields = (*PARTITIONS[:2], Field("of", "text", "what the bytes are of"), *SPREAD)
    shown = (*PARTITIONS, Field("compression", "text", "how many batches use each codec"))
    return f"{table(rows, shown, wide=wide)}\n\nBYTES\n{table(sizes, columns)}"


def _spread_over(document: Mapping[str, Any], heading: str, of: Any) -> str:
    """Percentiles over the partitions of each topic that have something."""
    rows = []
    for topic in document["topics"]:
        values = [of(row) for row in document["partitions"] if row["topic"] == topic["topic"] and row["batches"]]
        rows.append({"topic": topic["topic"], **{f"p{percent}": percentile(values, percent) for percent in PERCENTS}})
    columns = (TOPICS[0], *(Field(f"p{percent}", "number", "") for percent in PERCENTS))
    return f"{heading} OF PARTITIONS\n{table(rows, columns)}"
