"""Offset specs of consume: start, :end, +3, @-1h:end."""

# start end      where the partition begins; where it ends now          N  N:  :N  A:B   offsets; the end is not read
# :end           from the start, then stop at the end as of now         +N  -N           N after the start; N before the end
# @T  @T: @:T  @T1:T2 @T:end   from a time, until a time, or until the end as of now
# A time is 13 digits (milliseconds), 10 digits (seconds), a date, RFC 3339, or -48h / -1m30s (ago). T2 may be a duration too,
# 1h or -1h: counted from T1 where that is a time, from now where it is a duration itself.

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

_DURATION = r"-?(?:\d+(?:ms|s|m|h|d))+"
_TIME = rf"(?:\d{{13}}|\d{{10}}|\d{{4}}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?)?|{_DURATION})"
_TIMES = re.compile(f"@({_TIME})?(:(?:({_TIME}|end))?)?")
_PIECE = re.compile(r"(\d+)(ms|s|m|h|d)")
_UNIT_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


class From(Enum):
    """What a point counts from."""

    START = "start"
    END = "end"
    ZERO = "offset"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Point:
    """A place in a partition: `number` records after START, before END, the offset itself, or milliseconds since 1970."""

    of: From
    number: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """Where to begin and, unless it goes on for ever, where to stop (that record is not read)."""

    start: Point
    stop: Point | None = None


START, END = Point(From.START), Point(From.END)


def parse(text: str, now_ms: int) -> Span:
    """The span that a spec means; raises ValueError, which says what is allowed."""
    named = {"start": Span(START), "oldest": Span(START), "end": Span(END), "newest": Span(END), ":end": Span(START, END)}
    if text in named:
        return named[text]
    if text.startswith("@"):
        return _times(text, now_ms)
    if re.fullmatch(r"[+]\d+", text):
        return Span(Point(From.START, int(text)))
    if re.fullmatch(r"-\d+", text):
        return Span(Point(From.END, -int(text)))
    offsets = re.fullmatch(r"(\d*)(:?)(\d*|end)", text)
    if offsets is None or text in ("", ":"):
        raise ValueError(f"{text!r} is no offset: try start, end, :end, +3, -10, 42, 5:9, @2026-01-31, @-1h or @-2h:-1h")
    first, colon, last = offsets.groups()
    start = Point(From.ZERO, int(first)) if first else START
    stop = END if last == "end" else Point(From.ZERO, int(last)) if colon and last else None
    if first and stop is not None and stop.of is From.ZERO and stop.number < start.number:
        raise ValueError(f"{text!r} stops before it begins")
    return Span(start, stop)


def duration_ms(text: str) -> int:
    """How long `1h30m` is, in milliseconds; raises ValueError."""
    pieces = _PIECE.findall(text)
    if not pieces or "".join(number + unit for number, unit in pieces) != text:
        raise ValueError(f"{text!r} is no duration: write 500ms, 30s, 5m, 48h or 7d")
    return sum(int(number) * _UNIT_MS[unit] for number, unit in pieces)


def _times(text: str, now_ms: int) -> Span:
    found = _TIMES.fullmatch(text)
    first, _, last = found.groups() if found else (None, None, None)
    if (not first and not last) or (first and not first.startswith("-") and _is_duration(first)):
        raise ValueError(f"{text!r} is no time: write @ and 13 digits (ms), 10 digits (s), 2026-01-31, RFC 3339, or -48h")
    start = Point(From.TIME, time_ms(first, now_ms)) if first else START
    if not last:
        return Span(start)
    if last == "end":
        return Span(start, END)
    absolute = first is not None and not _is_duration(first)
    stop = Point(From.TIME, time_ms(last, start.number if absolute else now_ms))
    if start.of is From.TIME and stop.number < start.number:
        raise ValueError(f"{text!r} stops before it begins")
    return Span(start, stop)


def _is_duration(text: str) -> bool:
    return re.fullmatch(_DURATION, text) is not None


def time_ms(text: str, now_ms: int) -> int:
    """A time in milliseconds since 1970. A date or time without a zone is UTC; a duration counts from `now_ms`."""
    if _is_duration(text):
        return now_ms + duration_ms(text.lstrip("-")) * (-1 if text.startswith("-") else 1)
    if text.isdigit():
        return int(text) * (1000 if len(text) == 10 else 1)
    at = datetime.fromisoformat(text)
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
