"""How many transactions a second, and what each costs?"""

from __future__ import annotations

from bench import load
from bench.question import KAFKA, LEFTFOLD, SAFE_AGAINST_UNSAFE, Figures, Plan, Question, Side, Stage, coordinator_bars, flat

CASES = {
    "1 producer, 1 record": (1, 1),
    "1 producer, 100 records": (1, 100),
    "16 producers, 1 record": (16, 1),
    "16 producers, 100 records": (16, 100),
}
COST = "broker_cpu_us_per_transaction"


def measure(stage: Stage, side: Side, case: str, plan: Plan) -> Figures:
    """Closed loop: each producer writes one batch to a partition of its own and commits it, then the next."""
    producers, records = CASES[case]
    topic = stage.fresh_topic(side, producers)
    loop = {"connections": producers, "records": records, "warmup": plan.warmup_s, "seconds": plan.seconds}
    figures = load.run("transactions", **stage.target(side), **topic, **loop)
    stage.delete(side, topic["topic"])
    return flat(figures, "transactions")


def warm(stage: Stage, side: Side, plan: Plan) -> None:
    """Sixteen producers for a while."""
    topic = stage.fresh_topic(side, 16)
    loop = {"connections": 16, "records": 1, "warmup": 0, "seconds": plan.jit_s}
    load.run("transactions", **stage.target(side), **topic, **loop)
    stage.delete(side, topic["topic"])


QUESTION = Question(
    name="transactions",
    title="Transactions: one batch of 100-byte records and its commit",
    cases=tuple(CASES),
    sides=(LEFTFOLD, KAFKA),
    pairs=(SAFE_AGAINST_UNSAFE,),
    bars=coordinator_bars(CASES, COST),
    headline="transactions_per_s",
    unit="transactions/s",
    scale=1,
    measure=measure,
    warm=warm,
    shown=("transactions_per_s", "p50_us", "p99_us", COST, "load_cpu_us_per_transaction"),
)
