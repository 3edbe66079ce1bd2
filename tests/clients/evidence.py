"""What a test that failed, or hung, leaves to look at."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar
from weakref import WeakSet

LOG_CHARACTERS_MAX = 6000
DUMP_SECONDS_MAX = 10

Section = tuple[str, str]
"""A title, and text."""


class Watched:
    """A process that tests talk to: its id while it runs, and the file of what it said, if there is one."""

    everyone: ClassVar[WeakSet[Watched]] = WeakSet()

    def __init__(self, name: str, pid: int, log: Path | None = None) -> None:
        self.name, self.pid, self.log = name, pid, log
        Watched.everyone.add(self)

    def sections(self) -> Iterator[Section]:
        yield f"{self.name}, process {self.pid}", "\n".join(threads(self.pid)) or "it does not run"
        if self.log is not None and self.log.exists():
            yield f"{self.name}, end of {self.log}", self.log.read_text(errors="replace")[-LOG_CHARACTERS_MAX:]
        if Path(f"/proc/{self.pid}/comm").exists() and Path(f"/proc/{self.pid}/comm").read_text().strip() == "java":
            yield f"{self.name}, its Java threads", java_threads(self.pid)


def sections() -> Iterator[Section]:
    """Of all processes that were started and not forgotten."""
    for one in sorted(Watched.everyone, key=lambda watched: watched.pid):
        yield from one.sections()


def threads(pid: int) -> Iterator[str]:
    """Each thread of a process: its name, its state, and what it waits for in the system."""
    for task in sorted(Path(f"/proc/{pid}/task").glob("*")):
        try:
            name, stat = (task / "comm").read_text().strip(), (task / "stat").read_text()
            yield f"{task.name} {name:<16} {stat.rpartition(')')[2].split()[0]} {(task / 'wchan').read_text()}"
        except OSError:
            yield f"{task.name} has ended meanwhile"


def java_threads(pid: int) -> str:
    if shutil.which("jstack") is None:
        return "there is no jstack to show them"
    try:
        ran = subprocess.run(["jstack", str(pid)], capture_output=True, text=True, timeout=DUMP_SECONDS_MAX, check=False)
    except subprocess.TimeoutExpired:
        return f"jstack got no answer in {DUMP_SECONDS_MAX} s"
    return ran.stdout[:LOG_CHARACTERS_MAX] or ran.stderr
