"""The only door to wall clock, chance and environment."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Ports:
    """What the world gives; injected from the top, replaced in tests and simulation."""

    wall_ms: Callable[[], int]
    mono_ns: Callable[[], int]
    random_bytes: Callable[[int], bytes]
    environment: Mapping[str, str]


def steady(ports: Ports) -> Ports:
    """The same world, whose wall clock is right now and never jumps later: for what counts how long somebody is silent."""
    start_ms, start_ns = ports.wall_ms(), ports.mono_ns()
    return replace(ports, wall_ms=lambda: start_ms + (ports.mono_ns() - start_ns) // 1_000_000)


def real() -> Ports:
    """The ports of this process; the environment as it is now."""
    return Ports(
        wall_ms=lambda: time.time_ns() // 1_000_000,
        mono_ns=time.monotonic_ns,
        random_bytes=os.urandom,
        environment=dict(os.environ),
    )
