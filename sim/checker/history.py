"""A history: what clients asked for, and what they were told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

Function = Literal["send", "poll", "txn", "assign", "commit", "committed"]
Send = tuple[str, int, int | None]
"""(key, value, offset): None while or if the offset is not known."""
Found = tuple[int, int]
"""(offset, value)"""
FOREVER = 1 << 62
"""The line at which an operation ended of whose end nobody heard."""


class HistoryError(Exception):
    """A file that is no history: names the line and what is wrong with it."""


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """One line. An operation is an `invoke` and, when it was heard of again, one of `ok`, `fail` (it did not happen, for
    certain) and `info` (nobody knows).

    A key is a partition, a value is a number that is sent to a key once. What `f` says:
    `send` records without a transaction; `txn` a transaction, whose invoke names all that it is going to send, and which failed
    if its abort was confirmed; one that names a group commits `offsets` as well. `poll` reads; a member names its group.
    `assign`: the process reads `keys` and no others from now on, those in `offsets` from there on. `commit` and `committed`:
    a group's offsets (the next to read) are set, or were asked for; -1 means none.
    In a poll `keys` are those that changed hands meanwhile, `ended` those whose end was seen. `ns` is the time by which the
    recorder sorts; the checker goes by the order of lines.
    """

    op: int
    process: str
    type: Literal["invoke", "ok", "fail", "info"]
    f: Function
    ns: int = 0
    sends: Sequence[Send] = ()
    polls: Mapping[str, Sequence[Found]] = {}
    keys: Sequence[str] = ()
    ended: Sequence[str] = ()
    group: str = ""
    offsets: Mapping[str, int] = {}
    why: str = ""


class Operation(msgspec.Struct, frozen=True, gc=False):
    """An invoke and its end. `began`, `told` and `ended_at` are lines: whoever ended before another began came before it.
    What is told to be unknown may still happen: it never ends.

    Invariant: an operation that failed or whose end is unknown keeps what its invoke was going to send.
    """

    id: int
    process: str
    f: Function
    outcome: Literal["ok", "fail", "info"]
    began: int
    told: int
    ended_at: int
    sends: Sequence[Send]
    polls: Mapping[str, Sequence[Found]]
    keys: Sequence[str]
    ended: Sequence[str]
    group: str
    offsets: Mapping[str, int]

    def __str__(self) -> str:
        return f"operation {self.id} of {self.process} ({self.f}, {self.outcome})"


def read(lines: Iterable[bytes | str]) -> Iterator[Event]:
    """The events of JSON lines; HistoryError at the first that is none."""
    decode = msgspec.json.Decoder(Event).decode
    for number, line in enumerate(lines, 1):
        try:
            yield decode(line)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise HistoryError(f"line {number} is no event: {error}") from None


def operations(events: Iterable[Event]) -> list[Operation]:
    """Begins and ends brought together, in the order in which they began. One that has no end is `info`."""
    open_: dict[int, tuple[int, Event]] = {}
    found: list[Operation] = []
    known: set[int] = set()
    for line, event in enumerate(events, 1):
        if event.type == "invoke":
            if event.op in known:
                raise HistoryError(f"line {line} begins operation {event.op} a second time")
            known.add(event.op)
            open_[event.op] = (line, event)
            continue
        began, begin = open_.pop(event.op, (0, event))
        if not began:
            raise HistoryError(f"line {line} ends operation {event.op}, which did not begin or had ended before")
        found.append(_operation(began, begin, line, event))
    found += [_operation(began, begin, FOREVER, begin) for began, begin in open_.values()]
    found.sort(key=lambda one: one.began)
    return found


def _operation(began: int, begin: Event, line: int, end: Event) -> Operation:
    return Operation(
        id=begin.op,
        process=begin.process,
        f=begin.f,
        outcome="info" if end.type == "invoke" else end.type,
        began=began,
        told=line,
        ended_at=FOREVER if end.type in ("invoke", "info") else line,
        sends=end.sends or begin.sends,
        polls=end.polls,
        keys=end.keys or begin.keys,
        ended=end.ended,
        group=end.group or begin.group,
        offsets=end.offsets or begin.offsets,
    )
