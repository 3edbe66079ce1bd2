"""The demo in a terminal: one live picture by rich."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from leftfold.demo.delays import Delays
from leftfold.demo.flights import AIRLINES
from leftfold.demo.moments import Picture, Result, Second
from leftfold.demo.words import duration, size

WIDTH_MAX = 40
BARS = "▁▂▃▄▅▆▇█"
LAG_FULL = 10_000  # so many unread events fill the bar


def draw(picture: Picture) -> RenderableType:
    """The whole picture of one moment."""
    return Panel(
        Group(_numbers(picture), carriers(picture)),
        title=f"[bold]leftfold demo[/bold]  336,776 flights of 2013 through topic {picture.topic} at {picture.bootstrap}",
        subtitle="Ctrl-C ends",
        border_style="cyan",
    )


def ending(result: Result) -> RenderableType:
    """The last picture: the table, then what it took."""
    return Group(draw(result.picture), Text(summary(result)))


def summary(result: Result) -> str:
    """What the run did, in a few lines."""
    picture, latency, cost = result.picture, result.latency_us, result.picture.usage
    lines = [
        f"{picture.events:,} events in {result.elapsed:.1f} s ({result.rate:,.0f}/s), all acknowledged (acks=all) and read.",
        f"From due to folded: p50 {duration(latency.percentile(50))}, p99 {duration(latency.percentile(99))}, "
        f"longest {duration(latency.longest)}. Late for an hour that was closed: {picture.late:,} events.",
    ]
    if cost:
        lines.append(f"The broker took {cost.cpu_seconds:.1f} s of CPU and {size(cost.resident_bytes)} of memory.")
    return "\n".join(lines)


def spark(values: Sequence[float], width: int = WIDTH_MAX) -> str:
    """The last `width` values as a line of bars, the largest of them full height."""
    shown = values[-width:]
    top = max(shown, default=0) or 1
    return "".join(BARS[min(int(value / top * len(BARS)), len(BARS) - 1)] for value in shown)


def _numbers(picture: Picture) -> RenderableType:
    last = picture.seconds[-1] if picture.seconds else Second(0, 1, 0, 0, 0, 0)
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", min_width=12)
    table.add_column(justify="right", min_width=10)
    table.add_column()
    each = picture.seconds
    table.add_row("events/s", f"{last.rate:,.0f}", Text(spark([one.rate for one in each]), style="green"))
    table.add_row("p50", duration(last.p50_us), Text(spark([one.p50_us for one in each]), style="cyan"))
    table.add_row("p99", duration(last.p99_us), Text(spark([one.p99_us for one in each]), style="yellow"))
    table.add_row("lag", f"{last.lag:,}", ProgressBar(LAG_FULL, min(last.lag, LAG_FULL), WIDTH_MAX))
    table.add_row("read", f"{picture.events:,}", ProgressBar(picture.total, picture.events, WIDTH_MAX))
    table.add_row("late", f"{picture.late:,}", f"for {picture.hours:,} hours that were closed; {picture.hours_open} are open")
    if picture.usage:
        cost = f"{picture.usage.cpu_seconds:.1f} s of CPU since its start, {size(picture.usage.resident_bytes)} of memory"
        table.add_row("broker", "", cost)
    return table


def carriers(picture: Picture) -> Table:
    """One row a carrier, those with most flights first."""
    table = Table(box=None, padding=(0, 1), header_style="bold")
    table.add_column("carrier")
    for name in ("flights", "cancelled", "mean delay", "15+ min", "late", "hours", "worst hour"):
        table.add_column(name, justify="right")
    for carrier, delays in sorted(picture.state.items(), key=lambda item: -item[1].flights):
        table.add_row(f"{carrier} {AIRLINES.get(carrier, '')}", *columns(delays))
    return table


def columns(delays: Delays) -> tuple[str, ...]:
    """The figures of one carrier as text."""
    worst = "-"
    if delays.worst:
        began = datetime.fromtimestamp(delays.worst.start * 60, UTC)
        worst = f"{delays.worst.mean_delay:.0f} min, {began:%d %b %H:%M}"
    return (
        f"{delays.flights:,}",
        f"{delays.cancelled:,}",
        f"{delays.mean_delay:.1f} min",
        f"{delays.delayed:,}",
        f"{delays.late:,}",
        f"{delays.hours:,}",
        worst,
    )
