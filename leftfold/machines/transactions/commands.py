"""What transactions can be told, and what they answer."""

from __future__ import annotations

from msgspec import Struct

from leftfold.base.errors import Refusal
from leftfold.machines.transactions.state import NONE


class Rules(Struct, frozen=True):
    """What the broker's settings allow; times in milliseconds.

    `version` is the generation of the protocol (the feature transaction.version) in which the broker itself aborts.
    """

    timeout_ms_max: int = 900_000
    expiration_ms: int = 7 * 86_400_000
    look_ms_max: int = 3_600_000  # how long an id that may expire is not looked at
    version: int = 2


class Awake(Struct, frozen=True):
    """The log has been read: from now on time counts."""

    at_ms: int


class InitProducerId(Struct, frozen=True):
    """A producer takes a transactional id over; whoever had it is fenced, and its open transaction aborted.

    With `producer_id` and `producer_epoch` it says who it was, and is refused if somebody else has come since (KIP-360).
    `new_producer_id` is for an id that has none yet, or none left; NONE if its asker thought that none would be needed.
    """

    transactional_id: str
    at_ms: int
    timeout_ms: int
    new_producer_id: int
    producer_id: int = NONE
    producer_epoch: int = NONE


class AddPartitions(Struct, frozen=True):
    """A transaction is about to write to these (topic, partition)s; the first of them begin it."""

    transactional_id: str
    at_ms: int
    producer_id: int
    producer_epoch: int
    partitions: tuple[tuple[str, int], ...]
    client_version: int = 0


class VerifyPartitions(Struct, frozen=True):
    """Does this producer have a transaction open that writes to these (topic, partition)s? Nothing is changed (KIP-890)."""

    transactional_id: str
    producer_id: int
    producer_epoch: int
    partitions: tuple[tuple[str, int], ...]


class EndTransaction(Struct, frozen=True):
    """Commit or abort what is open. `new_producer_id` is as with InitProducerId."""

    transactional_id: str
    at_ms: int
    producer_id: int
    producer_epoch: int
    commit: bool
    client_version: int = 0
    new_producer_id: int = NONE


class Complete(Struct, frozen=True):
    """The markers of this transaction are written, in every partition that still exists."""

    transactional_id: str
    at_ms: int
    producer_id: int
    producer_epoch: int


class PassTime(Struct, frozen=True):
    """It is later now: what has become due happens."""

    at_ms: int


Command = Awake | InitProducerId | AddPartitions | VerifyPartitions | EndTransaction | Complete | PassTime


class Done(Struct, frozen=True):
    """It is so; nothing more to tell."""


class Held(Struct, frozen=True):
    """Who the producer is from now on."""

    producer_id: int
    producer_epoch: int


class Verified(Struct, frozen=True):
    """Which partitions are not in the transaction."""

    absent: frozenset[tuple[str, int]]


Reply = Done | Held | Verified | Refusal
