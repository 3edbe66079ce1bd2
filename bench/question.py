"""What a question is: sides, pairs, cases, bars."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench import load
from bench.brokers import Kafka, Leftfold

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Side:
    """One broker in one mode; `config` makes a topic of that mode."""

    name: str
    broker: str
    config: str


LEFTFOLD_CACHED = Side("Leftfold, write.caching=true", "leftfold", "write.caching=true")
LEFTFOLD = Side("Leftfold, default (fsynced)", "leftfold", "")
KAFKA = Side("Kafka, default (page cache)", "kafka", "")
KAFKA_SYNCED = Side("Kafka, flush.messages=1 (fsynced)", "kafka", "flush.messages=1")
SIDES = (LEFTFOLD_CACHED, LEFTFOLD, KAFKA, KAFKA_SYNCED)

LIKE_FOR_LIKE, BOTH_FSYNCED, SAFE_AGAINST_UNSAFE = "like for like", "both fsynced", "safe against unsafe"
PAIRS: Mapping[str, tuple[Side, Side]] = {
    LIKE_FOR_LIKE: (LEFTFOLD_CACHED, KAFKA),
    BOTH_FSYNCED: (LEFTFOLD, KAFKA_SYNCED),
    SAFE_AGAINST_UNSAFE: (LEFTFOLD, KAFKA),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """How long everything is done."""

    rounds: int
    seconds: float
    warmup_s: float
    jit_s: float
    """How long each broker is driven before anything counts: a JVM compiles while it runs."""

    quick: bool


FULL = Plan(rounds=5, seconds=3, warmup_s=1, jit_s=20, quick=False)
QUICK = Plan(rounds=1, seconds=1.5, warmup_s=0.7, jit_s=5, quick=True)


@dataclass(frozen=True, slots=True)
class Bar:
    """What the ratio Leftfold / Kafka of one figure must be. `pair` None: the figure of Leftfold alone, not a ratio."""

    pair: str | None
    case: str
    figure: str
    at_least: float | None = None
    at_most: float | None = None

    def holds(self, value: float) -> bool:
        """Whether it is reached."""
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)

    @property
    def text(self) -> str:
        """`>= 1.5` or `<= 0.2`."""
        return f">= {self.at_least:g}" if self.at_least is not None else f"<= {self.at_most:g}"


def coordinator_bars(cases: Iterable[str], cost: str) -> tuple[Bar, ...]:
    """What every question to a coordinator must hold: p99 within 1.2 times Kafka's, at half of its processor time."""
    named = tuple(cases)
    late = (Bar(SAFE_AGAINST_UNSAFE, case, "p99_us", at_most=1.2) for case in named)
    return (*late, *(Bar(SAFE_AGAINST_UNSAFE, case, cost, at_most=0.5) for case in named))


@dataclass(slots=True)
class Stage:
    """Two running brokers in folders of their own, side by side; the one that is not measured is idle."""

    folder: Path
    brokers: dict[str, Leftfold | Kafka] = field(default_factory=dict)
    topics: int = 0

    def __enter__(self) -> Stage:
        """Start both."""
        self.brokers["leftfold"] = Leftfold(self.folder / "leftfold")
        self.brokers["kafka"] = Kafka(self.folder / "kafka")
        try:
            for broker in self.brokers.values():
                broker.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Stop both."""
        self.stop()

    def stop(self) -> None:
        """Stop what runs."""
        for broker in self.brokers.values():
            if broker.process is not None:
                broker.stop()

    def target(self, side: Side) -> dict[str, Any]:
        """Options of the load generator that name the broker."""
        broker = self.brokers[side.broker]
        assert broker.process is not None
        return {"bootstrap": broker.bootstrap, "pid": broker.process.pid}

    def fresh_topic(self, side: Side, partitions: int) -> dict[str, Any]:
        """Options that make a topic of this side's mode."""
        self.topics += 1
        return {"topic": f"bench-{self.topics}", "create": partitions, "config": side.config or None}

    def delete(self, side: Side, topic: str) -> None:
        """Give its space back."""
        load.run("delete", bootstrap=self.brokers[side.broker].bootstrap, topic=topic)


@dataclass(frozen=True, slots=True)
class Question:
    """One question: what is measured, for which cases and sides, and which bars it has to clear.

    `measure` makes one measurement and returns its figures; the medians of all rounds are compared. `headline` is the figure
    that is drawn, in `unit`. `warm` drives a broker before anything counts; None: the question starts brokers by itself.
    """

    name: str
    title: str
    cases: tuple[str, ...]
    sides: tuple[Side, ...]
    pairs: tuple[str, ...]
    bars: tuple[Bar, ...]
    headline: str
    unit: str
    scale: float
    measure: Callable[[Stage, Side, str, Plan], Figures]
    warm: Callable[[Stage, Side, Plan], None] | None
    shown: tuple[str, ...]
    starts_both: bool = True
    more_is_better: bool = True
    rounds_max: int | None = None  # where one takes minutes


def medians(rounds: list[Figures]) -> Figures:
    """Figure by figure; of curves, point by point."""
    found: Figures = {}
    for name, value in rounds[0].items():
        if isinstance(value, int | float):
            found[name] = median(one[name] for one in rounds)
        elif isinstance(value, list):
            found[name] = [[point[0], median(one[name][place][1] for one in rounds)] for place, point in enumerate(value)]
    return found


def flat(figures: Figures, of: str) -> Figures:
    """What the load generator said, latencies and costs each under one name; `of` is what is counted (requests, records)."""
    found = {name: value for name, value in figures.items() if isinstance(value, int | float)}
    for name, prefix in (("latency_us", ""), ("acknowledgement_us", "ack_")):
        for part, value in (figures.get(name) or {}).items():
            found[f"{prefix}{part}" if part == "curve" else f"{prefix}{part}_us"] = value
    counted = figures[f"{of}_per_s"] * figures["seconds"]
    one = of.removesuffix("s")
    found[f"broker_cpu_us_per_{one}"] = figures["broker_cpu_s"] / counted * 1e6
    found[f"load_cpu_us_per_{one}"] = figures["own_cpu_s"] / counted * 1e6
    return found
