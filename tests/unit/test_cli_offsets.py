"""Offset specs of consume: each form and each mistake."""

from __future__ import annotations

import pytest

from leftfold.cli.offsets import END, START, From, Point, Span, parse

NOW = 1_700_000_000_000
HOUR = 3_600_000


def at(number: int) -> Point:
    return Point(From.TIME, number)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("start", Span(START)),
        ("oldest", Span(START)),
        ("end", Span(END)),
        (":end", Span(START, END)),
        ("+3", Span(Point(From.START, 3))),
        ("-10", Span(Point(From.END, 10))),
        ("42", Span(Point(From.ZERO, 42))),
        ("42:", Span(Point(From.ZERO, 42))),
        (":9", Span(START, Point(From.ZERO, 9))),
        ("5:9", Span(Point(From.ZERO, 5), Point(From.ZERO, 9))),
        ("5:end", Span(Point(From.ZERO, 5), END)),
        ("@1700000000000", Span(at(NOW))),
        ("@1700000000", Span(at(NOW))),
        ("@2022-02-14", Span(at(1_644_796_800_000))),
        ("@2022-02-14T00:00:00Z:2022-02-14T01:00:00+00:00", Span(at(1_644_796_800_000), at(1_644_800_400_000))),
        ("@-1h", Span(at(NOW - HOUR))),
        ("@-1m30s", Span(at(NOW - 90_000))),
        ("@-48h:-24h", Span(at(NOW - 48 * HOUR), at(NOW - 24 * HOUR))),
        ("@-1m:end", Span(at(NOW - 60_000), END)),
        ("@-1h:", Span(at(NOW - HOUR))),
        ("@:-1h", Span(START, at(NOW - HOUR))),
        ("@:1700000000", Span(START, at(NOW))),
        ("@:end", Span(START, END)),
        ("@2022-02-14:1h", Span(at(1_644_796_800_000), at(1_644_800_400_000))),
        ("@2022-02-14T01:02:03.250Z:1m3ms", Span(at(1_644_800_523_250), at(1_644_800_583_253))),
        ("@-2h:1h", Span(at(NOW - 2 * HOUR), at(NOW + HOUR))),
    ],
)
def test_a_spec_means(text: str, span: Span) -> None:
    assert parse(text, NOW) == span


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        "x",
        "1:zz",
        "9:5",
        "@",
        "@12",
        "@-1y",
        "@-24h:-48h",
        "@2022-13-41",
        "--3",
        "+",
        "@1h",
        "@1h:2h",
        "@:",
        "@2022-02-14:-1h",
    ],
)
def test_what_is_no_spec_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse(text, NOW)
