"""Percentiles: never below the truth, within 3 %."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from leftfold.base.histogram import Histogram


@given(st.lists(st.integers(min_value=0, max_value=1 << 40), min_size=1), st.floats(min_value=0.1, max_value=100))
def test_a_percentile_is_at_most_three_percent_above_the_truth(durations: list[int], percent: float) -> None:
    histogram = Histogram()
    for one in durations:
        histogram.add(one)
    place = max(1, -(-len(durations) * percent // 100))
    truth = sorted(durations)[int(place) - 1]
    assert truth <= histogram.percentile(percent) <= truth * 33 // 32 + 1


@given(st.lists(st.integers(min_value=0, max_value=1 << 30)), st.lists(st.integers(min_value=0, max_value=1 << 30)))
def test_merged_counts_are_those_of_both(some: list[int], others: list[int]) -> None:
    first, second, both = Histogram(), Histogram(), Histogram()
    for one in some:
        first.add(one)
        both.add(one)
    for one in others:
        second.add(one)
        both.add(one)
    merged = first.merge([second])
    assert (merged.count, merged.longest, list(merged.steps())) == (both.count, both.longest, list(both.steps()))


def test_nothing_counted_is_zero() -> None:
    assert Histogram().percentile(99) == 0
