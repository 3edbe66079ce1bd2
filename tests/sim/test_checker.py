"""The checker names each anomaly that was planted, no other."""

from __future__ import annotations

import ast
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sim.checker import KINDS, Event, HistoryError, Verdict, judge, operations, read
from sim.checker.verdict import ALLOWED
from tests.sim.histories import good
from tests.sim.plants import PLANTS, Plant, double

ROOT = Path(__file__).parents[2]


def verdict(events: Sequence[Event]) -> Verdict:
    return judge(list(operations(events)))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 1 << 32))
def test_a_log_that_does_no_wrong_is_not_accused(seed: int) -> None:
    found = verdict(good(seed))
    assert [str(one) for one in found.faults] == []
    assert found.read > found.acknowledged > 100


# -- anomalies written by hand: what was sent and read, and what that is called ------------------------------------------------


class Story:
    """A history, written operation by operation."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.count = 0

    def did(self, process: str, f: str, type_: str = "ok", **what: object) -> Story:
        """An operation that began and ended while no other did."""
        self.count += 1
        begin: dict[str, object] = {name: what[name] for name in ("sends", "group", "keys") if name in what}
        if f == "commit":
            begin["offsets"] = what["offsets"]
        self.events.append(Event(op=self.count, process=process, type="invoke", f=f, **begin))  # type: ignore[arg-type]
        if f == "txn":
            self.events.append(Event(op=self.count, process=process, type="ending", f=f, **what))  # type: ignore[arg-type]
        self.events.append(Event(op=self.count, process=process, type=type_, f=f, **what))  # type: ignore[arg-type]
        return self

    def opened(self, *sends: tuple[str, int, int | None]) -> Story:
        """A transaction that has not asked for its end."""
        self.count += 1
        self.events.append(Event(op=self.count, process="t", type="invoke", f="txn", sends=sends))
        return self

    def asked(self, type_: str = "ok") -> Story:
        """It asks to be committed, and is told something."""
        (begin,) = [one for one in self.events if one.process == "t"]
        self.events += [replace(begin, type="ending"), replace(begin, type=type_)]
        return self

    def sent(self, *values: tuple[int, int], key: str = "k", writer: str = "w") -> Story:
        for offset, value in values:
            self.did(writer, "send", sends=[(key, value, offset)])
        return self

    def read(self, *found: tuple[int, int], key: str = "k", reader: str = "r", ended: bool = False) -> Story:
        return self.did(reader, "poll", polls={key: found}, ended=[key] if ended else [])

    def dirty(self, *found: tuple[int, int]) -> Story:
        return self.did("dirty", "poll", polls={"k": found}, uncommitted=True)

    def member(self, *found: tuple[int, int], name: str = "m") -> Story:
        return self.did(name, "poll", polls={"k": found}, group="g")

    def given(self, name: str, *keys: str, generation: int = -1) -> Story:
        return self.did(name, "assign", group="g", keys=keys, generation=generation)

    def took(self, *found: tuple[int, int], name: str, sends: tuple[str, int, int], type_: str = "ok") -> Story:
        """A step of a pipeline: it reads and sends and commits its group's offset, all or nothing."""
        what: dict[str, object] = {"polls": {"k": found}, "sends": [sends], "offsets": {"k": found[-1][0] + 1}}
        return self.did(name, "txn", type_, group="g", **what)

    def joined(self, name: str, *found: tuple[int, int]) -> Story:
        """A poll within which a member loses all that it has, if it has something, and is given a key."""
        self.count += 1
        begun = Event(op=self.count, process=name, type="invoke", f="poll", group="g")
        self.events.append(begun)
        self.given(name).given(name, "k")
        self.events.append(replace(begun, type="ok", polls={"k": found}, keys=["k"]))
        return self

    def commit(self, offset: int, type_: str = "ok") -> Story:
        return self.did("m", "commit", type_, group="g", offsets={"k": offset})

    def told(self, offset: int) -> Story:
        return self.did("witness", "committed", group="g", offsets={"k": offset})


THREE = ((0, 10), (1, 11), (2, 12))
TWO = [("k", 1, None), ("l", 2, None)]
FAILED: dict[str, object] = {"sends": [("k", 9, None)]}

BY_HAND: dict[str, tuple[Story, set[str]]] = {
    "what was acknowledged is passed by": (Story().sent(*THREE).read((0, 10)).read((2, 12)), {"lost-write", "poll-skip"}),
    "an answer leaves out a record": (Story().sent(*THREE).read((0, 10), (2, 12)), {"lost-write", "int-poll-skip"}),
    "the tail is cut": (Story().sent(*THREE).read((0, 10), (1, 11), ended=True), {"unseen"}),
    "the tail is cut and written anew": (
        Story().sent(*THREE).sent((2, 13), writer="v").read((0, 10), (1, 11), (2, 13)),
        {"inconsistent-offsets", "lost-write"},
    ),
    "the last of a record key is compacted away": (
        Story().sent(*THREE, key="t:a").read((0, 10), (1, 11), key="t:a", ended=True),
        {"lost-latest"},
    ),
    "an answer is out of order": (
        Story().sent(*THREE).read((0, 10), (2, 12), (1, 11)),
        {"int-poll-skip", "int-nonmonotonic-poll"},
    ),
    "a reader goes back": (Story().sent(*THREE).read(*THREE).read(*THREE), {"nonmonotonic-poll"}),
    "a retry is written twice": (
        Story().sent((0, 10), (1, 11)).read((0, 10), (1, 11), (2, 10)),
        {"duplicate", "int-nonmonotonic-poll"},
    ),
    "a writer's records change places": (Story().sent((1, 10), (0, 11)), {"nonmonotonic-send"}),
    "one operation's records change places": (
        Story().did("w", "txn", sends=[("k", 10, 1), ("k", 11, 0)]),
        {"int-nonmonotonic-send"},
    ),
    "nobody wrote it": (Story().read((0, 10)), {"phantom"}),
    "what failed is read": (Story().did("w", "send", "fail", **FAILED).read((0, 9)), {"G1a"}),
    "what was aborted is read": (Story().did("w", "txn", "fail", **FAILED).read((0, 9)), {"G1a"}),
    "what never asked to be committed is read": (Story().opened(("k", 9, None)).read((0, 9)), {"G1a"}),
    "an open transaction is shown": (Story().opened(("k", 9, None)).read((0, 9)).asked(), {"G1b"}),
    "two steps take the same record": (
        Story().sent(*THREE).took((0, 10), name="a", sends=("l", 1, 0)).took((0, 10), (1, 11), name="b", sends=("l", 2, 1)),
        {"consumed-twice"},
    ),
    "two members own a key at once": (
        Story().given("m", "k", generation=7).given("n", "k", generation=7),
        {"owned-twice"},
    ),
    "a reader of everything skips what was aborted": (
        Story().did("t", "txn", "fail", sends=[("k", 9, 1)]).sent((0, 10), (3, 11)).dirty((0, 10), (3, 11)),
        {"int-poll-skip"},
    ),
    "two transactions read each other": (
        Story()
        .did("a", "txn", sends=[("k", 1, 0)], polls={"l": [(0, 2)]})
        .did("b", "txn", sends=[("l", 2, 0)], polls={"k": [(0, 1)]}),
        {"G1b", "G1c"},
    ),
    "three transactions read each other": (
        Story()
        .did("a", "txn", sends=[("k", 1, 0)], polls={"m": [(0, 3)]})
        .did("b", "txn", sends=[("l", 2, 0)], polls={"k": [(0, 1)]})
        .did("c", "txn", sends=[("m", 3, 0)], polls={"l": [(0, 2)]}),
        {"G1b", "G1c"},
    ),
    "a transaction reads itself": (Story().did("a", "txn", sends=[("k", 1, 0)], polls={"k": [(0, 1)]}), {"precommitted-read"}),
    "half of a transaction is there": (
        Story().did("a", "txn", "info", sends=TWO).read((0, 1), ended=True).read(key="l", ended=True),
        {"torn-transaction"},
    ),
    "a commit is forgotten": (Story().sent(*THREE).given("m", "k").member(*THREE).commit(2).commit(3).told(2), {"lost-commit"}),
    "all commits are forgotten": (Story().sent(*THREE).given("m", "k").member(*THREE).commit(3).told(-1), {"lost-commit"}),
    "a member that was replaced commits": (
        Story().sent(*THREE).given("m", "k").member(*THREE).commit(3).commit(2),
        {"stale-commit"},
    ),
    "nobody committed that": (Story().sent(*THREE).given("m", "k").member(*THREE).commit(3).told(2), {"phantom-commit"}),
    "a failed commit counts": (
        Story().sent(*THREE).given("m", "k").member(*THREE).commit(1).commit(3, "fail").told(3),
        {"aborted-commit"},
    ),
    "a group leaves out a record": (
        Story().sent(*THREE).given("m", "k").member((0, 10)).given("n", "k").member((2, 12), name="n").commit(3),
        {"group-leap", "group-skip", "lost-write"},
    ),
    "the first answer after an assignment begins before the commit": (
        Story().sent(*THREE).given("m", "k").member(*THREE).commit(3).joined("n", *THREE[2:]),
        {"group-rewind"},
    ),
    "the first answer after an assignment begins past a record": (
        Story().sent(*THREE).given("m", "k").member(*THREE).commit(1).joined("n", *THREE[2:]),
        {"group-leap"},
    ),
    "a member that has never read begins past the first record": (
        Story().sent(*THREE).joined("n", *THREE[1:]).read(*THREE),
        {"group-leap"},
    ),
    "a key is lost and given again in one poll, and its reader goes back too far": (
        Story().sent(*THREE).given("m", "k").member(*THREE).commit(2).joined("m", *THREE[1:]),
        {"group-rewind"},
    ),
    "a member begins before the commit": (
        Story().sent(*THREE).given("m", "k").member(*THREE).commit(3).given("n", "k").member(*THREE, name="n"),
        {"group-rewind"},
    ),
    "a member skips what another read": (
        Story().sent(*THREE).given("m", "k").member((0, 10)).member((1, 11), name="n").member((2, 12)),
        {"group-poll-skip"},
    ),
    "a member goes back": (Story().sent(*THREE).given("m", "k").member(*THREE).member(*THREE), {"group-nonmonotonic-poll"}),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_an_anomaly_written_by_hand_is_named(name: str) -> None:
    story, kinds = BY_HAND[name]
    assert {one.kind for one in verdict(story.events).anomalies} == kinds


def test_every_kind_is_shown_once_by_hand() -> None:
    assert {kind for _, kinds in BY_HAND.values() for kind in kinds} == set(KINDS)


@pytest.mark.parametrize(
    "story",
    [
        Story().sent(*THREE, key="t:a").read((0, 10), (2, 12), key="t:a", ended=True),
        Story().did("w", "send", "info", sends=[("k", 1, None)]).read(ended=True),
        Story().did("w", "send", "info", sends=[("k", 1, None)]).read((0, 1), ended=True),
        Story().did("w", "txn", "info", sends=TWO).read(ended=True).read(key="l", ended=True),
        Story().did("w", "send", "fail", sends=[("k", 1, None)]).read(ended=True),
        Story().sent((0, 1), (5, 2)).read((0, 1), (5, 2)),
        Story().sent(*THREE).read(*THREE).did("r", "assign", keys=["k"], offsets={"k": 0}).read(*THREE),
        Story()
        .did("t", "txn", "fail", sends=[("k", 9, 1)])
        .sent((0, 10), (3, 11))
        .dirty((0, 10), (1, 9), (3, 11))
        .read((0, 10), (3, 11)),
        Story().opened(("k", 9, 0)).dirty((0, 9)).asked().read((0, 9)),
        Story()
        .sent(*THREE)
        .took((0, 10), name="a", sends=("l", 1, 0), type_="fail")
        .took((0, 10), name="b", sends=("l", 2, 2)),
        Story().given("m", "k", generation=7).given("n", "l", generation=7).given("n", "k", generation=8),
        Story().given("m", "k").commit(1, "info").told(-1).told(1),
        Story().given("m", "k").commit(1).commit(2, "info").told(1).told(2),
    ],
    ids=[
        "compacted",
        "unknown",
        "unknown and seen",
        "unknown transaction",
        "failed",
        "a gap",
        "sought",
        "aborted",
        "open",
        "a step is tried again",
        "handed over",
        "unknown commit",
        "late commit",
    ],
)
def test_what_may_be_is_no_anomaly(story: Story) -> None:
    assert list(map(str, verdict(story.events).anomalies)) == []


# -- anomalies planted into long histories ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "plant"), PLANTS)
@pytest.mark.parametrize("seed", range(10))
def test_an_anomaly_planted_in_a_long_history_is_named(kind: str, plant: Plant, seed: int) -> None:
    found = verdict(plant(good(seed), random.Random(seed)))
    assert kind in found.kinds, str(found)


# -- files ---------------------------------------------------------------------------------------------------------------------


def judged(path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sim.checker", str(path)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_file_is_judged_by_exit_status(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    path.write_bytes(b"\n".join(map(msgspec.json.encode, good(1))))
    valid = judged(path)
    assert (valid.returncode, valid.stdout.splitlines()[-1]) == (0, "valid")
    path.write_bytes(b"\n".join(map(msgspec.json.encode, double(good(1), random.Random(1)))))
    wrong = judged(path)
    assert wrong.returncode == 1
    assert "duplicate (1): one record is at two offsets" in wrong.stdout
    path.write_text("no event\n")
    none = judged(path)
    assert (none.returncode, none.stdout) == (2, "")
    assert "line 1 is no event" in none.stderr


def test_an_event_comes_back_from_its_line() -> None:
    events = good(2, steps=50)
    assert list(read(map(msgspec.json.encode, events))) == events


@pytest.mark.parametrize(
    ("events", "why"),
    [
        (Story().did("a", "send", sends=[("k", 1, 0)]).did("b", "send", sends=[("k", 1, 1)]).events, "values must be unique"),
        (Story().sent((0, 1)).events[1:], "which did not begin"),
        (Story().opened().opened().events[:1] * 2, "a second time"),
        (Story().did("t", "txn").events[::2], "has not asked for it"),
    ],
)
def test_what_is_no_history_is_refused(events: list[Event], why: str) -> None:
    with pytest.raises(HistoryError, match=why):
        verdict(events)


def test_what_is_allowed_is_a_kind() -> None:
    assert set(KINDS) > ALLOWED


def test_the_judge_knows_nothing_of_the_judged() -> None:
    for path in (ROOT / "sim/checker").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [one.name for one in node.names] if isinstance(node, ast.Import) else []
            assert not [name for name in names if name.split(".")[0] in ("leftfold", "tests")], path
