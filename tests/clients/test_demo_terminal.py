"""The demo as a person sees it: in a terminal, with Ctrl-C."""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

import pyte
import pytest

from tests.clients.brokers import ROOT, free_port
from tests.clients.processes import SECONDS_MAX, children, running, wait_until_gone

# The terminal becomes the process's own, so that Ctrl-C reaches it.
IN_A_TERMINAL = """
import fcntl, runpy, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
runpy.run_module("leftfold.cli", run_name="__main__")
"""
CTRL_C = b"\x03"
OTHER_SCREEN, THIS_SCREEN, CURSOR = b"\x1b[?1049h", b"\x1b[?1049l", b"\x1b[?25h"


class Terminal:
    """A terminal of some size in which the demo runs; `screen` is what a person would see."""

    def __init__(self, columns: int, rows: int, *words: str) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.raw = b""
        self._stream = pyte.ByteStream(self.screen)
        self._ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", IN_A_TERMINAL, "demo", *words], cwd=ROOT, env={**environment, "TERM": "xterm-256color"},
            stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)

    def type(self, keys: bytes) -> None:
        os.write(self._ours, keys)

    def until(self, seen: Callable[[str], bool]) -> str:
        """Read on until the screen shows it; its text."""
        deadline = time.monotonic() + SECONDS_MAX
        while not seen(shown := "\n".join(self.screen.display)):
            assert time.monotonic() < deadline, f"never seen; the screen shows\n{shown}"
            assert self._read(), f"it ended before; the screen shows\n{shown}"
        return shown

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()  # what it started ends with it
            self.process.wait()

    def end(self) -> tuple[int, str]:
        """Its status, and all that it wrote."""
        while self._read():
            pass
        os.close(self._ours)
        return self.process.wait(SECONDS_MAX), self.raw.decode()

    def _read(self) -> bool:
        if not select.select([self._ours], [], [], SECONDS_MAX)[0]:
            return False
        try:
            part = os.read(self._ours, 1 << 16)
        except OSError:  # the other side is closed
            return False
        self.raw += part
        self._stream.feed(part)
        return bool(part)


@pytest.mark.parametrize(("columns", "rows"), [(120, 40), (80, 24), (46, 15)])
def test_a_person_sees_it_and_ends_it(columns: int, rows: int) -> None:
    with Terminal(columns, rows, "--rate", "2000") as terminal:
        shown = terminal.until(lambda text: "events/s" in text and "UA" in text and "Ctrl-C ends" in text)
        assert "p99" in shown
        assert ("United Air Lines" in shown) == (columns >= 80)
        terminal.type(CTRL_C)
        status, written = terminal.end()
    assert status == 0
    assert "all acknowledged (acks=all) and read." in written and "Your turn" in written
    assert "Traceback" not in written
    assert terminal.raw.count(OTHER_SCREEN) == terminal.raw.count(THIS_SCREEN) == 1
    assert terminal.raw.rindex(CURSOR) > terminal.raw.index(OTHER_SCREEN)


def test_it_may_be_ended_before_it_began() -> None:
    with Terminal(80, 24) as terminal:
        terminal.until(lambda text: "starting a broker" in text)
        terminal.type(CTRL_C)
        status, written = terminal.end()
    assert (status, "Traceback" in written) == (0, False)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent has died")
def test_nothing_outlives_a_demo_that_is_killed() -> None:
    with Terminal(80, 24, "--rate", "2000") as terminal:
        terminal.until(lambda text: "UA" in text)
        started = children(terminal.process.pid)
        assert len(started) == 2, "a broker and a feeder"
        terminal.process.kill()
        terminal.process.wait()
        wait_until_gone(started)


def test_a_broker_that_dies_is_told_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "leftfold.cli", "demo", "--headless", "--rate", "2000"]
    pipe = subprocess.PIPE
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=pipe, stderr=pipe, text=True) as demo:
        assert demo.stdout is not None and demo.stderr is not None
        assert "is ready" in demo.stdout.readline()
        [broker] = [one for one in children(demo.pid) if running(one, "leftfold.cli")]
        os.kill(broker, signal.SIGKILL)
        said = demo.stderr.read()
        assert demo.wait(SECONDS_MAX) == 1
    assert said.startswith("leftfold: the broker ended with status -9") and len(said.splitlines()) == 1


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "leftfold.cli", "demo", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS_MAX, check=False
    )


def test_without_a_terminal_lines_and_a_table(tmp_path: Path) -> None:
    done = run(tmp_path, "--rate", "3000", "--seconds", "3", "--plot", "demo.svg")
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "plot: demo.svg\n")
    assert sum("events/s" in line for line in lines) >= 2
    assert any(line.startswith("carrier") for line in lines)
    assert (tmp_path / "demo.svg").read_text().startswith("<svg")
    assert "\x1b" not in done.stdout


def test_speed_is_a_multiple_of_real_time(tmp_path: Path) -> None:
    done = run(tmp_path, "--speed", "36000", "--seconds", "2", "--format", "json")
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert 0 < told["events"] == told["sent"] == told["acknowledged"] < 20_000
    days = 2 * 36_000 / 86_400  # of the first days of 2013 some 840 flights a day are reported
    assert told["events"] < 3 * 900 * (days + 1)


def test_what_cannot_work_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    for words, status, said in (
        (("--plot", "no/such/folder/a.svg"), 2, "no folder"),
        (("--rate", "-5"), 2, "neither a number"),
        (("--rate", "5", "--speed", "5"), 2, "give one of them"),
        (("--brokers", f"127.0.0.1:{free_port()}"), 1, "nothing listens"),
        (("--data", "here", "--brokers", "127.0.0.1:9092"), 2, "say --keep"),
        (("--keep",), 2, "say --data DIR"),
        (("--data", "a file/in it"), 1, "did not start: the data folder"),
    ):
        done = run(tmp_path, *words)
        assert (done.returncode, said in done.stderr, "Traceback" in done.stderr) == (status, True, False)
