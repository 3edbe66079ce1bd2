"""The process of leftfold start: ready, stop, statuses."""

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from leftfold.wire.generated.metadata import DescribeClusterRequest
from tests.unit.client import Client

SCRIPT = "import sys; from leftfold.base import settings; from leftfold.node.run import run; "
SCRIPT += "sys.exit(run(settings.load(None, {}, sys.argv[1:])))"

LATE = '"loop_late"'
"""What a broker says where it is given no processor for a quarter of a second: that is for the machine to answer."""


def command(data: Path, *sets: str) -> list[str]:
    listener = "listeners=127.0.0.1:0"
    return [sys.executable, "-c", SCRIPT, f"log.dirs={data}", listener, "admin.listener=", *sets]


@contextmanager
def started(data: Path, *sets: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running broker and its line on standard output."""
    process = subprocess.Popen(command(data, *sets), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline()
    finally:
        process.kill()
        process.communicate()


def bootstrap(line: str) -> str:
    found = re.match(r"ready bootstrap=(\S+) ", line)
    assert found, line
    return found.group(1)


def test_it_says_ready_answers_and_stops_cleanly_on_sigterm(tmp_path: Path) -> None:
    with started(tmp_path) as (process, line):
        with Client(bootstrap(line)) as client:
            assert client.ask(DescribeClusterRequest(), 0).error_code == 0
        process.send_signal(signal.SIGTERM)
        output, log = process.communicate(timeout=30)
    assert (process.returncode, output) == (0, "")
    assert [json.loads(row)["event"] for row in log.splitlines() if LATE not in row] == ["stopping"]


def test_it_stops_cleanly_on_sigint_and_starts_again(tmp_path: Path) -> None:
    for _ in range(2):
        with started(tmp_path) as (process, line):
            assert line.startswith("ready ")
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)
        assert process.returncode == 0


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="needs /proc, which Linux has")
def test_it_takes_all_the_open_files_that_it_may_have(tmp_path: Path) -> None:
    few = ["sh", "-c", 'ulimit -S -n 200 && exec "$@"', "sh", *command(tmp_path)]
    with subprocess.Popen(few, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("ready ")
            limits = Path(f"/proc/{process.pid}/limits").read_text()
        finally:
            process.kill()
    [(soft, hard)] = re.findall(r"^Max open files +(\d+) +(\d+)", limits, re.MULTILINE)
    assert soft == hard != "200"


def test_who_speaks_http_to_the_kafka_port_is_told_where_http_is_spoken(tmp_path: Path) -> None:
    with started(tmp_path, "admin.listener=127.0.0.1:0") as (_process, line):
        found = re.search(r"admin=(\S+)", line)
        assert found, line
        host, _, port = bootstrap(line).rpartition(":")
        with socket.create_connection((host, int(port)), timeout=20) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
            answer = connection.makefile("rb").read().decode()
    assert answer.startswith("HTTP/1.1 400 ")
    assert f"This is the Kafka port: give it to a Kafka client. The admin API is at {found.group(1)}\n" in answer


def refused(data: Path, *sets: str) -> str:
    """The one line that a start which is refused leaves on standard error."""
    result = subprocess.run(command(data, *sets), capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stdout) == (1, "")
    (line,) = (line for line in result.stderr.splitlines() if LATE not in line)
    return line


def test_a_folder_in_use_names_the_process(tmp_path: Path) -> None:
    with started(tmp_path) as (process, line):
        assert line.startswith("ready ")
        said = refused(tmp_path)
        assert f"in use by process {process.pid}" in said
        assert "LF-1001" in said


def test_a_taken_port_names_the_process(tmp_path: Path) -> None:
    with started(tmp_path / "one") as (process, line):
        port = bootstrap(line).rpartition(":")[2]
        said = refused(tmp_path / "two", f"listeners=127.0.0.1:{port}")
        assert f"port {port} is taken by process {process.pid}" in said
        assert "LF-1003" in said


def test_a_wrong_listener_is_one_clear_line(tmp_path: Path) -> None:
    assert "HOST:PORT" in refused(tmp_path, "listeners=nowhere")


def test_an_address_of_another_machine_is_refused(tmp_path: Path) -> None:
    assert "192.0.2.1" in refused(tmp_path, "listeners=192.0.2.1:0")


def test_a_listener_beyond_loopback_is_said_to_be_open(tmp_path: Path) -> None:
    with started(tmp_path, "listeners=0.0.0.0:0") as (process, line):
        assert line.startswith("ready ")
        assert process.stdout is not None
        assert "open to everybody" in process.stdout.readline()


def test_clients_are_told_the_advertised_address(tmp_path: Path) -> None:
    with started(tmp_path, "advertised.listeners=broker.example:4711") as (_, line), Client(bootstrap(line)) as client:
        (broker,) = client.ask(DescribeClusterRequest(), 0).brokers
        assert (broker.host, broker.port) == ("broker.example", 4711)


def test_without_an_advertised_address_clients_are_told_the_one_they_reached(tmp_path: Path) -> None:
    with started(tmp_path, "listeners=0.0.0.0:0") as (_, line):
        port = int(bootstrap(line).rpartition(":")[2])
        with Client(f"127.0.0.2:{port}") as client:
            (broker,) = client.ask(DescribeClusterRequest(), 0).brokers
            assert (broker.host, broker.port) == ("127.0.0.2", port)
            assert isinstance(client.socket, socket.socket)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, which Linux has")
def test_a_log_that_finds_no_room_stops_nothing(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        process = subprocess.Popen(command(tmp_path, "listeners=0.0.0.0:0"), stdout=subprocess.PIPE, stderr=full, text=True)
        try:
            assert process.stdout is not None
            with Client(bootstrap(process.stdout.readline())) as client:
                assert client.ask(DescribeClusterRequest(), 0).error_code == 0
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
        finally:
            process.kill()
            process.communicate()
    assert process.returncode == 0
