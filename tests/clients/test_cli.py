"""The command line as a new user types it, against a broker."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from leftfold import Broker
from leftfold.cli import bench
from leftfold.cli.root import command as root
from tests.clients.brokers import PATIENT, ROOT, free_port

SECONDS_MAX = 60


@pytest.fixture(scope="module")
def bootstrap() -> Iterator[str]:
    with Broker() as broker:
        yield broker.bootstrap


@pytest.fixture
def leftfold(bootstrap: str, tmp_path: Path):  # type: ignore[no-untyped-def]  # a function with defaults
    """Run `leftfold WORDS` in an empty folder; returns (status, standard output, standard error)."""

    def run(*words: str, given: bytes = b"", brokers: str = bootstrap, editor: str = "") -> tuple[int, str, str]:
        own = {"PYTHONPATH": str(ROOT), "LEFTFOLD_BROKERS": brokers, "HOME": str(tmp_path), "EDITOR": editor, **PATIENT}
        environment = {name: value for name, value in os.environ.items() if name not in ("VISUAL", "XDG_CONFIG_HOME")} | own
        done = subprocess.run(
            [sys.executable, "-m", "leftfold.cli", *words], cwd=tmp_path, env=environment, input=given, capture_output=True,
            timeout=SECONDS_MAX, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    return run


def test_bare_leftfold_says_six_lines(leftfold) -> None:  # type: ignore[no-untyped-def]
    status, said, _ = leftfold()
    assert (status, len(said.splitlines())) == (0, 6)
    assert said.startswith("leftfold demo")


def test_records_go_round(leftfold) -> None:  # type: ignore[no-untyped-def]
    assert leftfold("topic", "create", "rounds", "-p", "3", "-c", "retention.ms=1000000")[0] == 0
    status, said, _ = leftfold("topic", "produce", "rounds", "-f", r"%k %v\n", "-H", "h:x", given=b"a 1\nb 2\nc 3\n")
    assert (status, said.count("Produced to partition")) == (0, 3)
    status, said, _ = leftfold("topic", "consume", "rounds", "-o", ":end", "-f", r"%k=%v %h{%k:%v}\n")
    assert (status, sorted(said.splitlines())) == (0, ["a=1 h:x", "b=2 h:x", "c=3 h:x"])
    status, said, errors = leftfold("topic", "consume", "rounds", "-n", "2", "--no-pretty-print")
    assert (status, len([json.loads(line) for line in said.splitlines()]), errors) == (0, 2, "")
    listed = json.loads(leftfold("topic", "list", "--format", "json")[1])
    assert [one["partitions"] for one in listed if one["name"] == "rounds"] == [3]
    [described] = json.loads(leftfold("topic", "describe", "rounds", "-a", "--format", "json")[1])
    assert sum(one["high_watermark"] for one in described["partitions"]) == 3
    configs = {one["key"]: (one["value"], one["source"]) for one in described["configs"]}
    assert configs["retention.ms"] == ("1000000", "topic")
    assert leftfold("topic", "delete", "rounds", "--yes")[0] == 0
    assert leftfold("topic", "consume", "rounds")[0] == 1


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


TO_A_CLUSTER = (
    "topic list", "topic create t", "topic describe t", "topic delete t -y", "topic produce t", "topic consume t",
    "topic alter-config t -s a=b", "topic add-partitions t -n 1", "topic trim-prefix t -o 1 -y", "cluster info",
    "cluster health", "cluster config list", "cluster config get a", "cluster config set a b", "cluster config edit",
    "group list", "group describe g", "group seek g --to end", "group delete g -y", "group offset-delete g -t t -y",
    "topic consume t -g g", "topic analyze t",
)  # fmt: skip


@pytest.mark.parametrize("words", TO_A_CLUSTER)
def test_nothing_listening_is_said_at_once(leftfold, words: str) -> None:  # type: ignore[no-untyped-def]
    place = f"127.0.0.1:{free_port()}"
    status, said, errors = leftfold(*words.split(), brokers=place)  # librdkafka alone would take ten seconds, and not say this
    assert (status, said, len(errors.splitlines())) == (1, "", 1)
    assert f"nothing listens at {place}" in errors and "leftfold start" in errors


def test_silence_is_not_waited_for(leftfold) -> None:  # type: ignore[no-untyped-def]
    with socket.create_server(("127.0.0.1", 0), backlog=8) as deaf:
        place = f"127.0.0.1:{deaf.getsockname()[1]}"
        words = ("topic", "list", "-X", "globals.command_timeout=500ms", "-X", "globals.dial_timeout=1s")
        status, _, errors = leftfold(*words, brokers=place)
    assert (status, "says nothing when asked as a Kafka broker" in errors) == (1, True)


def test_profiles_choose_the_cluster(leftfold, bootstrap: str) -> None:  # type: ignore[no-untyped-def]
    assert leftfold("profile", "current", brokers="")[0] == 1
    assert leftfold("profile", "create", "here", "-s", f"brokers={bootstrap}", "-s", "pass=hush", brokers="")[0] == 0
    assert leftfold("profile", "create", "nowhere", "--brokers", f"127.0.0.1:{free_port()}", brokers="")[0] == 0
    assert leftfold("topic", "list", brokers="")[0] == 1
    assert leftfold("topic", "list", "--profile", "here", brokers="")[0] == 0
    assert leftfold("profile", "use", "here")[0] == 0
    assert leftfold("topic", "list", brokers="")[0] == 0
    assert leftfold("profile", "current")[1] == "here\n"
    shown = leftfold("profile", "show", "--format", "yaml")[1]
    assert bootstrap in shown and "hush" not in shown
    listed = json.loads(leftfold("profile", "list", "--format", "json")[1])
    assert [(one["name"], one["current"]) for one in listed] == [("here", True), ("nowhere", False)]
    assert leftfold("profile", "set", "here", "pass=", "client.id=me")[0] == 0
    assert "client.id: me" in leftfold("profile", "show", "here", "--format", "yaml")[1]
    assert leftfold("profile", "delete", "here")[0] == 0
    assert leftfold("profile", "use", "here")[0] == 1


def test_what_is_lost_is_asked_about(leftfold) -> None:  # type: ignore[no-untyped-def]
    leftfold("topic", "create", "kept", "-p", "1")
    leftfold("topic", "produce", "kept", given=b"a\nb\n")
    for words in (("topic", "delete", "kept"), ("topic", "trim-prefix", "kept", "-o", "end")):
        status, _, errors = leftfold(*words)
        assert (status, "say --yes" in errors) == (1, True)
        status, said, _ = leftfold(*words, "--dry-run", "--format", "json")
        assert (status, len(json.loads(said))) == (0, 1)
    assert leftfold("topic", "create", "never", "--dry-run")[0] == 0
    assert leftfold("topic", "add-partitions", "kept", "-n", "1", "--dry-run")[0] == 0
    assert leftfold("topic", "alter-config", "kept", "-s", "retention.ms=1", "--dry-run")[0] == 0
    assert leftfold("topic", "consume", "kept", "-o", ":end", "-f", "%v")[1] == "ab"
    [described] = json.loads(leftfold("topic", "describe", "kept", "-a", "--format", "json")[1])
    assert described["summary"]["partitions"] == 1
    assert [one["value"] for one in described["configs"] if one["key"] == "retention.ms"] != ["1"]
    assert "never" not in leftfold("topic", "list")[1]


def test_settings_are_edited(leftfold) -> None:  # type: ignore[no-untyped-def]
    assert leftfold("cluster", "config", "set", "log.retention.bytes", "123456")[0] == 0
    edit = "sed -i -e '/^log.retention.bytes=/d' -e 's/^log.retention.ms=.*/log.retention.ms=7100000/'"
    assert leftfold("cluster", "config", "edit", editor="true")[1] == "nothing was changed\n"
    assert leftfold("cluster", "config", "edit", editor="sed -i s/=.*/nonsense/")[0] == 1
    assert leftfold("cluster", "config", "edit", "--dry-run", editor=edit)[0] == 0
    assert leftfold("cluster", "config", "get", "log.retention.bytes")[1] == "123456\n"
    status, said, _ = leftfold("cluster", "config", "edit", editor=edit)
    assert (status, "log.retention.ms = 7100000" in said, "log.retention.bytes back to its default" in said) == (0, True, True)
    assert leftfold("cluster", "config", "get", "log.retention.ms")[1] == "7100000\n"
    assert leftfold("cluster", "config", "get", "log.retention.bytes")[1] == "-1\n"


def commands(group: click.Group, *before: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command under a group, with the words that call it."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, *before, name)
        else:
            yield (*before, name), command


LISTINGS = [
    words for words, command in commands(root) for option in command.params
    if option.name == "form" and "help" in getattr(option.type, "choices", ())
]  # fmt: skip


@pytest.mark.parametrize("words", LISTINGS, ids=" ".join)
def test_a_listing_tells_what_its_fields_mean(leftfold, words: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    status, said, errors = leftfold(*words, "--format", "help", brokers="127.0.0.1:1")
    assert (status, errors) == (0, "")
    assert said.startswith("FIELD") and len(said.splitlines()) > 1


@pytest.mark.parametrize(
    "words",
    ["topic list -d", "topic describe explained -a", "topic add-partitions explained -n 1",
     "topic trim-prefix explained -o 0 -y",
     "topic alter-config explained -s retention.ms=5", "cluster info", "cluster health", "cluster config list", "explain 3",
     "topic analyze explained"],
)  # fmt: skip
def test_a_document_holds_what_help_says(leftfold, words: str) -> None:  # type: ignore[no-untyped-def]
    leftfold("topic", "create", "explained", "--if-not-exists")
    leftfold("topic", "produce", "explained", given=b"x\n")
    told = {line.split()[0] for line in leftfold(*words.split(), "--format", "help")[1].splitlines()[1:]}
    found = set(_keys(json.loads(leftfold(*words.split(), "--format", "json")[1])))
    assert {one for one in found if not any(field.startswith(f"{one}[]") for field in told)} == told  # a list may be empty
    status, wide, _ = leftfold(*words.split(), "--format", "wide")
    assert (status, len(wide) >= len(leftfold(*words.split())[1])) == (0, True)


def _keys(document: Any, place: str = "") -> Iterator[str]:
    """The fields of a document as --format help names them: brokers[].id"""
    for one in document if isinstance(document, list) else [document]:
        for key, value in one.items():
            nested = isinstance(value, (dict, list)) and (isinstance(value, dict) or (value and isinstance(value[0], dict)))
            if nested:
                yield from _keys(value, f"{place}{key}{'[]' if isinstance(value, list) else ''}.")
            else:
                yield place + key


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ("topci list", 2, "there is no command topci, perhaps topic is meant; see `leftfold --help`"),
        ("topic list --format xml", 2, "see `leftfold topic list --help`"),
        (
            "topic consume ordesr",
            1,
            "did you mean orders? make it with `leftfold topic create ordesr`, or say --create",
        ),
        ("topic analyze absent", 1, "make it with `leftfold topic create absent` [LF-2010]"),
        ("topic trim-prefix orders -o 0", 1, "this would delete 0 records of topic orders"),
        ("topic produce orders -p 7", 1, "topic orders has no partition 7; it has 1, numbered from 0 [LF-2011]"),
        ("topic create orders", 1, "already exists [TOPIC_ALREADY_EXISTS]"),
        ("topic create x -r 3", 1, "1 broker is registered; ask for 1 (-1 takes the default) or start more brokers"),
        ("topic create y -c retention.ms=abc", 1, "retention.ms=abc: it must be a whole number [INVALID_CONFIG]"),
        ("topic delete absent --yes", 1, "topic absent does not exist"),
        ("topic add-partitions orders -n 1000000", 2, "1000000 is not in the range"),
        ("topic consume orders -f yaml", 2, "records are told as json or by verbs"),
        ("topic list -X clint.id=x", 1, "No such configuration property"),
        ("topic list -X globals.dial_timeout=soon", 2, "'soon' is no duration"),
        ("cluster config set log.dirs /x", 1, "takes force at a start only"),
        ("profile use nowhere", 1, "make it with `leftfold profile create nowhere` [LF-2020]"),
    ],
)
def test_an_error_takes_one_line(leftfold, words: str, status: int, said: str) -> None:  # type: ignore[no-untyped-def]
    leftfold("topic", "create", "orders", "--if-not-exists", "-p", "1")
    done, told, errors = leftfold(*words.split(), given=b"x\n")
    assert (done, told, len(errors.splitlines())) == (status, "", 1)
    assert errors.startswith("leftfold: ") and said in errors


def test_of_several_topics_each_is_told(leftfold) -> None:  # type: ignore[no-untyped-def]
    status, told, errors = leftfold("topic", "create", "several", "bad/name", "--format", "json")
    assert {one["topic"]: one["status"] == "created" for one in json.loads(told)} == {"several": True, "bad/name": False}
    assert (status, "1 of 2 topics failed" in errors) == (1, True)


def test_usage_errors_have_status_two(leftfold) -> None:  # type: ignore[no-untyped-def]
    assert leftfold("topic", "consume", "numbers", "-f", "%z")[0] == 2
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
    status, said, _ = leftfold("topic", "trim-prefix", "changing", "-o", "2", "-p", "0", "-y", "--format", "json")
    assert (status, json.loads(said)) == (0, [{"partition": 0, "log_start": 2, "records": 2}])
    assert leftfold("topic", "alter-config", "changing", "-s", "retention.ms=5000000")[0] == 0
    assert leftfold("topic", "alter-config", "changing", "-s", "retention.ms=many")[0] == 1
    assert leftfold("topic", "alter-config", "changing")[0] == 2
    [described] = json.loads(leftfold("topic", "describe", "changing", "-a", "--format", "json")[1])
    assert ("retention.ms", "5000000") in [(one["key"], one["value"]) for one in described["configs"]]
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
    told = {one["name"]: (one["value"], one["source"]) for one in listed}
    assert told["log.retention.ms"] == ("7000000", "broker (dynamic)")
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


def test_bench_measures_on_a_topic_of_its_own(leftfold) -> None:  # type: ignore[no-untyped-def]
    words = ("bench", "--seconds", "300ms", "--rate", "200", "--record-bytes", "50", "-p", "2", "-c", "write.caching=true")
    status, said, errors = leftfold(*words, "--format", "json")
    assert (status, errors) == (0, "")
    document = json.loads(said)
    produced, consumed = document["throughput"]
    assert 0 < consumed["records"] <= produced["records"]
    assert document["latency"]["records"] == 60  # a rate of 200 for 300 ms
    assert 0 < document["latency"]["p50_ms"] <= document["latency"]["p99_ms"] <= document["latency"]["max_ms"]
    assert "leftfold-bench-" not in leftfold("topic", "list", "--format", "json")[1]


def test_bench_waits_where_the_broker_is_behind(bootstrap: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client's queue is full within a few milliseconds: what is due waits in bench, and nothing is lost."""
    monkeypatch.setattr(bench, "QUEUE_RECORDS", 5)
    words = ["bench", "-X", f"brokers={bootstrap}", "--seconds", "200ms", "--rate", "50000", "--format", "json"]
    done = CliRunner().invoke(root, words)
    assert (done.exit_code, json.loads(done.stdout)["latency"]["records"]) == (0, 10_000), done.stderr
