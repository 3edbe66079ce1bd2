"""`leftfold explain CODE`: from the one table of errors."""

from __future__ import annotations

import click

from leftfold.base.errors import Code, Failure
from leftfold.cli.listing import Field, formatted, pairs, tell
from leftfold.cli.problem import Problem

FIELDS = (
    Field("code", "text or number", "LF-nnnn, or Kafka's number"),
    Field("name", "text", "its name"),
    Field("happened", "text", "what it means"),
    Field("what_to_do", "text", "what to do"),
    Field("clients_retry", "yes or no", "whether Kafka clients try again by themselves (Kafka's errors only)"),
    Field("nothing_was_done", "yes or no", "whether it is certain that the request changed nothing"),
)


@click.command()
@click.argument("code")
@formatted(*FIELDS)
def command(code: str, form: str) -> None:
    """What an error means and what to do: LF-1003, PORT_TAKEN, or Kafka's number or name."""
    row = _row(code.strip())
    if row is None:
        why = f"no error is called {code}; codes look like {Failure.PORT_TAKEN.number}, or are Kafka's numbers and names"
        raise Problem(why, Failure.CODE_UNKNOWN)
    number = row.number if isinstance(row, Failure) else int(row)
    retriable = {} if isinstance(row, Failure) else {"clients_retry": row.retriable}
    document = {"code": number, "name": row.name, "happened": row.happened, "what_to_do": row.todo, **retriable,
                "nothing_was_done": row.definite}  # fmt: skip
    tell(document, form, lambda: pairs(document))


def _row(text: str) -> Failure | Code | None:
    """By number, by name, or by the one name that holds the text: client libraries shorten Kafka's names."""
    name = text.strip("[]").upper()
    for failure in Failure:
        if name in {failure.number, failure.name}:
            return failure
    if name.lstrip("-").isdigit():
        return next((row for row in Code if int(row) == int(name)), None)
    if name in Code.__members__:
        return Code[name]
    alike = [row for row in Code if name in row.name]
    return alike[0] if len(alike) == 1 else None
