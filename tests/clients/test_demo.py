"""The demo end to end, against a broker of its own."""

from __future__ import annotations

from leftfold.demo.flights import COUNT
from leftfold.demo.moments import Picture
from leftfold.demo.plot import svg
from leftfold.demo.run import Plan, run
from tests.unit.test_demo_fold import computed_directly


def test_the_final_numbers_equal_those_of_the_rows() -> None:
    seen: list[Picture] = []
    result = run(Plan("max"), seen.append)
    assert result.complete
    assert (result.sent, result.acknowledged, result.picture.events, result.latency_us.count) == (COUNT,) * 4
    assert result.picture.state == computed_directly()
    assert seen
    drawing = svg(result)
    assert drawing.startswith("<svg") and "United Air Lines" in drawing


def test_the_end_by_seconds_loses_nothing() -> None:
    result = run(Plan("rate=2000", seconds_max=1), lambda _: None)
    assert 0 < result.sent < COUNT
    assert result.sent == result.acknowledged == result.picture.events
