"""Programs of our own, as child processes of the demo."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import IO

import leftfold

# `python -m` looks into the folder where it stands first. Where the user stands there may be a clone, whose source tree has
# no kernel in it; where this very package lies there is this very package.
_PLACE = Path(leftfold.__file__).parents[1]


def child(
    module: str, *words: str, stderr: IO[str] | None = None, start_new_session: bool = False, told: bool = False
) -> subprocess.Popen[str]:
    """Run a module of the package that runs now, until its end or ours.

    Its standard output is a pipe, and its input where it is to be `told` more.

    Paths among `words` must be absolute.
    """
    return subprocess.Popen(
        [sys.executable, "-m", "leftfold.demo.leash", module, *words],
        cwd=_PLACE,
        stdin=subprocess.PIPE if told else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        start_new_session=start_new_session,
    )
