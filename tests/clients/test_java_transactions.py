"""Java transactions of both generations, and their admin."""

from __future__ import annotations

import subprocess
import uuid
from pathlib import Path

import pytest

from tests.clients import jars
from tests.clients.brokers import Broker
from tests.clients.runtimes import need

PROGRAM = Path(__file__).parent / "java" / "TransactionLives.java"
SECONDS_MAX = 140
OUTCOMES = {
    **{
        f"{protocol}, {what}": outcome
        for protocol in ("classic", "consumer")
        for what, outcome in {
            "offsets of another generation": "CommitFailedException",
            "offsets of a stranger": "CommitFailedException",
            "offsets of a member": "done",
            "inputs that came out once": "40",
            "inputs that came out": "40",
        }.items()
    },
    "fenced, commit": "ProducerFencedException",
    "fenced, abort": "ProducerFencedException",
    "fenced, send": "InvalidProducerEpochException",
    "fenced, offsets": "ProducerFencedException",
    "fenced, committed": "[holder-abort, holder-commit, holder-offsets, holder-send]",
    "late, a timeout longer than the broker allows": "KafkaException",
    "late, commit": "InvalidTxnStateException",
    "late, committed": "[slow]",
    "open is described": "Ongoing, 60000 ms, begun true, in [admin0], at 1",
    "done is described": "[], begun true",
    "nobody is described": "TransactionalIdNotFoundException",
    "listed": "[seen-done CompleteCommit, seen-open Ongoing]",
    "listed by state": "[seen-open Ongoing]",
    "listed by producer": "[seen-open Ongoing]",
    "listed by age": "[]",
    "fence two": "done",
    "fenced by hand, open commits": "ProducerFencedException",
    "fenced by hand, done begins": "InvalidProducerEpochException",
    "fenced by hand, epoch": "2",
    "fenced by hand, committed": "[seen-done]",
    "hanging, committed": "[]",
    "hanging, open since offsets": "[0]",
    "hanging, aborted by hand": "done",
    "hanging, committed then": "[behind it]",
    "hanging, open then": "0",
    "hanging, its producer commits": "done",  # of what it wrote nothing is left, and its coordinator was not told
    "hanging, committed at last": "[behind it]",
}
BEFORE_EPOCHS = {
    "late, commit": "ProducerFencedException",
    "fenced by hand, done begins": "ProducerFencedException",
}


@pytest.mark.parametrize(
    ("client", "outcomes"),
    [
        pytest.param(jars.OLD_CLIENT, OUTCOMES | BEFORE_EPOCHS, id="before-epochs"),
        pytest.param(jars.SERVER, OUTCOMES, id="epochs"),
    ],
)
def test_transactions_come_to_what_they_come_to_at_kafka(
    broker: Broker, client: tuple[str, str], outcomes: dict[str, str]
) -> None:
    """Steps with offsets, fencing, timeouts, and what an administrator sees, fences and ends; KIP-98 and 890."""
    need("java")
    command = jars.java(client, str(PROGRAM), broker.bootstrap, f"{uuid.uuid4().hex}-", heap="192m")
    ran = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
    assert dict(line.split(": ", 1) for line in ran.stdout.splitlines()) == outcomes, ran.stderr[-3000:]
