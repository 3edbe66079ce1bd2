"""Bytes to records, by the language of -f (produce)."""

# A verb reads up to the literal that follows it, or to the end of the input; a length before it (%V{big32}%v) or a number in
# its braces (%v{8}) makes it read that many bytes. %h{...} reads as many headers as a %H before it said.

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO

from leftfold.cli.verbs import BadFormat, Part, Verb, parts

RECORD_BYTES_MAX = 100 << 20
CHUNK = 1 << 16


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
    if not any(isinstance(part, Verb) for part in found):
        raise BadFormat(f"{text!r} reads nothing: it has no verb such as %v")
    steps = _compile(found)
    return _read(steps, Source(stream))


Step = Callable[[Source, Draft], None]


def _read(steps: list[Step], source: Source) -> Iterator[Draft]:
    while not source.at_end():
        draft = Draft()
        for step in steps:
            step(source, draft)
        yield draft


def _compile(found: list[Part]) -> list[Step]:
    steps: list[Step] = []
    sized: set[str] = set()
    for place, part in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else None
        before = found[place - 1] if place else None
        if isinstance(part, bytes):
            if not _reads_to_literal(before, sized):
                steps.append(_literal(part))
        elif part.letter in "TKVH":
            sized.add({"H": "h"}.get(part.letter, part.letter.lower()))
            steps.append(_length(part, following))
        elif part.letter == "h":
            steps.append(_header(part, sized))
        elif part.letter in "tkvpd":
            steps.append(_field(part, following, sized))
        else:
            raise BadFormat(f"%{part.letter} cannot be read; produce knows %t %k %v %h %p %d and the lengths %T %K %V %H")
    return steps


def _reads_to_literal(part: Part | None, sized: set[str]) -> bool:
    """Whether this verb has already eaten the literal behind it."""
    if not isinstance(part, Verb):
        return False
    if part.letter in "TKVH":
        return _width(part.modifier) is None
    return part.letter != "h" and part.letter not in sized and not part.modifier.isdigit()


def _literal(wanted: bytes) -> Step:
    def step(source: Source, _: Draft) -> None:
        got = source.take(len(wanted))
        if got != wanted:
            raise BadInput(f"{wanted!r} was expected, {got!r} came")

    return step


def _width(modifier: str) -> tuple[int, str] | None:
    """(bytes, how) of a number of fixed width; None is digits up to the next literal."""
    if modifier == "byte":
        return 1, "big"
    fixed = re.fullmatch(r"(hex|big|little)(64|32|16|8|4)", modifier)
    if fixed is None:
        if modifier not in ("", "ascii"):
            raise BadFormat(f"{{{modifier}}} is no way to read numbers: there are ascii, hexN, bigN, littleN and byte")
        return None
    bits = int(fixed[2])
    return (bits // 4, "hex") if fixed[1] == "hex" else (max(bits // 8, 1), fixed[1])


def _number(modifier: str, following: Part | None) -> Callable[[Source], int]:
    width = _width(modifier)

    def read(source: Source) -> int:
        try:
            if width is None:
                return int(source.until(following) if isinstance(following, bytes) else source.rest())
            count, how = width
            content = source.take(count)
            return int(content, 16) if how == "hex" else int.from_bytes(content, "little" if how == "little" else "big")
        except ValueError as error:
            raise error if isinstance(error, BadInput) else BadInput(f"a number was expected: {error}") from None

    if width is None and isinstance(following, Verb):
        raise BadFormat(f"where does the number before %{following.letter} end? put a text between them, or give it a width")
    return read


def _length(verb: Verb, following: Part | None) -> Step:
    read = _number(verb.modifier, following)

    def step(source: Source, draft: Draft) -> None:
        draft.sizes[{"H": "h"}.get(verb.letter, verb.letter.lower())] = read(source)

    return step


def _field(verb: Verb, following: Part | None, sized: set[str]) -> Step:
    letter = verb.letter
    if letter in "pd":
        read = _number(verb.modifier, following)

        def number_step(source: Source, draft: Draft) -> None:
            if letter == "p":
                draft.partition = read(source)
            else:
                draft.timestamp = read(source)

        return number_step
    exact = int(verb.modifier) if verb.modifier.isdigit() else None
    decode = text_decoder("" if exact is not None else verb.modifier)
    if isinstance(following, Verb) and exact is None and letter not in sized:
        raise BadFormat(
            f"where does %{letter} end before %{following.letter}? put a text between them, or give its length first"
        )

    def step(source: Source, draft: Draft) -> None:
        count = exact if exact is not None else draft.sizes.get(letter)
        if count is not None:
            content = source.take(count)
        else:
            content = source.until(following) if isinstance(following, bytes) else source.rest()
        _put(draft, letter, decode(content))

    return step


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
    """How a text becomes bytes: as it is, from hex, from base64, or json (checked, then kept as it is)."""

    def from_base64(content: bytes) -> bytes:
        return base64.b64decode(content + b"=" * (-len(content) % 4), validate=True)

    def checked(content: bytes) -> bytes:
        json.loads(content)
        return content

    decoders: dict[str, Callable[[bytes], bytes]] = {
        "": lambda content: content,
        "hex": lambda content: bytes.fromhex(content.decode()),
        "base64": from_base64,
        "base64raw": from_base64,
        "json": checked,
    }
    if modifier not in decoders:
        raise BadFormat(f"{{{modifier}}} is no way to read bytes: there are hex, base64, base64raw, json and a number of bytes")

    def decode(content: bytes) -> bytes:
        try:
            return decoders[modifier](content)
        except (ValueError, binascii.Error) as error:
            raise BadInput(f"{content[:40]!r} is not {modifier}: {error}") from None

    return decode
