"""Generated files are what their generator writes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_wire_is_up_to_date() -> None:
    command = [sys.executable, "tools/generate_wire.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"run `just generate`:\n{done.stdout}{done.stderr}"
