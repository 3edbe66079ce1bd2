"""How long from starting the process to its first answer?"""

from __future__ import annotations

import shutil

from bench import load
from bench.brokers import Kafka, Leftfold
from bench.question import KAFKA, LEFTFOLD, SAFE_AGAINST_UNSAFE, Bar, Figures, Plan, Question, Side, Stage

NEW, AGAIN = "a new folder", "a folder with data"


def measure(stage: Stage, side: Side, case: str, plan: Plan) -> Figures:
    """From the start of the process to the first answer to Metadata. Kafka's folder has been formatted before."""
    del plan
    folder = stage.folder / f"start-{side.broker}"
    shutil.rmtree(folder, ignore_errors=True)
    broker = (Leftfold if side.broker == "leftfold" else Kafka)(folder)
    broker.command()
    if case == AGAIN:
        with broker:
            load.run("produce", bootstrap=broker.bootstrap, topic="before", create=10, connections=10, count=10_000)
    return {"ready_s": load.first_answer_s(broker, "ready", bootstrap=broker.bootstrap)}


QUESTION = Question(
    name="start",
    title="From the start of the process to the first answer to Metadata",
    cases=(NEW, AGAIN),
    sides=(LEFTFOLD, KAFKA),
    pairs=(SAFE_AGAINST_UNSAFE,),
    bars=tuple(Bar(SAFE_AGAINST_UNSAFE, case, "ready_s", at_most=0.2) for case in (NEW, AGAIN)),
    headline="ready_s",
    unit="s",
    scale=1,
    measure=measure,
    warm=None,
    shown=("ready_s",),
    starts_both=False,
    more_is_better=False,
)
