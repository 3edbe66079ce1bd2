"""Each floor's rule is checked: a planted breach is caught."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINTER = Path(sys.executable).parent / "lint-imports"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(LINTER), "--config", str(folder / ".importlinter"), "--no-cache"]
    environment = {"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "COLUMNS": "200"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house's Python, to be damaged."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "leftfold", folder / "leftfold", ignore=shutil.ignore_patterns("*.so", "__pycache__", "*.pyi"))
    shutil.copy(ROOT / ".importlinter", folder)
    return folder


def test_the_house_keeps_its_floors(house: Path) -> None:
    result = lint(house)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("file", "breach", "contract"),
    [
        ("base/ids.py", "import leftfold.machines.cluster.state", "1."),
        ("machines/cluster/state.py", "import leftfold.api.kafka.context", "1."),
        ("machines/cluster/decide.py", "import leftfold.machines.cluster.fold", "2."),
        ("machines/cluster/events.py", "import leftfold.machines.cluster.decide", "2."),
        ("machines/other/events.py", "import leftfold.machines.cluster.state", "3."),
        ("machines/cluster/fold.py", "import time", "4."),
        ("machines/cluster/decide.py", "import asyncio", "4."),
        ("fold/machine.py", "import random", "4."),
        ("wire/codec.py", "import socket", "4."),
        ("fold/journal.py", "import leftfold.kernel", "5."),
        ("api/kafka/groups.py", "import starlette", "6."),
        ("api/kafka/groups.py", "import leftfold.api.kafka.topics", "7."),
        ("api/kafka/context.py", "import leftfold.api.kafka.table", "7."),
    ],
)
def test_a_planted_breach_is_caught(house: Path, file: str, breach: str, contract: str) -> None:
    damaged = house / "leftfold" / file
    before = damaged.read_text() if damaged.exists() else None
    damaged.parent.mkdir(exist_ok=True)
    (damaged.parent / "__init__.py").touch()
    damaged.write_text(f"{before or ''}\n{breach}\n")
    try:
        result = lint(house)
    finally:
        if before is None:
            shutil.rmtree(damaged.parent)
        else:
            damaged.write_text(before)
    assert result.returncode != 0
    broken = [line for line in result.stdout.splitlines() if line.startswith(contract) and "BROKEN" in line]
    assert broken, result.stdout
