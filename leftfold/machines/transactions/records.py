"""Events as the records of Kafka's __transaction_state."""

# Values are written in the version that Apache Kafka 4.4.0 writes, and read in all: so Kafka's tools read this topic, and a
# topic that Kafka wrote can be read here.

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from leftfold.base.errors import Failure, StartError, WireError
from leftfold.fold.journal import Entry, Record
from leftfold.machines.transactions.events import (
    Event,
    PresenceChanged,
    TimePassed,
    TransactionalIdForgotten,
    TransactionWritten,
)
from leftfold.machines.transactions.state import Phase, Transaction
from leftfold.wire.codec import Message
from leftfold.wire.generated.transaction_records import TransactionLogKey, TransactionLogValue
from leftfold.wire.records import decode_key, decode_value, encode_key, encode_value

_KINDS: dict[int, type[Message]] = {TransactionLogKey.API_KEY: TransactionLogKey}
_PHASES = tuple(Phase)
_VERSION = 1
_Partitions = TransactionLogValue.PartitionsSchema


class Records:
    """From events to records and back; presence has none."""

    def encode(self, event: Event, at_ms: int) -> Sequence[Record]:
        """The record of an event; a tombstone for what is forgotten, none for presence."""
        match event:
            case TransactionWritten():
                value = encode_value(_value(event.transaction), _VERSION)
                return ((_key(event.transactional_id), value, (), at_ms),)
            case TransactionalIdForgotten():
                return ((_key(event.transactional_id), None, (), at_ms),)
            case PresenceChanged() | TimePassed():
                return ()

    def decode(self, entry: Entry, where: str) -> Event | None:
        """The event of a record; None for a kind that is not known here. StartError names `where` a broken one stands."""
        try:
            key = decode_key(_KINDS, entry.key or b"")
            if not isinstance(key, TransactionLogKey):
                return None
            if entry.value is None:
                return TransactionalIdForgotten(key.transactional_id)
            return TransactionWritten(key.transactional_id, _transaction(decode_value(TransactionLogValue, entry.value)))
        except WireError as why:
            raise StartError(f"{where}: {why}", Failure.EVENT_UNKNOWN) from None


@lru_cache(maxsize=10_000)
def _key(transactional_id: str) -> bytes:
    return encode_key(TransactionLogKey(transactional_id=transactional_id))


def _value(one: Transaction) -> TransactionLogValue:
    topics = groupby(one.partitions, key=itemgetter(0))
    partitions = [_Partitions(topic=topic, partition_ids=[number for _, number in group]) for topic, group in topics]
    return TransactionLogValue(
        producer_id=one.producer_id,
        previous_producer_id=one.previous_producer_id,
        next_producer_id=one.next_producer_id,
        producer_epoch=one.epoch,
        transaction_timeout_ms=one.timeout_ms,
        transaction_status=_PHASES.index(one.phase),
        transaction_partitions=None if one.phase is Phase.EMPTY else partitions,
        transaction_last_update_timestamp_ms=one.updated_ms,
        transaction_start_timestamp_ms=one.started_ms,
        client_transaction_version=one.client_version,
    )


def _transaction(value: TransactionLogValue) -> Transaction:
    if not 0 <= value.transaction_status < len(_PHASES):
        raise WireError(f"a transaction's status {value.transaction_status} is not known")
    topics = value.transaction_partitions or ()
    return Transaction(
        producer_id=value.producer_id,
        epoch=value.producer_epoch,
        timeout_ms=value.transaction_timeout_ms,
        phase=_PHASES[value.transaction_status],
        updated_ms=value.transaction_last_update_timestamp_ms,
        started_ms=value.transaction_start_timestamp_ms,
        partitions=tuple(sorted((topic.topic, number) for topic in topics for number in topic.partition_ids)),
        previous_producer_id=value.previous_producer_id,
        next_producer_id=value.next_producer_id,
        client_version=value.client_transaction_version,
    )
