"""`leftfold demo`: a year of real flights, live."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from leftfold.base.errors import Failure
from leftfold.cli.connection import Cluster, Problem

if TYPE_CHECKING:
    from rich.console import RenderableType

    from leftfold.demo.moments import Picture, Result
    from leftfold.demo.run import Plan

RATE = 20_000
REFRESHES = 5  # of the live picture, a second
SWITCH_SECONDS = 0.0005
INTERRUPTED = 130
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
NEXT = """
Your turn: leftfold start                a broker that keeps its data
           leftfold topic create orders  then: leftfold topic produce orders
           any Kafka client              bootstrap.servers=127.0.0.1:9092"""


@click.command()
@click.option("--rate", metavar="N|max", help=f"Events a second, or max for as fast as it goes. [default: {RATE}]")
@click.option("--speed", type=click.FloatRange(min=0, min_open=True), metavar="X", help="X times real time, instead of --rate.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), metavar="S", help="Stop after S seconds of events.")
@click.option("--headless", is_flag=True, help="A line a second and a final table, as without a terminal.")
@click.option("--plot", type=click.Path(path_type=Path, dir_okay=False, writable=True), metavar="FILE", help="Save an SVG.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="json tells the result as one.")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Keep all in DIR; go on with it.")
@click.option("--brokers", metavar="HOST:PORT", help="Use this Kafka cluster instead of a broker of its own.")
@click.option("--keep", is_flag=True, help="With --brokers: delete nothing afterwards; go on with what is there.")
@click.option("--topic", metavar="NAME", default="flights", show_default=True, help="Made for the run, deleted after it.")
def command(
    *,
    rate: str | None,
    speed: float | None,
    seconds: float | None,
    headless: bool,
    plot: Path | None,
    form: str,
    data: Path | None,
    brokers: str | None,
    keep: bool,
    topic: str,
) -> None:
    """336,776 real flights through a broker of its own, folded live.

    Starts a broker on a free port in a folder that is thrown away, sends the flights that left New York in 2013 as JSON
    through a Kafka client, reads them in a consumer group, folds the delays of each carrier by the hour, and shows it.
    Ctrl-C ends it early: what was sent is still read and told. Exit status 0, or 1 when something that was acknowledged
    cannot be read.

    With --data the progress is kept, too, in the log itself: stop it or kill it or its broker as often as you like, start it
    again, and it goes on where it was. The table in the end is the same.
    """
    from leftfold.demo.run import DemoFailed, Plan
    from leftfold.demo.run import run as run_demo

    if plot is not None and not plot.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {plot.parent}", param_hint="--plot")
    if data is not None and brokers is not None:
        raise click.UsageError("--data is for a broker of its own; with --brokers say --keep")
    if keep and brokers is None:
        raise click.UsageError("--keep needs --brokers; with a broker of its own say --data DIR")
    if brokers is not None:
        Cluster({"brokers": brokers}).check()
    live = form == "text" and not headless and sys.stdout.isatty()
    frame_seconds = 1 / REFRESHES if live else 1.0
    plan = Plan(_pace(rate, speed), seconds, brokers or "", data, keep, topic, frame_seconds)
    try:
        with _signals_kept_in(plan), _live(plan) if live else _lines(form) as show:
            result = run_demo(plan, show)
    except DemoFailed as error:
        raise Problem(str(error), Failure.DEMO_FAILED) from None
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    _tell(result, form)
    if data is not None:
        click.echo(f"Kept in {data}: the same command goes on; `leftfold start --data {data}` serves it.", err=True)
    if plot is not None:
        from leftfold.demo.plot import svg

        plot.write_text(svg(result), encoding="utf-8")
        click.echo(f"plot: {plot}", err=True)


def _pace(rate: str | None, speed: float | None) -> str:
    if rate is not None and speed is not None:
        raise click.UsageError("--rate and --speed say the same thing in two ways; give one of them")
    if speed is not None:
        return f"speed={speed}"
    if rate == "max":
        return "max"
    try:
        number = float(rate or RATE)
    except ValueError:
        number = 0
    if not 0 < number < float("inf"):
        raise click.BadParameter(f"{rate!r} is neither a number above 0 nor max", param_hint="--rate")
    return f"rate={number}"


@contextmanager
def _signals_kept_in(plan: Plan) -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closed terminal end the feeding; what was sent is still read and told. A second one ends it."""

    def asked(number: int, _: FrameType | None) -> None:
        if plan.stop:
            raise KeyboardInterrupt
        plan.stop.append(number)

    before = {number: signal.signal(number, asked) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _live(plan: Plan) -> Iterator[Callable[[Picture], None]]:
    """The newest picture, drawn by a thread beside on the terminal's other screen; it leaves no trace there.

    Drawing takes 10 ms. In that time events would wait and look late; so the threads change places often.
    """
    from rich.console import Console
    from rich.live import Live

    from leftfold.demo.picture import draw, waiting

    console = Console()
    newest: list[Picture] = []
    place = str(plan.data) if plan.data else "a folder that is thrown away"

    def newest_drawn() -> RenderableType:
        return draw(newest[-1], console.width, console.height) if newest else waiting(place)

    def show(picture: Picture) -> None:
        newest[:] = [picture]

    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        with Live(console=console, screen=True, get_renderable=newest_drawn, refresh_per_second=REFRESHES):
            yield show
    finally:
        sys.setswitchinterval(before)


@contextmanager
def _lines(form: str) -> Iterator[Callable[[Picture], None]]:
    """A line a second on standard output; with --format json on standard error, so that the document stands alone."""
    from leftfold.demo.words import duration

    def show(picture: Picture) -> None:
        if not picture.seconds:
            click.echo(f"broker {picture.bootstrap} is ready; the flights are on their way", err=form == "json")
            click.echo(f"group {picture.progress.group} {picture.progress.began}", err=form == "json")
            return
        last = picture.seconds[-1]
        click.echo(
            f"{last.at:5.1f} s  {last.rate:9,.0f} events/s  p50 {duration(last.p50_us):>7}  p99 {duration(last.p99_us):>7}"
            f"  lag {last.lag:>7,}  late {picture.late:>6,}  read {picture.events:>8,}",
            err=form == "json",
        )

    yield show


def _tell(result: Result, form: str) -> None:
    if form == "json":
        click.echo(json.dumps(result.as_document(), indent=2))
        return
    from rich.console import Console

    from leftfold.demo.picture import HEIGHT, WIDTH, carriers, ending, summary

    console = Console()
    if console.is_terminal:
        console.print(ending(result, console.width, HEIGHT))
        click.echo(f"{summary(result)}\n{NEXT}")
    else:
        Console(width=WIDTH).print(carriers(result.picture))
        click.echo(summary(result))
