"""From one state of a transaction to the next; no rules."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from leftfold.machines.transactions.state import EPOCHS_SINCE, NONE, Phase, Transaction


def taken(before: Transaction | None, producer_id: int, epoch: int, timeout_ms: int, at_ms: int) -> Transaction:
    """Somebody holds the transactional id now, with nothing open."""
    return Transaction(
        producer_id=producer_id,
        epoch=epoch,
        timeout_ms=timeout_ms,
        phase=Phase.EMPTY,
        updated_ms=at_ms,
        previous_producer_id=producer_id if before is None else before.producer_id,
        client_version=0 if before is None else before.client_version,
    )


def with_partitions(before: Transaction, partitions: Iterable[tuple[str, int]], client_version: int, at_ms: int) -> Transaction:
    """It writes to these as well, and has begun if it had not."""
    return replace(
        before,
        phase=Phase.ONGOING,
        partitions=tuple(sorted({*before.partitions, *partitions})),
        started_ms=before.started_ms if before.phase is Phase.ONGOING else at_ms,
        updated_ms=at_ms,
        client_version=client_version,
        previous_producer_id=before.producer_id,
    )


def prepared(
    before: Transaction, *, commit: bool, client_version: int, at_ms: int, next_producer_id: int = NONE
) -> Transaction:
    """It is decided: from here on nothing but the markers can follow."""
    return replace(
        before,
        phase=Phase.PREPARE_COMMIT if commit else Phase.PREPARE_ABORT,
        epoch=before.epoch + 1 if client_version >= EPOCHS_SINCE else before.epoch,
        started_ms=before.started_ms if before.phase is Phase.ONGOING else at_ms,
        updated_ms=at_ms,
        client_version=client_version,
        previous_producer_id=before.producer_id,
        next_producer_id=next_producer_id,
    )


def completed(before: Transaction, at_ms: int) -> Transaction:
    """All markers are written; whoever holds the id may begin the next."""
    producer_id, epoch = before.holder
    return replace(
        before,
        phase=Phase.COMPLETE_COMMIT if before.phase is Phase.PREPARE_COMMIT else Phase.COMPLETE_ABORT,
        producer_id=producer_id,
        epoch=epoch,
        partitions=(),
        updated_ms=at_ms,
        previous_producer_id=before.producer_id,
        next_producer_id=NONE,
    )
