"""What is refused is refused alike, and changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from leftfold.wire.codec import Message
from tests.clients.differential.bad_input import GAMES
from tests.clients.differential.compare import Difference, Ledger, differences, fields, shown
from tests.clients.differential.conftest import Pair
from tests.clients.differential.side import Answer, Question, Side


@dataclass(frozen=True, slots=True)
class Played:
    """A bad question's answer, and what it changed."""

    words: str
    question: Question
    answer: Answer
    changed: list[str]


def play(name: str, side: Side, topic: str) -> list[Played]:
    game = GAMES[name](side, topic)

    def look() -> dict[str, Any]:
        return {
            f"{number} {path}": value
            for number, question in enumerate(game.look)
            for path, value in seen(side.ask(question), question.version)
        }

    before, played = look(), []
    for words, question in game.bad.items():
        answer, after = side.ask(question), look()
        changed = [
            f"{path}: {before.get(path)} -> {after.get(path)}" for path in before | after if before.get(path) != after.get(path)
        ]
        played.append(Played(words, question, answer, changed))
        before = after
    return played


def seen(answer: Answer, version: int) -> list[tuple[str, Any]]:
    assert isinstance(answer, Message), answer
    return list(fields(answer, version, ""))


@pytest.mark.parametrize("name", GAMES)
def test_what_is_refused_is_refused_alike_and_changes_nothing(name: str, pair: Pair, ledger: Ledger) -> None:
    scope = f"Game.v0.{name}"
    kafka, ours = pair.both(lambda side: play(name, side, scope))
    found: list[Difference] = []
    for one, other in zip(kafka, ours, strict=True):
        found += differences(f"{name}: {other.words}", one.answer, other.answer, one.question.version, scope)
    left = ledger.unexplained(name, found)
    assert not left, shown(left)
    assert {one.words: one.changed for one in ours if one.changed} == {}
    assert {one.words: one.changed for one in kafka if one.changed} == {}, "a game that changes Kafka is none"
