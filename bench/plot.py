"""Answers as SVG: bars for figures, curves for latencies."""

# Written by hand: two kinds of picture need no plotting library. Sides are told apart by their name and by a pattern or a dash,
# never by colour alone; the picture is legible on white and on black.

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from bench.answer import Answer

GREY = "#777"
COLOURS = ("#0b6e4f", "#3fa34d", "#b3541e", "#e09f3e")
DASHES = ("", "7 3", "2 3", "9 3 2 3")
WIDTH, ROW, GAP, LEFT, RIGHT = 860, 20, 16, 250, 120


def _words(
    x: float, y: float, text: str, *, size: int = 12, anchor: str = "start", bold: bool = False, fill: str = GREY
) -> str:
    """One line of text."""
    weight = "bold" if bold else "normal"
    style = (
        f'font-family="system-ui, sans-serif" font-size="{size}" font-weight="{weight}" fill="{fill}" text-anchor="{anchor}"'
    )
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(text)}</text>'


def picture(answer: Answer) -> str:
    """One SVG document."""
    body, height = _curves(answer) if answer.question.headline == "curve" else _bars(answer)
    where = answer.where
    foot = (
        f"{where['processor']}, {where['processors']} cores, Linux {where['kernel']}, commit {where['commit']}, {where['date']}"
    )
    title = _words(10, 22, answer.question.title, size=15, bold=True)
    end = _words(10, height + 18, foot, size=10)
    size = f'viewBox="0 0 {WIDTH} {height + 28}" width="{WIDTH}" height="{height + 28}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n{title}\n{body}\n{end}\n</svg>\n'


def _bars(answer: Answer) -> tuple[str, int]:
    question = answer.question
    values = {
        (case, side.name): answer.figures(side.name, case)[question.headline] * question.scale
        for case in question.cases
        for side in question.sides
    }
    longest = max(values.values())
    better = "more is better" if question.more_is_better else "less is better"
    parts, y = [_words(10, 42, f"{question.unit}, {better}")], 58
    for case in question.cases:
        parts.append(_words(10, y + 10, case, bold=True))
        y += ROW
        for side, colour in zip(question.sides, _colours(answer), strict=True):
            value = values[case, side.name]
            width = max(1.0, (WIDTH - LEFT - RIGHT) * value / longest)
            parts.append(_words(LEFT - 8, y + 12, side.name, anchor="end"))
            parts.append(f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{ROW - 4}" fill="{colour}"/>')
            parts.append(_words(LEFT + width + 6, y + 12, f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"))
            y += ROW
        y += GAP
    return "\n".join(parts), y


def _colours(answer: Answer) -> Sequence[str]:
    """Leftfold green, Kafka brown."""
    return [COLOURS[(0 if side.broker == "leftfold" else 2) + (1 if side.config else 0)] for side in answer.question.sides]


# -- latency curves: percentiles from 50 to 99.99 on an axis of nines, latencies on a logarithmic one ------------------------

_MARKS = ((50, "50 %"), (90, "90 %"), (99, "99 %"), (99.9, "99.9 %"), (99.99, "99.99 %"))
PLOT_HEIGHT, PLOT_LEFT, PLOT_RIGHT = 180, 60, 230


def _curves(answer: Answer) -> tuple[str, int]:
    parts, top = [], 44
    for case in answer.question.cases:
        parts.append(_panel(answer, case, top))
        top += PLOT_HEIGHT + 56
    return "\n".join(parts), top - 10


def _panel(answer: Answer, case: str, top: int) -> str:
    curves = {side.name: answer.figures(side.name, case)["curve"] for side in answer.question.sides}
    shown = [value for curve in curves.values() for percentile, value in curve if 50 <= percentile <= 99.99]
    low, high = math.floor(math.log10(min(shown))), math.ceil(math.log10(max(shown)))
    high = max(high, low + 1)
    parts = [_words(10, top + 4, f"{case}: milliseconds by percentile", bold=True)]
    for power in range(low, high + 1):
        y = _y(10.0**power, low, high, top)
        parts.append(f'<line x1="{PLOT_LEFT}" x2="{WIDTH - PLOT_RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#8884"/>')
        parts.append(_words(PLOT_LEFT - 6, y + 4, f"{10.0 ** (power - 3):g}", anchor="end"))
    for percentile, name in _MARKS:
        x = _x(percentile)
        bottom = top + 16 + PLOT_HEIGHT
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top + 16}" y2="{bottom}" stroke="#8882"/>')
        parts.append(_words(x, bottom + 14, name, anchor="middle"))
    taken: list[float] = []
    for place, (side, colour) in enumerate(zip(answer.question.sides, _colours(answer), strict=True)):
        points = [(_x(one), _y(value, low, high, top)) for one, value in curves[side.name] if 50 <= one <= 99.99]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(
            f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{DASHES[place]}"/>'
        )
        y = _free(points[-1][1], taken)
        parts.append(_words(WIDTH - PLOT_RIGHT + 8, y + 4, side.name, fill=colour))
    return "\n".join(parts)


def _x(percentile: float) -> float:
    nines = -math.log10(1 - percentile / 100)
    first, last = -math.log10(0.5), 4.0
    return PLOT_LEFT + (WIDTH - PLOT_RIGHT - PLOT_LEFT) * (nines - first) / (last - first)


def _y(value: float, low: int, high: int, top: int) -> float:
    return top + 16 + PLOT_HEIGHT * (1 - (math.log10(value) - low) / (high - low))


def _free(y: float, taken: list[float]) -> float:
    """A height for a name where no other name stands."""
    while any(abs(y - other) < 14 for other in taken):
        y += 2
    taken.append(y)
    return y
