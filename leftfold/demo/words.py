"""Durations and sizes as people read them."""

from __future__ import annotations


def duration(microseconds: float) -> str:
    """870 us, 1.9 ms, 64 ms, 1.2 s; 0 is what was not measured."""
    if not microseconds:
        return "-"
    if microseconds < 1000:
        return f"{microseconds:.0f} us"
    if microseconds < 1_000_000:
        milliseconds = microseconds / 1000
        return f"{milliseconds:.1f} ms" if milliseconds < 10 else f"{milliseconds:.0f} ms"
    return f"{microseconds / 1_000_000:.1f} s"


def size(count: float) -> str:
    """512 B, 1.5 KiB, 48 MiB."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 1024 or unit == "GiB":
            break
        count /= 1024
    return f"{count:.0f} {unit}" if unit == "B" or count >= 10 else f"{count:.1f} {unit}"
