"""The demo in a terminal: one live picture by rich."""

# What does not fit is left out by rank: columns first those that a newcomer misses least, then the carriers that fly least.

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from leftfold.demo.delays import Delays
from leftfold.demo.flights import AIRLINES
from leftfold.demo.moments import Picture, Result, Second
from leftfold.demo.words import duration, size

WIDTH, HEIGHT = 120, 60  # of a picture that nobody gave a size
WIDE = 60  # from here on titles fit
BARS = "▁▂▃▄▅▆▇█"
EIGHTHS = " ▏▎▍▌▋▊▉█"
LAG_FULL = 10_000  # so many unread events fill the bar
FRAME = 4  # what the panel takes of a line: its border and a space, left and right
AROUND = 5  # lines of the picture that are neither numbers nor carriers: borders, a space, headings, the rest told
GOOD_P99_US = 150_000  # what "real time" means here
DELAY_FULL = 40  # minutes that fill a bar
BAR_WIDTH = 12


def draw(picture: Picture, width: int = WIDTH, height: int = HEIGHT) -> RenderableType:
    """The whole picture of one moment, in so many columns and lines."""
    last = picture.seconds[-1] if picture.seconds else Second(0, 1, 0, 0, 0, 0)
    return _panel(picture, last, "Ctrl-C ends", width, height)


def ending(result: Result, width: int = WIDTH, height: int = HEIGHT) -> RenderableType:
    """The last picture: its numbers are those of the whole run."""
    latency, picture = result.latency_us, result.picture
    whole = Second(result.elapsed, result.elapsed, result.folded, latency.percentile(50), latency.percentile(99), picture.lag)
    return _panel(picture, whole, f"{result.elapsed:.1f} s", width, height)


def _panel(picture: Picture, moment: Second, end: str, width: int, height: int) -> RenderableType:
    numbers, lines = _numbers(picture, moment, width - FRAME)
    rows = height - lines - AROUND
    inner: list[RenderableType] = [numbers]
    if picture.state and rows > 0:
        inner += ["", carriers(picture, width - FRAME, rows)]
    wide = width >= WIDE
    return Panel(
        Group(*inner),
        title="[bold]leftfold demo[/bold]" + (f" · topic {picture.topic} at {picture.bootstrap}" if wide else ""),
        subtitle=f"{picture.total:,} flights of 2013 · {end}" if wide else end,
        border_style="cyan",
        width=width,
    )


def waiting(place: str) -> RenderableType:
    """Before there is anything to draw."""
    return Panel(f"starting a broker in {place} ...", title="[bold]leftfold demo[/bold]", border_style="cyan")


def summary(result: Result) -> str:
    """What the run did, in a few lines."""
    picture, latency, cost = result.picture, result.latency_us, result.picture.usage
    if not picture.events:
        return "Ended before the first event."
    if not result.folded:
        return f"Nothing was left to do: all {picture.events:,} events were folded before."
    lines = [
        f"{result.folded:,} events in {result.elapsed:.1f} s ({result.rate:,.0f}/s), all acknowledged (acks=all) and read.",
        f"Group {picture.progress.group} {picture.progress.began}: {picture.events:,} events are in the table, each once.",
        f"Late for an hour that was closed: {picture.late:,} events.",
    ]
    if latency.count:
        p50, p99, longest = (duration(one) for one in (latency.percentile(50), latency.percentile(99), latency.longest))
        lines.insert(2, f"From due to folded: p50 {p50}, p99 {p99}, longest {longest}.")
    if cost:
        lines.append(f"The broker took {cost.cpu_seconds:.1f} s of CPU and {size(cost.resident_bytes)} of memory.")
    return "\n".join(lines)


def spark(values: Sequence[float], width: int) -> str:
    """The last `width` values as a line of bars, the largest of them full height."""
    shown = values[-width:] if width > 0 else ()
    top = max(shown, default=0) or 1
    return "".join(BARS[min(int(value / top * len(BARS)), len(BARS) - 1)] for value in shown)


def bar(value: float, full: float, width: int) -> str:
    """A bar of eighths of a sign; nothing of what is below nothing."""
    eighths = round(max(0.0, min(value / full, 1.0)) * width * 8)
    return "█" * (eighths // 8) + (EIGHTHS[eighths % 8].strip() if eighths % 8 else "")


def _numbers(picture: Picture, last: Second, width: int) -> tuple[RenderableType, int]:
    """The numbers of a moment with their history, and how many lines they take."""
    each = picture.seconds
    room = max(4, width - 24)
    grid = Table.grid(padding=(0, 2), expand=False)
    grid.add_column(style="bold", min_width=8, no_wrap=True)
    grid.add_column(justify="right", min_width=10, no_wrap=True)
    grid.add_column(no_wrap=True, overflow="crop")
    good = "green" if last.p99_us < GOOD_P99_US else "red"
    grid.add_row("events/s", f"{last.rate:,.0f}", Text(spark([one.rate for one in each], room), style="green"))
    grid.add_row("p50", duration(last.p50_us), Text(spark([one.p50_us for one in each], room), style="cyan"))
    grid.add_row(
        "p99", Text(duration(last.p99_us), style=good), Text(spark([one.p99_us for one in each], room), style="yellow")
    )
    grid.add_row("lag", f"{picture.lag:,}", ProgressBar(LAG_FULL, min(picture.lag, LAG_FULL), min(room, 40), style="grey37"))
    grid.add_row("read", f"{picture.events:,}", ProgressBar(picture.total, picture.events, min(room, 40), style="grey37"))
    group = Text(f"committed by {picture.progress.group}, {picture.progress.began}", style="dim")
    group.truncate(room, overflow="ellipsis")
    grid.add_row("group", f"{picture.progress.committed:,}", group)
    late = f"for {picture.hours:,} hours that are closed; {picture.hours_open} are open"
    grid.add_row("late", f"{picture.late:,}", Text(late, style="dim", overflow="ellipsis"))
    if picture.usage:
        cost = f"{picture.usage.cpu_seconds:.1f} s of CPU since its start"
        grid.add_row("broker", size(picture.usage.resident_bytes), Text(cost, style="dim", overflow="ellipsis"))
    return grid, grid.row_count


class _Column(NamedTuple):
    """A figure of each carrier: columns of a high rank are the first to go."""

    title: str
    width: int
    rank: int
    text: Callable[[Delays], str]


def _worst(delays: Delays) -> str:
    if not delays.worst:
        return "-"
    began = datetime.fromtimestamp(delays.worst.start * 60, UTC)
    return f"{delays.worst.mean_delay:.0f} min, {began:%d %b %H:%M}"


COLUMNS = (
    _Column("flights", 7, 0, lambda delays: f"{delays.flights:,}"),
    _Column("cancelled", 9, 4, lambda delays: f"{delays.cancelled:,}"),
    _Column("mean delay", 10, 0, lambda delays: f"{delays.mean_delay:.1f} min"),
    _Column("", BAR_WIDTH, 6, lambda delays: bar(delays.mean_delay, DELAY_FULL, BAR_WIDTH)),
    _Column("15+ min", 7, 2, lambda delays: f"{delays.delayed:,}"),
    _Column("late", 6, 1, lambda delays: f"{delays.late:,}"),
    _Column("hours", 6, 5, lambda delays: f"{delays.hours:,}"),
    _Column("worst hour", 21, 3, _worst),
)
NAME_WIDTH, CODE_WIDTH, PADDING = 22, 4, 2


def fitting(width: int) -> tuple[bool, Sequence[_Column]]:
    """Whether names fit beside their codes, and which columns do."""
    chosen = list(COLUMNS)
    while chosen and NAME_WIDTH + sum(one.width + PADDING for one in chosen) > width and max(one.rank for one in chosen):
        chosen.remove(max(chosen, key=lambda one: one.rank))
    return NAME_WIDTH + sum(one.width + PADDING for one in chosen) <= width, chosen


def carriers(picture: Picture, width: int = WIDTH, rows: int = HEIGHT) -> Table:
    """One row a carrier, those with most flights first; those that no row is left for are counted."""
    named, shown = fitting(width)
    table = Table(box=None, padding=(0, 1), header_style="bold", pad_edge=False)
    table.add_column("carrier", no_wrap=True, min_width=NAME_WIDTH if named else CODE_WIDTH)
    for column in shown:
        style, side = ("magenta", "left") if not column.title else ("", "right")
        table.add_column(column.title, justify=side, no_wrap=True, min_width=column.width, style=style)  # type: ignore[arg-type]  # a literal
    ranked = sorted(picture.state.items(), key=lambda item: -item[1].flights)
    for carrier, delays in ranked[:rows]:
        name = f"{carrier} {AIRLINES.get(carrier, '')}" if named else carrier
        table.add_row(name, *(column.text(delays) for column in shown))
    if len(ranked) > rows:
        table.add_row(Text(f"and {len(ranked) - rows} more", style="dim"))
    return table
