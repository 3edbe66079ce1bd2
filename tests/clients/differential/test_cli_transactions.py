"""The command line sees the same in Kafka and in ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from tests.clients.brokers import PATIENT, ROOT
from tests.clients.differential.conftest import Pair
from tests.clients.differential.side import Side
from tests.clients.differential.transaction_stories import NEW, OLD, Producer, make

SECONDS_MAX = 60
EACH_BROKERS_OWN = ("producer_id", "since", "began", "open_seconds")


def run(side: Side, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "leftfold.cli", "cluster", "txn", *words]
    places = {"PYTHONPATH": str(ROOT), "LEFTFOLD_BROKERS": side.bootstrap, "LEFTFOLD_CONFIG": os.devnull, **PATIENT}
    return subprocess.run(
        command, env={**os.environ, **places}, capture_output=True, text=True, timeout=SECONDS_MAX, check=False, cwd=ROOT
    )


def told(side: Side, *words: str) -> list[dict[str, Any]]:
    """A command's rows, without what is each broker's own."""
    done = run(side, *words, "--format", "json")
    assert done.returncode == 0, done.stderr
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    assert all(row.get("open_seconds") is None or 0 <= row["open_seconds"] < SECONDS_MAX * 10 for row in rows), rows
    return [{name: value for name, value in row.items() if name not in EACH_BROKERS_OWN} for row in rows]


def begun(side: Side, name: str, generation: int, *topics: str) -> Producer:
    one = Producer(name, generation)
    side.settle(one.init(), one.told)
    for topic in topics:
        if generation == OLD:
            side.ask(one.add(topic))
        answer: Any = side.ask(one.write(topic))
        assert answer.responses[0].partition_responses[0].error_code == 0, answer
    return one


def test_what_blocks_readers_is_named(pair: Pair) -> None:
    """Two transactions in one partition, one in another, and one that no coordinator knows: a marker came to all but it."""
    one, other = "CLI.v0.blocked", "CLI.v0.hanging"

    def lives(side: Side) -> Any:
        make(side, one, other)
        first = begun(side, f"{one} first", OLD, one)
        begun(side, f"{one} second", NEW, one, other)
        blocked = told(side, "blocking", one, other)
        described = told(side, "describe", f"{one} first", f"{one} second")
        side.ask(first.end(commit=False))
        first.settled(side, "CompleteAbort")
        then = told(side, "blocking", one)
        listed = [row for row in told(side, "list", "-s", "Ongoing") if row["transactional_id"].startswith(one)]
        table = run(side, "blocking", one).stdout.splitlines()
        return blocked, described, then, listed, [line.split()[:4] for line in table]

    kafka, ours = pair.both(lives)
    assert kafka == ours
    blocked, described, then, listed, table = ours
    place = {"topic": one, "partition": 0, "last_stable_offset": 0, "held_back": 4}
    assert blocked[0] == {**place, "transactional_id": f"{one} first", "state": "Ongoing", "epoch": 0}
    assert blocked[1]["transactional_id"] == f"{one} second"
    assert [row["partitions"] for row in described] == [[f"{one}/0"], [f"{one}/0", f"{other}/0"]]
    assert then == [{**place, "last_stable_offset": 2, "held_back": 3, "transactional_id": f"{one} second"} | TAIL]
    assert [row["transactional_id"] for row in listed] == [f"{one} second"]
    assert table == [["TOPIC", "PARTITION", "LAST-STABLE-OFFSET", "HELD-BACK"], [one, "0", "2", "3"]]


TAIL = {"state": "Ongoing", "epoch": 0}


def test_what_is_not_there_is_said(pair: Pair) -> None:
    for words, said in {
        ("describe", "nobody's"): "nobody holds transactional id nobody's",
        ("list", "-s", "Sleeping"): "no transaction can be Sleeping",
        ("blocking", "no.such.topic"): "topic no.such.topic",
    }.items():
        for side in (pair.kafka, pair.ours):
            done = run(side, *words)
            assert done.returncode == 1, words
            assert said in done.stderr, done.stderr
