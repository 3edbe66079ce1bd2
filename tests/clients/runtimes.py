"""Runtimes the tests talk to: there, or skipped by name."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Runtime:
    """Something that a test needs and a machine may lack: `programs` on the path, `files` in the tree."""

    programs: tuple[str, ...]
    get: str
    files: tuple[Path, ...] = ()

    def missing(self) -> list[str]:
        programs = [program for program in self.programs if shutil.which(program) is None]
        return programs + [str(file) for file in self.files if not file.exists()]


RUNTIMES = {
    "java": Runtime(("java", "mvn"), "install a JDK (17 or newer) and Maven: apt-get install openjdk-17-jdk-headless maven"),
    "go": Runtime(("go",), "install Go 1.26 or newer"),
    "node": Runtime(
        ("node", "npm"),
        "install Node 20 or newer, then: npm ci --prefix tests/clients/node",
        (HERE / "node" / "node_modules" / "kafkajs",),
    ),
    "kcat": Runtime(("kcat",), "install kcat: apt-get install kcat"),
}


def need(*names: str) -> None:
    """Go on if all these runtimes are there; else skip this test, saying how to get them. In CI (CI=true) that is a failure."""
    for name in names:
        runtime = RUNTIMES[name]
        missing = runtime.missing()
        if missing:
            give_up(f"{name} is not here ({', '.join(missing)}); {runtime.get}")


def give_up(why: str) -> None:
    """Skip, or fail where everything must be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(why, pytrace=False)
    pytest.skip(why)
