"""The bench: medians, ratios, bars, pictures."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bench import answer as answers
from bench.answer import Answer
from bench.plot import picture
from bench.question import (
    LEFTFOLD,
    LEFTFOLD_CACHED,
    LIKE_FOR_LIKE,
    QUICK,
    SAFE_AGAINST_UNSAFE,
    Bar,
    Figures,
    flat,
    medians,
)
from bench.run import QUESTIONS

WHERE = {"processor": "some <processor> & more", "processors": 2, "kernel": "6.1", "commit": "abc", "date": "today"}
SYNC = {"p50": 100.0, "p99": 200.0}
MACHINE = {
    "disk": {"fdatasync_written_us": SYNC, "fdatasync_growing_us": SYNC, "sequential_bytes_per_s": 1e9},
    "echo": {"connections": 16, "exchanges_per_s": 1e5, "cpu_us_per_exchange": 5.0},
}
CURVE = [[50.0, 100.0], [90.0, 200.0], [99.0, 3000.0], [99.99, 4000.0], [100.0, 90_000.0]]


def measured(name: str, faster: float) -> Answer:
    """An answer in which Leftfold is `faster` than Kafka in every figure that counts."""
    question = QUESTIONS[name]
    wanted = {bar.figure for bar in question.bars} | set(question.shown) | {question.headline}
    rounds: dict[str, dict[str, list[Figures]]] = {}
    for side in question.sides:
        value = faster if side.broker == "leftfold" else 1.0
        figures: Figures = {figure: CURVE if figure == "curve" else value for figure in wanted}
        rounds[side.name] = {case: [figures] for case in question.cases}
    return Answer(question, QUICK, WHERE, MACHINE, rounds)


def test_a_median_is_taken_figure_by_figure_and_point_by_point() -> None:
    found = medians([{"a": 1, "curve": [[50, 1.0]]}, {"a": 9, "curve": [[50, 9.0]]}, {"a": 2, "curve": [[50, 3.0]]}])
    assert found == {"a": 2, "curve": [[50, 3.0]]}


def test_costs_are_per_thing_counted() -> None:
    said: dict[str, Any] = {
        "requests_per_s": 1000.0,
        "seconds": 2.0,
        "broker_cpu_s": 0.1,
        "own_cpu_s": 0.02,
        "latency_us": {"p99": 7.0, "curve": CURVE},
    }
    assert flat(said, "requests") == {
        "requests_per_s": 1000.0, "seconds": 2.0, "broker_cpu_s": 0.1, "own_cpu_s": 0.02, "p99_us": 7.0, "curve": CURVE,
        "broker_cpu_us_per_request": pytest.approx(50.0), "load_cpu_us_per_request": pytest.approx(10.0),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("bar", "holds"),
    [(Bar(None, "", "", at_least=2), [False, True, True]), (Bar(None, "", "", at_most=2), [True, True, False])],
)
def test_a_bar_holds_on_its_side_and_on_the_line(bar: Bar, holds: list[bool]) -> None:
    assert [bar.holds(value) for value in (1.9, 2, 2.1)] == holds


def test_a_ratio_is_leftfold_to_kafka_of_the_pair_that_is_named() -> None:
    answer = measured("requests", 3.0)
    answer.rounds[LEFTFOLD_CACHED.name]["1 connection"] = [{"requests_per_s": 8.0}]
    answer.rounds[LEFTFOLD.name]["1 connection"] = [{"requests_per_s": 0.5}]
    assert answer.value(Bar(LIKE_FOR_LIKE, "1 connection", "requests_per_s")) == 8.0
    assert answer.value(Bar(SAFE_AGAINST_UNSAFE, "1 connection", "requests_per_s")) == 0.5


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_bar_names_a_case_and_a_pair_that_are_measured(name: str) -> None:
    question = QUESTIONS[name]
    assert {bar.case for bar in question.bars} <= set(question.cases)
    assert {bar.pair for bar in question.bars} <= {*question.pairs, None}
    assert all((bar.at_least is None) != (bar.at_most is None) for bar in question.bars)
    list(measured(name, 2.0).verdicts())


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_picture_is_well_formed_and_names_every_side_and_case(name: str) -> None:
    answer = measured(name, 2.0)
    shown = [text.text or "" for text in ElementTree.fromstring(picture(answer)).iter("{http://www.w3.org/2000/svg}text")]
    assert all(side.name in shown for side in answer.question.sides)
    assert all(any(text.startswith(case) for text in shown) for case in answer.question.cases)
    assert any("some <processor> & more" in text for text in shown)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(answers, "FOLDER", tmp_path / "answers")
    yield tmp_path / "answers"


def test_a_quick_answer_never_replaces_a_whole_one(shelf: Path) -> None:
    path = measured("start", 0.1).save()
    assert path == shelf / "start-quick.json"
    assert '"holds": true' in path.read_text()
