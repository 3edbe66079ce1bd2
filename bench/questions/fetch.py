"""How fast is the log read, and at what cost?"""

from __future__ import annotations

from bench import load
from bench.question import KAFKA, LEFTFOLD, SAFE_AGAINST_UNSAFE, Bar, Figures, Plan, Question, Side, Stage, flat

CASES = {
    "100-byte records, 1 connection": (100, 2000, 1),
    "100-byte records, 4 connections": (100, 2000, 4),
    "1-KB records, 1 connection": (1024, 200, 1),
    "1-KB records, 4 connections": (1024, 200, 4),
}
PARTITIONS, BATCHES = 4, 2000
COST = "broker_cpu_us_per_record"


def measure(stage: Stage, side: Side, case: str, plan: Plan) -> Figures:
    """Read 400 MB in four partitions over and over, from the page cache; one fetch of 1 MiB in flight a connection."""
    return _fetch(stage, side, case, plan.warmup_s, plan.seconds)


def warm(stage: Stage, side: Side, plan: Plan) -> None:
    """The same for a while."""
    _fetch(stage, side, "100-byte records, 4 connections", 0, plan.jit_s / 2)


def _fetch(stage: Stage, side: Side, case: str, warmup: float, seconds: float) -> Figures:
    record_bytes, records, connections = CASES[case]
    topic = stage.fresh_topic(side, PARTITIONS)
    batch = {"records": records, "record_bytes": record_bytes, "connections": PARTITIONS, "inflight": 2}
    load.run("produce", **stage.target(side), **topic, **batch, count=BATCHES)
    name = topic["topic"]
    window = {"connections": connections, "warmup": warmup, "seconds": seconds}
    figures = load.run("fetch", **stage.target(side), topic=name, **window)
    stage.delete(side, name)
    return flat(figures, "records")


QUESTION = Question(
    name="fetch",
    title="Fetch of 1 MiB at a time",
    cases=tuple(CASES),
    sides=(LEFTFOLD, KAFKA),
    pairs=(SAFE_AGAINST_UNSAFE,),  # how it was written does not matter to who reads it
    bars=tuple(
        bar
        for case in CASES
        for bar in (
            Bar(SAFE_AGAINST_UNSAFE, case, "records_per_s", at_least=1),
            Bar(SAFE_AGAINST_UNSAFE, case, COST, at_most=1),
        )
    ),
    headline="bytes_per_s",
    unit="MB/s",
    scale=1e-6,
    measure=measure,
    warm=warm,
    shown=("records_per_s", "bytes_per_s", COST, "p99_us"),
)
