"""Hostile bytes on the wire; real clients go on beside them."""

from __future__ import annotations

import re
import struct
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import lz4.frame
import pytest
import zstandard

from leftfold.api.kafka.table import TABLE
from leftfold.wire.generated.metadata import MetadataRequest
from leftfold.wire.generated.produce import ProduceRequest
from leftfold.wire.generated.topics import CreateTopicsRequest
from tests.clients.batches import Batch, varint
from tests.clients.brokers import Leftfold
from tests.clients.drivers import CLIENTS
from tests.clients.drivers.driver import Record
from tests.clients.drivers.librdkafka import Librdkafka
from tests.clients.proxy import FlippingProxy
from tests.clients.runtimes import need
from tests.clients.steady import Steady
from tests.unit.client import Client

CORRUPT_MESSAGE, MESSAGE_TOO_LARGE, INVALID_TOPIC_EXCEPTION, INVALID_RECORD = 2, 10, 17, 87
GROWTH_BYTES_MAX = 64 << 20
"""What an attack, and the clients meanwhile, may add to the broker's memory; what the attacks claim is 200 MiB to 4 GiB."""


class Attacked:
    """A broker, its peak memory, a way to it that flips bits, and two real clients that write and read all the while."""

    def __init__(self, broker: Leftfold, proxy: FlippingProxy) -> None:
        self.broker, self.proxy = broker, proxy
        self.witness = Librdkafka(broker.bootstrap)
        names = ("librdkafka", "java")
        for name in names:
            self.witness.create(name, 1, {})
        self.clients = [Steady(one, broker.bootstrap, one, other) for one, other in zip(names, reversed(names), strict=True)]
        for client in self.clients:
            client.wait_written(100)

    def peak_bytes(self) -> int:
        """The most memory that was resident at once since `forget_peak`."""
        return int(re.findall(r"VmHWM:\s+(\d+) kB", self._proc("status").read_text())[0]) << 10

    def forget_peak(self) -> None:
        self._proc("clear_refs").write_text("5")

    def _proc(self, name: str) -> Path:
        assert self.broker.process is not None, "it runs"
        return Path(f"/proc/{self.broker.process.pid}/{name}")

    def counter(self, name: str) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.broker.admin_port}/metrics") as answer:
            return int(float(re.findall(rf"^{name} (\S+)$", answer.read().decode(), re.MULTILINE)[0]))

    def close(self) -> None:
        for client in self.clients:
            client.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    need("java")
    with FlippingProxy() as proxy, Leftfold(tmp_path_factory.mktemp("attacked"), advertise=proxy.port) as broker:
        proxy.target = broker.second_port
        attacked = Attacked(broker, proxy)
        yield attacked
        attacked.close()


@pytest.fixture
def attacked(running: Attacked) -> Iterator[Attacked]:
    """The broker under attack: afterwards its clients have gone on without an error, and its memory is what it was."""
    running.forget_peak()
    before = running.peak_bytes()
    yield running
    assert running.peak_bytes() - before < GROWTH_BYTES_MAX
    for client in running.clients:
        client.wait_written(20)
        assert client.failures == []


# -- I1 --------------------------------------------------------------------------------------------------------------------

BOMBS = (b"\x7f\xff\xff\xff\0", b"\xff\xff\xff\xff\x07", b"\xff\xff\xff\xff\x0f")
"""Five bytes that begin with an array, or a text, of 2^31-1 or 2^32-2 elements: old and compact."""


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.hex())
def test_i1_five_bytes_that_claim_an_array_take_no_memory(attacked: Attacked, bomb: bytes) -> None:
    refused = attacked.counter("leftfold_frames_refused_total")
    hung_up = 0
    for api in TABLE:
        for version in range(api.versions[0], api.versions[1] + 1):
            with Client(attacked.broker.bootstrap) as client:
                try:
                    client.ask_bytes(api.key, version, bomb, flexible=version >= api.request().FLEXIBLE_FROM)
                except (EOFError, ConnectionError):
                    hung_up += 1
    assert hung_up > len(TABLE)
    assert attacked.counter("leftfold_frames_refused_total") > refused


# -- I3 --------------------------------------------------------------------------------------------------------------------


def bomb(codec: str) -> bytes:
    """Few bytes that would become many: a record of zeros, or, since snappy cannot shrink them far, a block that lies."""
    match codec:
        case "gzip":
            packer = zlib.compressobj(9, wbits=31)
            return zeros(200, packer.compress, packer.flush)
        case "zstd":
            writer = zstandard.ZstdCompressor().compressobj()
            return zeros(400, writer.compress, writer.flush)
        case "lz4":
            frame = lz4.frame.LZ4FrameCompressor(block_linked=False)
            begun: bytes = frame.begin()
            return begun + zeros(1100, frame.compress, frame.flush)
        case _:
            block = b"\xff\xff\xff\xff\x0f" + b"\0a"
            return b"\x82SNAPPY\0" + struct.pack(">iii", 1, 1, len(block)) + block


def zeros(mebibytes: int, compress: Callable[[bytes], bytes], flush: Callable[[], bytes]) -> bytes:
    """A record whose value is so many zeros."""
    size = mebibytes << 20
    inner = b"\0\0\0" + varint(-1) + varint(size)
    head = compress(varint(len(inner) + size + 1) + inner)
    return head + b"".join(compress(bytes(1 << 20)) for _ in range(mebibytes)) + compress(b"\0") + flush()


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
def test_i3_a_bomb_in_any_codec_is_refused_within_its_memory(attacked: Attacked, codec: str, topic: str) -> None:
    attacked.witness.create(topic, 1, {"max.message.bytes": "10000000"})
    batch = Batch(codec=codec, body=bomb(codec)).encode()
    with Client(attacked.broker.bootstrap) as client:
        assert produce(client, topic, batch) in (INVALID_RECORD, MESSAGE_TOO_LARGE)
        assert produce(client, topic, Batch(codec=codec).encode()) == 0, "the connection lives"
    assert attacked.witness.offsets(topic, 0) == (0, 1)


# -- I4 --------------------------------------------------------------------------------------------------------------------

TWO = (b"a", b"b")
LIARS = {
    "checksum": (Batch(crc_xor=1), CORRUPT_MESSAGE),
    "longer": (Batch(length_more=1), CORRUPT_MESSAGE),
    "count": (Batch(values=TWO, count=3), INVALID_RECORD),
    "fewer": (Batch(values=TWO, count=1), INVALID_RECORD),
    "last delta": (Batch(values=TWO, last_offset_delta=5), INVALID_RECORD),
    "deltas": (Batch(values=TWO, offset_deltas=(1, 0)), INVALID_RECORD),
    "varint": (Batch(body=b"\x80\x80\x80\x80\x08\0\0\0\x01\x02v\0"), INVALID_RECORD),
    "negative": (Batch(body=b"\x01\0\0\0\x01\x02v\0"), INVALID_RECORD),
    "compressed": (Batch(values=TWO, count=3, codec="zstd"), INVALID_RECORD),
}


def test_i4_a_batch_that_lies_is_refused_and_its_connection_lives(attacked: Attacked, topic: str) -> None:
    attacked.witness.create(topic, 1, {})
    with Client(attacked.broker.bootstrap) as client:
        found = {name: produce(client, topic, batch.encode()) for name, (batch, _) in LIARS.items()}
        assert found == {name: code for name, (_, code) in LIARS.items()}
        assert attacked.witness.offsets(topic, 0) == (0, 0), "nothing was appended"
        assert produce(client, topic, Batch().encode()) == 0


@pytest.mark.parametrize("name", ["librdkafka", "java"])
def test_i4_bits_that_flip_on_the_way_are_sent_again(attacked: Attacked, name: str, topic: str) -> None:
    need(*CLIENTS[name].needs)
    attacked.witness.create(topic, 1, {})
    flipped = attacked.proxy.flipped
    with closing(CLIENTS[name].load()(f"127.0.0.1:{attacked.proxy.port}")) as client:
        client.produce(topic, 0, [Record(b"%d" % number) for number in range(20)], idempotent=True, alone=True)
    assert attacked.proxy.flipped > flipped
    assert [one.value for one in attacked.witness.read(topic, 0, 0, 20)] == [b"%d" % number for number in range(20)]
    assert attacked.witness.offsets(topic, 0) == (0, 20)


def produce(client: Client, topic: str, batch: bytes) -> int:
    """Send a batch with acks=all; the error code."""
    made = ProduceRequest
    part = made.PartitionProduceData(index=0, records=batch)
    data = [made.TopicProduceData(name=topic, partition_data=[part])]
    code: int = client.ask(made(acks=-1, timeout_ms=10_000, topic_data=data), 9).responses[0].partition_responses[0].error_code
    return code


# -- I8 --------------------------------------------------------------------------------------------------------------------

NAMES = ("../x", "/etc/x", "x/../../y", "a\0b", "a\nb", ".", "..", "", "x" * 250, "grüße", "a b", "a\\b")


def test_i8_no_name_becomes_a_path(attacked: Attacked) -> None:
    before = set(attacked.broker.folder.parent.rglob("*"))
    attacked.witness.create("with.dot", 1, {})
    with Client(attacked.broker.bootstrap) as client:
        for name in (*NAMES, "with_dot"):
            assert created(client, name) == INVALID_TOPIC_EXCEPTION, repr(name)
            if name and name != "with_dot":
                asked = MetadataRequest.MetadataRequestTopic(name=name)
                answer = client.ask(MetadataRequest(topics=[asked], allow_auto_topic_creation=True), 9)
                assert answer.topics[0].error_code == INVALID_TOPIC_EXCEPTION, repr(name)
    for owner in ("librdkafka", "java"):
        with closing(CLIENTS[owner].load()(attacked.broker.bootstrap)) as driver:
            for name in NAMES[:4]:
                with pytest.raises(Exception, match=r"."):
                    driver.create(name, 1, {})
    made = {path.relative_to(attacked.broker.folder) for path in set(attacked.broker.folder.parent.rglob("*")) - before}
    assert all(path.parts[:2] in (("data",), ("data", "topics"), ("data", "journal"), ("data", "folds")) for path in made), made
    assert not [path for path in made if "dot" in str(path)], "not even a legal name"


def created(client: Client, name: str) -> int:
    made = CreateTopicsRequest
    one = made.CreatableTopic(name=name, num_partitions=1, replication_factor=1)
    code: int = client.ask(made(topics=[one], timeout_ms=10_000), 7).topics[0].error_code
    return code
