"""Bytes to records, by the language of -f (produce)."""

# A text reads up to the literal that follows it, or to the end of the input; a length before it (%V{big32}%v, or %V{4}%v) or a
# number in its braces (%v{8}) makes it read that many bytes; json and re[...] find their own end, and so do numbers of digits.
# %h{...} reads as many headers as a %H before it said. The last literal may be missing at the end of the input.

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO

from leftfold.cli import times
from leftfold.cli.jsons import end_of_value
from leftfold.cli.verbs import BadFormat, Part, Verb, parts

RECORD_BYTES_MAX = 100 << 20
CHUNK = 1 << 16
_DIGITS = re.compile(rb"-?[0-9]+")
_SPACE = re.compile(rb"[ \t\r\n]*")


class BadInput(ValueError):
    """Input that does not have the shape that the format asks for."""


@dataclass(slots=True)
class Draft:
    """What the format read of one record."""

    topic: str | None = None
    partition: int | None = None
    timestamp: int | None = None
    key: bytes | None = None
    value: bytes | None = None
    headers: list[tuple[str, bytes]] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)


class Source:
    """Buffered bytes; reads to a delimiter or by length, never more than a record may hold."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._buffer = bytearray()
        self._ended = False

    def _more(self) -> bool:
        if not self._ended:
            read = getattr(self._stream, "read1", self._stream.read)
            chunk = read(CHUNK)
            self._ended = not chunk
            self._buffer += chunk
        return not self._ended

    def at_end(self) -> bool:
        return not self._buffer and not self._more()

    def peek(self, count: int) -> bytes:
        """The first of what is there already, for messages."""
        return bytes(self._buffer[:count])

    def take(self, count: int) -> bytes:
        if count > RECORD_BYTES_MAX or count < 0:
            raise BadInput(f"a length of {count} bytes; at most {RECORD_BYTES_MAX} are possible")
        while len(self._buffer) < count:
            if not self._more():
                raise BadInput(f"the input ends after {len(self._buffer)} of {count} bytes")
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    def until(self, end: bytes) -> bytes:
        """Up to `end`, which is skipped; at the end of the input what is left is the last text."""
        searched = 0
        while (place := self._buffer.find(end, searched)) < 0:
            searched = max(0, len(self._buffer) - len(end) + 1)
            if len(self._buffer) > RECORD_BYTES_MAX:
                raise BadInput(f"{RECORD_BYTES_MAX} bytes without {end!r}")
            if not self._more():
                return self.rest()
        taken = bytes(self._buffer[:place])
        del self._buffer[: place + len(end)]
        return taken

    def matched(self, end_of: Callable[[bytearray, bool], int | None]) -> bytes | None:
        """What something that finds its own end says is its own: `end_of(so far, is all)`; None asks for more, -1 is none."""
        while (end := end_of(self._buffer, self._ended)) is None:
            if len(self._buffer) > RECORD_BYTES_MAX:
                raise BadInput(f"a text of more than {RECORD_BYTES_MAX} bytes")
            self._more()
        return None if end < 0 else self.take(end)

    def skip_space(self) -> None:
        while True:
            space = _SPACE.match(self._buffer)
            assert space is not None, "no space at all matches too"
            del self._buffer[: space.end()]
            if self._buffer or not self._more():
                return

    def rest(self) -> bytes:
        while self._more():
            if len(self._buffer) > RECORD_BYTES_MAX:
                raise BadInput(f"a text of more than {RECORD_BYTES_MAX} bytes")
        taken = bytes(self._buffer)
        self._buffer.clear()
        return taken


def records(text: str, stream: IO[bytes]) -> Iterator[Draft]:
    """Every record of a stream; raises BadFormat at once, BadInput when the input is not so."""
    found = parts(text)
    if not any(isinstance(part, Verb) and part.letter in "tkv" for part in found):
        raise BadFormat(f"{text!r} reads nothing: it has no verb such as %v")
    return _read(_compile(found, outermost=True), Source(stream), spaced=_reads_json(found[0]))


Step = Callable[[Source, Draft], None]


def _reads_json(part: Part) -> bool:
    return isinstance(part, Verb) and part.letter in "kv" and part.modifier == "json"


def _read(steps: list[Step], source: Source, *, spaced: bool) -> Iterator[Draft]:
    """`spaced`: space between records is none of theirs."""
    while True:
        if spaced:
            source.skip_space()
        if source.at_end():
            return
        draft = Draft()
        for step in steps:
            step(source, draft)
        yield draft


def _compile(found: list[Part], *, outermost: bool = False) -> list[Step]:
    steps: list[Step] = []
    sized: set[str] = set()
    for place, part in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else None
        before = found[place - 1] if place else None
        if isinstance(part, bytes):
            if not _reads_to_literal(before, sized):
                steps.append(_literal(part, optional=outermost and following is None))
        elif part.letter in "TKVH":
            sized.add({"H": "h"}.get(part.letter, part.letter.lower()))
            steps.append(_length(part, following))
        elif part.letter == "h":
            steps.append(_header(part, sized))
        elif part.letter in "tkv":
            steps.append(_field(part, following, sized))
        elif part.letter in "pdoexy":
            steps.append(_numbered(part, following))
        else:
            raise BadFormat(
                f"%{part.letter} cannot be read; produce knows %t %k %v %h %p %d %o %e %x %y and the lengths %T %K %V %H"
            )
    return steps


def _reads_to_literal(part: Part | None, sized: set[str]) -> bool:
    """Whether this verb has already eaten the literal behind it."""
    if not isinstance(part, Verb):
        return False
    if part.letter == "d":
        return part.modifier == "strftime"
    return part.letter in "tkv" and part.letter not in sized and not part.modifier.isdigit() and part.modifier not in _OWN_END


_OWN_END = ("json", "re")


def _literal(wanted: bytes, *, optional: bool) -> Step:
    def step(source: Source, _: Draft) -> None:
        if optional and source.at_end():
            return
        got = source.take(len(wanted))
        if got != wanted:
            raise BadInput(f"{wanted!r} was expected, {got!r} came")

    return step


def _width(modifier: str) -> tuple[int, str] | None:
    """(bytes, how) of a number of fixed width; None is as many digits as there are."""
    if modifier == "byte":
        return 1, "big"
    fixed = re.fullmatch(r"(hex|big|little)(64|32|16|8|4)", modifier)
    if fixed is None:
        if modifier not in ("", "ascii"):
            raise BadFormat(f"{{{modifier}}} is no way to read numbers: there are ascii, hexN, bigN, littleN and byte")
        return None
    bits = int(fixed[2])
    return (bits // 4, "hex") if fixed[1] == "hex" else (max(bits // 8, 1), fixed[1])


def _number(modifier: str) -> Callable[[Source], int]:
    if modifier.isdigit():
        return lambda _: int(modifier)
    if modifier == "bool":
        return _truth
    width = _width(modifier)
    if width is None:
        return _digits
    count, how = width

    def read(source: Source) -> int:
        content = source.take(count)
        try:
            return int(content, 16) if how == "hex" else int.from_bytes(content, "little" if how == "little" else "big")
        except ValueError as error:
            raise BadInput(f"a number was expected: {error}") from None

    return read


def _digits(source: Source) -> int:
    found = source.matched(_end_of_digits)
    if found is None:
        raise BadInput(f"a number was expected, {source.peek(20)!r} came")
    return int(found)


def _end_of_digits(content: bytearray, is_all: bool) -> int | None:
    found = _DIGITS.match(content)
    if found is None:
        return -1 if is_all or len(content) > 1 else None
    return found.end() if is_all or found.end() < len(content) else None


def _truth(source: Source) -> int:
    found = source.matched(_by_pattern(re.compile(rb"true|false")))
    if found is None:
        raise BadInput(f"true or false was expected, {source.peek(20)!r} came")
    return int(found == b"true")


def _by_pattern(pattern: re.Pattern[bytes]) -> Callable[[bytearray, bool], int | None]:
    """Where a pattern ends that begins here. A match that reaches the end of what came so far may go on."""

    def end_of(content: bytearray, is_all: bool) -> int | None:
        match = pattern.match(content)
        if not is_all and (match is None or match.end() == len(content)):
            return None
        return match.end() if match else -1

    return end_of


def _length(verb: Verb, following: Part | None) -> Step:
    read = _number(verb.modifier)
    if isinstance(following, Verb) and verb.modifier in ("", "ascii") and following.letter in "tkv":
        raise BadFormat(f"where does the number before %{following.letter} end? put a text between them, or give it a width")

    def step(source: Source, draft: Draft) -> None:
        draft.sizes[{"H": "h"}.get(verb.letter, verb.letter.lower())] = read(source)

    return step


def _numbered(verb: Verb, following: Part | None) -> Step:
    """%p and %d say something of the record; an offset, an epoch or a producer is the broker's to give: it is passed over."""
    if verb.letter == "d" and verb.modifier == "strftime":
        read = _time(verb.argument, following)
    elif verb.modifier.isdigit():
        raise BadFormat(f"%{verb.letter}{{{verb.modifier}}}: a number of bytes is for texts; there are ascii, big32 ...")
    else:
        read = _number(verb.modifier)
    name = {"p": "partition", "d": "timestamp"}.get(verb.letter)

    def step(source: Source, draft: Draft) -> None:
        number = read(source)
        if name is not None:
            setattr(draft, name, number)

    return step


def _time(layout: str, following: Part | None) -> Callable[[Source], int]:
    told = times.reader(layout)
    if isinstance(following, Verb):
        raise BadFormat(f"where does the time before %{following.letter} end? put a text between them")

    def read(source: Source) -> int:
        text = source.until(following) if following is not None else source.rest()
        try:
            return told(text.decode())
        except ValueError as error:
            raise BadInput(str(error)) from None

    return read


def _field(verb: Verb, following: Part | None, sized: set[str]) -> Step:
    letter = verb.letter
    take = _extent(verb, following, letter in sized)
    decode = text_decoder("" if verb.modifier.isdigit() or verb.modifier in _OWN_END else verb.modifier)

    def step(source: Source, draft: Draft) -> None:
        count = draft.sizes.get(letter)
        _put(draft, letter, decode(take(source) if count is None else source.take(count)))

    return step


def _extent(verb: Verb, following: Part | None, has_length: bool) -> Callable[[Source], bytes]:
    """How a text finds its end without a length before it."""
    if verb.modifier.isdigit():
        count = int(verb.modifier)
        return lambda source: source.take(count)
    if verb.modifier == "json":
        return _json
    if verb.modifier == "re":
        return _matching(verb.argument)
    if isinstance(following, bytes):
        return lambda source: source.until(following)
    if following is not None and not has_length:
        why = f"where does %{verb.letter} end before %{following.letter}? put a text between them, or give its length first"
        raise BadFormat(why)
    return Source.rest


def _json(source: Source) -> bytes:
    source.skip_space()
    found = source.matched(end_of_value)
    if found is None:
        raise BadInput(f"a JSON value was expected, {source.peek(40)!r} came")
    return found


def _matching(text: str) -> Callable[[Source], bytes]:
    try:
        pattern = re.compile(text.encode())
    except re.error as error:
        raise BadFormat(f"re[{text}] is no regular expression: {error}") from None

    def read(source: Source) -> bytes:
        found = source.matched(_by_pattern(pattern))
        if found is None:
            raise BadInput(f"{source.peek(40)!r} does not match {text}")
        return found

    return read


def _put(draft: Draft, letter: str, content: bytes) -> None:
    match letter:
        case "t":
            draft.topic = content.decode()
        case "k":
            draft.key = content
        case _:
            draft.value = content


def _header(verb: Verb, sized: set[str]) -> Step:
    if "h" not in sized:
        raise BadFormat("%h reads as many headers as a %H before it says: %H %h{%k=%v }%v\\n")
    steps = _compile(parts(verb.modifier))

    def step(source: Source, draft: Draft) -> None:
        for _ in range(draft.sizes["h"]):
            header = Draft()
            for inner in steps:
                inner(source, header)
            draft.headers.append(((header.key or b"").decode(), header.value or b""))

    return step


def text_decoder(modifier: str) -> Callable[[bytes], bytes]:
    """How a text becomes bytes: as it is, from hex, or from base64 with or without its padding."""

    def from_base64(content: bytes) -> bytes:
        return base64.b64decode(content + b"=" * (-len(content) % 4), validate=True)

    decoders: dict[str, Callable[[bytes], bytes]] = {
        "": lambda content: content,
        "hex": lambda content: bytes.fromhex(content.decode()),
        "base64": from_base64,
        "base64raw": from_base64,
    }
    if modifier not in decoders:
        raise BadFormat(f"{{{modifier}}} is no way to read bytes: there are hex, base64, base64raw, json, re[...] and a number")

    def decode(content: bytes) -> bytes:
        try:
            return decoders[modifier](content)
        except (ValueError, binascii.Error) as error:
            raise BadInput(f"{content[:40]!r} is not {modifier}: {error}") from None

    return decode
