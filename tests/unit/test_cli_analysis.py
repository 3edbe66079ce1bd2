"""What analyze counts, on batches made by hand."""

from __future__ import annotations

from leftfold.cli.topic.analysis import Seen, of_partition, of_topic, percentile
from leftfold.kernel import decode_batches, encode_batch


def seen(*batches: list[tuple[int, bytes]], start: int = 0, stop: int = 1000) -> Seen:
    """Batches of (timestamp, value), each numbered from 0: only times and sizes count here."""
    found = Seen()
    for records in batches:
        [batch] = decode_batches(encode_batch([(None, value, [], at) for at, value in records]))
        found.add(batch, start, stop)
    return found


def test_gaps_and_order_are_told() -> None:
    found = seen([(1000, b"a"), (1500, b"bb"), (1400, b"c"), (4000, b"d"), (4100, b"e")])
    told = of_partition(found, seconds=10)
    assert (told["gap_ms_max"], told["gap_offset"], told["out_of_order"]) == (2500, 3, 1)
    assert (told["first_timestamp"], told["last_timestamp"]) == (1000, 4100)
    assert (told["batches"], told["records"], told["records_per_second"], told["records_per_batch"]) == (1, 5, 0.5, 5)
    assert told["bytes_per_record"] == {"average": 1, "p25": 1, "p50": 1, "p75": 1, "p99": 2, "max": 2}


def test_only_the_range_counts() -> None:
    found = seen([(1, b"a"), (2, b"b"), (3, b"c"), (4, b"d")], start=1, stop=3)
    assert (len(found.record_bytes), found.first_timestamp, found.last_timestamp) == (2, 2, 3)
    assert of_partition(seen([(1, b"a")], start=5), seconds=1)["batches"] == 0


def test_a_topic_adds_up_its_partitions() -> None:
    rows = {number: of_partition(seen([(1, b"x" * number)]), seconds=2) for number in range(3)}
    told = of_topic(rows)
    assert (told["partitions"], told["records"], told["batches_per_second"]) == (3, 3, 1.5)
    assert told["average_bytes_per_batch"] == round(sum(row["bytes"] for row in rows.values()) / 3)
    assert of_topic({})["average_bytes_per_batch"] == 0


def test_percentiles_are_by_nearest_rank() -> None:
    assert [percentile([3, 1, 2, 4], percent) for percent in (0, 25, 50, 75, 99, 100)] == [1, 1, 2, 3, 4, 4]
    assert percentile([], 50) == 0
