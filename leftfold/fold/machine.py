"""The shape of every machine: pure functions over one topic."""

# command -> decide -> events -> append to its topic -> committed -> fold -> state -> reply
#
# None of these functions knows a clock, a socket or a disk. Time, chance and identity enter in the command; an event carries
# the fact that resulted, so that folding it twice is harmless.
#
# Some events are never logged: they tell of presence (who waits, who was last seen when). They are decided and folded like all
# others, but their codec has no record for them; a snapshot leaves out what they made, and after a restart it begins empty.

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from msgspec import Struct

from leftfold.base import agenda
from leftfold.base.errors import Refusal
from leftfold.base.writers import Writer
from leftfold.fold.journal import Codec

State = TypeVar("State")
Command = TypeVar("Command")
Event = TypeVar("Event")
Reply = TypeVar("Reply")


class Due(Struct, Generic[Command], frozen=True):
    """What time itself will command next, and when (milliseconds since 1970)."""

    at_ms: int
    command: Command


@dataclass(frozen=True, slots=True)
class Machine(Generic[State, Command, Event, Reply]):
    """One state machine.

    Invariant: `reply` is asked straight after the last event of its own command was folded, so it may read from the state
    what that event has just put there.
    """

    topic: str
    empty: State
    codec: Codec[Event]
    decide: Callable[[State, Command], Sequence[Event] | Refusal]  # every rule lives here
    fold: Callable[[State, Event], State]  # no rule lives here: what has happened cannot be refused
    reply: Callable[[State, Command], Reply | Refusal | None]  # None: not yet; ask again after the next event about the same
    due: Callable[[State], Due[Command] | None]
    broken: Callable[[State], Sequence[str]]  # the invariants that a state breaks; always empty, or there is a bug
    about: Callable[[Command | Event], str] = lambda _: ""  # the thing (a group) whose events wake the commands that wait
    durable: Callable[[State], State] = lambda state: state  # without presence: what replay of the log alone gives
    writer: Callable[[Event], Writer] = lambda _: None  # whose batch an event is logged in


def earliest(planned: agenda.Agenda, command: Callable[[int], Command]) -> Due[Command] | None:
    """What is due next of an agenda; `command` makes it of the time."""
    first = agenda.first(planned)
    return None if first is None else Due(first[0], command(first[0]))


def replay(fold: Callable[[State, Event], State], events: Iterable[Event], state: State) -> State:
    """Fold all events over a state, from the left."""
    for event in events:
        state = fold(state, event)
    return state
