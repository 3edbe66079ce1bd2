"""10,000 offsets a second are committed: how fast, how dear?"""

from __future__ import annotations

from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource

from bench import load
from bench.question import (
    BOTH_FSYNCED,
    KAFKA,
    KAFKA_SYNCED,
    LEFTFOLD,
    SAFE_AGAINST_UNSAFE,
    Figures,
    Plan,
    Question,
    Side,
    Stage,
    coordinator_bars,
    flat,
)

ONE, MANY = "10,000 requests/s of 1 offset", "100 requests/s of 100 offsets"
CASES = {ONE: (1, 10_000), MANY: (100, 100)}
GROUPS = 100
COST = "broker_cpu_us_per_request"
OFFSETS_TOPIC = "__consumer_offsets"  # where commits are written: its config says whether they are fsynced


def measure(stage: Stage, side: Side, case: str, plan: Plan) -> Figures:
    """Open loop over 16 connections: a hundred groups of one member each commit in turn."""
    partitions, rate = CASES[case]
    topic = stage.fresh_topic(side, partitions)
    _configure(stage, side)
    loop = {"connections": 16, "groups": GROUPS, "rate": rate, "warmup": plan.warmup_s, "seconds": plan.seconds}
    figures = load.run("commits", **stage.target(side), **topic, **loop)
    stage.delete(side, topic["topic"])
    if figures["errors"] or figures["unanswered"]:
        raise load.LoadError(f"{figures['errors']} commits were refused, {figures['unanswered']} not answered")
    return flat(figures, "requests")


def _configure(stage: Stage, side: Side) -> None:
    """Kafka fsyncs each commit where that is this side's mode, and leaves it to the page cache where it is not."""
    if side.broker != KAFKA.broker:
        return
    name, value = KAFKA_SYNCED.config.split("=")
    operation = AlterConfigOpType.SET if side is KAFKA_SYNCED else AlterConfigOpType.DELETE
    entry = ConfigEntry(name, value, incremental_operation=operation)
    resource = ConfigResource(ConfigResource.Type.TOPIC, OFFSETS_TOPIC, incremental_configs=[entry])
    admin = AdminClient({"bootstrap.servers": stage.brokers[side.broker].bootstrap})
    for altered in admin.incremental_alter_configs([resource]).values():
        altered.result()


def warm(stage: Stage, side: Side, plan: Plan) -> None:
    """The first case for a while."""
    topic = stage.fresh_topic(side, 1)
    loop = {"connections": 16, "groups": GROUPS, "rate": 5_000, "warmup": 0, "seconds": plan.jit_s}
    load.run("commits", **stage.target(side), **topic, **loop)
    stage.delete(side, topic["topic"])


QUESTION = Question(
    name="commits",
    title="Offset commits, 10,000 offsets/s of 100 groups",
    cases=tuple(CASES),
    sides=(LEFTFOLD, KAFKA, KAFKA_SYNCED),
    pairs=(SAFE_AGAINST_UNSAFE, BOTH_FSYNCED),
    bars=coordinator_bars(CASES, COST),
    headline="p99_us",
    unit="ms until 99 % are answered",
    scale=1e-3,
    measure=measure,
    warm=warm,
    shown=("requests_per_s", "p50_us", "p99_us", COST, "load_cpu_us_per_request"),
    more_is_better=False,
)
