"""Snapshots of a folded state: checksummed, atomic."""

# The first line is for people and for the check: `leftfold-snapshot 1 TOPIC PARTITION OFFSET CRC32C`, the rest is the state as
# JSON. OFFSET is the next offset to fold. A snapshot only saves time: the log explains everything, so a damaged one is set
# aside and the state folded anew; nothing is ever removed because a snapshot does not mention it.

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar, get_args, get_origin

import msgspec
from immutables import Map

State = TypeVar("State")

MAGIC = "leftfold-snapshot"
VERSION = "1"


@dataclass(frozen=True, slots=True)
class Snapshot(Generic[State]):
    """A committed state and the next offset to fold onto it."""

    offset: int
    state: State


@dataclass(frozen=True, slots=True)
class Damaged:
    """A file that is not a snapshot of this fold, and where it was put."""

    why: str
    set_aside: Path


class Shelf(Generic[State]):
    """The snapshots of one partition of one machine, in one folder."""

    def __init__(self, folder: Path, topic: str, partition: int, kind: type[State], checksum: Callable[[bytes], int]) -> None:
        self._path = folder / f"{topic}-{partition}.snapshot"
        self._name = f"{topic} {partition}"
        self._decoder = msgspec.json.Decoder(kind, dec_hook=_decode_map)
        self._encoder = msgspec.json.Encoder(enc_hook=_encode_map, order="deterministic")
        self._checksum = checksum

    def write(self, snapshot: Snapshot[State]) -> int:
        """*Blocking.* Put a snapshot in place of the last: written, synced, renamed, folder synced; its size in bytes.

        Raises OSError.
        """
        body = self._encoder.encode(snapshot.state)
        head = f"{self._name} {snapshot.offset}"
        line = f"{MAGIC} {VERSION} {head} {self._sum(head, body):08x}\n"
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(line.encode() + body)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        _sync_folder(self._path.parent)
        return len(line) + len(body)

    def read(self) -> Snapshot[State] | Damaged | None:
        """*Blocking.* The last snapshot; None if there is none. A damaged one is moved out of the way, never removed."""
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            return self._parse(content)
        except (ValueError, UnicodeDecodeError) as why:  # msgspec's decoding errors are ValueErrors
            return Damaged(str(why), self._set_aside())

    def peek(self) -> Snapshot[State] | None:
        """*Blocking.* The last snapshot for who only looks: None if there is none, or no whole one, which stays where it is."""
        try:
            return self._parse(self._path.read_bytes())
        except (OSError, ValueError):
            return None

    def _parse(self, content: bytes) -> Snapshot[State]:
        line, newline, body = content.partition(b"\n")
        words = line.decode("ascii").split(" ")
        if not newline or len(words) != 6 or words[:2] != [MAGIC, VERSION]:
            raise ValueError("its first line is not that of a snapshot")
        head = " ".join(words[2:5])
        if " ".join(words[2:4]) != self._name:
            raise ValueError(f"it is a snapshot of {words[2]}-{words[3]}")
        if f"{self._sum(head, body):08x}" != words[5]:
            raise ValueError("its checksum does not match")
        return Snapshot(int(words[4]), self._decoder.decode(body))

    def _sum(self, head: str, body: bytes) -> int:
        return self._checksum(head.encode() + b"\n" + body)

    def _set_aside(self) -> Path:
        names = (self._path.with_suffix(f".damaged-{number}") for number in range(1, 1 << 30))
        away = next(name for name in names if not name.exists())
        self._path.rename(away)
        _sync_folder(away.parent)
        return away


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _encode_map(value: object) -> object:
    if isinstance(value, Map):
        return {str(key): item for key, item in value.items()}
    raise NotImplementedError(f"a {type(value).__name__} has no place in a snapshot")


def _decode_map(kind: Any, value: Any) -> Any:
    if get_origin(kind) is Map:
        plain = dict.__class_getitem__(get_args(kind))
        return Map(msgspec.convert(value, plain, strict=False, str_keys=True, dec_hook=_decode_map))
    raise NotImplementedError(f"a {kind} has no place in a snapshot")
