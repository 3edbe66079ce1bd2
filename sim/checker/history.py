"""A history: what clients asked for, and what they were told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

Function = Literal["send", "poll", "txn", "assign", "commit", "committed"]
Send = tuple[str, int, int | None]
"""(key, value, offset): None while or if the offset is not known."""
Found = tuple[int, int]
"""(offset, value)"""
COMPACTED = ":"
FOREVER = 1 << 62
"""The line at which an operation ended of whose end nobody heard."""


class HistoryError(Exception):
    """A file that is no history: names the line and what is wrong with it."""


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """One line. An operation is an `invoke` and, when it was heard of again, one of `ok`, `fail` (it did not happen, for
    certain) and `info` (nobody knows). A transaction says `ending` before it asks to be committed: what it has done by then.

    A key is a partition, or `PARTITION:KEY`, one record key of a compacted partition, whose last value is sure to stay. A value
    is a number that is sent to a key once. What `f` says:
    `send` records without a transaction; `txn` a transaction, whose invoke names all that it is going to send, and which failed
    if its abort was confirmed or it never asked for its commit; one that names a group commits `offsets` as well. `poll` reads;
    a member names its group. `uncommitted` readers are shown what is not committed, too.
    `assign`: the process reads `keys` and no others from now on, those in `offsets` from there on; a member was given them in
    this `generation` of its group (-1: it does not know). `commit` and `committed`: a group's offsets (the next to read) are
    set, or were asked for; -1 means none.
    In a poll `keys` are those that changed hands meanwhile, `ended` those whose end was seen. `ns` is the time by which the
    recorder sorts; the checker goes by the order of lines.
    """

    op: int
    process: str
    type: Literal["invoke", "ending", "ok", "fail", "info"]
    f: Function
    ns: int = 0
    sends: Sequence[Send] = ()
    polls: Mapping[str, Sequence[Found]] = {}
    keys: Sequence[str] = ()
    ended: Sequence[str] = ()
    group: str = ""
    offsets: Mapping[str, int] = {}
    uncommitted: bool = False
    generation: int = -1
    why: str = ""


class Operation(msgspec.Struct, frozen=True, gc=False):
    """An invoke and its end. `began`, `asked` (for a transaction's commit; 0: never), `told` and `ended_at` are lines: whoever
    ended before another began came before it. What is told to be unknown may still happen: it never ends.

    Invariant: an operation that failed or whose end is unknown keeps what its invoke was going to send.
    """

    id: int
    process: str
    f: Function
    outcome: Literal["ok", "fail", "info"]
    began: int
    asked: int
    told: int
    ended_at: int
    sends: Sequence[Send]
    polls: Mapping[str, Sequence[Found]]
    keys: Sequence[str]
    ended: Sequence[str]
    group: str
    offsets: Mapping[str, int]
    uncommitted: bool
    generation: int

    def __str__(self) -> str:
        return f"operation {self.id} of {self.process} ({self.f}, {self.outcome})"

    @property
    def without_polls(self) -> Operation:
        """What may be kept of it when the history is long: most of a history is what was read."""
        return msgspec.structs.replace(self, polls={}) if self.polls else self


@dataclass(frozen=True, slots=True)
class File:
    """The operations of a file of JSON lines, read anew each time they are gone through: a history is long."""

    path: Path

    def __iter__(self) -> Iterator[Operation]:
        with self.path.open("rb") as lines:
            yield from operations(read(lines))


def read(lines: Iterable[bytes | str]) -> Iterator[Event]:
    """The events of JSON lines; HistoryError at the first that is none."""
    decode = msgspec.json.Decoder(Event).decode
    for number, line in enumerate(lines, 1):
        try:
            yield decode(line)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise HistoryError(f"line {number} is no event: {error}") from None


@dataclass(slots=True)
class _Open:
    """An operation that has begun. `asks` is a transaction's `ending`, on line `asked`."""

    began: int
    begin: Event
    asked: int = 0
    asks: Event | None = None


def operations(events: Iterable[Event]) -> Iterator[Operation]:
    """Begins and ends brought together, in the order in which they were told of. One that has no end is `info`, and last."""
    open_: dict[int, _Open] = {}
    for line, event in enumerate(events, 1):
        if event.type == "invoke":
            if event.op in open_:
                raise HistoryError(f"line {line} begins operation {event.op} a second time")
            open_[event.op] = _Open(line, event)
            continue
        one = open_.get(event.op)
        if one is None:
            raise HistoryError(f"line {line} ends operation {event.op}, which did not begin or had ended before")
        if event.type == "ending":
            one.asked, one.asks = line, event
            continue
        if event.f == "txn" and event.type == "ok" and not one.asked:
            raise HistoryError(f"line {line} commits transaction {event.op}, which has not asked for it")
        del open_[event.op]
        yield _operation(one, line, event)
    for one in open_.values():
        yield _operation(one, FOREVER, one.begin)


def _operation(one: _Open, line: int, end: Event) -> Operation:
    begin, asks = one.begin, one.asks or one.begin
    outcome: Literal["ok", "fail", "info"] = end.type if end.type in ("ok", "fail") else "info"
    if begin.f == "txn" and not one.asked:
        outcome = "fail"
    return Operation(
        id=begin.op,
        process=begin.process,
        f=begin.f,
        outcome=outcome,
        began=one.began,
        asked=one.asked,
        told=line,
        ended_at=FOREVER if outcome == "info" else line,
        sends=end.sends or asks.sends or begin.sends,
        polls=end.polls or asks.polls,
        keys=end.keys or asks.keys or begin.keys,
        ended=end.ended,
        group=end.group or asks.group or begin.group,
        offsets=end.offsets or asks.offsets or begin.offsets,
        uncommitted=end.uncommitted or begin.uncommitted,
        generation=max(end.generation, begin.generation),
    )
