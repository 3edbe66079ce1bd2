"""Every client finds here what it finds at Kafka."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.clients.brokers import Broker
from tests.clients.conftest import Connect
from tests.clients.drivers import CLIENTS, CODECS
from tests.clients.drivers.driver import Driver, Record
from tests.clients.proxy import LossyProxy

SPRING = 1_700_000_000_000
KINDS = (
    Record(b"a value alone"),
    Record(b"value", key=b"key"),
    Record(None, key=b"tombstone"),
    Record(b"", key=b"empty value"),
    Record(b"empty key", key=b""),
    Record(b""),
    Record(b"x"),
    Record("grüße".encode(), key="schlüssel".encode(), timestamp=SPRING),
    Record(b"headers", key=b"h", headers=(("first", b"1"), ("first", b"2"), ("empty", b""))),
    Record(b"bytes", headers=(("binary", bytes(range(256))),), timestamp=SPRING + 1),
    Record(bytes(range(256)) * 40, key=bytes(range(256))),
    Record(b"compresses well" * 10_000, key=b"large"),
)


administrators = pytest.mark.parametrize("client", [name for name, row in CLIENTS.items() if row.administers], indirect=True)
readers = pytest.mark.parametrize("client", [name for name, row in CLIENTS.items() if row.reads], indirect=True)


def reader(client: Driver, witness: Driver) -> Driver:
    """Who reads what the client wrote: itself if it can."""
    return client if CLIENTS[client.name].reads else witness


def same(sent: Record, found: Record) -> bool:
    """Equal but for the offset, and for a time that was the client's to choose."""
    timestamp = found.timestamp if sent.timestamp is None else sent.timestamp
    return replace(sent, timestamp=timestamp, offset=found.offset) == found


@administrators
def test_topics_are_made_described_altered_and_deleted(client: Driver, topic: str) -> None:
    client.create(topic, 2, {"retention.ms": "123456"})
    assert topic in client.topics()
    assert client.partitions(topic) == 2
    configs = client.configs(topic)
    assert (configs["retention.ms"], configs["cleanup.policy"], configs["segment.bytes"]) == ("123456", "delete", "1073741824")
    client.alter(topic, {"retention.ms": "654321", "max.message.bytes": "2000"})
    configs = client.configs(topic)
    assert (configs["retention.ms"], configs["max.message.bytes"]) == ("654321", "2000")
    client.add_partitions(topic, 5)
    assert client.partitions(topic) == 5
    client.delete(topic)
    assert topic not in client.topics()


@administrators
def test_what_a_topic_may_not_be_is_refused(client: Driver, topic: str) -> None:
    client.create(topic, 1, {})
    refused: list[Callable[[], None]] = [
        lambda: client.create(topic, 1, {}),
        lambda: client.create(f"{topic}/", 1, {}),
        lambda: client.create(f"{topic}-2", 1, {"retention.ms": "soon"}),
        lambda: client.alter(topic, {"no.such.config": "1"}),
        lambda: client.add_partitions(topic, 1),
        lambda: client.delete(f"{topic}-3"),
    ]
    for attempt in refused:
        with pytest.raises(Exception, match=r"."):
            attempt()
    assert {one for one in client.topics() if one.startswith(topic)} == {topic}


@pytest.mark.parametrize(
    ("client", "codec"), [(name, codec) for name, row in CLIENTS.items() for codec in row.codecs], indirect=["client"]
)
def test_every_kind_of_record_comes_back_as_it_went(client: Driver, codec: str, topic: str, witness: Driver) -> None:
    witness.create(topic, 2, {"message.timestamp.before.max.ms": "9223372036854775807"})
    sent = [record for record in KINDS if client.can_send(record)]
    client.produce(topic, 1, sent, codec=codec)
    for one in {reader(client, witness), witness}:
        found = one.read(topic, 1, 0, len(sent))
        assert [record.offset for record in found] == list(range(len(sent)))
        assert [pair for pair in zip(sent, found, strict=True) if not same(*pair)] == []
        assert all(record.timestamp and record.timestamp >= SPRING for record in found)
    assert witness.offsets(topic, 0) == (0, 0)


def test_a_record_may_have_one_byte_or_ten_million(client: Driver, topic: str, witness: Driver) -> None:
    witness.create(topic, 1, {"max.message.bytes": "11000000"})
    sent = [Record(bytes([65 + index % 26]) * size) for index, size in enumerate((1, 1000, 100_000, 1_000_000, 10_000_000))]
    client.produce(topic, 0, sent)
    found = reader(client, witness).read(topic, 0, 0, len(sent))
    assert [one.value for one in found] == [one.value for one in sent]


def test_a_record_too_large_for_its_topic_is_refused_and_the_next_one_taken(
    client: Driver, topic: str, witness: Driver
) -> None:
    witness.create(topic, 1, {"max.message.bytes": "5000"})
    with pytest.raises(Exception, match=r"."):
        client.produce(topic, 0, [Record(b"x" * 6000)])
    client.produce(topic, 0, [Record(b"x" * 4000, key=b"k")])
    assert witness.offsets(topic, 0) == (0, 1)


@readers
def test_reading_begins_where_it_is_told_to(client: Driver, topic: str, witness: Driver) -> None:
    witness.create(topic, 1, {})
    for part in range(10):
        witness.produce(topic, 0, [Record(b"%d" % (part * 100 + index)) for index in range(100)], codec=CODECS[part % 5])
    for offset in (0, 1, 99, 100, 555, 998, 999):
        (found,) = client.read(topic, 0, offset, 1)
        assert (found.offset, found.value) == (offset, b"%d" % offset)
    assert [one.offset for one in client.read(topic, 0, 250, 700)] == list(range(250, 950))


def test_offsets_are_found_by_time(client: Driver, topic: str, witness: Driver) -> None:
    witness.create(topic, 1, {})
    times = [SPRING + 1000 * (index // 3) for index in range(300)]
    for begin in range(0, 300, 30):
        batch = [Record(b"v", key=b"%d" % at, timestamp=at) for at in times[begin : begin + 30]]
        witness.produce(topic, 0, batch, codec=CODECS[begin // 30 % 5])
    assert client.offsets(topic, 0) == (0, 300)
    for at in (1, SPRING, SPRING + 1, SPRING + 1000, SPRING + 57_001, SPRING + 99_000):
        assert client.offset_at(topic, 0, at) == next(offset for offset, time in enumerate(times) if time >= at)
    assert client.offset_at(topic, 0, SPRING + 99_001) is None


def test_the_broker_stamps_records_where_the_topic_says_so(client: Driver, topic: str, witness: Driver) -> None:
    witness.create(topic, 1, {"message.timestamp.type": "LogAppendTime"})
    sent = [one for one in (Record(b"a", key=b"k", timestamp=SPRING), Record(b"b", key=b"k")) if client.can_send(one)]
    client.produce(topic, 0, sent)
    found = reader(client, witness).read(topic, 0, 0, len(sent))
    assert [one.value for one in found] == [one.value for one in sent]
    assert all(one.timestamp is not None and one.timestamp > SPRING + 365 * 86_400_000 for one in found)


@administrators
def test_deleted_records_are_gone(client: Driver, topic: str, witness: Driver) -> None:
    client.create(topic, 1, {})
    client.produce(topic, 0, [Record(b"%d" % index, key=b"k") for index in range(10)])
    client.delete_records(topic, 0, 4)
    assert client.offsets(topic, 0) == (4, 10)
    assert [one.value for one in witness.read(topic, 0, 4, 6)] == [b"%d" % index for index in range(4, 10)]
    client.delete_records(topic, 0, -1)
    assert client.offsets(topic, 0) == (10, 10)


@readers
def test_a_waiting_reader_gets_what_comes(client: Driver, topic: str, witness: Driver) -> None:
    witness.create(topic, 1, {})
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(client.read, topic, 0, 0, 5)
        for index in range(5):
            witness.produce(topic, 0, [Record(b"%d" % index)])
        assert [one.value for one in reading.result()] == [b"0", b"1", b"2", b"3", b"4"]


@pytest.mark.parametrize("name", [name for name, row in CLIENTS.items() if row.reconnects])
def test_an_idempotent_producer_writes_once_what_it_had_to_send_again(
    name: str, topic: str, broker: Broker, connect: Connect, proxy: LossyProxy
) -> None:
    witness = connect("librdkafka", broker.bootstrap)
    witness.create(topic, 1, {})
    client = connect(name, f"127.0.0.1:{proxy.port}")
    lost = proxy.lost
    sent = [Record(b"%03d" % index * 200, key=b"%d" % index) for index in range(60)]
    client.produce(topic, 0, sent, idempotent=True, alone=True)
    assert proxy.lost >= lost + 5
    found = witness.read(topic, 0, 0, len(sent))
    assert [one.key for one in found] == [one.key for one in sent]
    assert witness.offsets(topic, 0) == (0, len(sent))
