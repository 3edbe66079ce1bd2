"""What happened to transactions: Kafka's records, presence."""

# The first two are the records of __transaction_state, a fact or a tombstone each. The other two are never logged.

from __future__ import annotations

from dataclasses import dataclass

from leftfold.machines.transactions.state import Presence, Transaction


@dataclass(frozen=True, slots=True)
class TransactionWritten:
    """A transactional id stands like this."""

    transactional_id: str
    transaction: Transaction


@dataclass(frozen=True, slots=True)
class TransactionalIdForgotten:
    """Nobody has used this transactional id for long: it is free, as if it had never been."""

    transactional_id: str


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    """This is known of a transactional id besides; None: nothing any more. Never logged."""

    transactional_id: str
    presence: Presence | None


@dataclass(frozen=True, slots=True)
class TimePassed:
    """What the agenda held up to this time was looked at. Never logged."""

    at_ms: int


Event = TransactionWritten | TransactionalIdForgotten | PresenceChanged | TimePassed
