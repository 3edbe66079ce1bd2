"""Runs the stories: each line a command, or what follows."""

# A story is a title and lines. `given` and `when` are commands: a name and members, `name=value` with JSON values; members that
# are left out are filled in, from the file's `let NAME ...` lines if there is one. `then` is what the last command led to,
# event by event as far as they are logged: `then TopicCreated name="a"` (only the members named are compared), `then nothing`,
# or `then refused CODE: words of the reason`. `answer` is what is answered now: `answer Joined generation=1`, `answer waits`,
# `answer refused CODE: words`; `answer 2 waits` is about the second command. Every `given` must be accepted.

import inspect
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
        text = file.read_text()
        lets = dict(parsed(line.removeprefix("let ")) for line in text.splitlines() if line.startswith("let "))
        for block in text.split("\n\n"):
            lines = [line for line in block.splitlines() if line and not line.startswith(("#", "let "))]
            if lines:
                yield pytest.param(file.stem.partition("_")[0], lets, lines[1:], id=f"{file.stem}: {lines[0]}")


class Story:
    """One machine, told what to do line by line."""

    def __init__(self, name: str, lets: dict[str, dict[str, Any]]) -> None:
        self.lets = lets
        self.told: list[Any] = []
        self.machine = LAWS[name].machine
        self.commands = __import__(f"leftfold.machines.{name}.commands", fromlist=["*"])
        self.state = self.machine.empty

    def run(self, lines: Sequence[str]) -> None:
        assert any(line.startswith(("then ", "answer ")) for line in lines), "a story without a `then` tells nothing"
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
                case "answer":
                    self.compare_answer(rest)
                case "end":
                    pass
                case _:
                    raise AssertionError(f"a line begins with given, when, then or answer: {line}")

    def tell(self, text: str) -> Any:
        name, given = parsed(text)
        members = self.lets.get(name, {}) | given
        kind = getattr(self.commands, name)
        for field in inspect.signature(kind).parameters.values():
            if field.name not in members and field.default is field.empty:
                members[field.name] = (
                    0
                    if field.annotation in ("int", int)
                    else None
                    if "None" in str(field.annotation)
                    else f"id-{len(self.told) + 1}"
                )
        self.told.append(msgspec.convert(members, kind))
        outcome = self.machine.decide(self.state, self.told[-1])
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
        logged = [event for event in outcome if self.machine.codec.encode(event, 0)]
        wanted = [] if expected == ["nothing"] else [parsed(line) for line in expected]
        assert [type(event).__name__ for event in logged] == [name for name, _ in wanted]
        for event, (_, members) in zip(logged, wanted, strict=True):
            assert shown(event, members) == members

    def compare_answer(self, text: str) -> None:
        number, _, rest = text.partition(" ")
        place, expected = (int(number), rest) if number.isdigit() else (len(self.told), text)
        answer = self.machine.reply(self.state, self.told[place - 1])
        if expected == "waits":
            assert answer is None
        elif expected.startswith("refused "):
            self.compare(answer, [expected])
        else:
            name, members = parsed(expected)
            assert type(answer).__name__ == name, answer
            assert shown(answer, members) == members


def shown(value: Any, members: dict[str, Any]) -> dict[str, Any]:
    """Some members of a value as JSON has them: tuples as lists, sets in order, bytes as base64."""
    told = msgspec.json.decode(msgspec.json.encode(value, order="deterministic"))
    return {name: told[name] for name in members}


def parsed(text: str) -> tuple[str, dict[str, Any]]:
    """`Name a=1 b="x" c=[1, 2]`: a name and members, whose values are JSON."""
    name, _, rest = text.partition(" ")
    members: dict[str, Any] = {}
    while rest := rest.strip():
        key, _, value = rest.partition("=")
        members[key], end = json.JSONDecoder().raw_decode(value)
        rest = value[end:]
    return name, members


@pytest.mark.parametrize(("machine", "lets", "lines"), list(stories()))
def test_story(machine: str, lets: dict[str, dict[str, Any]], lines: Sequence[str]) -> None:
    Story(machine, lets).run(lines)
