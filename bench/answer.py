"""An answer: medians, ratios, bars; as JSON and as a table."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.question import PAIRS, Bar, Figures, Plan, Question, medians

FOLDER = Path(__file__).parent / "answers"
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Answer:
    """Medians by side and case, and where they come from. `rounds` keeps every single measurement; `machine` is what disk and
    network give without any broker."""

    question: Question
    plan: Plan
    where: dict[str, Any]
    machine: Mapping[str, Figures]
    rounds: dict[str, dict[str, list[Figures]]]

    def figures(self, side: str, case: str) -> Figures:
        """The medians of one side and case."""
        return medians(self.rounds[side][case])

    def value(self, bar: Bar) -> float:
        """The ratio, or the plain figure, that a bar is about."""
        if bar.pair is None:
            return float(self.figures(self.question.sides[0].name, bar.case)[bar.figure])
        ours, theirs = PAIRS[bar.pair]
        return float(self.figures(ours.name, bar.case)[bar.figure] / self.figures(theirs.name, bar.case)[bar.figure])

    def verdicts(self) -> Iterator[tuple[Bar, float, bool]]:
        """Every bar, the value, whether it holds."""
        for bar in self.question.bars:
            value = self.value(bar)
            yield bar, value, bar.holds(value)

    def save(self) -> Path:
        """Write `answers/NAME.json`; a quick answer has a name of its own, so that it never replaces a whole one."""
        FOLDER.mkdir(exist_ok=True)
        path = FOLDER / f"{self.question.name}{'-quick' if self.plan.quick else ''}.json"
        body = {
            "question": self.question.title,
            "quick": self.plan.quick,
            "rounds": self.plan.rounds,
            "seconds": self.plan.seconds,
            **self.where,
            "machine": self.machine,
            "medians": {
                side.name: {case: self.figures(side.name, case) for case in self.question.cases} for side in self.question.sides
            },
            "bars": [
                {
                    "pair": bar.pair,
                    "case": bar.case,
                    "figure": bar.figure,
                    "bar": bar.text,
                    "value": round(value, 4),
                    "holds": holds,
                }
                for bar, value, holds in self.verdicts()
            ],
            "measurements": {
                side: {case: [_without_curves(one) for one in measured] for case, measured in cases.items()}
                for side, cases in self.rounds.items()
            },
        }
        path.write_text(json.dumps(body, indent=1) + "\n")
        return path

    def show(self, console: Console) -> None:
        """The table of figures, the disk, the bars."""
        table = Table(title=self.question.title, title_justify="left", box=None, pad_edge=False)
        table.add_column("case")
        table.add_column("side")
        for name in self.question.shown:
            table.add_column(name, justify="right")
        for case in self.question.cases:
            for side in self.question.sides:
                figures = self.figures(side.name, case)
                table.add_row(case, side.name, *(f"{figures[name]:,.4g}" if figures[name] < 100 else f"{figures[name]:,.0f}"
                              for name in self.question.shown))  # fmt: skip
        console.print(table)
        disk, echo = self.machine["disk"], self.machine["echo"]
        written, growing = (disk[f"fdatasync_{name}_us"] for name in ("written", "growing"))
        console.print(
            f"the disk itself: fdatasync of 4 KiB p50 {written['p50']:.0f} us, p99 {written['p99']:.0f} us "
            f"(growing file {growing['p50']:.0f} and {growing['p99']:.0f}); "
            f"sequential writing {disk['sequential_bytes_per_s'] / 1e6:.0f} MB/s (Leftfold writes every byte twice)"
        )
        console.print(
            f"the network itself, {echo['connections']} connections: {echo['exchanges_per_s'] / 1e3:.0f} thousand exchanges/s "
            f"at {echo['cpu_us_per_exchange']:.1f} us of the server's processor time each"
        )
        for bar, value, holds in self.verdicts():
            word = "[green]met   [/]" if holds else "[red]MISSED[/]"
            pair = bar.pair or "Leftfold alone"
            console.print(f"  {word}  {pair}, {bar.case}, {bar.figure}: {value:,.3g} (bar {bar.text})")


def _without_curves(figures: Figures) -> Figures:
    return {name: value for name, value in figures.items() if not isinstance(value, list)}


def where() -> dict[str, Any]:
    """Machine, system and commit."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory_kb = int(Path("/proc/meminfo").read_text().split()[1])
    load_average = os.getloadavg()[0]  # of others: nothing of ours runs yet
    # The answers before this one, of the same run, change nothing that is measured.
    dirty = _git("status", "--porcelain", "--untracked-files=no", "--", ".", f":!{FOLDER.relative_to(ROOT)}")
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _git("rev-parse", "--short=12", "HEAD") + (" with changes" if dirty else ""),
        "processor": model,
        "processors": len(os.sched_getaffinity(0)),
        "load_average_before": round(load_average, 2),
        "memory_gib": round(memory_kb / 2**20, 1),
        "kernel": platform.release(),
        "kafka": "4.4.0",
        "java": _java(),
    }


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def _java() -> str:
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=True).stderr
    return said.splitlines()[0]
