"""Numbers: as options hold them, and as people read them."""

from __future__ import annotations

import click

from leftfold.cli.offsets import duration_ms

PARTITIONS_MAX = 100_000  # of one topic, by librdkafka


def counted(count: int, thing: str) -> str:
    """`1 record`, `2 records`."""
    return f"{count} {thing}{'' if count == 1 else 's'}"


class Partitions(click.ParamType[tuple[int, ...]]):
    """`0,3,7`: the numbers of partitions, none twice."""

    name = "partitions"

    def convert(
        self, value: str | tuple[int, ...], param: click.Parameter | None, context: click.Context | None
    ) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        pieces = value.split(",")
        if not all(piece.strip().isdecimal() and int(piece) < PARTITIONS_MAX for piece in pieces):
            self.fail(f"{value!r} is no list of partitions; write 0 or 0,3,7", param, context)
        return tuple(sorted({int(piece) for piece in pieces}))


class Duration(click.ParamType[int]):
    """`500ms`, `1m30s`, in milliseconds."""

    name = "duration"

    def convert(self, value: str | int, param: click.Parameter | None, context: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        try:
            return duration_ms(value)
        except ValueError as error:
            self.fail(str(error), param, context)
