"""Generated files are what their generator writes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from leftfold.api.http.metrics import TABLE
from tests import wire_golden
from tools.generate_metrics import FILE, PARTS, document

ROOT = Path(__file__).parents[2]


def test_the_wire_is_up_to_date() -> None:
    done = check(ROOT)
    assert done.returncode == 0, f"run `just generate`:\n{done.stdout}{done.stderr}"


def test_the_golden_bytes_are_up_to_date() -> None:
    assert wire_golden.FILE.read_text().splitlines() == list(wire_golden.lines()), "run `just generate`"


def test_every_metric_is_documented_and_no_other() -> None:
    assert {one.name.partition("_")[0] + "_" for one in TABLE} == PARTS.keys(), "a metric of no part of the page"
    assert FILE.read_text() == document(), "run `just generate`"


def test_a_stale_file_is_caught(tmp_path: Path) -> None:
    for part in ("tools", "schemas/kafka", "leftfold/wire/generated", "kernel/wire/src/generated"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    assert check(tmp_path).returncode == 0
    stale = tmp_path / "leftfold" / "wire" / "generated" / "topics.py"
    stale.write_text(stale.read_text().replace("60000", "30000"))
    (tmp_path / "kernel" / "wire" / "src" / "generated" / "left_over.rs").touch()
    done = check(tmp_path)
    assert done.returncode == 1
    assert "topics.py is out of date" in done.stdout
    assert "left_over.rs is no longer generated" in done.stdout


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tools.generate_wire", "--check"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
