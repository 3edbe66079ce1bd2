"""A streaming log for any Kafka client, in one process."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leftfold.broker import Broker

__all__ = ["Broker"]


def __getattr__(name: str) -> Any:
    """What the broker needs is imported when it is first asked for, so that the command line stays quick."""
    if name == "Broker":
        from leftfold.broker import Broker

        return Broker
    raise AttributeError(f"module 'leftfold' has no attribute {name!r}")
