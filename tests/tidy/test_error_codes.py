"""Codes that texts name exist; codes that exist are met."""

import re
import subprocess
from pathlib import Path

import pytest

from leftfold.base import errors
from leftfold.base.errors import Code, Failure, LeftfoldError

ROOT = Path(__file__).parents[2]
TABLE = "leftfold/base/errors.py"
NUMBER = re.compile(r"LF-\d{4}\b")
RUST_CODE = re.compile(r"pub const (\w+): i16 = (-?\d+);")


def texts(*suffixes: str) -> dict[str, str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return {name: (ROOT / name).read_text() for name in listed if name.endswith(suffixes) and (ROOT / name).exists()}


PYTHON = {name: text for name, text in texts(".py").items() if name.startswith("leftfold/") and name != TABLE}
RUST = {name: text for name, text in texts(".rs").items() if name.startswith("kernel/") and "/tests/" not in name}


def test_every_code_that_a_text_names_exists() -> None:
    known = {failure.number for failure in Failure}
    named = {
        (name, code) for name, text in texts(".py", ".rs", ".md", ".txt", ".toml").items() for code in NUMBER.findall(text)
    }
    assert {(name, code) for name, code in named if code not in known} == set()


@pytest.mark.parametrize("failure", Failure, ids=lambda failure: failure.name)
def test_every_failure_is_met_somewhere(failure: Failure) -> None:
    assert is_met(failure), f"{failure.number} {failure.name} is in the table, and nothing ends in it"


def is_met(failure: Failure) -> bool:
    """Named in Python, raised as the failure of its exception class, or a code of the kernel's."""
    carriers = [
        one.__name__
        for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, LeftfoldError) and one.failure is failure
    ]
    ways = [rf"\bFailure\.{failure.name}\b", *(rf"\braise {name}\(|\b{name}\(" for name in carriers)]
    in_python = any(re.search(way, text) for way in ways for text in PYTHON.values())
    return in_python or any(f'"{failure.name.lower()}"' in text for text in RUST.values())


def test_every_code_that_the_kernel_answers_with_is_explained() -> None:
    sent = {int(code): name for text in RUST.values() for name, code in RUST_CODE.findall(text) if "codes" in text}
    assert len(sent) > 20, "the kernel's own table of codes was found"
    assert {name: code for code, name in sent.items() if Code.known(code) is None} == {}
