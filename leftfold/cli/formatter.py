"""Records to bytes, by the language of -f (consume)."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from leftfold.cli import times
from leftfold.cli.unpack import unpacker
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
    last_stable: int = -1
    producer_id: int = -1
    producer_epoch: int = -1
    compression: str = "none"
    log_append_time: bool = False
    transactional: bool = False


def compile_format(text: str) -> Formatter:
    """The function that writes one record; raises BadFormat."""
    writers = [_writer(part) for part in parts(text)]
    return lambda line: b"".join([write(line) for write in writers])


def _writer(part: bytes | Verb) -> Formatter:
    if isinstance(part, bytes):
        return lambda _: part
    letter, modifier = part.letter, part.modifier
    if letter in _TEXTS:
        take, encode = _TEXTS[letter], unpacker(part.argument) if modifier == "unpack" else text_encoder(modifier)
        return lambda line: encode(take(line))
    if letter == "h":
        return _headers(modifier)
    if letter == "d":
        time = times.writer(modifier, part.argument) if part.argument else number_encoder(modifier)
        return lambda line: time(line.timestamp)
    if letter == "a":
        return _attribute(modifier)
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
        raise BadFormat(f"{{{modifier}}} is no way to write bytes: there are hex, base64, base64raw, json and unpack[...]")
    return encoders[modifier]


def number_encoder(modifier: str) -> Callable[[int], bytes]:
    """How a number is written: ascii, hexN (fixed digits), bigN and littleN (bytes), byte, bool."""
    if modifier in ("", "ascii"):
        return lambda value: str(value).encode()
    if modifier == "hex":
        return lambda value: f"{value & (1 << 64) - 1:x}".encode()
    if modifier == "bool":
        return lambda value: b"true" if value else b"false"
    if modifier == "byte":
        return lambda value: bytes([value & 0xFF])
    fixed = re.fullmatch(r"(hex|big|little)(64|32|16|8|4)", modifier)
    if fixed is None or modifier in ("big4", "little4"):
        raise BadFormat(
            f"{{{modifier}}} is no way to write numbers: there are ascii, hex, hex64 .. hex4, "
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


def _attribute(modifier: str) -> Formatter:
    """%a{compression}, %a{timestamp-type;big8}: an attribute of the record's batch, then how to write it."""
    name, semicolon, how = modifier.partition(";")
    if name not in _ATTRIBUTES:
        raise BadFormat(f"%a{{{modifier}}} is no attribute: there are {', '.join(_ATTRIBUTES)}, then ;NUMBER")
    take = _ATTRIBUTES[name]
    if name == "compression" and not semicolon:
        return lambda line: line.compression.encode()
    write = number_encoder(how)
    return lambda line: write(take(line))


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
    "|": lambda line: line.last_stable,
    "x": lambda line: line.producer_id,
    "y": lambda line: line.producer_epoch,
}
CODECS = ("none", "gzip", "snappy", "lz4", "zstd")  # in the order of their numbers
_ATTRIBUTES: dict[str, Callable[[Line], int]] = {
    "compression": lambda line: CODECS.index(line.compression),
    "timestamp-type": lambda line: int(line.log_append_time),
    "transactional-bit": lambda line: int(line.transactional),
    "control-bit": lambda _: 0,  # markers are no records: they are not shown
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
