"""-f as kcat reads it, for hands that are used to it."""

from __future__ import annotations

import re
from collections.abc import Callable

from leftfold.cli.formatter import Formatter, Line
from leftfold.cli.verbs import BadFormat

_PIECE = re.compile(r"%(?P<verb>.?)|\\(?P<escape>x[0-9a-fA-F]{1,2}|.?)|(?P<text>[^%\\]+)", re.DOTALL)
_ESCAPES = {"n": b"\n", "r": b"\r", "t": b"\t", "0": b"\0", "\\": b"\\"}


def _length(value: bytes | None) -> int:
    """-1 is null."""
    return -1 if value is None else len(value)


def _headers(line: Line) -> bytes:
    return b",".join(name.encode() + b"=" + (b"NULL" if value is None else value) for name, value in line.headers)


_VERBS: dict[str, Callable[[Line], bytes]] = {
    "s": lambda line: line.value or b"",
    "S": lambda line: b"%d" % _length(line.value),
    "R": lambda line: _length(line.value).to_bytes(4, "big", signed=True),
    "k": lambda line: line.key or b"",
    "K": lambda line: b"%d" % _length(line.key),
    "T": lambda line: b"%d" % line.timestamp,
    "h": _headers,
    "t": lambda line: line.topic.encode(),
    "p": lambda line: b"%d" % line.partition,
    "o": lambda line: b"%d" % line.offset,
    "%": lambda _: b"%",
}


def compile_format(text: str) -> Formatter:
    """The function that writes one record; raises BadFormat."""
    writers = [_writer(piece) for piece in _PIECE.finditer(text)]
    return lambda line: b"".join([write(line) for write in writers])


def _writer(piece: re.Match[str]) -> Formatter:
    verb, escape = piece["verb"], piece["escape"]
    if verb is not None:
        if verb not in _VERBS:
            raise BadFormat(f"%{verb} is no verb of kcat's: there are {' '.join('%' + one for one in _VERBS)}")
        return _VERBS[verb]
    literal = piece["text"].encode() if escape is None else _escaped(escape)
    return lambda _: literal


def _escaped(escape: str) -> bytes:
    if escape.startswith("x") and len(escape) > 1:
        return bytes([int(escape[1:], 16)])
    if escape not in _ESCAPES:
        raise BadFormat(f"\\{escape} is no escape: there are \\n \\r \\t \\0 \\\\ and \\xNN")
    return _ESCAPES[escape]
