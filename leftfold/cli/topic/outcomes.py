"""What became of each topic that a command was about."""

from __future__ import annotations

from collections.abc import Mapping

from leftfold.base.errors import Failure
from leftfold.cli.listing import Field, tell_rows
from leftfold.cli.problem import Problem

FIELDS = (
    Field("topic", "text", "its name"),
    Field("status", "text", "what became of it, or would; otherwise what went wrong"),
)


def tell_outcomes(outcomes: Mapping[str, str | Problem], form: str) -> None:
    """Tell each; raises Problem if one is one. A topic alone that failed is told in one line, and no table."""
    problems = [one for one in outcomes.values() if isinstance(one, Problem)]
    if problems and len(outcomes) == 1 and form in ("text", "wide"):
        raise problems[0]
    rows = [{"topic": name, "status": one if isinstance(one, str) else one.message} for name, one in outcomes.items()]
    tell_rows(rows, form, FIELDS)
    if problems:
        why = f"{len(problems)} of {len(outcomes)} topics failed; the list above says why"
        raise Problem(why, Failure.NOT_ALL_DONE)
