"""Patterns of topic names: whole names, in linear time."""

import time

import pytest
from immutables import Map

from leftfold.api.kafka.patterns import PATTERN_LENGTH_MAX, Patterns
from leftfold.base.errors import Code, Refusal
from leftfold.kernel import KernelError, matching
from leftfold.machines.cluster.state import Topic


def topics(*names: str) -> list[Topic]:
    return [Topic("", name, (), Map(), 0) for name in names]


def test_a_pattern_matches_whole_names() -> None:
    names = ["orders", "orders.eu", "my-orders", "Orders", "o"]
    assert matching("orders", names) == ["orders"]
    assert matching("orders.*", names) == ["orders", "orders.eu"]
    assert matching("^orders$|o", names) == ["orders", "o"]
    assert matching("(?i)orders", names) == ["orders", "Orders"]
    assert matching(r"\w+\.\w{2}", names) == ["orders.eu"]


@pytest.mark.parametrize("pattern", ["(", "a)(b", "[", "((a{99}){99}){99}", r"\Qa\E"])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(KernelError) as raised:
        matching(pattern, ["a"])
    assert raised.value.code == "bad_pattern"


def test_no_pattern_takes_longer_than_its_names_are_long() -> None:
    before = time.process_time()  # of this process alone: a busy machine does not count
    assert matching("(a|a)*(a|a)*(a|aa)+b", ["a" * 249] * 100) == []
    assert time.process_time() - before < 5, "a backtracking matcher would not end today"


def test_a_pattern_is_looked_up_once_for_each_version_of_the_cluster() -> None:
    patterns = Patterns()
    assert patterns.topics("a.*", topics("ab", "b", "aa"), 1) == ("aa", "ab")
    assert patterns.topics("a.*", topics(), 1) == ("aa", "ab"), "the same version has the same topics"
    assert patterns.topics("a.*", topics("ac"), 2) == ("ac",)


def test_a_refused_pattern_says_why() -> None:
    found = Patterns().topics("(", topics("a"), 1)
    assert isinstance(found, Refusal)
    assert found.error is Code.INVALID_REGULAR_EXPRESSION
    assert "unclosed group" in found.why
    assert isinstance(Patterns().topics("a" * (PATTERN_LENGTH_MAX + 1), topics("a"), 1), Refusal)
