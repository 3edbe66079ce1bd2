"""Judges a history file: status 0 valid, 1 not, 2 no history."""

from __future__ import annotations

import sys
from pathlib import Path

from sim.checker import File, HistoryError, judge


def main(arguments: list[str]) -> int:
    """Judge the one file that is named."""
    if len(arguments) != 1:
        print("usage: python -m sim.checker HISTORY.jsonl", file=sys.stderr)
        return 2
    try:
        verdict = judge(File(Path(arguments[0])))
    except (OSError, HistoryError) as error:
        print(f"{arguments[0]}: {error}", file=sys.stderr)
        return 2
    print(verdict)
    return 1 if verdict.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
