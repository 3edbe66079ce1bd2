"""Configured values: their kinds, how text becomes them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

Value = bool | int | float | str | tuple[str, ...] | None

INT_MAX = 2**31 - 1
LONG_MAX = 2**63 - 1


class Kind(IntEnum):
    """The kind of a value, numbered as DescribeConfigs sends it (KIP-569)."""

    BOOLEAN = 1
    STRING = 2
    INT = 3
    LONG = 5
    DOUBLE = 6
    LIST = 7


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a value may be; `special` are single values allowed outside of [low, high], `pattern` is for a whole list."""

    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    special: tuple[int, ...] = ()
    pattern: str = ""
    empty_list: bool = True

    def text(self) -> str:
        """The bounds in words, for messages and documentation; empty where anything goes."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        if self.pattern:
            return f"of the form {self.pattern}"
        parts = []
        if self.low is not None:
            parts.append(f"at least {self.low}")
        if self.high is not None:
            parts.append(f"at most {self.high}")
        words = " and ".join(parts)
        return words + "".join(f" or {one}" for one in self.special) if words else ""


ANY = Bounds()


def parse(kind: Kind, bounds: Bounds, text: str) -> Value:
    """The value that a text means; ValueError says what is wrong with it in half a sentence."""
    match kind:
        case Kind.BOOLEAN:
            return _boolean(text)
        case Kind.STRING:
            return _choice(text, bounds)
        case Kind.INT:
            return int(_number(_integer(text, INT_MAX), bounds))
        case Kind.LONG:
            return int(_number(_integer(text, LONG_MAX), bounds))
        case Kind.DOUBLE:
            return _number(_double(text), bounds)
        case Kind.LIST:
            return _items(text, bounds)


def render(value: Value) -> str | None:
    """A value as Kafka writes it in DescribeConfigs; None stays None."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case tuple():
            return ",".join(value)
        case _:
            return str(value)


def _boolean(text: str) -> bool:
    match text.strip().lower():
        case "true":
            return True
        case "false":
            return False
        case _:
            raise ValueError("it must be true or false")


def _integer(text: str, high: int) -> int:
    digits = text.strip()
    if not digits.isascii() or not digits.removeprefix("-").removeprefix("+").isdecimal() or len(digits) > 20:
        raise ValueError("it must be a whole number")
    number = int(digits)
    if not -high - 1 <= number <= high:
        raise ValueError(f"it must lie between {-high - 1} and {high}")
    return number


def _double(text: str) -> float:
    try:
        number = float(text.strip())
    except ValueError:
        raise ValueError("it must be a number") from None
    if not math.isfinite(number):
        raise ValueError("it must be a finite number")
    return number


def _number(number: float, bounds: Bounds) -> float:
    if number in bounds.special:
        return number
    if (bounds.low is not None and number < bounds.low) or (bounds.high is not None and number > bounds.high):
        raise ValueError(f"it must be {bounds.text()}")
    return number


def _choice(text: str, bounds: Bounds) -> str:
    if bounds.choices and text not in bounds.choices:
        raise ValueError(f"it must be {bounds.text()}")
    return text


def _items(text: str, bounds: Bounds) -> tuple[str, ...]:
    items = split(text)
    if not items and not bounds.empty_list:
        raise ValueError("it must name at least one")
    for item in items:
        if not item:
            raise ValueError("it must not have an empty item between commas")
        _choice(item, bounds)
    if items and bounds.pattern and not re.fullmatch(bounds.pattern, ",".join(items)):
        raise ValueError(f"it must be {bounds.text()}")
    return tuple(dict.fromkeys(items))  # an item that comes twice counts once, as in Kafka


def split(text: str) -> tuple[str, ...]:
    """The items of a list as Kafka writes it, between commas."""
    return tuple(item.strip() for item in text.split(",")) if text.strip() else ()


def lookup_hint(name: str, known: Sequence[str]) -> str:
    """`; did you mean X?` when a known name is near, else nothing."""
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""
