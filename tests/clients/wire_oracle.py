"""Kafka's own message classes, behind a pipe."""

from __future__ import annotations

import json
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.clients import jars

PROGRAM = Path(__file__).parent / "java" / "WireOracle.java"


@dataclass(frozen=True)
class Answer:
    """How Java reads a body, and what it writes for what it read; `wrong` is empty if it could."""

    values: dict[str, Any] | None
    body: bytes
    wrong: str


class WireOracle:
    """One JVM for many questions; start and stop it by `with`."""

    def __enter__(self) -> Self:
        command = jars.java(jars.SERVER, str(PROGRAM))
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._process.communicate(timeout=30)

    def ask(self, name: str, version: int, body: bytes) -> Answer:
        """What Java makes of the body of a message: `name` as in FetchRequest."""
        assert self._process.stdin is not None
        question = name.encode()
        parts = (struct.pack(">i", len(question)), question, struct.pack(">hi", version, len(body)), body)
        self._process.stdin.write(b"".join(parts))
        self._process.stdin.flush()
        values, again, wrong = self._part(), self._part(), self._part()
        return Answer(json.loads(values) if values else None, again, wrong.decode())

    def _part(self) -> bytes:
        (size,) = struct.unpack(">i", self._exactly(4))
        return self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        assert self._process.stdout is not None
        found = self._process.stdout.read(size)
        if len(found) != size:
            raise RuntimeError(f"the oracle ended with status {self._process.wait()}")
        return found
