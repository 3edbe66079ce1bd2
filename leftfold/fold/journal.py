"""Events as records of their topic: JSON that people can read."""

# The value is a JSON object whose member `event` names the kind; the header `leftfold-event` holds the codec's version. A
# record has no key: the log of events is shortened by snapshots, never by compaction. Times are the record's timestamp.

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import msgspec

from leftfold.base.errors import Failure, StartError

Event = TypeVar("Event")
Headers = Sequence[tuple[str, bytes | None]]
Record = tuple[bytes | None, bytes | None, Headers, int]  # key, value, headers, timestamp: what kernel.encode_batch takes

HEADER = "leftfold-event"
VERSION = b"1"
_HEADERS: Headers = ((HEADER, VERSION),)


class Codec(Generic[Event]):
    """From events to records and back. Members that an older writer left out take their defaults."""

    __slots__ = ("_decoder", "_encoder")

    def __init__(self, events: Any) -> None:
        self._encoder = msgspec.json.Encoder(order="deterministic")
        self._decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(events)

    def encode(self, event: Event, at_ms: int) -> Record:
        """The record of an event."""
        return None, self._encoder.encode(event), _HEADERS, at_ms

    def decode(self, value: bytes | None, headers: Headers, where: str) -> Event:
        """The event of a record; StartError(EVENT_UNKNOWN) names `where` it stands if this version cannot know it."""
        version = dict(headers).get(HEADER)
        if version != VERSION:
            raise StartError(f"{where}: an event in version {version!r}, known is {VERSION!r}", Failure.EVENT_UNKNOWN)
        try:
            return self._decoder.decode(value or b"")
        except msgspec.DecodeError as why:
            raise StartError(f"{where}: {why}: {(value or b'')[:200]!r}", Failure.EVENT_UNKNOWN) from None
