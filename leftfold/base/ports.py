"""The only door to wall clock, chance and environment."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ports:
    """What the world gives; injected from the top, replaced in tests and simulation."""

    wall_ms: Callable[[], int]
    mono_ns: Callable[[], int]
    random_bytes: Callable[[int], bytes]
    environment: Mapping[str, str]


def real() -> Ports:
    """The ports of this process; the environment as it is now."""
    return Ports(
        wall_ms=lambda: time.time_ns() // 1_000_000,
        mono_ns=time.monotonic_ns,
        random_bytes=os.urandom,
        environment=dict(os.environ),
    )
