"""How soon after a start are a million offsets known?"""

from __future__ import annotations

import shutil

from bench import load
from bench.brokers import Kafka, Leftfold
from bench.question import KAFKA, LEFTFOLD, SAFE_AGAINST_UNSAFE, Bar, Figures, Plan, Question, Side, Stage

STOPPED, LOG_ALONE = "after a clean stop", "from the log alone"
GROUPS, PARTITIONS, ASKED = 10_000, 100, 300  # the groups that are asked are in every partition of the coordinator's topic
TOPIC = "read"


def measure(stage: Stage, side: Side, case: str, plan: Plan) -> Figures:
    """From the start of the process until groups of every partition are told all their offsets. The log alone: Leftfold is
    killed and its snapshots are taken away, Kafka (which has none) is killed."""
    del plan
    folder = stage.folder / f"coordinator-{side.broker}"
    shutil.rmtree(folder, ignore_errors=True)
    broker = (Leftfold if side.broker == "leftfold" else Kafka)(folder)
    broker.start()
    target = {"bootstrap": broker.bootstrap, "topic": TOPIC}
    load.run("commits", **target, create=PARTITIONS, groups=GROUPS, connections=1, members=0, count=GROUPS)
    if case == STOPPED:
        broker.stop()
    else:
        broker.kill()
        shutil.rmtree(broker.data / "folds", ignore_errors=True)
    return {"ready_s": load.first_answer_s(broker, "loaded", **target, groups=ASKED, records=PARTITIONS)}


QUESTION = Question(
    name="coordinator",
    title="From the start of the process until a million committed offsets are known",
    cases=(STOPPED, LOG_ALONE),
    sides=(LEFTFOLD, KAFKA),
    pairs=(SAFE_AGAINST_UNSAFE,),
    bars=(Bar(None, STOPPED, "ready_s", at_most=5), Bar(None, LOG_ALONE, "ready_s", at_most=15)),
    headline="ready_s",
    unit="s",
    scale=1,
    measure=measure,
    warm=None,
    shown=("ready_s",),
    starts_both=False,
    more_is_better=False,
)
