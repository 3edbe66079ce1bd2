"""A client in a process of its own, which outlives its broker."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tests.clients import jars
from tests.clients.evidence import Watched

HERE = Path(__file__).parents[1]
IN_FLIGHT_MAX = 20
"""Records that a writer sends before it waits: load enough, and not more to look through than a test has time for."""
PATIENCE_SECONDS = 90
"""How long a client tries to deliver or to reach its broker again before it gives up."""


def _python(module: str) -> list[str]:
    """A warning that a client earns is its maintainers' to mind."""
    return [sys.executable, "-W", "ignore", "-m", f"tests.clients.steady.{module}"]


STEADY: Mapping[str, Callable[[], Sequence[str]]] = {
    "librdkafka": lambda: _python("librdkafka"),
    "kafka-python": lambda: _python("kafka_python"),
    "aiokafka": lambda: _python("aio"),
    "java": lambda: jars.java(jars.SERVER, str(HERE / "java" / "SteadyClient.java")),
}
"""The command of each client; bootstrap address, both topics, IN_FLIGHT_MAX and PATIENCE_SECONDS follow."""


class Steady:
    """Writes 0, 1, 2, ... to partition 0 of one topic, idempotently, and reads partition 0 of another from its start on.

    The process tells by lines what it lives through: `wrote NUMBER OFFSET`, `read OFFSET NUMBER`, `failed TEXT`. Told `finish`,
    it writes no more and says `finished` when all that it sent was acknowledged. It ends with its standard input.
    `wrote` holds the offset of each number that was acknowledged, `read` the (offset, number) pairs in the order in which they
    came, `failures` whatever the client called an error.
    """

    def __init__(self, name: str, bootstrap: str, writes: str, reads: str) -> None:
        self.name, self.writes, self.reads = name, writes, reads
        self.wrote: dict[int, int] = {}
        self.read: list[tuple[int, int]] = []
        self.failures: list[str] = []
        self.finished = False
        self._changed = threading.Condition()
        limits = (str(IN_FLIGHT_MAX), str(PATIENCE_SECONDS))
        self._process = subprocess.Popen(
            [*STEADY[name](), bootstrap, writes, reads, *limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=HERE.parents[1],
        )
        self.watched = Watched(f"steady {name}", self._process.pid)
        self._listener = threading.Thread(target=self._listen, name=f"{name} lines", daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._changed:
                self._hear(line.split())
                self._changed.notify_all()
        with self._changed:
            self.failures.append(f"the process ended with status {self._process.wait()}")
            self._changed.notify_all()

    def _hear(self, words: list[str]) -> None:
        match words:
            case ["wrote", number, offset]:
                if self.wrote.setdefault(int(number), int(offset)) != int(offset):
                    self.failures.append(f"{number} was acknowledged at {self.wrote[int(number)]} and at {offset}")
            case ["read", offset, number]:
                self.read.append((int(offset), int(number)))
            case ["finished"]:
                self.finished = True
            case _:
                self.failures.append(" ".join(words))

    def _wait(self, done: Callable[[], bool], what: str) -> None:
        """Wait until something holds; a failure of the client ends the wait."""
        with self._changed:
            held = self._changed.wait_for(lambda: done() or bool(self.failures), PATIENCE_SECONDS)
            assert not self.failures, f"{self.name}: {self.failures[:5]}"
            assert held, f"{self.name}: {what} took too long: {len(self.wrote)} written, {len(self.read)} read"

    def wait_written(self, more: int) -> None:
        count = len(self.wrote) + more
        self._wait(lambda: len(self.wrote) >= count, f"writing {more} more")

    def wait_read(self, offset: int) -> None:
        self._wait(lambda: bool(self.read) and self.read[-1][0] >= offset, f"reading offset {offset}")

    def finish(self) -> None:
        """Write no more, and wait until all that was sent is acknowledged."""
        assert self._process.stdin is not None
        self._process.stdin.write("finish\n")
        self._process.stdin.flush()
        self._wait(lambda: self.finished, "the last answers")

    def close(self) -> None:
        """End the process; a broker that is gone must not keep it."""
        assert self._process.stdin is not None and self._process.stdout is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join()
        self._process.stdout.close()
