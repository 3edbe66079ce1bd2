"""The load generator: build it, run it, read its figures."""

from __future__ import annotations

import json
import subprocess
import time
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "load"
RUN_SECONDS_MAX = 600


class LoadError(Exception):
    """The load generator could not measure; the message is its own."""


@cache
def program() -> Path:
    """The compiled program; built on first use, which takes some seconds."""
    manifest = str(FOLDER / "Cargo.toml")
    subprocess.run(["cargo", "build", "--release", "--locked", "--quiet", "--manifest-path", manifest], check=True)
    return FOLDER / "target/release/load"


def command(question: str, options: dict[str, Any]) -> list[str]:
    """The words of one run; options that are None are left out."""
    given = {name.replace("_", "-"): value for name, value in options.items() if value is not None}
    return [str(program()), question, *(word for name, value in given.items() for word in (f"--{name}", str(value)))]


def run(question: str, **options: Any) -> dict[str, Any]:
    """One measurement; LoadError if the broker answered with errors, or not at all."""
    result = subprocess.run(command(question, options), capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False)
    if result.returncode != 0:
        raise LoadError(result.stderr.strip() or f"load {question} ended with status {result.returncode}")
    figures: dict[str, Any] = json.loads(result.stdout)
    return figures


def first_answer_s(broker: AbstractContextManager[Any], question: str, **options: Any) -> float:
    """Seconds from the broker's start, which is here, to the answer that the program has been waiting for since before it."""
    waiting = subprocess.Popen(command(question, options), stdout=subprocess.PIPE, text=True)
    begun_ns = time.monotonic_ns()
    try:
        with broker:
            said, _ = waiting.communicate(timeout=RUN_SECONDS_MAX)
    finally:
        waiting.kill()
    answered_ns: int = json.loads(said)["answered_at_ns"]
    return (answered_ns - begun_ns) / 1e9
