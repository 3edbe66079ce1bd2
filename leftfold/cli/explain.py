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
        raise Problem(
            f"no error is called {code}; codes look like {Failure.PORT_TAKEN.number}, or are Kafka's numbers and names"
        )
    number = row.number if isinstance(row, Failure) else int(row)
    retriable = {} if isinstance(row, Failure) else {"clients_retry": row.retriable}
    document = {"code": number, "name": row.name, "happened": row.happened, "what_to_do": row.todo, **retriable,
                "nothing_was_done": row.definite}  # fmt: skip
    tell(document, form, lambda: pairs(document))


def _row(text: str) -> Failure | Code | None:
    by_number = {row.number: row for row in Failure}
    if text.upper() in by_number:
        return by_number[text.upper()]
    if text.lstrip("-").isdigit():
        return next((row for row in Code if int(row) == int(text)), None)
    return Failure.__members__.get(text.upper()) or Code.__members__.get(text.upper())
