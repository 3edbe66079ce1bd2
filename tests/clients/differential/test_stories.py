"""Both brokers live through the same stories."""

from __future__ import annotations

import pytest

from tests.clients.differential.compare import Difference, Ledger, differences, shown
from tests.clients.differential.conftest import Pair
from tests.clients.differential.side import Answer, Question, Side
from tests.clients.differential.stories import STORIES, Story

Told = list[tuple[str, Question, Answer]]


def tell(story: Story, side: Side, topic: str) -> Told:
    """What a story asked one broker, and was answered."""
    told: Told = []
    steps = story(side, topic)
    words, question = next(steps)
    while True:
        answer = side.ask(question)
        told.append((words, question, answer))
        try:
            words, question = steps.send(answer)
        except StopIteration:
            return told


@pytest.mark.parametrize("name", STORIES)
def test_both_live_through_it_alike(name: str, pair: Pair, ledger: Ledger) -> None:
    scope = f"Story.v0.{name}"
    kafka, ours = pair.both(lambda side: tell(STORIES[name], side, scope))
    found: list[Difference] = []
    for (words, question, one), (_, _, other) in zip(kafka, ours, strict=True):
        found += differences(f"{name}: {words}", one, other, question.version, scope)
    left = ledger.unexplained(name, found)
    assert not left, shown(left)
