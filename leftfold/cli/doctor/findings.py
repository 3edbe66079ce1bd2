"""What a doctor says: one finding a line, each with its fix."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from leftfold.base.errors import Failure
from leftfold.cli.listing import Field, inside

CHECK_WIDTH = 12
FIELDS = (
    Field("healthy", "yes or no", "whether nothing failed"),
    *inside(
        "checks[]",
        (
            Field("check", "text", "what was looked at"),
            Field("status", "text", "ok, warn, fail, or skip where it could not be looked at"),
            Field("what", "text", "what was found"),
            Field("fix", "text", "what to do about it"),
            Field("code", "text", "LF-nnnn for `leftfold explain`"),
            Field("topic", "text", "of quarantined records: the topic's name, or its id where no name is known"),
            Field("partition", "number", "of quarantined records: the partition"),
            Field("first_offset", "number", "the first quarantined offset"),
            Field("last_offset", "number", "the last one"),
        ),
    ),
)


class Status(StrEnum):
    """How it is. `SKIP`: it could not be looked at, and why."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `failure` is its row for `leftfold explain`, `fix` what to do."""

    check: str
    status: Status
    what: str
    fix: str = ""
    failure: Failure | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def line(self) -> str:
        """For people: the status in words, never by colour alone."""
        code = f" [{self.failure.number}]" if self.failure else ""
        head = f"{self.status:4}  {self.check:{CHECK_WIDTH}}  {self.what}{code}"
        return f"{head}\n{'':{CHECK_WIDTH + 8}}{self.fix}" if self.fix else head

    @property
    def document(self) -> dict[str, Any]:
        """For programs."""
        code = self.failure.number if self.failure else None
        return {"check": self.check, "status": str(self.status), "what": self.what, "fix": self.fix or None,
                "code": code, **self.facts}  # fmt: skip


class Report:
    """Findings in the order in which they were made; `tell` hears of each at once."""

    def __init__(self, tell: Callable[[Finding], None] = lambda _: None) -> None:
        self.findings: list[Finding] = []
        self._tell = tell

    def ok(self, check: str, what: str, **facts: Any) -> None:
        self._add(Finding(check, Status.OK, what, facts=facts))

    def skip(self, check: str, why: str) -> None:
        self._add(Finding(check, Status.SKIP, why))

    def warn(self, check: str, failure: Failure, what: str, fix: str = "", **facts: Any) -> None:
        """Something that may hurt; without `fix` the one of the table of errors."""
        self._add(Finding(check, Status.WARN, what, fix or failure.todo, failure, facts))

    def fail(self, check: str, failure: Failure, what: str, fix: str = "", **facts: Any) -> None:
        """Something that hurts."""
        self._add(Finding(check, Status.FAIL, what, fix or failure.todo, failure, facts))

    def _add(self, finding: Finding) -> None:
        self.findings.append(finding)
        self._tell(finding)

    def count(self, status: Status) -> int:
        return sum(1 for one in self.findings if one.status is status)

    @property
    def healthy(self) -> bool:
        """Whether nothing failed; a warning is no failure."""
        return self.count(Status.FAIL) == 0

    @property
    def summary(self) -> str:
        failed, warned = self.count(Status.FAIL), self.count(Status.WARN)
        if not failed and not warned:
            return "all is well"
        words = [f"{count} {word}" for count, word in ((failed, "failed"), (warned, "to look at")) if count]
        return f"{', '.join(words)}; `leftfold explain CODE` says more about a code in brackets"

    @property
    def document(self) -> dict[str, Any]:
        return {"healthy": self.healthy, "checks": [one.document for one in self.findings]}
