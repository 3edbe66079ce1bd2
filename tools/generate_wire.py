"""Write Python and Rust of the wire from schemas/kafka.

    python -m tools.generate_wire [--check]

One set of facts (schemas/kafka), two languages. `--check` writes nothing and fails where a file is out of date.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tools.generate_python import python_files
from tools.generate_rust import rust_files
from tools.schema import messages, records

ROOT = Path(__file__).parent.parent


def main(check: bool) -> int:
    facts = messages()
    stale = 0
    for folder, files in (
        (ROOT / "leftfold" / "wire" / "generated", python_files(facts, records())),
        (ROOT / "kernel" / "wire" / "src" / "generated", rust_files(facts)),
    ):
        folder.mkdir(parents=True, exist_ok=True)
        for old in set(folder.glob("*.*")) - {folder / name for name in files}:
            stale += 1
            print(f"{old} is no longer generated")
            if not check:
                old.unlink()
        for name, text in files.items():
            path = folder / name
            if path.exists() and path.read_text() == text:
                continue
            stale += 1
            print(f"{path} {'is out of date: run `just generate`' if check else 'written'}")
            if not check:
                path.write_text(text)
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
