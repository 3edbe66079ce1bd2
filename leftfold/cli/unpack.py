"""%v{unpack[>Iqs$]}: numbers and text out of packed bytes."""

# < and > set the order of the bytes that follow, little at first; b B h H i I q Q are numbers of 1, 2, 4 and 8 bytes, those in
# small letters signed; c or . one byte as it is; s the rest; $ nothing may be left; x nothing. What is missing is said.

from __future__ import annotations

from collections.abc import Callable

from leftfold.cli.verbs import BadFormat

_SIZES = {"b": 1, "h": 2, "i": 4, "q": 8}
Step = Callable[[bytes], tuple[bytes, bytes]]  # what is to be written, and what is left


def unpacker(layout: str) -> Callable[[bytes], bytes]:
    """The function that writes what a layout finds in a value; raises BadFormat."""
    steps = _steps(layout)

    def unpack(value: bytes) -> bytes:
        written = []
        for step in steps:
            piece, value = step(value)
            written.append(piece)
        return b"".join(written)

    return unpack


def _steps(layout: str) -> list[Step]:
    steps: list[Step] = []
    little = True
    for place, letter in enumerate(layout):
        if letter in "<>":
            little = letter == "<"
        elif letter.lower() in _SIZES:
            steps.append(_number(letter, little))
        elif letter in "c.":
            steps.append(_byte)
        elif letter in "s$":
            if place + 1 < len(layout) and layout[place:] != "s$":
                raise BadFormat(f"unpack[{layout}]: nothing can follow {letter}")
            steps.append(_rest if letter == "s" else _end)
        elif letter != "x":
            raise BadFormat(f"unpack[{layout}]: {letter} is unknown; there are < > b B h H i I q Q c . s $ x")
    return steps


def _number(letter: str, little: bool) -> Step:
    size = _SIZES[letter.lower()]

    def step(value: bytes) -> tuple[bytes, bytes]:
        if len(value) < size:
            return _missing(letter, size, value), b""
        number = int.from_bytes(value[:size], "little" if little else "big", signed=letter.islower())
        return str(number).encode(), value[size:]

    return step


def _byte(value: bytes) -> tuple[bytes, bytes]:
    return (value[:1], value[1:]) if value else (_missing("c", 1, value), b"")


def _rest(value: bytes) -> tuple[bytes, bytes]:
    return value, b""


def _end(value: bytes) -> tuple[bytes, bytes]:
    return (b"%%!$(%d bytes are left)" % len(value) if value else b""), b""


def _missing(letter: str, size: int, value: bytes) -> bytes:
    return b"%%!%s(%d of %d bytes)" % (letter.encode(), len(value), size)
