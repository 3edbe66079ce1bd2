"""The language of -f: percent verbs, their modifiers, escapes."""

# %t topic  %k key  %v value  %h{...} each header (%k, %v inside)  %p partition  %o offset  %e leader epoch  %d timestamp
# %x producer id  %y producer epoch  %a{...} attributes  %i iteration, from 1  %[ log start  %] high watermark
# %| last stable offset;  %T %K %V lengths, %H count of headers;  %% %{ %} and \n \t \r \\ \xNN stand for themselves.
# Modifiers come in braces: text hex base64 base64raw json unpack[...] re[...], numbers ascii hex hex64 .. hex4 big64 .. big8
# little64 .. little8 byte bool, times strftime[...] go[...]. What follows the last four is enclosed by any sign, once or more
# often, with its closing one: strftime[%F], re##[{}]##.

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

ESCAPES = {"n": b"\n", "t": b"\t", "r": b"\r", "\\": b"\\", "0": b"\0"}
VERBS = "tkvhpoedxyaTKVHi[]|"
BATCH_VERBS = frozenset("xya|")  # what only whole batches tell
_HEX = re.compile(r"[0-9a-fA-F]{2}")
_ENCLOSING = re.compile(r"(strftime|go|unpack|re)(?=[^a-z0-9;}])")
_CLOSERS = {"{": "}", "[": "]", "(": ")", "<": ">"}


@dataclass(frozen=True, slots=True)
class Verb:
    """One percent verb and what stood in its braces; `argument` is what strftime, go, unpack or re enclose."""

    letter: str
    modifier: str = ""
    argument: str = ""


Part = bytes | Verb


class BadFormat(ValueError):
    """A format that cannot be understood; the message says where and what is allowed."""


def parts(text: str) -> list[Part]:
    """Literals and verbs in order; neighbouring literals are one."""
    found: list[Part] = []
    for part in _scan(text):
        if isinstance(part, bytes) and found and isinstance(found[-1], bytes):
            found[-1] += part
        else:
            found.append(part)
    return found


def _scan(text: str) -> Iterator[Part]:
    place = 0
    while place < len(text):
        if text[place] == "\\":
            literal, place = _escape(text, place + 1)
            yield literal
        elif text[place] == "%":
            part, place = _verb(text, place + 1)
            yield part
        else:
            yield text[place].encode()
            place += 1


def _escape(text: str, place: int) -> tuple[bytes, int]:
    letter = text[place : place + 1]
    if letter == "x" and _HEX.fullmatch(text[place + 1 : place + 3]):
        return bytes.fromhex(text[place + 1 : place + 3]), place + 3
    if letter not in ESCAPES:
        raise BadFormat(f"\\{letter} is no escape: there are \\n \\t \\r \\0 \\\\ and \\xNN")
    return ESCAPES[letter], place + 1


def _verb(text: str, place: int) -> tuple[Part, int]:
    letter = text[place : place + 1]
    if letter and letter in "%{}":
        return letter.encode(), place + 1
    if not letter or letter not in VERBS:
        raise BadFormat(f"%{letter} is no verb: there are {' '.join('%' + verb for verb in VERBS)} and %% %{{ %}}")
    place += 1
    if text[place : place + 1] != "{":
        return Verb(letter), place
    if letter != "h" and (word := _ENCLOSING.match(text, place + 1)):
        argument, end = _enclosed(text, word.end())
        return Verb(letter, word[1], argument), end
    end = _closing(text, place)
    return Verb(letter, text[place + 1 : end]), end + 1


def _enclosed(text: str, place: int) -> tuple[str, int]:
    """What the signs at `place` enclose, and where the verb ends: behind the brace that must follow."""
    sign = text[place]
    count = len(text[place:]) - len(text[place:].lstrip(sign))
    closer = _CLOSERS.get(sign, sign) * count + "}"
    end = text.find(closer, place + count)
    if end < 0:
        raise BadFormat(f"{text[place : place + count]!r} opens something in {text!r} that {closer!r} does not close")
    return text[place + count : end], end + len(closer)


def letters(text: str) -> frozenset[str]:
    """The verbs that a format uses; raises BadFormat."""
    return frozenset(part.letter for part in parts(text) if isinstance(part, Verb))


def _closing(text: str, place: int) -> int:
    """Where the brace that opens at `place` closes; braces nest, and %{ and %} do not count."""
    depth, at = 0, place
    while at < len(text):
        if text[at] == "%" and text[at + 1 : at + 2] in ("{", "}", "%"):
            at += 2
            continue
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return at
        at += 1
    raise BadFormat(f"the brace that opens at {place + 1} in {text!r} is not closed")
