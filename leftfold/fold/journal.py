"""Events as records of their topic; by default as JSON."""

# A machine whose topic has a format of its own (Kafka's) brings it. All others use this one: the value is a JSON object whose
# member `event` names the kind; the header `leftfold-event` holds the version of the format. There is no key: the log of events
# is shortened by snapshots, never by compaction. Times are the record's timestamp.

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from leftfold.base.errors import Failure, StartError

Event = TypeVar("Event")
Headers = Sequence[tuple[str, bytes | None]]
Record = tuple[bytes | None, bytes | None, Headers, int]  # key, value, headers, timestamp: what kernel.encode_batch takes

HEADER = "leftfold-event"
VERSION = b"1"
_HEADERS: Headers = ((HEADER, VERSION),)


class Entry(Protocol):
    """One committed record of a machine's topic."""

    @property
    def offset(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Headers: ...


class Codec(Protocol[Event]):
    """From a machine's events to the records of its topic and back."""

    def encode(self, event: Event, at_ms: int) -> Sequence[Record]:
        """The records of an event; none if it is never logged (it tells of presence, which starts empty after a restart)."""

    def decode(self, entry: Entry, where: str) -> Event | None:
        """The event of a record, None if it is of no matter here; StartError(EVENT_UNKNOWN) names `where` it stands if not."""


class Json(Generic[Event]):
    """One JSON object an event. Members that an older writer left out take their defaults."""

    __slots__ = ("_decoder", "_encoder")

    def __init__(self, events: Any) -> None:
        self._encoder = msgspec.json.Encoder(order="deterministic")
        self._decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(events)

    def encode(self, event: Event, at_ms: int) -> Sequence[Record]:
        """The record of an event."""
        return ((None, self._encoder.encode(event), _HEADERS, at_ms),)

    def decode(self, entry: Entry, where: str) -> Event:
        """The event of a record; StartError(EVENT_UNKNOWN) names `where` it stands if this version cannot know it."""
        value, version = entry.value or b"", dict(entry.headers).get(HEADER)
        if version != VERSION:
            raise StartError(f"{where}: an event in version {version!r}, known is {VERSION!r}", Failure.EVENT_UNKNOWN)
        try:
            return self._decoder.decode(value)
        except msgspec.DecodeError as why:
            raise StartError(f"{where}: {why}: {value[:200]!r}", Failure.EVENT_UNKNOWN) from None
