"""The lines of several files, by time."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import msgspec

FILES_BITS = 16
"""Of a line's place, those that say in which file it is."""


class _Moment(msgspec.Struct):
    """Of an event, when it was."""

    ns: int


def sort(files: Sequence[Path], into: Path) -> None:
    """Bring the lines of several files together by their time. They are in memory one by one only: histories are long."""
    decode = msgspec.json.Decoder(_Moment).decode
    times, places = array("q"), array("q")
    with ExitStack() as stack:
        opened = [stack.enter_context(file.open("rb")) for file in files]
        for number, lines in enumerate(opened):
            place = 0
            for line in lines:
                times.append(decode(line).ns)
                places.append(place << FILES_BITS | number)
                place += len(line)
        kept = stack.enter_context(into.open("wb"))
        for index in sorted(range(len(times)), key=times.__getitem__):
            place, number = divmod(places[index], 1 << FILES_BITS)
            opened[number].seek(place)
            kept.write(opened[number].readline())
