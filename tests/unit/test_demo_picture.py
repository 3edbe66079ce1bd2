"""The demo's picture fits whatever terminal it is drawn in."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console, RenderableType

from leftfold.base.histogram import Histogram
from leftfold.demo.broker import Usage
from leftfold.demo.delays import Delays, Hour
from leftfold.demo.flights import AIRLINES
from leftfold.demo.moments import Picture, Progress, Result, Second
from leftfold.demo.picture import bar, draw, ending, spark, summary, waiting

STATE = {
    carrier: Delays(0, 40_000 - place, 12, 900_000, 7000, 2999, 8000, Hour(23_000_000, 9, 2000))
    for place, carrier in enumerate(AIRLINES)
}
SECONDS = tuple(Second(float(at), 1.0, 20_000 + at, 900 + at, 14_000, 3) for at in range(90))
PROGRESS = Progress("flights-delays", {0: 31_000, 1: 29_000}, 170_000)
PICTURE = Picture("127.0.0.1:65535", "flights", 336_776, 180_000, SECONDS, STATE, Usage(12.5, 61 << 20), PROGRESS, 9_999)


def lines(what: RenderableType, width: int) -> list[str]:
    console = Console(file=io.StringIO(), width=width, height=200, force_terminal=True, color_system=None)
    console.print(what)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


@pytest.mark.parametrize("width", [30, 46, 60, 80, 100, 120, 200])
@pytest.mark.parametrize("height", [12, 16, 24, 30, 60])
def test_it_fits(width: int, height: int) -> None:
    drawn = lines(draw(PICTURE, width, height), width)
    assert len(drawn) <= height
    assert {len(line) for line in drawn} == {width}
    assert drawn[0].startswith("╭") and drawn[-1].startswith("╰"), "no line was wrapped"


def test_the_first_to_go_is_missed_least() -> None:
    wide = "\n".join(lines(draw(PICTURE, 200, 60), 200))
    for word in (
        "United Air Lines",
        "cancelled",
        "worst hour",
        "Ctrl-C ends",
        "127.0.0.1:65535",
        "61 MiB",
        "20,089",
        "170,000",
        "went on at 60,000 (offsets 0:31000, 1:29000)",
    ):
        assert word in wide
    assert "more" not in wide
    small = "\n".join(lines(draw(PICTURE, 80, 24), 80))
    assert "American Airlines" in small and "flights" in small and "cancelled" not in small
    assert "and 5 more" in small
    tiny = "\n".join(lines(draw(PICTURE, 46, 12), 46))
    assert "events/s" in tiny and "carrier" not in tiny


def test_before_the_first_event() -> None:
    nothing = Picture("127.0.0.1:1", "flights", 336_776, 0, (), {}, None, Progress("flights-delays", {}, 0))
    drawn = lines(draw(nothing, 80, 24), 80)
    assert any("p99" in line and " - " in line for line in drawn)
    assert "starting a broker in here" in "".join(lines(waiting("here"), 80))
    assert summary(Result(nothing, 0, 0, 0.0, Histogram())) == "Ended before the first event."


def test_the_end_tells_of_the_whole_run() -> None:
    latency = Histogram()
    latency.add(2000)
    result = Result(PICTURE, 180_000, 180_000, 9.0, latency)
    drawn = "\n".join(lines(ending(result, 100), 100))
    assert "13,333" in drawn and "9.0 s" in drawn and "Ctrl-C" not in drawn
    assert "120,000 events in 9.0 s" in summary(result)
    assert "went on at 60,000" in summary(result) and "180,000 events are in the table, each once" in summary(result)
    done = replace(PICTURE, progress=Progress("flights-delays", {0: 180_000}, 180_000))
    assert summary(Result(done, 0, 0, 0.0, Histogram())) == "Nothing was left to do: all 180,000 events were folded before."


def test_bars_and_sparks_are_true() -> None:
    assert spark([0, 1, 4, 8], 3) == "▂▅█"
    assert (spark([], 9), spark([0.0], 9), spark([1], 0)) == ("", "▁", "")
    assert [bar(value, 10, 2) for value in (-3, 0, 5, 10, 99)] == ["", "", "█", "██", "██"]
    assert bar(1, 16, 2) == "▏"
