"""The two tables of errors."""

import json
from pathlib import Path

from leftfold.base.errors import Code, Failure

FACTS = Path(__file__).parents[2] / "schemas" / "kafka" / "errors.json"


def test_codes_and_what_clients_retry_are_kafkas() -> None:
    facts = {row["name"]: row for row in json.loads(FACTS.read_text())}
    for code in Code:
        assert facts[code.name]["code"] == code, code.name
        assert facts[code.name]["retriable"] == code.retriable, code.name


def test_every_error_says_what_happened_and_what_to_do() -> None:
    for row in (*Code, *Failure):
        assert row.happened.endswith("."), row.name
        assert row.todo.endswith("."), row.name


def test_failures_have_numbers_of_their_own() -> None:
    numbers = [failure.number for failure in Failure]
    assert len(set(numbers)) == len(numbers)
    assert all(number.startswith("LF-") and len(number) == 7 for number in numbers)


def test_a_kernel_error_finds_its_row() -> None:
    assert Failure.of_kernel("folder_in_use") is Failure.FOLDER_IN_USE
    assert Failure.of_kernel("something_new") is Failure.DISK_ERROR


def test_a_number_that_is_never_sent_is_not_known() -> None:
    assert Code.known(3) is Code.UNKNOWN_TOPIC_OR_PARTITION
    assert Code.known(9999) is None
