"""The demo's data and fold: what must be true of them."""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from functools import cache
from importlib import resources

import pytest

from leftfold.demo import flights
from leftfold.demo.delays import HOUR, LATENESS, WORST_FLIGHTS_MIN, Delays, Departure, Hour, finished, fold


@cache
def computed_directly() -> dict[str, Delays]:
    """The final numbers by sorting and grouping the packaged rows, without the fold."""
    of_carrier: dict[str, list[flights.Flight]] = defaultdict(list)
    for flight in flights.as_reported():
        of_carrier[flight.carrier].append(flight)
    return {carrier: _whole(of_carrier[carrier]) for carrier in sorted(of_carrier)}


def _whole(told: list[flights.Flight]) -> Delays:
    latest = [0]
    for flight in told:
        latest.append(max(latest[-1], flight.departed))
    departed = [(flight, heard) for flight, heard in zip(told, latest, strict=False) if flight.departure_delay is not None]
    late = [flight for flight, heard in departed if (flight.departed // HOUR + 1) * HOUR + LATENESS <= heard]
    in_time = [flight for flight, heard in departed if (flight.departed // HOUR + 1) * HOUR + LATENESS > heard]
    hours: dict[int, list[int]] = defaultdict(list)
    for flight in in_time:
        hours[flight.departed // HOUR * HOUR].append(flight.departure_delay or 0)
    full = [Hour(start, len(each), sum(each)) for start, each in sorted(hours.items()) if len(each) >= WORST_FLIGHTS_MIN]
    return Delays(
        clock=latest[-1],
        flights=len(told),
        cancelled=len(told) - len(departed),
        delay_minutes=sum(flight.departure_delay or 0 for flight, _ in departed),
        delayed=sum((flight.departure_delay or 0) >= 15 for flight, _ in departed),
        late=len(late),
        hours=len(hours),
        worst=max(full, key=lambda hour: hour.mean_delay, default=None),
    )


def test_the_packaged_flights_are_those_of_the_source() -> None:
    year = list(flights.rows())
    assert len(year) == flights.COUNT == 336_776
    assert len({flight.carrier for flight in year}) == len(flights.AIRLINES) == 16
    assert sum(flight.departure_delay is None for flight in year) == 8_255
    assert sum(flight.arrival_delay is None for flight in year) == 9_430
    assert sum(flight.departure_delay or 0 for flight in year) == 4_152_200
    first = year[0]
    assert (first.carrier, first.number, first.origin, first.destination) == ("UA", 1545, "EWR", "IAH")
    assert (first.departure_delay, first.arrival_delay, first.air_time, first.distance) == (2, 11, 227, 1400)
    assert first.scheduled * 60 == 1_357_035_300  # 2013-01-01T10:15:00Z


def test_a_damaged_package_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytearray((resources.files("leftfold.demo") / flights.FILE).read_bytes())
    assert hashlib.sha256(content).hexdigest() == flights.SHA256
    monkeypatch.setattr(flights, "SHA256", hashlib.sha256(b"another").hexdigest())
    with pytest.raises(flights.DamagedFlights, match="install leftfold again"):
        flights.packed()


def test_the_fold_of_the_year_equals_the_direct_computation() -> None:
    state: dict[str, Delays] = {}
    for flight in flights.as_reported():
        event = Departure(flight.departed, flight.departure_delay)
        state[flight.carrier] = fold(state.get(flight.carrier, Delays()), event)
    folded = {carrier: finished(delays) for carrier, delays in sorted(state.items())}
    assert folded == computed_directly()
    assert sum(delays.late for delays in folded.values()) == 8_845


def test_open_hours_stay_sorted_and_young() -> None:
    chance = random.Random(7)
    state = Delays()
    for step in range(3_000):
        state = fold(state, Departure(step + chance.randrange(600), chance.randrange(-10, 90)))
        starts = [hour.start for hour in state.open]
        assert starts == sorted(set(starts))
        assert all(start + HOUR > state.clock - LATENESS for start in starts)
    assert state.late > 0


def test_the_fold_leaves_its_argument_as_it_was() -> None:
    before = fold(Delays(), Departure(100, 5))
    assert fold(before, Departure(101, 7)) == fold(before, Departure(101, 7))
    assert before == fold(Delays(), Departure(100, 5))


def test_a_cancelled_flight_counts_in_no_hour() -> None:
    state = fold(Delays(), Departure(100, None))
    assert (state.flights, state.cancelled, state.open, state.mean_delay) == (1, 1, (), 0.0)
