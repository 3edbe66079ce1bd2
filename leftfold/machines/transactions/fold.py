"""What each event makes of transactions; refuses nothing."""

from __future__ import annotations

from typing import TypeVar

from immutables import Map
from msgspec.structs import replace

from leftfold.base import agenda
from leftfold.machines.transactions.events import (
    Event,
    PresenceChanged,
    TimePassed,
    TransactionalIdForgotten,
    TransactionWritten,
)
from leftfold.machines.transactions.state import NEVER, Presence, Transactions

Value = TypeVar("Value")
_NOTHING = Presence()


def fold(state: Transactions, event: Event) -> Transactions:
    """The state after an event."""
    match event:
        case TransactionWritten():
            return replace(state, transactions=state.transactions.set(event.transactional_id, event.transaction))
        case TransactionalIdForgotten():
            name = event.transactional_id
            return replace(state, transactions=_without(state.transactions, name), presence=_without(state.presence, name))
        case PresenceChanged():
            return _presence_changed(state, event.transactional_id, event.presence)
        case TimePassed():
            return _time_passed(state, event.at_ms)


def _without(values: Map[str, Value], name: str) -> Map[str, Value]:
    return values.delete(name) if name in values else values


def _presence_changed(state: Transactions, name: str, presence: Presence | None) -> Transactions:
    if presence is None:
        return replace(state, presence=_without(state.presence, name))
    waking = state.agenda
    if presence.wake_ms not in (NEVER, state.presence.get(name, _NOTHING).wake_ms):
        waking = agenda.add(waking, presence.wake_ms, name)
    return Transactions(state.transactions, state.presence.set(name, presence), waking)


def _time_passed(state: Transactions, at_ms: int) -> Transactions:
    left = state.agenda
    while (entry := agenda.first(left)) is not None and entry[0] <= at_ms:
        left = agenda.without_first(left)
    return replace(state, agenda=left)
