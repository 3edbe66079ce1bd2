"""A process that is told lines and says lines."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.clients.brokers import ROOT
from tests.clients.evidence import Watched

SECONDS_MAX = 60


class Program:
    """`said` holds the lines so far, `log` what went to standard error; it is asked to end by the end of its input."""

    def __init__(self, name: str, command: Sequence[str], log: Path) -> None:
        self.name = name
        self.said: list[str] = []
        self._changed = threading.Condition()
        with log.open("a") as errors:
            self.process = subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
            )
        self.watched = Watched(name, self.process.pid, log)
        self._listener = threading.Thread(target=self._listen, name=f"{name} lines", daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._changed:
                self.hear(line.rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self.said.append(f"ended with status {self.process.wait()}")
            self._changed.notify_all()

    def hear(self, line: str) -> None:
        """One more line; called by the listener, which holds the lock."""
        self.said.append(line)

    def tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def wait(self, done: Callable[[], bool], what: str) -> None:
        """Until what was said makes something true; the end of the program ends the wait."""
        with self._changed:
            self._changed.wait_for(lambda: done() or self._ended, SECONDS_MAX)
            assert done(), f"{self.name}: {what}, in vain: {self.said[-20:]}"

    @property
    def _ended(self) -> bool:
        return bool(self.said) and self.said[-1].startswith("ended with status")

    def wait_for(self, line: str, after: int = 0) -> None:
        """A line, said after so many others."""
        self.wait(lambda: line in self.said[after:], f"waiting for {line!r}")

    def end(self) -> int:
        """Ask it to end; its status."""
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        status = self.process.wait(SECONDS_MAX)
        self._close()
        return status

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait()
        self._close()

    def _close(self) -> None:
        self._listener.join(SECONDS_MAX)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.kill()
