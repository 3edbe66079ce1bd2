"""Ask the questions: both brokers, alternating, in one run.

python -m bench.run [--quick] [--rounds N] [--seconds S] [QUESTION]...
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from bench import load
from bench.answer import FOLDER, Answer, where
from bench.plot import picture
from bench.question import FULL, QUICK, Figures, Plan, Question, Side, Stage
from bench.questions import (
    batches,
    commits,
    compaction,
    coordinator,
    end_to_end,
    fetch,
    groups,
    memory,
    partitions,
    requests,
    start,
    transactions,
)

Teller = Callable[[str, int], None]
QUESTIONS: dict[str, Question] = {
    module.QUESTION.name: module.QUESTION
    for module in (
        requests,
        batches,
        fetch,
        end_to_end,
        partitions,
        start,
        memory,
        commits,
        groups,
        transactions,
        compaction,
        coordinator,
    )
}


def main(words: Sequence[str]) -> int:
    """Ask, show, save; 1 if a bar is missed."""
    options = _options(words)
    console = Console(width=None if sys.stdout.isatty() else 150)
    plan = QUICK if options.quick else FULL
    plan = replace(plan, rounds=options.rounds or plan.rounds, seconds=options.seconds or plan.seconds)
    load.program()
    missed = 0
    for name in options.questions or QUESTIONS:
        with _folder(options.folder) as folder:
            answer = ask(QUESTIONS[name], plan, folder, console)
        answer.show(console)
        path = answer.save()
        plot = path.with_suffix(".svg")
        plot.write_text(picture(answer))
        console.print(f"saved {path.relative_to(FOLDER.parents[1])} and {plot.name}\n")
        missed += sum(not holds for _, _, holds in answer.verdicts())
    console.print("every bar holds" if not missed else f"{missed} bars are missed")
    return 1 if missed else 0


def ask(question: Question, plan: Plan, folder: Path, console: Console) -> Answer:
    """All rounds of one question; the order of the sides turns round with every round."""
    plan = replace(plan, rounds=min(plan.rounds, question.rounds_max or plan.rounds))
    rounds: dict[str, dict[str, list[Figures]]] = {side.name: {case: [] for case in question.cases} for side in question.sides}
    found = where()
    machine = {"disk": load.run("disk", folder=folder), "echo": load.run("echo", connections=16, seconds=1)}
    stage = Stage(folder)
    with stage if question.starts_both else nullcontext(stage), _told(question, plan, console) as tell:
        for side in _one_of_each(question.sides) if question.warm else ():
            tell(f"{side.broker} warms up", 0)
            assert question.warm is not None
            question.warm(stage, side, plan)
        for number in range(plan.rounds):
            for case in question.cases:
                for side in question.sides if number % 2 == 0 else tuple(reversed(question.sides)):
                    tell(f"{case}, {side.name}", 1)
                    os.sync()  # what the measurement before left to be written is not this one's
                    rounds[side.name][case].append(question.measure(stage, side, case, plan))
    return Answer(question, plan, found, machine, rounds)


def _one_of_each(sides: Sequence[Side]) -> Iterator[Side]:
    """One side of each broker."""
    seen: set[str] = set()
    for side in sides:
        if side.broker not in seen:
            seen.add(side.broker)
            yield side


@contextmanager
def _told(question: Question, plan: Plan, console: Console) -> Iterator[Teller]:
    """A bar on a terminal; elsewhere a line for each measurement."""
    total = plan.rounds * len(question.cases) * len(question.sides)
    if not console.is_terminal:
        done = 0

        def line(what: str, steps: int) -> None:
            nonlocal done
            done += steps
            print(f"{question.name} {done}/{total}: {what}", file=sys.stderr, flush=True)

        yield line
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(question.name, total=total + 1)
        yield lambda what, steps: progress.update(task, description=f"{question.name}: {what}", advance=steps)


@contextmanager
def _folder(given: str | None) -> Iterator[Path]:
    """A folder that goes afterwards, on the disk that is to be measured."""
    folder = Path(tempfile.mkdtemp(prefix="leftfold-bench-", dir=given))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _options(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__.splitlines()[0])
    parser.add_argument("questions", nargs="*", metavar="QUESTION", help=f"one of {', '.join(QUESTIONS)}; all without any")
    parser.add_argument("--quick", action="store_true", help="one short round: about two minutes, for orientation only")
    parser.add_argument("--rounds", type=int, help="how often everything is measured; medians are compared")
    parser.add_argument("--seconds", type=float, help="how long one measurement takes")
    parser.add_argument("--folder", help="where data folders are made: the disk that is measured")
    options = parser.parse_args(words)
    unknown = [name for name in options.questions if name not in QUESTIONS]
    if unknown:
        parser.error(f"no question is called {unknown[0]}; there are {', '.join(QUESTIONS)}")
    return options


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
