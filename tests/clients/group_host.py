"""Java members of many groups in one process."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from tests.clients import jars
from tests.clients.members import PARTITIONS, until
from tests.clients.program import Program

SOURCE = Path(__file__).parent / "java" / "GroupHost.java"

Place = tuple[str, int]
Position = tuple[str, int, int]


class Member:
    """One consumer: what it owns, what it read, and each time that something was taken from it."""

    def __init__(self, host: Host, name: str) -> None:
        self.host, self.name = host, name
        self.owned: set[Place] = set()
        self.read: list[Position] = []
        self.taken: list[set[Place]] = []
        self.left = False
        self.failed: str | None = None

    def hear(self, said: dict[str, Any]) -> None:
        match said:
            case {"owned": owned}:
                self.owned = {(topic, number) for topic, number in owned}
            case {"read": read}:
                self.read += [(topic, number, offset) for topic, number, offset in read]
            case {"revoked": taken} | {"lost": taken}:
                self.taken.append({(topic, number) for topic, number in taken})
            case {"left": True}:
                self.left = True
            case _:
                self.failed = str(said)

    def leave(self) -> None:
        """Close it, which a static member does without saying so to the others."""
        self.host.tell(json.dumps({"do": "leave", "member": self.name}))
        until(lambda: self.left, f"{self.name} leaves")


class Host(Program):
    """The process: members by name, and an administrator."""

    def __init__(self, bootstrap: str, log: Path) -> None:
        self.members: dict[str, Member] = {}
        self.answers: list[dict[str, Any]] = []
        super().__init__("group host", jars.java(jars.SERVER, str(SOURCE), bootstrap, heap="192m"), log)

    def hear(self, line: str) -> None:
        said = json.loads(line)
        if "member" in said:
            self.members[said.pop("member")].hear(said)
        else:
            self.answers.append(said)

    def join(self, name: str, group: str, topic: str, *, by: str = "name", **settings: str) -> Member:
        member = self.members[name] = Member(self, name)
        named = {"group.id": group} | {key.replace("_", "."): value for key, value in settings.items()}
        self.tell(json.dumps({"do": "join", "member": name, "topic": topic, "by": by, "settings": named}))
        return member

    def ask(self, what: str, **more: Any) -> Any:
        """The administrator's answer; a refusal is the name of its exception."""
        count = len(self.answers)
        self.tell(json.dumps({"do": what, **more}))
        self.wait(lambda: len(self.answers) > count, f"the answer to {what}")
        said = self.answers[-1]
        return said["refused"] if "refused" in said else said["answer"]


def shared(*members: Member) -> bool:
    """Each has some partitions of a topic, nobody has one of another's, and none is left over."""
    owned = [member.owned for member in members]
    return all(owned) and sum(map(len, owned)) == len(set().union(*owned)) == PARTITIONS


def everything(*members: Member) -> Counter[Position]:
    return Counter(position for member in members for position in member.read)
