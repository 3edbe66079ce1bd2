"""Groups on the command line, with members that come and go."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

from leftfold import Broker
from tests.clients.brokers import PATIENT, ROOT

SECONDS_MAX = 60
NEW = ("--topics", "left", "--allow-new-topics")


@pytest.fixture(scope="module")
def bootstrap() -> Iterator[str]:
    """A broker with two topics of two partitions, ten records in each partition."""
    with Broker({"group.initial.rebalance.delay.ms": 0, "num.partitions": 2}) as broker:
        producer = Producer({"bootstrap.servers": broker.bootstrap, "linger.ms": 5})
        for topic in ("left", "right"):
            assert run(broker.bootstrap, "topic", "create", topic).returncode == 0
            for number in range(20):
                producer.produce(topic, b"%d" % number, partition=number % 2)
        producer.flush()
        yield broker.bootstrap


def environment(bootstrap: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "LEFTFOLD_BROKERS": bootstrap, "LEFTFOLD_CONFIG": os.devnull, **PATIENT}


def run(bootstrap: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "leftfold.cli", *words]
    return subprocess.run(
        command, env=environment(bootstrap), capture_output=True, text=True, timeout=SECONDS_MAX, check=False, cwd=ROOT,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


def told(bootstrap: str, *words: str) -> Any:
    """A command's document."""
    done = run(bootstrap, *words, "--format", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def committed(bootstrap: str, group: str) -> dict[tuple[str, int], int | None]:
    [document] = told(bootstrap, "group", "describe", group)
    return {(row["topic"], row["partition"]): row["current_offset"] for row in document["partitions"]}


def test_a_member_goes_on_where_it_stopped(bootstrap: str) -> None:
    read = ("topic", "consume", "left", "-g", "going-on", "-f", "%v\\n", "-n")
    first = run(bootstrap, *read, "5").stdout.split()
    second = run(bootstrap, *read, "15").stdout.split()
    assert sorted(map(int, first + second)) == list(range(20))
    assert committed(bootstrap, "going-on") == {("left", 0): 10, ("left", 1): 10}
    [document] = told(bootstrap, "group", "describe", "going-on")
    summary = document["summary"]
    assert (summary["total_lag"], summary["state"], summary["members"]) == (0, "empty", 0)
    assert ("going-on", "empty") in [(one["group"], one["state"]) for one in told(bootstrap, "group", "list")]
    assert "going-on" not in [one["group"] for one in told(bootstrap, "group", "list", "-s", "stable")]


def test_who_reads_now_is_told(bootstrap: str) -> None:
    words = ("topic", "consume", "left", "-g", "reading", "-f", "%v\\n", "-X", "client.id=me", "-b", "range")
    command = [sys.executable, "-m", "leftfold.cli", *words]
    with subprocess.Popen(command, env=environment(bootstrap), stdout=subprocess.PIPE, cwd=ROOT) as member:
        try:
            assert member.stdout is not None
            assert sorted(int(member.stdout.readline()) for _ in range(20)) == list(range(20))
            [document] = told(bootstrap, "group", "describe", "reading")
            assert (document["summary"]["state"], document["summary"]["balancer"]) == ("stable", "range")
            assert {(row["client_id"], row["host"]) for row in document["partitions"]} == {("me", "127.0.0.1")}
            assert run(bootstrap, "group", "delete", "reading", "--yes").returncode == 1
            assert run(bootstrap, "group", "seek", "reading", "--to", "start", *NEW).returncode == 1
            member.send_signal(signal.SIGINT)
            assert member.wait(SECONDS_MAX) == 0
        finally:
            member.kill()
    assert committed(bootstrap, "reading") == {("left", 0): 10, ("left", 1): 10}


def test_offsets_are_moved(bootstrap: str, tmp_path: Path) -> None:
    seek = ("group", "seek", "moved")
    assert run(bootstrap, *seek, "--to", "start").returncode == 1
    assert told(bootstrap, *seek, "--to", "end", *NEW, "--dry-run") == [
        {"topic": "left", "partition": one, "prior_offset": None, "current_offset": 10} for one in (0, 1)
    ]
    assert run(bootstrap, "group", "describe", "moved").returncode == 1
    told(bootstrap, *seek, "--to", "end", *NEW)
    assert committed(bootstrap, "moved") == {("left", 0): 10, ("left", 1): 10}
    moved = told(bootstrap, *seek, "--to", "-3", "-p", "1")
    assert moved == [{"topic": "left", "partition": 1, "prior_offset": 10, "current_offset": 7}]
    told(bootstrap, *seek, "--to", "@-1h", "-p", "0")
    assert committed(bootstrap, "moved") == {("left", 0): 0, ("left", 1): 7}
    file = tmp_path / "offsets"
    file.write_text("# by hand\nleft 0 4\nright 1 9\n")
    told(bootstrap, *seek, "--to-file", str(file))
    assert committed(bootstrap, "moved") == {("left", 0): 4, ("left", 1): 7}
    told(bootstrap, *seek, "--to-file", str(file), "--allow-new-topics")
    assert committed(bootstrap, "moved") == {("left", 0): 4, ("left", 1): 7, ("right", 1): 9}
    told(bootstrap, "group", "seek", "twin", "--to-group", "moved", "--allow-new-topics")
    assert committed(bootstrap, "twin") == committed(bootstrap, "moved")
    file.write_text("left zero 4\n")
    assert "line 1" in run(bootstrap, *seek, "--to-file", str(file)).stderr
    assert run(bootstrap, *seek).returncode == 2
    assert run(bootstrap, *seek, "--to", "1:2").returncode == 2


def test_offsets_and_groups_are_forgotten(bootstrap: str) -> None:
    for topic in ("left", "right"):
        told(bootstrap, "group", "seek", "gone", "--to", "5", "--topics", topic, "--allow-new-topics")
    assert run(bootstrap, "group", "offset-delete", "gone", "-t", "left").returncode == 1
    assert len(told(bootstrap, "group", "offset-delete", "gone", "-t", "left", "--dry-run")) == 2
    forgotten = told(bootstrap, "group", "offset-delete", "gone", "-t", "left:1", "--yes")
    assert forgotten == [{"topic": "left", "partition": 1, "status": "deleted"}]
    assert committed(bootstrap, "gone") == {("left", 0): 5, ("right", 0): 5, ("right", 1): 5}
    assert run(bootstrap, "group", "offset-delete", "gone", "-t", "absent", "--yes").returncode == 1
    refused = run(bootstrap, "group", "delete", "gone")
    assert (refused.returncode, "say --yes" in refused.stderr) == (1, True)
    assert told(bootstrap, "group", "delete", "gone", "--dry-run") == [{"group": "gone", "status": "would be deleted"}]
    assert told(bootstrap, "group", "delete", "gone", "--yes") == [{"group": "gone", "status": "deleted"}]
    missing = run(bootstrap, "group", "describe", "gone")
    assert (missing.returncode, "group gone does not exist" in missing.stderr) == (1, True)


@pytest.mark.parametrize("words", [("-o", "5"), ("-p", "0"), ("-f", "%x")])
def test_what_a_group_decides_cannot_be_said(bootstrap: str, words: tuple[str, ...]) -> None:
    assert run(bootstrap, "topic", "consume", "left", "-g", "any", *words).returncode == 2
