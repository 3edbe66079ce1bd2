"""Messages and records in every version are Kafka's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leftfold.wire.codec import Message
from leftfold.wire.generated import consumer_protocol, group_records, headers, transaction_records
from leftfold.wire.messages import request_class, response_class
from tests import wire_golden
from tests.clients.runtimes import need
from tests.clients.wire_oracle import WireOracle
from tests.wire_values import NAMES, RECORD_NAMES, Facts

VALUES_A_MESSAGE = 50


@pytest.fixture(scope="module")
def oracle() -> Iterator[WireOracle]:
    need("java")
    with WireOracle() as running:
        yield running


def class_of(facts: Facts) -> type[Message]:
    if facts.is_record:
        files = (group_records, transaction_records, consumer_protocol)
        of_a_record: type[Message] = next(getattr(file, facts.name) for file in files if hasattr(file, facts.name))
        return of_a_record
    if facts.key < 0:
        found: type[Message] = getattr(headers, facts.name)
        return found
    return request_class(facts.key) if facts.name.endswith("Request") else response_class(facts.key)


def check(oracle: WireOracle, facts: Facts, values: dict[str, Any], version: int) -> None:
    """The same values are the same bytes in both languages, and are read back from them in both."""
    owner = class_of(facts)
    message = facts.python(values, owner)
    body = message.encode(version)
    answer = oracle.ask(facts.name, version, body)
    assert answer.wrong == ""
    assert answer.values == facts.json(values, version)
    assert answer.body.hex() == body.hex()
    again = owner.decode(version, body)
    assert again == message
    assert again.encode(version) == body


@pytest.mark.parametrize("name", [*NAMES, *RECORD_NAMES])
def test_its_bytes_are_those_of_kafka(oracle: WireOracle, name: str) -> None:
    facts = Facts(name)
    every_version = range(facts.versions[0], facts.versions[1] + 1)
    owner = class_of(facts)
    assert owner.__name__ == name
    assert facts.versions == owner.VERSIONS
    assert facts.flexible_from == owner.FLEXIBLE_FROM

    @settings(
        max_examples=VALUES_A_MESSAGE,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )
    @given(facts.any())
    def same_in_every_version(values: dict[str, Any]) -> None:
        for version in every_version:
            check(oracle, facts, facts.at(values, version), version)

    for version in every_version:
        check(oracle, facts, facts.at({}, version), version)
    same_in_every_version()


def test_the_golden_bytes_are_those_of_kafka(oracle: WireOracle) -> None:
    for line in wire_golden.FILE.read_text().splitlines():
        name, version, body, _ = line.split(" ", 3)
        answer = oracle.ask(name, int(version), bytes.fromhex(body.strip("-")))
        assert (answer.wrong, answer.body.hex()) == ("", body.strip("-")), f"{name} v{version}"


@settings(max_examples=20, deadline=None, database=None)
@given(st.binary(max_size=64), st.sampled_from(NAMES))
def test_the_oracle_tells_wrong_bytes(oracle: WireOracle, junk: bytes, name: str) -> None:
    """An oracle that says yes to everything would prove nothing."""
    facts = Facts(name)
    version = facts.versions[1]
    body = facts.python(facts.at({}, version), class_of(facts)).encode(version)
    assert oracle.ask(name, version, body + b"\0" + junk).wrong != ""
