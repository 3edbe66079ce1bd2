"""Every request at every version, at its edges and past them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from leftfold.api.kafka.table import BY_KEY, TABLE, Api
from tests.clients.differential.compare import Difference, Ledger, differences, shown, silent_in_kafka
from tests.clients.differential.conftest import Pair
from tests.clients.differential.edges import SPOILS, edges
from tests.clients.differential.side import SILENCE, Answer, Question, Side
from tests.clients.differential.subjects import RECORDS, SUBJECTS, Subject

VERSIONS = [
    (api.key, version)
    for api in TABLE
    for version in range(max(api.versions[0], api.request().VERSIONS[0]), api.versions[1] + 1)
]


def test_every_api_that_is_served_is_asked() -> None:
    assert set(SUBJECTS) == set(BY_KEY)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, in words, and the topic it is about."""

    words: str
    topic: str
    question: Question


@pytest.mark.parametrize(("key", "version"), VERSIONS, ids=[f"{BY_KEY[key].name}-v{version}" for key, version in VERSIONS])
def test_both_answer_alike(key: int, version: int, pair: Pair, ledger: Ledger) -> None:
    api, subject = BY_KEY[key], SUBJECTS[key]
    scope = f"{api.name}.v{version}."
    asked = list(questions(api, subject, version, scope))
    pair.both(lambda side: prepare(side, subject, [one.topic for one in asked]))

    def ask(side: Side) -> list[Answer]:
        return [SILENCE if side is pair.kafka and silent_in_kafka(one.words) else side.ask(one.question) for one in asked]

    found: list[Difference] = []
    for one, kafka, ours in zip(asked, *pair.both(ask), strict=True):
        said = one.question.header_version
        found += differences(one.words, kafka, ours, version if said is None else said, scope)
    left = ledger.unexplained(scope, found)
    assert not left, shown(left)


def questions(api: Api, subject: Subject, version: int, scope: str) -> Iterator[Asked]:
    """All that is asked of one API at one version: legal requests, the first one's edges, bytes that are no request."""
    count = 0

    def topic() -> str:
        nonlocal count
        count += subject.own_topic
        return f"{scope}{count}"

    variants = subject.legal(version, "unused")
    for name in variants:
        here = topic()
        silent = "acks=0" in name
        yield Asked(f"{scope} {name}", here, Question(subject.legal(version, here)[name], version, answered=not silent))
    if not variants:
        return
    first = next(iter(variants))
    for edge in edges(variants[first], version, subject.overrides):
        here = topic()
        request = subject.legal(version, here)[first]
        edge.apply(request)
        silent = api.name == "Produce" and edge.path == ("acks",) and edge.value == 0
        yield Asked(f"{scope} {first}, {edge}", here, Question(request, version, answered=not silent))
    for words, spoil in SPOILS.items():
        here = topic()
        yield Asked(f"{scope} {first}, {words}", here, Question(subject.legal(version, here)[first], version, spoil=spoil))
    for other in (api.versions[1] + 1, -1) if version == api.versions[1] else (api.versions[0] - 1,):
        here = topic()
        request = subject.legal(version, here)[first]
        yield Asked(f"{scope} {first}, as version {other}", here, Question(request, version, header_version=other))


def prepare(side: Side, subject: Subject, topics: list[str]) -> None:
    if not subject.exists:
        return
    distinct = list(dict.fromkeys(topics))
    side.create(distinct, {"message.timestamp.before.max.ms": str(2**63 - 1)})
    if subject.filled:
        side.produce(distinct, *(batch.encode() for batch in RECORDS))
    if subject.assigned:
        side.wait_assigned(distinct[-1])
