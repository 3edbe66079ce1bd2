"""What a route may use: the node, at any stage of its life."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from leftfold.api.http.hardware import Hardware

if TYPE_CHECKING:
    from leftfold.api.kafka.context import Node
    from leftfold.base.ports import Ports
    from leftfold.base.settings import Settings
    from leftfold.fold.shell import Log
    from leftfold.kernel import Kernel


class View(Protocol):
    """A node at any stage of its life; everything is read on the node's own event loop.

    `stage` is recovering, replaying, ready or stopping. `kernel` is None before its folder is open and while it closes, `node`
    before the journal has been replayed. `recovery` is (done, total) in bytes.
    """

    @property
    def settings(self) -> Settings: ...
    @property
    def ports(self) -> Ports: ...
    @property
    def log(self) -> Log: ...
    @property
    def stage(self) -> str: ...
    @property
    def recovery(self) -> tuple[int, int]: ...
    @property
    def kernel(self) -> Kernel | None: ...
    @property
    def node(self) -> Node | None: ...
    @property
    def loop_lag_ms(self) -> float: ...
    @property
    def loop_lag_ms_max(self) -> float: ...
    @property
    def calls_running(self) -> int: ...


@dataclass(slots=True)
class Context:
    """The node, the hardware under it, and what is remembered between two requests.

    `memory_low_bytes` is the least memory that was available at any look, None before the first.
    """

    view: View
    opened_ns: int
    hardware: Hardware = field(default_factory=Hardware)
    memory_low_bytes: int | None = None

    @property
    def uptime_s(self) -> float:
        """Since when the admin port answers, which is the first thing that a node does."""
        return (self.view.ports.mono_ns() - self.opened_ns) / 1e9

    @property
    def is_ready(self) -> bool:
        """Whether clients are served."""
        return self.view.stage == "ready" and self.view.node is not None and self.view.kernel is not None

    def serving(self) -> tuple[Node, Kernel]:
        """The parts of a node that is ready; a bug if it is not."""
        node, kernel = self.view.node, self.view.kernel
        assert node is not None and kernel is not None, self.view.stage
        return node, kernel
