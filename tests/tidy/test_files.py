"""What no linter sees: captions, lengths, asking the world."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CAPTION_MAX = 60
LINES_MAX = 500
GENERATED = ("leftfold/wire/generated/", "kernel/wire/src/generated/")

# Rule 5: these come from base/ports.py alone, below the command line. `module.name` is one thing, `module.` all of it.
WORLD = {
    "time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.sleep", "datetime.now", "datetime.utcnow",
    "date.today", "os.environ", "os.getenv", "os.urandom", "os.getrandom", "uuid.uuid1", "uuid.uuid4", "random.", "secrets.",
}  # fmt: skip
FLOORS = ("base", "wire", "log", "fold", "machines", "api", "node")


def files(*patterns: str) -> list[Path]:
    found = [path for pattern in patterns for path in ROOT.glob(pattern)]
    return [path for path in found if not str(path.relative_to(ROOT)).startswith(GENERATED) and "target" not in path.parts]


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


SOURCES = files("leftfold/**/*.py", "tests/**/*.py", "tools/**/*.py", "sim/**/*.py", "bench/**/*.py", "kernel/*/src/**/*.rs")


@pytest.mark.parametrize("path", SOURCES, ids=shown)
def test_the_first_line_is_a_caption(path: Path) -> None:
    text = path.read_text()
    if not text and path.name == "__init__.py":
        return
    caption = caption_of(text)
    assert caption is not None, "the first line says what the file is"
    assert 0 < len(caption) <= CAPTION_MAX, f"{len(caption)} characters: {caption}"


def caption_of(text: str) -> str | None:
    first = next((line for line in text.splitlines() if not line.startswith("#!")), "")
    match = re.fullmatch(r'(?:"""|//! ?|# )(.*?)(?:""")?', first)
    return match.group(1) if match else None


def test_a_missing_caption_is_caught() -> None:
    assert caption_of("import os\n") is None
    assert caption_of('"""What it is."""\n') == "What it is."
    assert caption_of("//! What it is.\n") == "What it is."


@pytest.mark.parametrize("path", files("leftfold/**/*.py", "kernel/*/src/**/*.rs"), ids=shown)
def test_no_file_outgrows_its_room(path: Path) -> None:
    text = path.read_text()
    lines = len((text.split("#[cfg(test)]", maxsplit=1)[0] if path.suffix == ".rs" else text).splitlines())
    assert lines <= LINES_MAX, f"{lines} lines: look for the missing room"


@pytest.mark.parametrize("path", files(*(f"leftfold/{floor}/**/*.py" for floor in FLOORS)), ids=shown)
def test_only_ports_ask_the_world(path: Path) -> None:
    if shown(path) == "leftfold/base/ports.py":
        return
    assert list(asks_the_world(path.read_text())) == []


def asks_the_world(text: str) -> Iterator[str]:
    """Every use of clock, chance and environment: `line: what`."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Attribute(value=ast.Name(id=module), attr=name) if f"{module}.{name}" in WORLD or f"{module}." in WORLD:
                yield f"{node.lineno}: {module}.{name}"
            case ast.ImportFrom(module=str(module), names=names):
                parts = [one.name for one in names if f"{module}.{one.name}" in WORLD or f"{module}." in WORLD]
                yield from (f"{node.lineno}: {module}.{name}" for name in parts)
            case _:
                pass


@pytest.mark.parametrize(
    "breach",
    [
        "import time\nnow = time.time()",
        "from time import monotonic",
        "import random\nrandom.random()",
        "from secrets import token_bytes",
        "import os\nos.environ['HOME']",
        "from datetime import datetime\ndatetime.now()",
    ],
)
def test_a_planted_question_to_the_world_is_caught(breach: str) -> None:
    assert list(asks_the_world(breach))


def test_only_one_file_opens_the_door_to_rust() -> None:
    opens = re.compile(r"^\s*(?:from|import) leftfold\._kernel\b|from leftfold import .*_kernel", re.MULTILINE)
    assert [shown(path) for path in files("leftfold/**/*.py") if opens.search(path.read_text())] == ["leftfold/kernel.py"]
