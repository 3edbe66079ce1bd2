"""What README and guides tell people to type works."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from leftfold import Broker
from tests.clients.brokers import ROOT

BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def told(document: str, section: str = "") -> str:
    """The shell commands of a document, or of one section."""
    text = (ROOT / document).read_text()
    part = text.partition(f"## {section}\n")[2].partition("\n## ")[0] if section else text
    return "\n".join(BLOCK.findall(part))


@pytest.fixture
def bootstrap() -> Iterator[str]:
    with Broker() as broker:
        yield broker.bootstrap


@pytest.mark.parametrize(
    ("document", "section", "wanted"),
    [
        ("README.md", "Use it", ['"key": "customer-7"']),
        (
            "docs/guides/command-line.md",
            "",
            ['"value": "{\\"id\\": 1}"', "source:shell", "customer-7: {", "nothing was changed"],
        ),
    ],
)
def test_it_works_as_it_is_told(bootstrap: str, tmp_path: Path, document: str, section: str, wanted: list[str]) -> None:
    program = tmp_path / "bin" / "leftfold"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m leftfold.cli "$@"\n')
    program.chmod(0o755)
    lines = [line for line in told(document, section).splitlines() if not line.startswith("leftfold start")]
    assert any(line.startswith("leftfold topic") for line in lines)
    own = {"PATH": f"{program.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "HOME": str(tmp_path),
           "LEFTFOLD_BROKERS": bootstrap}  # fmt: skip
    bash = shutil.which("bash")
    assert bash, "the documents speak to bash"
    done = subprocess.run(
        [bash, "-euo", "pipefail", "-c", "\n".join(lines)], env={**os.environ, **own}, cwd=tmp_path, capture_output=True,
        text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr.replace("topic copied did not exist", "").count("did not exist")) == (0, 0), (
        done.stderr
    )
    for words in wanted:
        assert words in done.stdout
