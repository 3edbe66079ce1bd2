"""The program under both of its names."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("module", ["leftfold", "leftfold.cli"])
def test_python_m_is_the_program(module: str) -> None:
    words = [sys.executable, "-m", module, "explain", "LF-1003"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "PORT_TAKEN" in done.stdout
