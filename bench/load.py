"""The load generator: build it, run it, read its figures."""

from __future__ import annotations

import json
import subprocess
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
