"""Records to bytes, by the language of -f (consume)."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from leftfold.cli.verbs import BadFormat, Verb, parts

Formatter = Callable[["Line"], bytes]


@dataclass(frozen=True, slots=True)
class Line:
    """One record as consume shows it; `timestamp` is milliseconds since 1970, offsets are the partition's."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]] = ()
    leader_epoch: int = -1
    iteration: int = 1
    log_start: int = -1
    high_watermark: int = -1


def compile_format(text: str) -> Formatter:
    """The function that writes one record; raises BadFormat."""
    writers = [_writer(part) for part in parts(text)]
    return lambda line: b"".join([write(line) for write in writers])


def _writer(part: bytes | Verb) -> Formatter:
    if isinstance(part, bytes):
        return lambda _: part
    letter, modifier = part.letter, part.modifier
    if letter in _TEXTS:
        take, encode = _TEXTS[letter], text_encoder(modifier)
        return lambda line: encode(take(line))
    if letter == "h":
        return _headers(modifier)
    if letter == "d":
        tell = _time(modifier)
        return lambda line: tell(line.timestamp)
    number, written = _NUMBERS[letter], number_encoder(modifier)
    return lambda line: written(number(line))


def _headers(modifier: str) -> Formatter:
    if not modifier:
        raise BadFormat("%h needs to be told how: %h{%k=%v }")
    inner = parts(modifier)
    if any(isinstance(part, Verb) and part.letter not in "kvKV" for part in inner):
        raise BadFormat("inside %h{...} there are %k %v %K %V only")
    writers = [_writer(part) for part in inner]

    def write(line: Line) -> bytes:
        each = [Line("", 0, 0, 0, key.encode(), value) for key, value in line.headers]
        return b"".join(write_part(header) for header in each for write_part in writers)

    return write


def text_encoder(modifier: str) -> Callable[[bytes], bytes]:
    """How bytes are written: as they are, hex, base64 (padded), base64raw (not), json (a JSON string, or JSON made compact)."""
    encoders: dict[str, Callable[[bytes], bytes]] = {
        "": lambda value: value,
        "hex": lambda value: value.hex().encode(),
        "base64": base64.b64encode,
        "base64raw": lambda value: base64.b64encode(value).rstrip(b"="),
        "json": lambda value: json.dumps(value.decode(errors="replace"), ensure_ascii=False).encode(),
    }
    if modifier not in encoders:
        raise BadFormat(f"{{{modifier}}} is no way to write bytes: there are hex, base64, base64raw and json")
    return encoders[modifier]


def number_encoder(modifier: str) -> Callable[[int], bytes]:
    """How a number is written: ascii, hexN (fixed digits), bigN and littleN (bytes), byte, bool."""
    if modifier in ("", "ascii"):
        return lambda value: str(value).encode()
    if modifier == "bool":
        return lambda value: b"true" if value else b"false"
    if modifier == "byte":
        return lambda value: bytes([value & 0xFF])
    fixed = re.fullmatch(r"(hex|big|little)(64|32|16|8|4)", modifier)
    if fixed is None or modifier in ("big4", "little4"):
        raise BadFormat(
            f"{{{modifier}}} is no way to write numbers: there are ascii, hex64 .. hex4, "
            "big64 .. big8, little64 .. little8, byte, bool"
        )
    kind, bits = fixed[1], int(fixed[2])
    mask = (1 << bits) - 1
    if kind == "hex":
        return lambda value: f"{value & mask:0{bits // 4}x}".encode()
    order: Callable[[int], bytes] = (
        (lambda value: (value & mask).to_bytes(bits // 8, "big"))
        if kind == "big"
        else lambda value: (value & mask).to_bytes(bits // 8, "little")
    )
    return order


def _time(modifier: str) -> Callable[[int], bytes]:
    pattern = re.fullmatch(r"(strftime|go)\[(.*)\]", modifier, re.DOTALL)
    if pattern is None:
        return number_encoder(modifier)
    form = pattern[2] if pattern[1] == "strftime" else _of_go(pattern[2])
    return lambda at: datetime.fromtimestamp(at / 1000, UTC).strftime(form).encode()


def _of_go(layout: str) -> str:
    """A layout of Go's time package as strftime; its reference time is Mon Jan 2 15:04:05 MST 2006."""
    reference = {
        "2006": "%Y", "January": "%B", "Jan": "%b", "01": "%m", "Monday": "%A", "Mon": "%a", "02": "%d", "15": "%H",
        "03": "%I", "04": "%M", "05": "%S", "PM": "%p", "MST": "%Z", "Z07:00": "Z", "-0700": "%z", "06": "%y", ".000000": ".%f",
    }  # fmt: skip
    words = re.compile("|".join(re.escape(word) for word in sorted(reference, key=len, reverse=True)))
    return words.sub(lambda word: reference[word[0]], layout.replace("%", "%%"))


_TEXTS: dict[str, Callable[[Line], bytes]] = {
    "t": lambda line: line.topic.encode(),
    "k": lambda line: line.key or b"",
    "v": lambda line: line.value or b"",
}
_NUMBERS: dict[str, Callable[[Line], int]] = {
    "T": lambda line: len(line.topic.encode()),
    "K": lambda line: len(line.key or b""),
    "V": lambda line: len(line.value or b""),
    "H": lambda line: len(line.headers),
    "p": lambda line: line.partition,
    "o": lambda line: line.offset,
    "e": lambda line: line.leader_epoch,
    "i": lambda line: line.iteration,
    "[": lambda line: line.log_start,
    "]": lambda line: line.high_watermark,
    "|": lambda line: line.high_watermark,
}


def as_json(line: Line, *, meta_only: bool = False) -> dict[str, object]:
    """The record as a document, like rpk's default output."""
    document: dict[str, object] = {"topic": line.topic}
    if not meta_only:
        document["key"] = readable(line.key)
        document["value"] = readable(line.value)
    if line.headers and not meta_only:
        document["headers"] = [{"key": key, "value": readable(value)} for key, value in line.headers]
    sizes = {"key_size": len(line.key or b""), "value_size": len(line.value or b"")} if meta_only else {}
    return {
        **{name: value for name, value in document.items() if name != "key" or value is not None},
        **sizes,
        "timestamp": line.timestamp,
        "partition": line.partition,
        "offset": line.offset,
    }


def readable(value: bytes | None) -> str | None:
    """Text as it is; other bytes in base64, marked as such."""
    if value is None:
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        return "base64:" + base64.b64encode(value).decode()
