"""What happened to transactions: Kafka's records, presence."""

# The first two are the records of __transaction_state, a fact or a tombstone each. The other two are never logged.

from __future__ import annotations

from msgspec import Struct

from leftfold.machines.transactions.state import Presence, Transaction


class TransactionWritten(Struct, frozen=True):
    """A transactional id stands like this."""

    transactional_id: str
    transaction: Transaction


class TransactionalIdForgotten(Struct, frozen=True):
    """Nobody has used this transactional id for long: it is free, as if it had never been."""

    transactional_id: str


class PresenceChanged(Struct, frozen=True):
    """This is known of a transactional id besides; None: nothing any more. Never logged."""

    transactional_id: str
    presence: Presence | None


class TimePassed(Struct, frozen=True):
    """What the agenda held up to this time was looked at. Never logged."""

    at_ms: int


Event = TransactionWritten | TransactionalIdForgotten | PresenceChanged | TimePassed
