"""What the demo measures, second by second and in the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leftfold.base.histogram import Histogram
from leftfold.demo.broker import Usage
from leftfold.demo.delays import Delays, Hour
from leftfold.demo.flights import AIRLINES


@dataclass(frozen=True, slots=True)
class Second:
    """About a second of the run: `at` is seconds since its start, latencies are microseconds from due to folded."""

    at: float
    seconds: float
    events: int
    p50_us: int
    p99_us: int
    lag: int

    @property
    def rate(self) -> float:
        return self.events / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the consumer group is: by partition where this run went on, and how many events its transactions cover."""

    group: str
    went_on: Mapping[int, int]
    committed: int

    @property
    def found(self) -> int:
        """How many events earlier runs had folded: in the demo's topic every offset is an event."""
        return sum(self.went_on.values())

    @property
    def began(self) -> str:
        """Where it began to read, in words."""
        if not self.found:
            return "began at the first event"
        places = ", ".join(f"{partition}:{offset}" for partition, offset in sorted(self.went_on.items()))
        return f"went on at {self.found:,} (offsets {places})"


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that a view shows of one moment."""

    bootstrap: str
    topic: str
    total: int
    events: int
    seconds: Sequence[Second]
    state: Mapping[str, Delays]
    usage: Usage | None
    progress: Progress
    lag: int = 0

    @property
    def late(self) -> int:
        return sum(delays.late for delays in self.state.values())

    @property
    def hours(self) -> int:
        return sum(delays.hours for delays in self.state.values())

    @property
    def hours_open(self) -> int:
        return sum(len(delays.open) for delays in self.state.values())


@dataclass(frozen=True, slots=True)
class Result:
    """The end of a run. `complete`: every flight of the year was acknowledged and folded, once, by this run or before it."""

    picture: Picture
    sent: int
    acknowledged: int
    elapsed: float
    latency_us: Histogram

    @property
    def complete(self) -> bool:
        return self.picture.events == self.picture.total

    @property
    def folded(self) -> int:
        """How many events this run folded."""
        return self.picture.events - self.picture.progress.found

    @property
    def rate(self) -> float:
        return self.folded / self.elapsed if self.elapsed else 0.0

    def as_document(self) -> dict[str, Any]:
        """The result as plain values, for --format json."""
        usage = self.picture.usage
        return {
            "events": self.picture.events,
            "went_on": {str(partition): offset for partition, offset in self.picture.progress.went_on.items()},
            "folded": self.folded,
            "committed": self.picture.progress.committed,
            "sent": self.sent,
            "acknowledged": self.acknowledged,
            "complete": self.complete,
            "seconds": round(self.elapsed, 3),
            "events_per_second": round(self.rate),
            "latency_us": {f"p{percent}": self.latency_us.percentile(percent) for percent in (50, 90, 99)}
            | {"max": self.latency_us.longest},
            "broker": usage and {"cpu_seconds": usage.cpu_seconds, "resident_bytes": usage.resident_bytes},
            "late": self.picture.late,
            "hours_closed": self.picture.hours,
            "carriers": {carrier: _row(carrier, delays) for carrier, delays in self.picture.state.items()},
            "each_second": [
                {"at": round(s.at, 2), "events": s.events, "p50_us": s.p50_us, "p99_us": s.p99_us, "lag": s.lag}
                for s in self.picture.seconds
            ],
        }


def _row(carrier: str, delays: Delays) -> dict[str, Any]:
    return {
        "name": AIRLINES.get(carrier, carrier),
        "flights": delays.flights,
        "cancelled": delays.cancelled,
        "delay_minutes": delays.delay_minutes,
        "mean_delay": round(delays.mean_delay, 2),
        "delayed_15": delays.delayed,
        "late": delays.late,
        "hours": delays.hours,
        "worst_hour": delays.worst and _hour(delays.worst),
    }


def _hour(hour: Hour) -> dict[str, Any]:
    return {"start": hour.start * 60, "flights": hour.flights, "mean_delay": round(hour.mean_delay, 2)}
