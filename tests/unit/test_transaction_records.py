"""Records that Kafka 4.4.0 wrote into __transaction_state."""

from dataclasses import dataclass
from typing import Any

import pytest

from leftfold.base.errors import StartError
from leftfold.machines.transactions.events import TransactionalIdForgotten, TransactionWritten
from leftfold.machines.transactions.records import Records
from leftfold.machines.transactions.state import Phase, Transaction
from leftfold.wire.generated.transaction_records import TransactionLogValue
from leftfold.wire.records import decode_value, encode_value


@dataclass(frozen=True)
class Entry:
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[()] = ()


OLD, NEW = "000000066c6966652d31", "000000066c6966652d32"  # the keys of life-1 and life-2


def old(phase: Phase, updated: int, started: int = -1, **more: Any) -> TransactionWritten:
    """A transaction of the first generation, of producer 1."""
    return _written("life-1", 1, phase, (updated, started), more)


def new(phase: Phase, updated: int, started: int = -1, **more: Any) -> TransactionWritten:
    """One of the second generation, of producer 2."""
    return _written("life-2", 2, phase, (updated, started), {"client_version": 2} | more)


def _written(name: str, producer: int, phase: Phase, times: tuple[int, int], more: dict[str, Any]) -> TransactionWritten:
    updated, started = times
    own = {"epoch": 0, "timeout_ms": 60_000, "previous_producer_id": producer} | more
    return TransactionWritten(
        name, Transaction(producer_id=producer, phase=phase, updated_ms=updated, started_ms=started, **own)
    )


WRITTEN: list[tuple[str, str | None, Any]] = [
    (
        OLD,
        "0001000000000000000100000000ea600000000001a20e9b02bdffffffffffffffff0100080000000000000001",
        old(Phase.EMPTY, 0x1A20E9B02BD),
    ),
    (
        OLD,
        "0001000000000000000100000000ea600401000001a20e9b03e4000001a20e9b03180100080000000000000001",
        old(Phase.COMPLETE_COMMIT, 0x1A20E9B03E4, 0x1A20E9B0318),
    ),
    (
        OLD,
        "0001000000000000000100000000ea600501000001a20e9b04b9000001a20e9b04a30100080000000000000001",
        old(Phase.COMPLETE_ABORT, 0x1A20E9B04B9, 0x1A20E9B04A3),
    ),
    (
        OLD,
        "0001000000000000000100010000ea600302076c6966652d31020000000000000001a20e9b04cd000001a20e9b04c6020008000000000000"
        "000102020002",
        old(
            Phase.PREPARE_ABORT, 0x1A20E9B04CD, 0x1A20E9B04C6, epoch=1, partitions=(("life-1", 0),), client_version=2
        ),  # by the broker, which fences in the second generation
    ),
    (
        OLD,
        "00010000000000000001000300001b580000000001a20e9b04dbffffffffffffffff020008000000000000000102020002",
        old(Phase.EMPTY, 0x1A20E9B04DB, epoch=3, timeout_ms=7_000, client_version=2),
    ),
    (
        NEW,
        "0001000000000000000200000000ea600102076c6966652d32020000000000000001a20e9b05a0000001a20e9b05a0020008000000000000"
        "000202020002",
        new(Phase.ONGOING, 0x1A20E9B05A0, 0x1A20E9B05A0, partitions=(("life-2", 0),)),
    ),
    (
        NEW,
        "0001000000000000000200010000ea600401000001a20e9b05ff000001a20e9b05a0020008000000000000000202020002",
        new(Phase.COMPLETE_COMMIT, 0x1A20E9B05FF, 0x1A20E9B05A0, epoch=1),
    ),
    (OLD, None, TransactionalIdForgotten("life-1")),
]


@pytest.mark.parametrize(("key", "value", "event"), WRITTEN)
def test_kafkas_records_are_read_and_written_to_the_byte(key: str, value: str | None, event: Any) -> None:
    read = Records().decode(Entry(0, bytes.fromhex(key), None if value is None else bytes.fromhex(value)), "here")
    assert read == event
    (record,) = Records().encode(event, 7)
    assert (record[0] or b"").hex() == key
    assert record[1] is None if value is None else (record[1] or b"").hex() == value


IN_ANOTHER_ORDER = [
    (
        OLD,
        "0001000000000000000100000000ea600102076c6966652d3103000000010000000000000001a20e9b0318000001a20e9b03180100080000"
        "000000000001",
        old(Phase.ONGOING, 0x1A20E9B0318, 0x1A20E9B0318, partitions=(("life-1", 0), ("life-1", 1))),
    ),
    (
        NEW,
        "0001000000000000000200010000ea600203076c6966652d32020000000000135f5f636f6e73756d65725f6f666673657473020000002d00"
        "000001a20e9b05ee000001a20e9b05a0020008000000000000000202020002",
        new(
            Phase.PREPARE_COMMIT, 0x1A20E9B05EE, 0x1A20E9B05A0,
            epoch=1, partitions=(("__consumer_offsets", 45), ("life-2", 0)),
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "event"), IN_ANOTHER_ORDER)
def test_partitions_come_in_any_order(key: str, value: str, event: TransactionWritten) -> None:
    """Kafka writes them in that of a table of hashes, we in theirs; the bytes are the same but for that."""
    read = Records().decode(Entry(0, bytes.fromhex(key), bytes.fromhex(value)), "here")
    assert read == event
    assert encode_value(decode_value(TransactionLogValue, bytes.fromhex(value)), 1).hex() == value
    ((_, ours, _, _),) = Records().encode(event, 0)
    assert ours is not None
    assert sorted(ours) == sorted(bytes.fromhex(value))


def test_a_broken_record_is_named() -> None:
    with pytest.raises(StartError, match="offset 7: "):
        Records().decode(Entry(7, bytes.fromhex(OLD), bytes.fromhex("000100000000")), "offset 7")
    beyond = WRITTEN[0][1]
    assert beyond is not None
    status = beyond[:32] + "09" + beyond[34:]
    with pytest.raises(StartError, match="status 9 is not known"):
        Records().decode(Entry(7, bytes.fromhex(OLD), bytes.fromhex(status)), "offset 7")
