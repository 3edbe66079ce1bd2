"""Times as text: strftime, and the layouts of Go."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from leftfold.cli.verbs import BadFormat

# Go writes a layout as one certain moment would be written: Mon Jan 2 15:04:05 MST 2006. Times here are always UTC.
_GO: dict[str, Callable[[datetime], str]] = {
    "2006": lambda at: f"{at:%Y}",
    "06": lambda at: f"{at:%y}",
    "January": lambda at: f"{at:%B}",
    "Jan": lambda at: f"{at:%b}",
    "01": lambda at: f"{at:%m}",
    "1": lambda at: str(at.month),
    "Monday": lambda at: f"{at:%A}",
    "Mon": lambda at: f"{at:%a}",
    "002": lambda at: f"{at:%j}",
    "02": lambda at: f"{at:%d}",
    "_2": lambda at: f"{at.day:2}",
    "2": lambda at: str(at.day),
    "15": lambda at: f"{at:%H}",
    "03": lambda at: f"{at:%I}",
    "3": lambda at: str(at.hour % 12 or 12),
    "04": lambda at: f"{at:%M}",
    "4": lambda at: str(at.minute),
    "05": lambda at: f"{at:%S}",
    "5": lambda at: str(at.second),
    "PM": lambda at: "PM" if at.hour >= 12 else "AM",
    "pm": lambda at: "pm" if at.hour >= 12 else "am",
    "MST": lambda _: "UTC",
    **dict.fromkeys(("Z07:00", "Z0700", "Z07"), lambda _: "Z"),
    "-07:00": lambda _: "+00:00",
    "-0700": lambda _: "+0000",
    "-07": lambda _: "+00",
}
_ANY = datetime(2006, 1, 2, 15, 4, 5, tzinfo=UTC)
_WORDS = sorted(_GO, key=len, reverse=True)
_PIECE = re.compile("|".join([r"(?P<mark>[.,])(?P<digits>0+|9+)(?!\d)", *map(re.escape, _WORDS)]))


def moment(at_ms: int) -> datetime:
    """A timestamp as UTC; the nearest that can be written where it is out of the years 1 to 9999."""
    try:
        return datetime.fromtimestamp(at_ms / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.max.replace(tzinfo=UTC) if at_ms > 0 else datetime.min.replace(tzinfo=UTC)


def writer(kind: str, layout: str) -> Callable[[int], bytes]:
    """The function that writes milliseconds since 1970 by `strftime` or by `go`."""
    if kind == "strftime":
        return lambda at_ms: moment(at_ms).strftime(layout).encode()
    return lambda at_ms: in_go(layout, moment(at_ms)).encode()


def in_go(layout: str, at: datetime) -> str:
    """A time by a layout of Go's package time."""

    def piece(found: re.Match[str]) -> str:
        if not found["mark"]:
            return _GO[found[0]](at)
        digits = f"{at.microsecond:06}".ljust(len(found["digits"]), "0")[: len(found["digits"])]
        if found["digits"][0] == "9":  # nines leave out zeros at the end
            digits = digits.rstrip("0")
        return found["mark"] + digits if digits else ""

    return _PIECE.sub(piece, layout)


_SHORT = {"F": "%Y-%m-%d", "T": "%H:%M:%S", "R": "%H:%M", "D": "%m/%d/%y", "e": "%d"}  # which strptime does not know


def reader(layout: str) -> Callable[[str], int]:
    """The function that reads a time by strftime's signs as milliseconds since 1970; without a zone it is UTC."""
    layout = re.sub(r"%(.)", lambda sign: _SHORT.get(sign[1], sign[0]), layout)
    try:
        datetime.strptime(_ANY.strftime(layout), layout)  # noqa: DTZ007  # only whether it is a layout
    except (ValueError, re.error) as error:
        raise BadFormat(f"strftime[{layout}] cannot be read back: {error}") from None

    def read(text: str) -> int:
        at = datetime.strptime(text, layout)  # noqa: DTZ007  # the zone comes next
        return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)

    return read
