"""What transactions can be told, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass

from leftfold.base.errors import Refusal
from leftfold.machines.transactions.state import NONE


@dataclass(frozen=True, slots=True)
class Rules:
    """What the broker's settings allow; times in milliseconds.

    `version` is the generation of the protocol (the feature transaction.version) in which the broker itself aborts.
    """

    timeout_ms_max: int = 900_000
    expiration_ms: int = 7 * 86_400_000
    look_ms_max: int = 3_600_000  # how long an id that may expire is not looked at
    version: int = 2


@dataclass(frozen=True, slots=True)
class Awake:
    """The log has been read: from now on time counts."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class InitProducerId:
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


@dataclass(frozen=True, slots=True)
class AddPartitions:
    """A transaction is about to write to these (topic, partition)s; the first of them begin it."""

    transactional_id: str
    at_ms: int
    producer_id: int
    producer_epoch: int
    partitions: tuple[tuple[str, int], ...]
    client_version: int = 0


@dataclass(frozen=True, slots=True)
class VerifyPartitions:
    """Does this producer have a transaction open that writes to these (topic, partition)s? Nothing is changed (KIP-890)."""

    transactional_id: str
    producer_id: int
    producer_epoch: int
    partitions: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class EndTransaction:
    """Commit or abort what is open. `new_producer_id` is as with InitProducerId."""

    transactional_id: str
    at_ms: int
    producer_id: int
    producer_epoch: int
    commit: bool
    client_version: int = 0
    new_producer_id: int = NONE


@dataclass(frozen=True, slots=True)
class Complete:
    """The markers of this transaction are written, in every partition that still exists."""

    transactional_id: str
    at_ms: int
    producer_id: int
    producer_epoch: int


@dataclass(frozen=True, slots=True)
class PassTime:
    """It is later now: what has become due happens."""

    at_ms: int


Command = Awake | InitProducerId | AddPartitions | VerifyPartitions | EndTransaction | Complete | PassTime


@dataclass(frozen=True, slots=True)
class Done:
    """It is so; nothing more to tell."""


@dataclass(frozen=True, slots=True)
class Held:
    """Who the producer is from now on."""

    producer_id: int
    producer_epoch: int


@dataclass(frozen=True, slots=True)
class Verified:
    """Which partitions are not in the transaction."""

    absent: frozenset[tuple[str, int]]


Reply = Done | Held | Verified | Refusal
