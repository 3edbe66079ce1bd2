"""Processes of this machine, by what proc(5) tells."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

SECONDS_MAX = 60


def stat(process: int) -> list[str]:
    """State, parent and more of a process; empty when it is gone."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def gone(process: int) -> bool:
    """Whether it has ended; a zombie has."""
    return stat(process)[:1] in ([], ["Z"])


def children(process: int) -> list[int]:
    """The processes that it started, and that run."""
    running = [int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit()]
    return [one for one in running if stat(one)[1:2] == [str(process)]]


def running(process: int, module: str) -> bool:
    """Whether it runs this module of Python."""
    return module in Path(f"/proc/{process}/cmdline").read_text().split("\0")


def wait_until_gone(processes: Iterable[int]) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    for one in processes:
        while not gone(one):
            assert time.monotonic() < deadline, f"process {one} does not end"
            time.sleep(0.01)
