"""How fast are large batches written, and at what cost?"""

from __future__ import annotations

from bench import load
from bench.question import BOTH_FSYNCED, LIKE_FOR_LIKE, PAIRS, SIDES, Bar, Figures, Plan, Question, Side, Stage, flat

CASES = {"100-byte records": (100, 2000), "1-KB records": (1024, 200)}
CONNECTIONS, INFLIGHT = 4, 5
COST = "broker_cpu_us_per_record"


def measure(stage: Stage, side: Side, case: str, plan: Plan) -> Figures:
    """Four connections to four partitions, five batches of about 200 KB in flight on each."""
    return _produce(stage, side, case, plan.warmup_s, plan.seconds)


def warm(stage: Stage, side: Side, plan: Plan) -> None:
    """The same for a while."""
    _produce(stage, side, "100-byte records", 0, plan.jit_s / 2)


def _produce(stage: Stage, side: Side, case: str, warmup: float, seconds: float) -> Figures:
    record_bytes, records = CASES[case]
    topic = stage.fresh_topic(side, CONNECTIONS)
    batch = {"records": records, "record_bytes": record_bytes}
    loop = {"connections": CONNECTIONS, "inflight": INFLIGHT, "warmup": warmup, "seconds": seconds}
    figures = load.run("produce", **stage.target(side), **topic, **batch, **loop)
    stage.delete(side, topic["topic"])
    return flat(figures, "records")


QUESTION = Question(
    name="batches",
    title="Produce in batches of 200 KB, 4 connections",
    cases=tuple(CASES),
    sides=SIDES,
    pairs=tuple(PAIRS),
    bars=tuple(
        bar
        for pair in (LIKE_FOR_LIKE, BOTH_FSYNCED)
        for case in CASES
        for bar in (Bar(pair, case, "records_per_s", at_least=1), Bar(pair, case, COST, at_most=0.5))
    ),
    headline="bytes_per_s",
    unit="MB/s",
    scale=1e-6,
    measure=measure,
    warm=warm,
    shown=("records_per_s", "bytes_per_s", COST, "p99_us"),
)
