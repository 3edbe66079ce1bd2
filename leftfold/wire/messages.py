"""From an API key to its request and response classes."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import cast

from leftfold.wire.codec import Message
from leftfold.wire.generated.families import FAMILIES


@cache
def request_class(key: int) -> type[Message]:
    """The request of an API key; its file is imported on first use. KeyError where there is no such key."""
    return _class(key, "Request")


@cache
def response_class(key: int) -> type[Message]:
    return _class(key, "Response")


def _class(key: int, suffix: str) -> type[Message]:
    module, name = FAMILIES[key]
    return cast("type[Message]", getattr(import_module(f"leftfold.wire.generated.{module}"), name + suffix))
