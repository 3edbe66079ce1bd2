"""How long until a consumer has the record?"""

from __future__ import annotations

from bench import load
from bench.question import PAIRS, SAFE_AGAINST_UNSAFE, SIDES, Bar, Figures, Plan, Question, Side, Stage, flat

CASES = {"1,000 records/s": 1_000, "10,000 records/s": 10_000, "50,000 records/s": 50_000}
PARTITIONS = 4


def measure(stage: Stage, side: Side, case: str, plan: Plan) -> Figures:
    """Open loop: from the moment a record was due, however late it was sent, until it was read. 4 producers, 4 consumers."""
    return _deliver(stage, side, CASES[case], plan.warmup_s, plan.seconds * 1.6)


def warm(stage: Stage, side: Side, plan: Plan) -> None:
    """Ten thousand a second for a while."""
    _deliver(stage, side, 10_000, 0, plan.jit_s)


def _deliver(stage: Stage, side: Side, rate: int, warmup: float, seconds: float) -> Figures:
    topic = stage.fresh_topic(side, PARTITIONS)
    figures = load.run("end-to-end", **stage.target(side), **topic, rate=rate, warmup=warmup, seconds=seconds)
    stage.delete(side, topic["topic"])
    if figures["missing"]:
        raise load.LoadError(f"{figures['missing']} of {figures['records']} records did not come")
    return flat(figures, "records")


QUESTION = Question(
    name="end-to-end",
    title="End to end, open loop, 100-byte records, 4 producers and 4 consumers",
    cases=tuple(CASES),
    sides=SIDES,
    pairs=tuple(PAIRS),
    bars=tuple(Bar(SAFE_AGAINST_UNSAFE, case, "p99_us", at_most=1) for case in CASES),
    headline="curve",
    unit="ms",
    scale=1e-3,
    measure=measure,
    warm=warm,
    shown=("p50_us", "p99_us", "p999_us", "broker_cpu_us_per_record"),
    more_is_better=False,
)
