"""The demo's plot: an SVG of throughput, latency and delays."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from html import escape

from leftfold.demo.flights import AIRLINES
from leftfold.demo.moments import Result
from leftfold.demo.words import duration

WIDTH, PANEL, LEFT, RIGHT, GAP = 900, 170, 90, 130, 60
BAR = 18
INK, GRID, BLUE, ORANGE = "#1f2937", "#d1d5db", "#2563eb", "#d97706"


def svg(result: Result) -> str:
    """Throughput and latency by second, then the mean delay by carrier, as one picture."""
    seconds = result.picture.seconds
    rates = [(one.at, one.rate) for one in seconds]
    p50 = [(one.at, max(one.p50_us, 1)) for one in seconds if one.events]
    p99 = [(one.at, max(one.p99_us, 1)) for one in seconds if one.events]
    top = 70
    parts = [*_text(LEFT, 30, f"leftfold demo: {result.folded:,} flights, {result.rate:,.0f} events/s", 18)]
    parts += _panel(top, "events/s", [("events/s", BLUE, rates)], _linear, lambda value: f"{value:,.0f}")
    top += PANEL + GAP
    parts += _panel(top, "due to folded", [("p50", BLUE, p50), ("p99", ORANGE, p99)], _logarithmic, duration)
    top += PANEL + GAP
    parts += _carriers(top, result)
    height = top + BAR * len(result.picture.state) + 40
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="sans-serif" fill="{INK}"><rect width="100%" height="100%" fill="white"/>{"".join(parts)}</svg>\n'
    )


Points = Sequence[tuple[float, float]]


def _panel(
    top: int,
    title: str,
    lines: Sequence[tuple[str, str, Points]],
    scale: Callable[[float], tuple[Sequence[float], Callable[[float], float]]],
    word: Callable[[float], str],
) -> Iterator[str]:
    """One diagram over seconds: `scale` gives from the largest value the ticks and each value's height between 0 and 1."""
    yield from _text(LEFT, top - 12, title, 14)
    ticks, height_of = scale(max((value for _, _, points in lines for _, value in points), default=1))
    last = max((at for _, _, points in lines for at, _ in points), default=1)
    width = WIDTH - LEFT - RIGHT
    for tick in ticks:
        y = top + PANEL * (1 - height_of(tick))
        yield f'<line x1="{LEFT}" y1="{y:.1f}" x2="{LEFT + width}" y2="{y:.1f}" stroke="{GRID}"/>'
        yield from _text(LEFT - 8, y + 4, word(tick), 11, "end")
    for name, colour, points in lines:
        if not points:
            continue
        path = [(LEFT + width * at / last, top + PANEL * (1 - height_of(value))) for at, value in points]
        drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in path)
        yield f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield from _text(LEFT + width + 8, path[-1][1] + 4, f"{name} {word(points[-1][1])}", 11)
    yield from _text(LEFT + width, top + PANEL + 16, f"{last:.0f} s", 11, "end")
    yield from _text(LEFT, top + PANEL + 16, "0 s", 11)


def _linear(largest: float) -> tuple[Sequence[float], Callable[[float], float]]:
    step = 10 ** math.floor(math.log10(max(largest, 1)))
    step = step if largest / step >= 4 else step / 2 if largest / step >= 2 else step / 4
    top = math.ceil(largest / step) * step
    return [step * count for count in range(round(top / step) + 1)], lambda value: value / top


def _logarithmic(largest: float) -> tuple[Sequence[float], Callable[[float], float]]:
    low, high = 2, max(3, math.ceil(math.log10(max(largest, 1))))
    return [10**power for power in range(low, high + 1)], lambda value: max(0.0, (math.log10(value) - low) / (high - low))


def _carriers(top: int, result: Result) -> Iterator[str]:
    yield from _text(LEFT, top - 12, "mean departure delay by carrier (minutes; late events beside it)", 14)
    rows = sorted(result.picture.state.items(), key=lambda item: -item[1].mean_delay)
    longest = max((delays.mean_delay for _, delays in rows), default=1) or 1
    start = LEFT + 100
    width = WIDTH - start - RIGHT
    for place, (carrier, delays) in enumerate(rows):
        y = top + place * BAR
        long = max(1.0, width * delays.mean_delay / longest)
        yield from _text(start - 8, y + 12, AIRLINES.get(carrier, carrier), 11, "end")
        yield f'<rect x="{start}" y="{y}" width="{long:.1f}" height="{BAR - 4}" fill="{BLUE}"/>'
        yield from _text(start + long + 6, y + 12, f"{delays.mean_delay:.1f}  ({delays.late:,} late)", 11)


def _text(x: float, y: float, words: str, size: int, anchor: str = "start") -> Iterator[str]:
    yield f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}">{escape(words)}</text>'
