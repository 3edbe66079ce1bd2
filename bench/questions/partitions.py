"""How long until 1,000 new partitions have a record each?"""

from __future__ import annotations

from bench import load
from bench.question import BOTH_FSYNCED, LIKE_FOR_LIKE, PAIRS, SIDES, Bar, Figures, Plan, Question, Side, Stage

CASE, PARTITIONS = "1,000 partitions", 1_000


def measure(stage: Stage, side: Side, case: str, plan: Plan) -> Figures:
    """One topic of 1,000 partitions, then one record to each on one connection, five in flight."""
    del case, plan
    return _create(stage, side, PARTITIONS)


def warm(stage: Stage, side: Side, plan: Plan) -> None:
    """The first topics of a JVM take five times as long."""
    for _ in range(1 if plan.quick else 2):
        _create(stage, side, 500)


def _create(stage: Stage, side: Side, partitions: int) -> Figures:
    topic = stage.fresh_topic(side, partitions)
    figures = load.run("partitions", **stage.target(side), **topic)
    stage.delete(side, topic["topic"])
    return figures


QUESTION = Question(
    name="partitions",
    title="Create 1,000 partitions and write to each",
    cases=(CASE,),
    sides=SIDES,
    pairs=tuple(PAIRS),
    bars=tuple(Bar(pair, CASE, "total_s", at_most=1 / 3) for pair in (LIKE_FOR_LIKE, BOTH_FSYNCED)),
    headline="total_s",
    unit="s",
    scale=1,
    measure=measure,
    warm=warm,
    shown=("total_s", "create_s", "produce_s", "broker_cpu_s"),
    more_is_better=False,
)
