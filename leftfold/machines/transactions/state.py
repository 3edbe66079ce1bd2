"""The transactional ids of one partition, and what is open."""

# Values are msgspec's structs, as those of groups are: a transaction makes a dozen, and frozen dataclasses took far longer.

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from immutables import Map
from msgspec import Struct

from leftfold.base.agenda import EMPTY, Agenda, entries

NEVER = 1 << 62
NONE = -1  # no producer id, no epoch, no time
EPOCHS_SINCE = 2  # the generation of the protocol that gives each transaction an epoch of its own (KIP-890)
EPOCH_MAX = 32767  # is only ever fenced with, never handed out: so every epoch that somebody holds can be fenced

# -- durable: the fold of __transaction_state ---------------------------------------------------------------------------------


class Phase(StrEnum):
    """Where a transactional id stands, in the words of Kafka's tools; their order is that of Kafka's numbers.

    The last two are known to Kafka's tools and never met here: an id that dies is gone at once, and to fence a producer is to
    abort what it has open, in one event.
    """

    EMPTY = "Empty"
    ONGOING = "Ongoing"
    PREPARE_COMMIT = "PrepareCommit"
    PREPARE_ABORT = "PrepareAbort"
    COMPLETE_COMMIT = "CompleteCommit"
    COMPLETE_ABORT = "CompleteAbort"
    DEAD = "Dead"
    PREPARE_EPOCH_FENCE = "PrepareEpochFence"


PREPARED = frozenset({Phase.PREPARE_COMMIT, Phase.PREPARE_ABORT})  # decided for good; the markers are being written
ENDED = frozenset({Phase.EMPTY, Phase.COMPLETE_COMMIT, Phase.COMPLETE_ABORT})  # nothing is open


class Transaction(Struct, frozen=True):
    """What is written of a transactional id: who holds it, and its last transaction.

    `client_version` is the generation of the protocol in which it was last changed (KIP-890): 2 gives each transaction an
    epoch of its own. `next_producer_id` takes over once the markers of this one are written, since its epochs are used up;
    `previous_producer_id` is the one before the last change.

    Invariant: only a transaction that is ongoing or prepared has partitions, and has begun.
    Invariant: once prepared it can only be completed, in the same direction.
    """

    producer_id: int
    epoch: int
    timeout_ms: int
    phase: Phase
    updated_ms: int
    started_ms: int = NONE
    partitions: tuple[tuple[str, int], ...] = ()  # (topic, partition)s in order
    previous_producer_id: int = NONE
    next_producer_id: int = NONE
    client_version: int = 0

    @property
    def exhausted(self) -> bool:
        """Whether the next epoch would be the last, which nobody may hold."""
        return self.epoch >= EPOCH_MAX - 1

    @property
    def holder(self) -> tuple[int, int]:
        """The producer id and epoch of the next transaction, as its client is told."""
        return (self.producer_id, self.epoch) if self.next_producer_id == NONE else (self.next_producer_id, 0)


# -- presence: known to the coordinator alone, begins anew after a restart ----------------------------------------------------


class Presence(Struct, frozen=True):
    """What is known of a transactional id besides, and when it is looked at again.

    `last_epoch` is the one that its holder had before the last bump, if it asked for that itself: asked again, it is told the
    same again (KIP-360). Kafka does not write it either.
    """

    last_epoch: int = NONE
    wake_ms: int = NEVER


class Transactions(Struct, frozen=True):
    """All transactional ids of one partition. The first member is durable, the others are presence.

    Invariant: `agenda` has an entry for the `wake_ms` of each id that is present. An entry that says another time is left over
    from before, and means nothing.
    """

    transactions: Map[str, Transaction] = Map()
    presence: Map[str, Presence] = Map()
    agenda: Agenda = EMPTY


def durable(state: Transactions) -> Transactions:
    """What replay of the log gives: no presence."""
    return Transactions(state.transactions)


def broken(state: Transactions) -> list[str]:
    """The invariants that do not hold, in words."""
    wrong = [f"{name}: {why}" for name, one in state.transactions.items() for why in _broken_transaction(one)]
    wakes = set(entries(state.agenda))
    for name, presence in state.presence.items():
        if name in state.transactions and presence.wake_ms > _due_ms(state.transactions[name]):
            wrong.append(f"{name}: it would wake too late")
        if presence.wake_ms < NEVER and (name, presence.wake_ms) not in wakes:
            wrong.append(f"{name}: nothing wakes it")
    return wrong


def _due_ms(one: Transaction) -> int:
    return one.started_ms + one.timeout_ms if one.phase is Phase.ONGOING else NEVER


def _broken_transaction(one: Transaction) -> Iterator[str]:
    if one.producer_id < 0 or not 0 <= one.epoch <= EPOCH_MAX:
        yield f"producer {one.producer_id} has epoch {one.epoch}"
    if one.phase is Phase.ONGOING and one.epoch == EPOCH_MAX:
        yield "its producer could not be fenced any more"
    if one.phase in ENDED and one.partitions:
        yield f"it is {one.phase} and has partitions"
    if one.phase not in ENDED and one.started_ms < 0:
        yield f"it is {one.phase} and has not begun"
    if one.phase not in PREPARED and one.next_producer_id != NONE:
        yield f"it is {one.phase} and has a next producer id"
    if list(one.partitions) != sorted(set(one.partitions)):
        yield "its partitions are in no order, or twice there"
