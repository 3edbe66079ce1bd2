"""How many one-record requests a second, and what each costs?"""

from __future__ import annotations

from bench import load
from bench.question import (
    BOTH_FSYNCED,
    LIKE_FOR_LIKE,
    PAIRS,
    SAFE_AGAINST_UNSAFE,
    SIDES,
    Bar,
    Figures,
    Plan,
    Question,
    Side,
    Stage,
    flat,
)

ONE, FIVE, SIXTEEN, MANY = "1 connection", "1 connection, 5 in flight", "16 connections", "64 connections"
CASES = {ONE: (1, 1), FIVE: (1, 5), SIXTEEN: (16, 1), MANY: (64, 1)}
COST = "broker_cpu_us_per_request"


def measure(stage: Stage, side: Side, case: str, plan: Plan) -> Figures:
    """Closed loop: each connection sends the next request when one is answered. A record has 100 bytes, acks=all."""
    connections, inflight = CASES[case]
    topic = stage.fresh_topic(side, connections)
    loop = {"connections": connections, "inflight": inflight, "warmup": plan.warmup_s, "seconds": plan.seconds}
    figures = load.run("produce", **stage.target(side), **topic, **loop)
    stage.delete(side, topic["topic"])
    return flat(figures, "requests")


def warm(stage: Stage, side: Side, plan: Plan) -> None:
    """Sixteen connections for a while."""
    topic = stage.fresh_topic(side, 16)
    load.run("produce", **stage.target(side), **topic, connections=16, warmup=0, seconds=plan.jit_s)
    stage.delete(side, topic["topic"])


QUESTION = Question(
    name="requests",
    title="One-record requests (100 bytes, acks=all)",
    cases=tuple(CASES),
    sides=SIDES,
    pairs=tuple(PAIRS),
    bars=(
        Bar(LIKE_FOR_LIKE, ONE, "requests_per_s", at_least=1.5),
        Bar(LIKE_FOR_LIKE, FIVE, "requests_per_s", at_least=5),
        Bar(LIKE_FOR_LIKE, SIXTEEN, "requests_per_s", at_least=2),
        *(Bar(LIKE_FOR_LIKE, case, COST, at_most=0.2) for case in (ONE, FIVE, SIXTEEN)),
        Bar(BOTH_FSYNCED, ONE, "requests_per_s", at_least=2),
        Bar(BOTH_FSYNCED, SIXTEEN, "requests_per_s", at_least=2),
        Bar(BOTH_FSYNCED, MANY, "requests_per_s", at_least=4),
        *(Bar(BOTH_FSYNCED, case, COST, at_most=0.2) for case in (ONE, SIXTEEN, MANY)),
        Bar(SAFE_AGAINST_UNSAFE, MANY, "requests_per_s", at_least=1),
    ),
    headline="requests_per_s",
    unit="thousand requests/s",
    scale=1e-3,
    measure=measure,
    warm=warm,
    shown=("requests_per_s", COST, "load_cpu_us_per_request", "p50_us", "p99_us"),
)
