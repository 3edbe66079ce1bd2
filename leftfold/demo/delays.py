"""The demo's left fold: delays of a carrier by the hour."""

# `fold(state, departure) -> state` is pure, and its state is a value: folded twice over the same log it gives the same answer.
# Departures come in the order in which flights land, so a long flight is told of after shorter ones that left later. An hour
# stays open until the carrier's clock (the latest departure heard of) has passed its end by `lateness`; what comes for an
# hour that is closed is late: it counts in the totals, changes no closed hour, and is counted.

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

HOUR = 60
LATENESS = 4 * HOUR
WORST_FLIGHTS_MIN = 5  # an hour with fewer departures is no candidate for the worst


class Departure(NamedTuple):
    """What the fold needs of an event: minutes since 1970 (event time) and the delay in minutes, None when cancelled."""

    at: int
    delay: int | None


class Hour(Struct, frozen=True):
    """The departures of one hour of event time, which began at `start` (minutes since 1970)."""

    start: int
    flights: int
    delay_minutes: int

    @property
    def mean_delay(self) -> float:
        return self.delay_minutes / self.flights


class Delays(Struct, frozen=True):
    """One carrier. Invariant: `open` is sorted by start and every hour in it ends after `clock - lateness`."""

    clock: int = 0
    flights: int = 0
    cancelled: int = 0
    delay_minutes: int = 0
    delayed: int = 0
    late: int = 0
    hours: int = 0
    worst: Hour | None = None
    open: tuple[Hour, ...] = ()

    @property
    def mean_delay(self) -> float:
        departed = self.flights - self.cancelled
        return self.delay_minutes / departed if departed else 0.0


def fold(state: Delays, event: Departure, lateness: int = LATENESS) -> Delays:
    """The state after one more departure."""
    clock = max(state.clock, event.at)
    if event.delay is None:
        counted = replace(state, clock=clock, flights=state.flights + 1, cancelled=state.cancelled + 1)
        return _closed(counted, clock - lateness)
    late = event.at // HOUR * HOUR + HOUR <= state.clock - lateness
    counted = Delays(
        clock,
        state.flights + 1,
        state.cancelled,
        state.delay_minutes + event.delay,
        state.delayed + (event.delay >= 15),
        state.late + late,
        state.hours,
        state.worst,
        state.open if late else _into(state.open, event.at // HOUR * HOUR, event.delay),
    )
    return _closed(counted, clock - lateness)


def finished(state: Delays) -> Delays:
    """The state once nothing more will come: every hour closed."""
    return _closed(state, state.clock + HOUR)


def _into(hours: tuple[Hour, ...], start: int, delay: int) -> tuple[Hour, ...]:
    for place in range(len(hours) - 1, -1, -1):
        hour = hours[place]
        if hour.start == start:
            return (*hours[:place], Hour(start, hour.flights + 1, hour.delay_minutes + delay), *hours[place + 1 :])
        if hour.start < start:
            return (*hours[: place + 1], Hour(start, 1, delay), *hours[place + 1 :])
    return (Hour(start, 1, delay), *hours)


def _closed(state: Delays, passed: int) -> Delays:
    """Close the hours that ended at `passed` or before."""
    if not state.open or state.open[0].start + HOUR > passed:
        return state
    ended = [hour for hour in state.open if hour.start + HOUR <= passed]
    candidates = [hour for hour in ended if hour.flights >= WORST_FLIGHTS_MIN]
    if state.worst:
        candidates.insert(0, state.worst)
    return replace(
        state,
        hours=state.hours + len(ended),
        worst=max(candidates, key=lambda hour: hour.mean_delay, default=None),
        open=state.open[len(ended) :],
    )
