"""A Python function while it is written.

Once per struct and version, reading.py and writing.py write a small function from the table of fields and compile it, as
dataclasses and attrs do: no field is looked up at run time, and neighbours of fixed size are read by one `unpack`. Such a
function keeps in `f` which field it is at and in `i` which element, so that an error can say where it happened at no cost
while there is none.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from leftfold.wire import primitives
from leftfold.wire.primitives import FORMATS

if TYPE_CHECKING:
    from leftfold.wire.codec import Field, Struct


class Function:
    """The lines of one function and the names that they use; its fields are those that `owner` has at `version`."""

    def __init__(self, owner: type[Struct], version: int, flexible: bool) -> None:
        self.owner = owner
        self.version = version
        self.flexible = flexible
        served = [field for field in owner.FIELDS if self.within(field.versions)]
        self.placed = [field for field in served if field.tag is None]
        self.tagged = sorted((field for field in served if field.tag is not None), key=lambda field: field.tag or 0)
        self.absent = [field for field in owner.FIELDS if not self.within(field.versions)]
        self._lines: list[str] = []
        self._pad = ""
        self._names: list[str] = []
        self._globals: dict[str, Any] = {"P": primitives, "names": self._names}

    def within(self, versions: tuple[int, int]) -> bool:
        return versions[0] <= self.version <= versions[1]

    def nullable(self, field: Field) -> bool:
        return self.within(field.nullable)

    def compact(self, field: Field) -> bool:
        return self.flexible and field.flexible

    def runs(self) -> list[list[Field]]:
        """The fields in their places; neighbours of fixed size together."""
        runs: list[list[Field]] = []
        for field in self.placed:
            if is_fixed(field) and runs and is_fixed(runs[-1][-1]):
                runs[-1].append(field)
            else:
                runs.append([field])
        return runs

    def line(self, *lines: str) -> None:
        self._lines += [self._pad + line for line in lines]

    def block(self, head: str) -> Block:
        """`with function.block("if n:"):` indents what is written inside."""
        self.line(head)
        return Block(self)

    def indent(self, step: int) -> None:
        self._pad = " " * (len(self._pad) + step)

    def at(self, *names: str) -> None:
        """What follows is about these fields."""
        self._names.append("/".join(names))
        self.line(f"f = {len(self._names) - 1}")

    def named(self, value: Any, stem: str) -> str:
        """A name by which the function knows a value."""
        name = f"{stem}{len(self._globals)}"
        self._globals[name] = value
        return name

    def compiled(self, parameters: str, errors: str, position: str) -> Any:
        """The function; `errors` names what it turns into Wrong, `position` is the byte that it says then."""
        body = "\n".join(f"        {line}" for line in self._lines)
        source = (
            f"def function({parameters}):\n    f, i = 0, -1\n    try:\n{body}\n"
            f"    except P.{errors} as error:\n        raise P.located(error, names[f], i, {position}) from None\n"
        )
        exec(compile(source, f"<{self.owner.__qualname__} v{self.version}>", "exec"), self._globals)
        return self._globals["function"]


class Block:
    """An indented part of a function."""

    def __init__(self, function: Function) -> None:
        self._function = function

    def __enter__(self) -> None:
        self._function.indent(4)

    def __exit__(self, *_: object) -> None:
        self._function.indent(-4)


def is_fixed(field: Field) -> bool:
    return not field.array and field.kind in FORMATS


def form(run: list[Field]) -> struct.Struct:
    return struct.Struct(">" + "".join(FORMATS[field.kind] for field in run))


def struct_of(field: Field) -> type[Struct]:
    assert field.struct is not None, field.name
    return field.struct
