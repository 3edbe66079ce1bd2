"""How much memory, idle and under load?"""

from __future__ import annotations

import shutil
import time

from bench import load
from bench.brokers import Kafka, Leftfold, rss_bytes
from bench.question import KAFKA, LEFTFOLD, SAFE_AGAINST_UNSAFE, Bar, Figures, Plan, Question, Side, Stage

IDLE, LOADED = "idle", "loaded"
IDLE_BYTES_MAX = 60e6
HEAP = "512m"


def measure(stage: Stage, side: Side, case: str, plan: Plan) -> Figures:
    """Resident memory: some seconds after the start, or the most that it was at the end of four kinds of load."""
    folder = stage.folder / f"memory-{side.broker}"
    shutil.rmtree(folder, ignore_errors=True)
    broker = Leftfold(folder) if side.broker == "leftfold" else Kafka(folder, heap=HEAP)
    with broker:
        assert broker.process is not None
        pid = broker.process.pid
        if case == IDLE:
            time.sleep(plan.seconds)
            return {"rss_bytes": rss_bytes(pid)}
        return {"rss_bytes": max(_loads(broker.bootstrap, pid, plan))}


def _loads(bootstrap: str, pid: int, plan: Plan) -> list[int]:
    broker = {"bootstrap": bootstrap, "pid": pid}
    window = {"warmup": plan.warmup_s, "seconds": plan.seconds}
    seen = [
        load.run("produce", **broker, topic="requests", create=64, connections=64, **window),
        load.run("produce", **broker, topic="batches", create=4, connections=4, inflight=5, records=2000, **window),
        load.run("fetch", **broker, topic="batches", connections=4, **window),
        load.run("end-to-end", **broker, topic="delivery", create=4, rate=10_000, **window),
    ]
    return [one["broker_rss_bytes"] for one in seen]


QUESTION = Question(
    name="memory",
    title=f"Resident memory (Kafka with a heap of {HEAP})",
    cases=(IDLE, LOADED),
    sides=(LEFTFOLD, KAFKA),
    pairs=(SAFE_AGAINST_UNSAFE,),
    bars=(
        Bar(None, IDLE, "rss_bytes", at_most=IDLE_BYTES_MAX),
        Bar(SAFE_AGAINST_UNSAFE, LOADED, "rss_bytes", at_most=1 / 3),
    ),
    headline="rss_bytes",
    unit="MB",
    scale=1e-6,
    measure=measure,
    warm=None,
    shown=("rss_bytes",),
    starts_both=False,
    more_is_better=False,
)
