"""How soon has a group of 100 members its peace again?"""

from __future__ import annotations

from bench import load
from bench.question import KAFKA, LEFTFOLD, SAFE_AGAINST_UNSAFE, Figures, Plan, Question, Side, Stage, coordinator_bars, flat

CLASSIC, CONSUMER = "classic protocol", "consumer protocol (KIP-848)"
CASES = {CLASSIC: "classic", CONSUMER: "consumer"}
MEMBERS, PARTITIONS, ROUNDS = 100, 200, 5
COST = "broker_cpu_us_per_rebalance"


def measure(stage: Stage, side: Side, case: str, plan: Plan) -> Figures:
    """Its last member leaves and comes back; a member's latency runs until it has what it keeps. They beat every 100 ms."""
    topic = stage.fresh_topic(side, PARTITIONS)
    life = {"members": MEMBERS, "protocol": CASES[case], "beat_ms": 100, "rounds": 1 if plan.quick else ROUNDS}
    figures = load.run("groups", **stage.target(side), **topic, **life)
    stage.delete(side, topic["topic"])
    return flat(figures, "rebalances")


def warm(stage: Stage, side: Side, plan: Plan) -> None:
    """Both protocols, some rounds each."""
    for case in CASES:
        measure(stage, side, case, plan)


QUESTION = Question(
    name="groups",
    title=f"A group of {MEMBERS} members rebalances",
    cases=tuple(CASES),
    sides=(LEFTFOLD, KAFKA),
    pairs=(SAFE_AGAINST_UNSAFE,),
    bars=coordinator_bars(CASES, COST),
    headline="p99_us",
    unit="ms until 99 % have their partitions",
    scale=1e-3,
    measure=measure,
    warm=warm,
    shown=("first_ms", "p50_us", "p99_us", COST, "load_cpu_us_per_rebalance"),
    more_is_better=False,
)
