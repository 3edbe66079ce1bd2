"""Completion in the shells themselves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from leftfold import Broker
from tests.clients.brokers import ROOT

# Each takes the words typed so far as its arguments, the last of them unfinished, and prints what the shell would offer.
ASK = {
    "bash": """
        source <(leftfold generate shell-completion bash)
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        _leftfold_completion leftfold
        printf '%s\\n' "${COMPREPLY[@]}"
    """,
    "zsh": """
        autoload -U compinit; compinit -u -D
        source <(leftfold generate shell-completion zsh)
        [[ $_comps[leftfold] == _leftfold_completion ]] || exit 9
        compadd() { print -l -- $completions }
        _describe() { print -l -- ${completions_with_descriptions%%:*} }
        words=("$@"); CURRENT=$#
        _leftfold_completion
    """,
    "fish": """
        leftfold generate shell-completion fish | source
        complete -C "$argv" | string split --fields 1 \\t
    """,
}


@pytest.fixture(scope="module")
def bootstrap() -> Iterator[str]:
    with Broker() as broker:
        yield broker.bootstrap


@pytest.fixture(params=ASK)
def offered(request: pytest.FixtureRequest, bootstrap: str, tmp_path: Path):  # type: ignore[no-untyped-def]  # a function
    """Ask one shell what it offers after some words."""
    shell = request.param
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not here; install it: apt-get install {shell}")
    program = tmp_path / "leftfold"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m leftfold.cli "$@"\n')
    program.chmod(0o755)
    own = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "HOME": str(tmp_path),
           "LEFTFOLD_BROKERS": bootstrap, "LEFTFOLD_CONFIG": str(tmp_path / "profiles.toml"),
           "LEFTFOLD_GLOBALS_COMMAND_TIMEOUT": "30s"}  # fmt: skip  # a busy machine may take longer than a second

    def ask(*words: str) -> set[str]:
        start = [shell, "--no-config", "-c"] if shell == "fish" else [shell, "-f", "-c"] if shell == "zsh" else [shell, "-c"]
        after = [" ".join(words)] if shell == "fish" else [shell, *words]
        done = subprocess.run(
            [*start, ASK[shell], *after], env={**os.environ, **own}, cwd=tmp_path, capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip
        assert done.stderr == ""
        return set(done.stdout.split())

    return ask


def test_commands_are_offered(offered) -> None:  # type: ignore[no-untyped-def]
    assert {"topic", "cluster", "demo", "start", "profile"} <= offered("leftfold", "")
    assert offered("leftfold", "topic", "cr") == {"create"}
    assert offered("leftfold", "cluster", "config", "") >= {"list", "get", "set", "edit"}


def test_options_and_choices_are_offered(offered) -> None:  # type: ignore[no-untyped-def]
    assert {"--brokers", "--format", "--profile"} <= offered("leftfold", "topic", "list", "--")
    assert offered("leftfold", "topic", "list", "--format", "") == {"text", "wide", "json", "yaml", "help"}


def test_topics_are_offered(offered, bootstrap: str) -> None:  # type: ignore[no-untyped-def]
    command = [
        sys.executable,
        "-m",
        "leftfold.cli",
        "topic",
        "create",
        "orders",
        "other",
        "--if-not-exists",
        "--brokers",
        bootstrap,
    ]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    assert offered("leftfold", "topic", "consume", "o") == {"orders", "other"}
    assert offered("leftfold", "topic", "describe", "orders", "o") == {"other"}
    assert offered("leftfold", "topic", "consume", "--brokers", "127.0.0.1:1", "o") == set()
