"""What real clients live through under faults is consistent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.clients.brokers import Broker, Kafka
from tests.clients.consistency.kinds import KAFKA_ONLY, KINDS, SETTINGS
from tests.clients.consistency.recorder import check
from tests.clients.runtimes import need

SECONDS = float(os.environ.get("LEFTFOLD_CONSISTENCY_SECONDS", "5"))
RATE = int(os.environ.get("LEFTFOLD_CONSISTENCY_RATE", "300"))
"""Records a second of each client."""
SEED = int(os.environ.get("LEFTFOLD_CONSISTENCY_SEED", "1"))


@pytest.mark.timeout(300 + 3 * SECONDS)
def test_kills_and_pauses_leave_a_history_without_anomalies(kind: type[Broker], tmp_path: Path) -> None:
    need("java", "go", "node")
    settings = SETTINGS | (KAFKA_ONLY if kind is Kafka else {})
    with kind(tmp_path / "mortal", settings) as broker:
        file = tmp_path / "history" / "history.jsonl"
        verdict = check(broker, file, KINDS, lambda recorder: recorder.live(SECONDS), rate=RATE, seed=SEED)
    assert not verdict.faults, str(verdict)
    assert verdict.acknowledged > SECONDS * RATE / 10
    assert verdict.read > 2 * verdict.acknowledged
