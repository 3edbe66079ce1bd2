"""Where a JSON value ends in bytes that go on behind it."""

from __future__ import annotations

import json
import re

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SKIPPED = re.compile(rb'[^"\[\]{}]+')  # inside of arrays and objects: nothing that opens, closes or quotes
_WORD = re.compile(rb"[-+.0-9A-Za-z]+")
_DEPTHS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


def end_of_value(content: bytearray, is_all: bool) -> int | None:
    """Where the value at the start ends; None when more must come to know, -1 when there is none."""
    end = _extent(content)
    if end is None or (end == len(content) and content[:1] not in b'"[{'):  # a number may have more digits
        if not is_all:
            return None
        end = len(content)
    try:
        json.loads(content[:end])
    except ValueError:
        return -1
    return end


def _extent(content: bytearray) -> int | None:
    """How far the value reaches by its brackets and quotes alone; None where they do not close."""
    first = bytes(content[:1])
    if first == b'"':
        found = _STRING.match(content)
        return found.end() if found else None
    if first not in (b"[", b"{"):
        found = _WORD.match(content)
        return found.end() if found else 0 if content else None
    depth, place = 0, 0
    while place < len(content):
        sign = content[place]
        if sign in _DEPTHS:
            depth += _DEPTHS[sign]
            place += 1
            if depth == 0:
                return place
            continue
        found = (_STRING if sign == ord('"') else _SKIPPED).match(content, place)
        if found is None:
            return None
        place = found.end()
    return None
