"""The demo's broker: `leftfold start` as a child process."""

from __future__ import annotations

import os
import resource
import selectors
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from leftfold.demo.child import child

READY_SECONDS_MAX = 30
STOP_SECONDS_MAX = 20
TAIL_LINES = 5


class BrokerFailed(Exception):
    """The broker did not start; the message ends with what it said last."""


class BrokerEnded(BrokerFailed):
    """The broker ended while it was needed."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What the broker has cost: CPU seconds since its start and resident bytes now (None where the system does not tell)."""

    cpu_seconds: float
    resident_bytes: int


class ChildBroker:
    """A broker of our own on a free port; its log is kept in `folder`, and its data where nothing else is said."""

    def __init__(self, folder: Path, data: Path | None = None) -> None:
        self.data = (data or folder / "data").absolute()
        self.bootstrap = ""
        self._errors = folder / "broker.log"
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it and wait for its `ready` line; raises BrokerFailed with its own words."""
        words = ["start", "--data", str(self.data), "--listen", "127.0.0.1:0", "--set", "admin.listener="]
        alone = ["--set", "group.initial.rebalance.delay.ms=0"]  # no other member will come
        with self._errors.open("w") as errors:
            self._process = child("leftfold.cli", *words, *alone, stderr=errors, start_new_session=True)
        line = self._first_line()
        said = dict(word.split("=", 1) for word in line.split() if "=" in word)
        if not line.startswith("ready") or "bootstrap" not in said:
            self.stop()
            raise BrokerFailed(f"the broker did not start: {self.last_words()}")
        self.bootstrap = said["bootstrap"]

    def _first_line(self) -> str:
        assert self._process is not None and self._process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            return self._process.stdout.readline() if selector.select(READY_SECONDS_MAX) else ""

    def check(self, seconds: float = 0) -> None:
        """Raise BrokerEnded if it is gone, or is within so many seconds."""
        with suppress(subprocess.TimeoutExpired):
            if self._process is not None:
                self._process.wait(seconds)
        if self._process is not None and self._process.returncode is not None:
            raise BrokerEnded(f"the broker ended with status {self._process.returncode}: {self.last_words()}")

    def last_words(self) -> str:
        lines = self._errors.read_text(errors="replace").splitlines() if self._errors.exists() else []
        return " | ".join(line.removeprefix("leftfold: ") for line in lines[-TAIL_LINES:]) or "it said nothing"

    def usage(self) -> Usage | None:
        """From /proc; None where there is none."""
        if self._process is None:
            return None
        try:
            fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        ticks = int(fields[11]) + int(fields[12])
        return Usage(ticks / os.sysconf("SC_CLK_TCK"), int(fields[21]) * resource.getpagesize())

    def stop(self) -> int | None:
        """Ask it to stop and wait; kill it if it takes too long. Returns its exit status."""
        if self._process is None:
            return None
        process, self._process = self._process, None
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            return process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()
        finally:
            if process.stdout:
                process.stdout.close()
