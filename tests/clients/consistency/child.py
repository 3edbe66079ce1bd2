"""A client's process, and what it says."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from sim.checker import read
from tests.clients.brokers import ROOT
from tests.clients.consistency.kinds import PARTITIONS, SESSION_MS, Kind
from tests.clients.consistency.voice import PATIENCE_S
from tests.clients.evidence import Watched


class Child:
    """One client's process. What it said is kept in `file`; a line that its end cut off is left out."""

    def __init__(self, kind: Kind, number: int, bootstrap: str, rate: int, folder: Path) -> None:
        self.kind, self.name = kind, f"{kind.name}-{number}"
        self.file = folder / f"{self.name}.jsonl"
        self.acknowledged = 0
        self.did: Counter[str] = Counter()
        self.problems: list[str] = []
        self.finished = False
        self._changed = threading.Condition()
        fixed = (self.name, bootstrap, kind.topic, kind.group, kind.protocol, ",".join(kind.parts), kind.isolation)
        words = (*fixed, PARTITIONS, number, rate, SESSION_MS)
        self._process = subprocess.Popen(
            [*kind.command(), *map(str, words)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # lost connections, a thousand times
            cwd=ROOT,
        )
        self.watched = Watched(f"client {self.name}", self._process.pid)
        self._listener = threading.Thread(target=self._listen, name=f"{self.name} lines", daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self.file.open("wb") as kept:
            for line in self._process.stdout:
                if line.endswith(b"\n"):
                    with self._changed:
                        self._hear(line, kept)
                        self._changed.notify_all()

    def _hear(self, line: bytes, kept: IO[bytes]) -> None:
        if line == b"finished\n":
            self.finished = True
        elif not line.startswith(b"{"):
            self.problems.append(line.decode().strip())
        else:
            kept.write(line)
            (event,) = read([line])
            if event.type == "ok":
                self.acknowledged += len(event.sends)
                part = event.process.rpartition("-")[2]
                self.did[part] += event.f == "assign" if part == "guest" else event.f in ("send", "poll", "txn")

    def wait(self, done: Callable[[Child], bool], what: str) -> None:
        """Wait until something holds of it; TimeoutError says for what in vain."""
        with self._changed:
            held = self._changed.wait_for(lambda: done(self) or bool(self.problems), PATIENCE_S)
        if self.problems or not held:
            shown = f"{self.acknowledged} records acknowledged, done {dict(self.did)}"
            raise TimeoutError(f"{self.name}: {what}: {shown}; {self.problems[:3]}")

    def progress(self, more: int) -> None:
        enough = self.acknowledged + more if "writer" in self.kind.parts else 0
        committed = self.did["worker"] + ("worker" in self.kind.parts)
        what = f"{more} more records acknowledged, and a transaction of who works"
        self.wait(lambda child: child.acknowledged >= enough and child.did["worker"] >= committed, what)

    def finish(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(b"finish\n")
        self._process.stdin.flush()
        self.wait(lambda child: child.finished, "the last answers")

    def kill(self) -> None:
        """kill -9: what it said before is kept."""
        self._process.kill()
        self._end()

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def close(self) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError, ValueError):
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._end()

    def _end(self) -> None:
        self._process.wait()
        self._listener.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
