"""Both keep transactions in the same records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from leftfold.fold.shells import partition_of
from leftfold.kernel import decode_batches
from leftfold.machines.transactions.machine import TOPIC
from leftfold.machines.transactions.records import Records
from leftfold.wire.generated.fetch import FetchRequest
from leftfold.wire.generated.transaction_records import TransactionLogKey, TransactionLogValue
from leftfold.wire.records import decode_value, encode_key, encode_value
from tests.clients.differential.conftest import Pair
from tests.clients.differential.side import Side
from tests.clients.differential.transaction_stories import NEW, OLD, Producer, make

PARTITIONS = 50
EACH_BROKERS_OWN = ("producer_id", "previous_producer_id")
TIMES = ("transaction_last_update_timestamp_ms", "transaction_start_timestamp_ms")


@dataclass(frozen=True, slots=True)
class Entry:
    """One record about a transactional id."""

    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[()] = ()


def written(side: Side, name: str) -> list[Entry]:
    """Every record about a transactional id, oldest first."""
    made = FetchRequest
    part = made.FetchPartition(partition=partition_of(name, PARTITIONS), fetch_offset=0, partition_max_bytes=1 << 20)
    asked = made(max_wait_ms=0, min_bytes=0, max_bytes=1 << 22, topics=[made.FetchTopic(topic=TOPIC, partitions=[part])])
    (answer,) = side.client.ask(asked, 12).responses[0].partitions
    assert answer.error_code == 0, answer
    batches = decode_batches(answer.records)
    assert not any(batch.control or batch.transactional for batch in batches)
    key = encode_key(TransactionLogKey(transactional_id=name))
    return [Entry(one.offset, one.key, one.value) for batch in batches for one in batch.records if one.key == key]


def shown(record: Entry) -> list[tuple[str, Any]]:
    """A record's value without what is each broker's own: of ids and times only whether there are any."""
    assert record.value is not None
    value = decode_value(TransactionLogValue, record.value)
    partitions = sorted((one.topic, sorted(one.partition_ids)) for one in value.transaction_partitions or ())
    own = {name: getattr(value, name) > (0 if name in TIMES else -1) for name in (*EACH_BROKERS_OWN, *TIMES)}
    plain = {one.name: getattr(value, one.name) for one in value.FIELDS if not one.array and one.name not in own}
    none = value.transaction_partitions is None
    return [("version", record.value[:2].hex()), ("partitions", None if none else partitions), *plain.items(), *own.items()]


def life(side: Side, name: str, generation: int) -> None:
    """Held, committed, aborted, held by another with something open, held again."""
    make(side, name)
    one = Producer(name, generation)
    side.settle(one.init(), one.told)
    for commit in (True, False):
        if generation == OLD:
            side.ask(one.add(name, 1, 0))
            side.ask(one.add_offsets())
        side.ask(one.write(name))
        one.wrote()
        side.ask(one.commit_offset(name, 1))
        one.told(side.ask(one.end(commit=commit)))
        one.settled(side, "CompleteCommit" if commit else "CompleteAbort")
    if generation == OLD:
        side.ask(one.add(name))
    side.ask(one.write(name))
    side.settle(one.init(), one.told)
    side.settle(one.goes_on(transaction_timeout_ms=7_000), one.told)


def test_both_write_the_same_records(pair: Pair) -> None:
    names = {generation: f"LOG.v0.life.{generation}" for generation in (OLD, NEW)}

    def lives(side: Side) -> dict[int, list[Entry]]:
        for generation, name in names.items():
            life(side, name, generation)
        return {generation: written(side, name) for generation, name in names.items()}

    kafka, ours = pair.both(lives)
    for generation in names:
        assert [shown(one) for one in ours[generation]] == [shown(one) for one in kafka[generation]]
    codec = Records()
    for one in (record for records in kafka.values() for record in records):
        assert one.value is not None
        assert encode_value(decode_value(TransactionLogValue, one.value), int.from_bytes(one.value[:2], "big")) == one.value
        event = codec.decode(one, "here")
        assert event is not None
        assert codec.encode(event, 0)[0][0] == one.key
