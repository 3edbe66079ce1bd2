"""Runs the stories: each line a command, or what follows."""

# A story is a title and lines. `given` and `when` are commands: a name and members, `name=value` with JSON values; members that
# are left out are filled in. `then` is what the last command led to, event by event: `then TopicCreated name="a"` (only the
# members named are compared), `then nothing`, or `then refused CODE: words of the reason`. Every `given` must be accepted.

import dataclasses
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from leftfold.base.errors import Refusal
from tests.laws.machines import LAWS

HERE = Path(__file__).parent


def stories() -> Iterator[Any]:
    for file in sorted(HERE.glob("*.txt")):
        for block in file.read_text().split("\n\n"):
            lines = [line for line in block.splitlines() if line and not line.startswith("#")]
            if lines:
                yield pytest.param(file.stem.partition("_")[0], lines[1:], id=f"{file.stem}: {lines[0]}")


@pytest.mark.parametrize(("machine", "lines"), list(stories()))
def test_story(machine: str, lines: Sequence[str]) -> None:
    Story(machine).run(lines)


class Story:
    """One machine, told what to do line by line."""

    def __init__(self, name: str) -> None:
        self.machine = LAWS[name].machine
        self.commands = __import__(f"leftfold.machines.{name}.commands", fromlist=["*"])
        self.state = self.machine.empty
        self.count = 0

    def run(self, lines: Sequence[str]) -> None:
        assert any(line.startswith("then ") for line in lines), "a story without a `then` tells nothing"
        expected: list[str] = []
        outcome: Any = None
        for line in [*lines, "end "]:
            verb, _, rest = line.strip().partition(" ")
            if verb != "then" and expected:
                self.compare(outcome, expected)
                expected = []
            match verb:
                case "given":
                    outcome = self.tell(rest)
                    assert not isinstance(outcome, Refusal), f"{line}: {outcome}"
                case "when":
                    outcome = self.tell(rest)
                case "then":
                    expected.append(rest)
                case "end":
                    pass
                case _:
                    raise AssertionError(f"a line begins with given, when or then: {line}")

    def tell(self, text: str) -> Any:
        self.count += 1
        name, members = parsed(text)
        kind = getattr(self.commands, name)
        for field in dataclasses.fields(kind):
            if field.name not in members and field.default is dataclasses.MISSING:
                members[field.name] = 0 if field.type == "int" else None if "None" in str(field.type) else f"id-{self.count}"
        outcome = self.machine.decide(self.state, msgspec.convert(members, kind))
        if not isinstance(outcome, Refusal):
            for event in outcome:
                self.state = self.machine.fold(self.state, event)
            assert self.machine.broken(self.state) == []
        return outcome

    def compare(self, outcome: Any, expected: list[str]) -> None:
        if expected[0].startswith("refused "):
            assert isinstance(outcome, Refusal), f"it happened: {outcome}"
            code, _, words = expected[0].removeprefix("refused ").partition(": ")
            assert outcome.error.name == code, outcome
            assert words in outcome.why
            return
        assert not isinstance(outcome, Refusal), outcome
        wanted = [] if expected == ["nothing"] else [parsed(line) for line in expected]
        assert [type(event).__name__ for event in outcome] == [name for name, _ in wanted]
        for event, (_, members) in zip(outcome, wanted, strict=True):
            told = msgspec.json.decode(msgspec.json.encode(event))  # tuples as lists
            assert {name: told[name] for name in members} == members


def parsed(text: str) -> tuple[str, dict[str, Any]]:
    """`Name a=1 b="x" c=[1, 2]`: a name and members, whose values are JSON."""
    name, _, rest = text.partition(" ")
    members: dict[str, Any] = {}
    while rest := rest.strip():
        key, _, value = rest.partition("=")
        members[key], end = json.JSONDecoder().raw_decode(value)
        rest = value[end:]
    return name, members
