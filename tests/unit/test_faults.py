"""A real broker process meets kill -9 and a disk that breaks."""

import json
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from confluent_kafka import Consumer, KafkaError, Message, Producer, TopicPartition

from leftfold.kernel import encode_batch
from leftfold.wire.generated.produce import ProduceRequest
from leftfold.wire.generated.topics import CreateTopicsRequest
from tests.unit.client import Client
from tests.unit.test_run import bootstrap, command

KILLS = int(os.environ.get("LEFTFOLD_KILLS", "5"))
EIO = """
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
static int broken(void) { const char *path = getenv("BREAKS_WHEN"); return path && access(path, F_OK) == 0; }
int fdatasync(int file) { if (broken()) { errno = EIO; return -1; } return (int)syscall(SYS_fdatasync, file); }
int fsync(int file) { if (broken()) { errno = EIO; return -1; } return (int)syscall(SYS_fsync, file); }
"""


@contextmanager
def running(data: Path, environment: dict[str, str] | None = None) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(
        command(data), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})}
    )
    try:
        assert process.stdout is not None
        yield process, bootstrap(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def create(client: Client, name: str) -> None:
    topic = CreateTopicsRequest.CreatableTopic(name=name, num_partitions=1, replication_factor=1)
    assert client.ask(CreateTopicsRequest(topics=[topic]), 4).topics[0].error_code in (0, 36)


def read_all(address: str, count: int) -> dict[int, bytes]:
    """The first `count` records of partition 0: value by offset."""
    consumer = Consumer({"bootstrap.servers": address, "group.id": "none", "enable.auto.commit": False})
    consumer.assign([TopicPartition("orders", 0, 0)])
    found: dict[int, bytes] = {}
    try:
        while len(found) < count:
            message = consumer.poll(20)
            assert message is not None, f"only {len(found)} of {count} records came"
            assert message.error() is None, message.error()
            found[message.offset()] = message.value()
    finally:
        consumer.close()
    return found


def test_p1_every_acknowledged_record_is_readable_at_its_offset_after_kill_9(tmp_path: Path) -> None:
    acknowledged: dict[int, bytes] = {}

    def keep(error: KafkaError | None, message: Message) -> None:
        if error is None:
            offset, value = message.offset(), message.value()
            assert acknowledged.setdefault(offset, value) == value, f"offset {offset} was given twice"

    for round_ in range(KILLS):
        before = len(acknowledged)
        with running(tmp_path) as (process, address):
            with Client(address) as client:
                create(client, "orders")
            producer = Producer(
                {"bootstrap.servers": address, "linger.ms": 0, "message.timeout.ms": 2000, "enable.idempotence": True}
            )
            killer = threading.Event()
            number = 0
            while not killer.is_set():
                producer.produce("orders", f"{round_}-{number}".encode(), partition=0, on_delivery=keep)
                number += 1
                producer.poll(0 if len(producer) < 100 else 0.1)
                if len(acknowledged) >= before + 200 and not killer.is_set():
                    process.send_signal(signal.SIGKILL)
                    killer.set()
            process.wait(20)
            producer.purge()
            producer.flush(5)
        assert len(acknowledged) > before
    with running(tmp_path) as (_, address):
        found = read_all(address, max(acknowledged) + 1)
    assert {offset: found[offset] for offset in acknowledged} == acknowledged
    values = list(found.values())
    assert len(set(values)) == len(values), "an idempotent producer leaves no duplicate"


@pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler: apt-get install gcc")
def test_p4_a_failed_fsync_ends_the_node_with_74_and_is_never_acknowledged(tmp_path: Path) -> None:
    source, shim, switch = tmp_path / "eio.c", tmp_path / "eio.so", tmp_path / "broken"
    source.write_text(EIO)
    subprocess.run(["cc", "-shared", "-fPIC", "-w", "-o", str(shim), str(source)], check=True)
    data = tmp_path / "data"
    batch = encode_batch([(None, b"kept", [], 1)])
    with running(data, {"LD_PRELOAD": str(shim), "BREAKS_WHEN": str(switch)}) as (process, address):
        with Client(address) as client:
            create(client, "orders")
            assert produce(client, batch) == 0
            switch.touch()
            with pytest.raises((EOFError, ConnectionResetError)):
                produce(client, batch)
        _, log = process.communicate(timeout=30)
        assert process.returncode == 74
    fatal = [json.loads(line) for line in log.splitlines() if "fatal" in line]
    assert fatal[0]["status"] == 74
    switch.unlink()
    with running(data) as (_, address):
        assert read_all(address, 1)[0] == b"kept"


def produce(client: Client, batch: bytes) -> int:
    """Write one batch to partition 0 with acks=all; the error code."""
    part = ProduceRequest.PartitionProduceData(index=0, records=batch)
    topic = ProduceRequest.TopicProduceData(name="orders", partition_data=[part])
    request = ProduceRequest(transactional_id=None, acks=-1, timeout_ms=5000, topic_data=[topic])
    error: int = client.ask(request, 9).responses[0].partition_responses[0].error_code
    return error
