"""A program that ends when the one that started it does."""

# python -m leftfold.demo.leash MODULE WORDS... runs the module. A demo that is killed must leave no broker behind. Linux sends
# the signal; elsewhere the parent's own cleaning up has to do.

from __future__ import annotations

import ctypes
import os
import runpy
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)


def main() -> None:
    module = sys.argv[1]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # no manners: its folder is thrown away, or bears it
        if os.getppid() == 1:  # it has ended already, before it could be asked for
            sys.exit(1)
    sys.argv[:] = [module, *sys.argv[2:]]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
