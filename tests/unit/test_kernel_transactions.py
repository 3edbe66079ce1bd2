"""Transactions through the door to the kernel."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from leftfold.kernel import Done, Kernel, KernelError, OpenTransaction, decode_batches, encode_batch

TOPIC = bytes(range(16))
PRODUCER, SPRING = 4000, 1_700_000_000_000


def opened(data: Path) -> Kernel:
    kernel = Kernel(str(data), {})
    kernel.recover()
    while not kernel.recovery().finished:
        time.sleep(0)
    assert kernel.recovery().error is None
    kernel.publish_topic(TOPIC, "payments", False, [(0, 1, 0, [1], [1])], {})
    return kernel


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[Kernel]:
    kernel = opened(tmp_path)
    yield kernel
    kernel.close(1000)


def done(kernel: Kernel, ticket: int) -> int:
    """Wait until what has this ticket is durable; its offset."""
    while True:
        for item in kernel.drain(1):
            assert isinstance(item, Done)
            assert (item.ticket, item.error) == (ticket, None)
            return item.base_offset


def append(kernel: Kernel, what: bytes | tuple[int, int, bool, int, int]) -> int:
    [ticket] = kernel.append([(TOPIC, 0, what)])
    if isinstance(ticket, KernelError):
        raise ticket
    return done(kernel, ticket)


def write(kernel: Kernel, epoch: int, producer: int = PRODUCER) -> int:
    """As a coordinator writes for a transaction: without a sequence."""
    batch = encode_batch([(b"k", b"v", [], SPRING)], producer_id=producer, producer_epoch=epoch, transactional=True)
    return append(kernel, batch)


def end(kernel: Kernel, epoch: int, *, commit: bool, coordinator: int = 1, version: int = 2) -> int:
    return append(kernel, (PRODUCER, epoch, commit, coordinator, version))


def stable(kernel: Kernel) -> tuple[int, int]:
    partition = kernel.partition(TOPIC, 0)
    assert partition is not None
    return partition.last_stable_offset, partition.high_watermark


def summary(open_: OpenTransaction) -> tuple[bytes, int, int, int, int]:
    return open_.topic_id, open_.partition, open_.producer_id, open_.producer_epoch, open_.first_offset


def test_a_transaction_is_open_until_its_marker_is_durable(kernel: Kernel) -> None:
    assert (write(kernel, 0), write(kernel, 0), write(kernel, 0, PRODUCER + 1)) == (0, 1, 2)
    assert stable(kernel) == (0, 3)
    [open_] = kernel.open_transactions()
    assert summary(open_) == (TOPIC, 0, PRODUCER, 0, 0)
    assert abs(open_.since_ms - time.time() * 1000) < 600_000
    assert [entry.current_txn_start_offset for entry in kernel.producers(TOPIC, 0)] == [0, 2]
    assert end(kernel, 1, commit=True) == 3
    assert stable(kernel) == (2, 4)
    assert [summary(open_) for open_ in kernel.open_transactions()] == [(TOPIC, 0, PRODUCER + 1, 0, 2)]
    entry = kernel.producers(TOPIC, 0)[0]
    assert (entry.producer_epoch, entry.coordinator_epoch, entry.current_txn_start_offset) == (1, 1, -1)


def test_a_marker_is_the_record_that_kafka_knows(kernel: Kernel) -> None:
    write(kernel, 0)
    offset = end(kernel, 1, commit=True, coordinator=258)
    batch = decode_batches(kernel.read(TOPIC, 0, offset, 1 << 20))[-1]
    assert (batch.control, batch.transactional, batch.producer_id, batch.producer_epoch) == (True, True, PRODUCER, 1)
    [record] = batch.records
    assert (record.key, record.value) == (b"\0\0\0\1", b"\0\0\0\0\1\2")


def test_a_late_marker_is_refused_and_one_that_is_written_again_is_not(kernel: Kernel) -> None:
    write(kernel, 0)
    end(kernel, 1, commit=False)
    end(kernel, 1, commit=False)
    write(kernel, 1)
    for epoch, coordinator, code in [(1, 1, "invalid_producer_epoch"), (2, 0, "coordinator_fenced")]:
        with pytest.raises(KernelError) as refused:
            end(kernel, epoch, commit=True, coordinator=coordinator)
        assert refused.value.code == code
    with pytest.raises(KernelError) as refused:
        write(kernel, 0)
    assert refused.value.code == "invalid_producer_epoch"
    assert stable(kernel) == (3, 4)


def test_an_open_transaction_outlives_a_restart(tmp_path: Path) -> None:
    kernel = opened(tmp_path)
    write(kernel, 0)
    kernel.close(1000)
    kernel = opened(tmp_path)
    assert [summary(open_) for open_ in kernel.open_transactions()] == [(TOPIC, 0, PRODUCER, 0, 0)]
    end(kernel, 1, commit=False)
    assert (stable(kernel), kernel.open_transactions()) == ((2, 2), [])
    kernel.close(1000)
