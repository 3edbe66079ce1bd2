"""Each verb and each offset spec of rpk's, on real records."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from leftfold import Broker
from tests.clients.brokers import PATIENT, ROOT

DAY = 1_707_868_800_000  # 2024-02-14, in milliseconds
HOUR = 3_600_000
SECONDS_MAX = 60


@pytest.fixture(scope="module")
def bootstrap() -> Iterator[str]:
    """A broker with three topics: `day`, an hour apart; `recent`, of three days; `rich`, with all that a record has."""
    with Broker() as broker:
        admin = AdminClient({"bootstrap.servers": broker.bootstrap})
        keep = {"retention.ms": "-1"}
        for answer in admin.create_topics([NewTopic(name, 1, config=keep) for name in ("day", "recent", "rich")]).values():
            answer.result()
        plain = Producer({"bootstrap.servers": broker.bootstrap, "linger.ms": 5})
        for number in range(10):
            plain.produce("day", b"%d" % number, timestamp=DAY + number * HOUR)
        now = time.time_ns() // 1_000_000
        for number, ago in enumerate((60 * HOUR, 36 * HOUR, 18 * HOUR, 6 * HOUR)):  # hours off any cut: tests take time
            plain.produce("recent", b"%d" % number, timestamp=now - ago)
        plain.flush()
        rich = Producer(
            {"bootstrap.servers": broker.bootstrap, "enable.idempotence": True, "compression.type": "zstd", "linger.ms": 50}
        )
        headers: list[tuple[str, str | bytes | None]] = [("a", b"1"), ("b", None)]
        value = b"\x00\x00\x01\x02rest" + b"x" * 100
        rich.produce("rich", value, b"key", headers=headers, timestamp=DAY + 123)
        rich.flush()
        assert run(broker.bootstrap, "topic", "trim-prefix", "day", "-o", "2", "--yes").returncode == 0
        yield broker.bootstrap


def environment(bootstrap: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "LEFTFOLD_BROKERS": bootstrap, "LEFTFOLD_CONFIG": os.devnull, **PATIENT}


def run(bootstrap: str, *words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "leftfold.cli", *words]
    return subprocess.run(
        command, env=environment(bootstrap), input=given, capture_output=True, timeout=SECONDS_MAX, check=False, cwd=ROOT
    )


@contextmanager
def running(bootstrap: str, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """The same while it runs."""
    command = [sys.executable, "-m", "leftfold.cli", *words]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment(bootstrap), stdin=pipe, stdout=pipe, stderr=pipe, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


OF_THE_DAY = (
    ("start", "23456789"), (":end", "23456789"), ("+3", "56789"), ("-2", "89"), ("0", "23456789"), ("4", "456789"),
    ("4:", "456789"), (":5", "234"), ("4:7", "456"), ("7:end", "789"), ("9:9", ""),
    ("@1707883200000", "456789"), ("@1707883200", "456789"), ("@1707883200:", "456789"), ("@:1707883200", "23"),
    ("@2024-02-14T06:00:00Z:2024-02-14T08:00:00Z", "67"), ("@2024-02-14T07:30:00+01:00:end", "789"),
    ("@2024-02-14", "23456789"), ("@2024-02-14:4h", "23"), ("@2024-02-14:5h59m59s999ms", "2345"), ("@2024-02-15:end", ""),
)  # fmt: skip
OF_RECENT = (("@-48h:-24h", "1"), ("@-720m:end", "3"), ("@-1d", "23"), ("@:-24h", "01"), ("@-48h:end", "123"))


@pytest.mark.parametrize(
    ("topic", "spec", "wanted"),
    [("day", *one) for one in OF_THE_DAY] + [("recent", *one) for one in OF_RECENT],
)
def test_a_spec_selects(bootstrap: str, topic: str, spec: str, wanted: str) -> None:
    count = ["-n", str(len(wanted))]  # a spec without an end would wait for more
    done = run(bootstrap, "topic", "consume", topic, "-o", spec, "-f", "%v", *count)
    assert (done.returncode, done.stdout.decode()) == (0, wanted)


@pytest.mark.parametrize(("spec", "wanted"), [(":end", "23456789"), ("4:7", "456"), ("+5", "789"), ("9:9", "")])
def test_whole_batches_hold_the_same_records(bootstrap: str, spec: str, wanted: str) -> None:
    done = run(bootstrap, "topic", "consume", "day", "-o", spec, "-f", "%v%y{byte}", "-n", str(len(wanted)))
    assert (done.returncode, done.stdout.decode("latin-1")) == (0, "".join(f"{one}\xff" for one in wanted))


VERBS = (
    (r"%t %T %p %o %e %i %[ %] %|\n", b"rich 4 0 0 0 1 0 1 1\n"),
    (r"%k %K %V %H %h{%k=%v;}", b"key 3 108 2 a=1;b=;"),
    ("%k{hex} %k{base64} %k{base64raw} %k{json} %t{hex}", b'6b6579 a2V5 a2V5 "key" 72696368'),
    ("%v{unpack[>Icccc]} %v{unpack[<hH]} %v{unpack[bBc]}", b"258rest 0513 00\x01"),
    ("%K{ascii} %K{hex64} %K{hex32} %K{hex16} %K{hex8} %K{hex4}", b"3 0000000000000003 00000003 0003 03 3"),
    ("%K{big64}%K{big32}%K{big16}%K{big8}", bytes(7) + b"\3" + bytes(3) + b"\3" + b"\0\3" + b"\3"),
    ("%K{little64}%K{little32}%K{little16}%K{little8}%K{byte}", b"\3" + bytes(7) + b"\3" + bytes(3) + b"\3\0" + b"\3\3"),
    ("%K{bool} %p{bool}", b"true false"),
    ("%d %d{strftime[%F %T]} %d{strftime## %Y ##} %d{hex16}", b"1707868800123 2024-02-14 00:00:00  2024  c47b"),
    ("%d{go[2006-01-02T15:04:05.000Z07:00]} %d{go{Mon Jan 2 2006}}", b"2024-02-14T00:00:00.123Z Wed Feb 14 2024"),
    ("%y %a{compression} %a{compression;ascii} %a{compression;hex8} %a{timestamp-type}", b"0 zstd 4 04 0"),
    ("%a{transactional-bit} %a{control-bit;bool} %x", b"0 false 0"),
    (r"%%%{%}\t\r\\\x41", b"%{}\t\r\\A"),
)


@pytest.mark.parametrize(("form", "wanted"), VERBS)
def test_a_verb_writes(bootstrap: str, form: str, wanted: bytes) -> None:
    done = run(bootstrap, "topic", "consume", "rich", "-o", ":end", "-f", form)
    assert (done.returncode, done.stdout) == (0, wanted)


def test_kcats_signs_write(bootstrap: str) -> None:
    words = ("topic", "consume", "rich", "-o", ":end", "--format-style", "kcat", "-f", r"%t %p %o %k %K %S %T %h\n")
    assert run(bootstrap, *words).stdout == b"rich 0 0 key 3 108 1707868800123 a=1,b=NULL\n"
    assert run(bootstrap, *words[:-1], "%v").returncode == 2


def test_what_is_consumed_can_be_produced(bootstrap: str) -> None:
    form = r"%K{big32}%k%V{big32}%v%H{big16}%h{%K{byte}%k%V{byte}%v}%d{big64}"
    written = run(bootstrap, "topic", "consume", "rich", "-o", ":end", "-f", form).stdout
    told = run(bootstrap, "topic", "produce", "copied", "--create", "-f", form, given=written)
    assert (told.returncode, told.stdout) == (0, b"Produced to partition 0 at offset 0.\n")
    assert b"topic copied did not exist and was created" in told.stderr
    assert run(bootstrap, "topic", "consume", "copied", "-o", ":end", "-f", form).stdout == written


def test_produce_reads_each_form(bootstrap: str) -> None:
    given = b'5 {"a": [1, 2]}\n6 "x y"\n'
    words = ("topic", "produce", "-f", r"%t{re[for\w+]} %k %v{json}\n", "--create")
    lines = b"".join(b"formed " + line + b"\n" for line in given.splitlines())
    assert run(bootstrap, *words, given=lines).returncode == 0
    assert run(bootstrap, "topic", "consume", "formed", "-o", ":end", "-f", r"%k %v\n").stdout == given
    refused = run(bootstrap, "topic", "produce", "-f", r"%t %v\n", given=b"formed 1\nabsent 2\n")
    assert (refused.returncode, b"topic absent does not exist" in refused.stderr) == (1, True)
    bad = run(bootstrap, "topic", "produce", "formed", "-f", r"%v{re[\d+]}\n", given=b"12\nx\n")
    assert (bad.returncode, b"standard input, record 2" in bad.stderr) == (1, True)


def test_consume_makes_a_topic_when_told(bootstrap: str) -> None:
    missing = run(bootstrap, "topic", "consume", "later", "-o", ":end")
    assert (missing.returncode, b"topic later does not exist" in missing.stderr, b"--create" in missing.stderr) == (
        1,
        True,
        True,
    )
    made = run(bootstrap, "topic", "consume", "later", "-o", ":end", "--create")
    assert (made.returncode, made.stdout, b"was created" in made.stderr) == (0, b"", True)


def test_a_topic_is_analyzed(bootstrap: str) -> None:
    words = ("topic", "analyze", "day", "rich", "-t", "2024-02-14:1d")
    told = json.loads(run(bootstrap, *words, "--format", "json").stdout)
    assert (told["summary"]["topics"], told["summary"]["seconds"], told["summary"]["complete"]) == (2, 86400, True)
    day, rich = told["partitions"]
    assert (day["records"], day["gap_ms_max"], day["out_of_order"], day["missing_offsets"]) == (8, HOUR, 0, 0)
    assert (day["first_timestamp"], day["last_timestamp"]) == (DAY + 2 * HOUR, DAY + 9 * HOUR)
    assert rich["compression"] == [{"codec": "zstd", "batches": 1}]
    assert (rich["bytes_per_record"]["max"], rich["bytes_per_record"]["average"]) == (111, 111)
    shown = run(bootstrap, *words, "-a").stdout.decode()
    for heading in ("TOTAL BATCH RATE", "AVERAGE-BYTES-PER-BATCH", "GAP-MS-MAX", "P50 BYTES/BATCH OF PARTITIONS", "zstd:1"):
        assert heading in shown
    empty = run(bootstrap, "topic", "analyze", "day")
    assert (empty.returncode, b"look at another time" in empty.stderr) == (0, True)
    assert run(bootstrap, "topic", "analyze", "day", "-t", "yesterday").returncode == 2


def until(stream: IO[bytes], words: bytes) -> bytes:
    """A line that holds these words."""
    for line in stream:
        if words in line:
            return line
    raise AssertionError(f"{words!r} was never said")


def _interrupted(process: subprocess.Popen[bytes], number: signal.Signals = signal.SIGINT) -> int:
    process.send_signal(number)
    return process.wait(SECONDS_MAX)


@pytest.mark.parametrize("words", [("topic", "consume", "day"), ("topic", "list"), ("topic", "produce", "day")])
def test_a_look_up_is_ended_at_once(words: Sequence[str]) -> None:
    """A shell shows 130 for a program that SIGINT ended."""
    with socket.create_server(("127.0.0.1", 0), backlog=8) as deaf:
        place = f"127.0.0.1:{deaf.getsockname()[1]}"
        with running(place, *words, "-X", "globals.command_timeout=300s", "-X", "globals.dial_timeout=1s") as process:
            assert process.stderr is not None
            until(process.stderr, b"waiting for it")
            assert _interrupted(process) == -signal.SIGINT


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("form", ["%v", "%v%x{bool}"], ids=["client", "hand"])
def test_reading_ends_with_all_that_came(bootstrap: str, form: str, number: signal.Signals) -> None:
    with running(bootstrap, "topic", "consume", "day", "-f", form + r"\n") as process:
        assert process.stdout is not None and process.stderr is not None
        until(process.stdout, b"9")
        assert _interrupted(process, number) == 0
        assert process.stderr.read() == b"waiting; Ctrl-C ends; -o :end stops at the end\n"


def test_typed_lines_are_acknowledged_while_one_types(bootstrap: str) -> None:
    with running(bootstrap, "topic", "produce", "recent") as process:
        assert process.stdout is not None and process.stdin is not None
        process.stdin.write(b"typed\n")
        process.stdin.flush()
        assert until(process.stdout, b"Produced") == b"Produced to partition 0 at offset 4.\n"
        assert _interrupted(process) == 130


def test_one_record_is_waited_for_at_the_end(bootstrap: str) -> None:
    with running(bootstrap, "topic", "consume", "ends", "--create", "-o", "end", "-n", "1", "-f", "%v") as process:
        assert process.stderr is not None and process.stdout is not None
        until(process.stderr, b"was created")
        for number in range(1000):  # from the end: whatever was there before it looked is not for it
            assert run(bootstrap, "topic", "produce", "ends", given=b"%d\n" % number).returncode == 0
            if process.poll() is not None:
                break
        assert process.wait(SECONDS_MAX) == 0
        assert process.stdout.read().isdigit()
