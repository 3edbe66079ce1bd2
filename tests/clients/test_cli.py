"""The command line as a new user types it, against a broker."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from leftfold import Broker
from tests.clients.brokers import ROOT, free_port


@pytest.fixture(scope="module")
def bootstrap() -> Iterator[str]:
    with Broker() as broker:
        yield broker.bootstrap


@pytest.fixture
def leftfold(bootstrap: str, tmp_path: Path):  # type: ignore[no-untyped-def]  # a function with defaults
    """Run `leftfold WORDS` in an empty folder; returns (status, standard output, standard error)."""

    def run(*words: str, given: bytes = b"", brokers: str = bootstrap) -> tuple[int, str, str]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "LEFTFOLD_BROKERS": brokers, "HOME": str(tmp_path)}
        command = [sys.executable, "-m", "leftfold.cli", *words]
        done = subprocess.run(command, cwd=tmp_path, env=environment, input=given, capture_output=True, timeout=60, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    return run


def test_bare_leftfold_says_six_lines(leftfold) -> None:  # type: ignore[no-untyped-def]
    status, said, _ = leftfold()
    assert (status, len(said.splitlines())) == (0, 6)
    assert said.startswith("leftfold demo")


def test_records_go_round(leftfold) -> None:  # type: ignore[no-untyped-def]
    assert leftfold("topic", "create", "orders", "-p", "3", "-c", "retention.ms=1000000")[0] == 0
    status, said, _ = leftfold("topic", "produce", "orders", "-f", r"%k %v\n", "-H", "h:x", given=b"a 1\nb 2\nc 3\n")
    assert (status, said.count("Produced to partition")) == (0, 3)
    status, said, _ = leftfold("topic", "consume", "orders", "-o", ":end", "-f", r"%k=%v %h{%k:%v}\n")
    assert (status, sorted(said.splitlines())) == (0, ["a=1 h:x", "b=2 h:x", "c=3 h:x"])
    status, said, errors = leftfold("topic", "consume", "orders", "-n", "2", "--no-pretty-print")
    assert (status, len([json.loads(line) for line in said.splitlines()]), errors) == (0, 2, "")
    listed = json.loads(leftfold("topic", "list", "--format", "json")[1])
    assert {"name": "orders", "partitions": 3, "replicas": 1} in listed
    [described] = json.loads(leftfold("topic", "describe", "orders", "-a", "--format", "json")[1])
    assert sum(one["high_watermark"] for one in described["partitions"]) == 3
    assert {"key": "retention.ms", "value": "1000000", "source": "topic"} in described["configs"]
    assert leftfold("topic", "delete", "orders")[0] == 0
    assert leftfold("topic", "consume", "orders")[0] == 1


def test_offsets_select_records(leftfold) -> None:  # type: ignore[no-untyped-def]
    leftfold("topic", "create", "numbers", "-p", "1")
    leftfold("topic", "produce", "numbers", given=b"".join(b"%d\n" % number for number in range(10)))
    for spec, wanted in (("2:5", "234"), ("-3", "789"), ("+8", "89"), (":2", "01"), ("@-1h:end", "0123456789")):
        stop = ["-n", str(len(wanted))] if ":" not in spec else []
        assert leftfold("topic", "consume", "numbers", "-o", spec, "-f", "%v", *stop)[:2] == (0, wanted)


def test_a_missing_topic_is_named_and_an_offer_made(leftfold) -> None:  # type: ignore[no-untyped-def]
    for words in (("topic", "produce", "nope"), ("topic", "consume", "nope"), ("topic", "describe", "nope")):
        status, said, errors = leftfold(*words, given=b"x\n")
        assert (status, said) == (1, "")
        assert "topic nope does not exist" in errors
        assert "leftfold topic create nope" in errors
    assert leftfold("topic", "produce", "nope", "--create", given=b"x\n")[:2] == (0, "Produced to partition 0 at offset 0.\n")


def test_nothing_listening_is_said(leftfold) -> None:  # type: ignore[no-untyped-def]
    status, _, errors = leftfold("topic", "list", brokers=f"127.0.0.1:{free_port()}")
    assert status == 1
    assert "nothing listens" in errors and "leftfold start" in errors


def test_usage_errors_have_status_two(leftfold) -> None:  # type: ignore[no-untyped-def]
    assert leftfold("topic", "consume", "numbers", "-f", "%x")[0] == 2
    assert leftfold("topic", "consume", "numbers", "-o", "9:1")[0] == 2
    assert leftfold("topic", "create")[0] == 2
    assert leftfold("demo", "--rate", "none")[0] == 2


def test_start_refuses_an_unknown_setting(leftfold) -> None:  # type: ignore[no-untyped-def]
    status, said, errors = leftfold("start", "--set", "num.partition=3")
    assert (status, said) == (1, "")
    assert "num.partition" in errors and len(errors.splitlines()) == 1


def test_a_topic_changes(leftfold) -> None:  # type: ignore[no-untyped-def]
    leftfold("topic", "create", "changing", "-p", "1")
    leftfold("topic", "produce", "changing", given=b"a\nb\nc\n")
    assert leftfold("topic", "add-partitions", "changing", "-n", "2", "--format", "json")[0] == 0
    status, said, _ = leftfold("topic", "trim-prefix", "changing", "-o", "2", "-p", "0", "--format", "json")
    assert (status, json.loads(said)) == (0, [{"partition": 0, "log_start": 2}])
    assert leftfold("topic", "alter-config", "changing", "-s", "retention.ms=5000000")[0] == 0
    assert leftfold("topic", "alter-config", "changing", "-s", "retention.ms=many")[0] == 1
    assert leftfold("topic", "alter-config", "changing")[0] == 2
    [described] = json.loads(leftfold("topic", "describe", "changing", "-a", "--format", "json")[1])
    assert {"key": "retention.ms", "value": "5000000", "source": "topic"} in described["configs"]
    assert [one["log_start"] for one in described["partitions"]] == [2, 0, 0]


def test_errors_are_explained(leftfold) -> None:  # type: ignore[no-untyped-def]
    status, said, _ = leftfold("explain", "LF-1003", "--format", "json")
    assert (status, json.loads(said)["name"]) == (0, "PORT_TAKEN")
    assert json.loads(leftfold("explain", "3", "--format", "json")[1])["name"] == "UNKNOWN_TOPIC_OR_PARTITION"
    assert leftfold("explain", "LF-0")[0] == 1


def test_shell_completion_is_a_script(leftfold) -> None:  # type: ignore[no-untyped-def]
    status, said, _ = leftfold("generate", "shell-completion", "zsh")
    assert (status, "_LEFTFOLD_COMPLETE" in said) == (0, True)


def test_the_cluster_tells_of_itself(leftfold) -> None:  # type: ignore[no-untyped-def]
    told = json.loads(leftfold("cluster", "info", "--format", "json")[1])
    assert [one["id"] for one in told["brokers"]] == [told["controller"]] == [1]
    assert leftfold("cluster", "health", "-e")[:2] == (0, "")
    assert leftfold("cluster", "config", "set", "log.retention.ms", "7000000")[0] == 0
    assert leftfold("cluster", "config", "get", "log.retention.ms")[1] == "7000000\n"
    listed = json.loads(leftfold("cluster", "config", "list", "--format", "json")[1])
    assert {"name": "log.retention.ms", "value": "7000000", "source": "broker (dynamic)"} in listed
    assert leftfold("cluster", "config", "get", "no.such")[0] == 1
    assert leftfold("cluster", "config", "set", "no.such", "1")[0] == 1


def test_segments_are_read_and_damage_named(leftfold, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    from leftfold.kernel import encode_batch

    batches = b"".join(encode_batch([(b"k", b"v%d" % number, [], 1_700_000_000_000)]) for number in range(3))
    segment = tmp_path / "00000000000000000000.log"
    segment.write_bytes(batches + bytes(64))
    status, said, _ = leftfold("dump-log", str(tmp_path), "-r", "--format", "json")
    [told] = json.loads(said)
    assert (status, told["damage"], len(told["batches"])) == (0, None, 3)
    assert [one["records"][0]["value"] for one in told["batches"]] == ["v0", "v1", "v2"]
    flipped = bytearray(batches)
    flipped[-1] ^= 1
    segment.write_bytes(flipped)
    status, said, _ = leftfold("dump-log", str(segment))
    assert status == 1
    assert f"DAMAGED: the batch at position {len(batches) * 2 // 3}" in said
    segment.write_bytes(batches + bytes(100) + batches)
    assert f"DAMAGED: no batch begins at position {len(batches)}" in leftfold("dump-log", str(segment))[1]
    segment.write_bytes(batches[:-5])
    assert "is cut off" in leftfold("dump-log", str(segment))[1]
    assert leftfold("dump-log", str(tmp_path / "nowhere"))[0] == 2
