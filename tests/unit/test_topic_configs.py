"""The table of topic configs says what a real Kafka says."""

import json
from pathlib import Path
from typing import Any

import pytest

from leftfold.base.topic_configs import BY_NAME
from leftfold.base.values import parse, render

FACTS = json.loads((Path(__file__).parents[2] / "schemas" / "kafka" / "topic_configs.json").read_text())
OURS_ALONE = {"write.caching"}
STRICTER = {  # texts that Kafka takes and we refuse: a list of one empty item is nobody's wish
    "follower.replication.throttled.replicas": {","},
    "leader.replication.throttled.replicas": {","},
}
ELSEWHERE = {"remote.storage.enable"}  # what it may be depends on the broker; machines/cluster/decide.py says so


def by_name(facts: dict[str, Any]) -> str:
    return str(facts["name"])


def test_every_config_of_kafka_is_there_and_ours_are_named() -> None:
    assert set(BY_NAME) - OURS_ALONE == {facts["name"] for facts in FACTS}


@pytest.mark.parametrize("facts", FACTS, ids=by_name)
def test_kind_default_and_settings_are_kafkas(facts: dict[str, Any]) -> None:
    row = BY_NAME[facts["name"]]
    assert (row.kind.name, render(row.default)) == (facts["type"], facts["default"])
    assert [list(setting) for setting in row.settings] == facts["settings"]


@pytest.mark.parametrize("facts", [facts for facts in FACTS if facts["name"] not in ELSEWHERE], ids=by_name)
def test_what_kafka_takes_is_taken_and_what_it_refuses_refused(facts: dict[str, Any]) -> None:
    row = BY_NAME[facts["name"]]

    def taken(text: str) -> bool:
        try:
            parse(row.kind, row.bounds, text)
        except ValueError:
            return False
        return True

    texts = facts["takes"] + facts["refuses"]
    stricter = STRICTER.get(row.name, set())
    assert [text for text in texts if taken(text)] == [text for text in facts["takes"] if text not in stricter]
