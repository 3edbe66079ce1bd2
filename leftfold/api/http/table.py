"""THE TABLE: every HTTP route that is served, one row each."""

# The application, `GET /`, the documentation and the tests read this table. Paths are those of Redpanda's admin API where the
# meaning is equal, so that probes and scripts made for it work.

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from leftfold.api.http.context import Context

    Handler = Callable[[Context, Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """One row. `family` is the file of its handler; `permission` is what a principal needs.

    `before_ready`: it answers while the node recovers; the others answer 503 until the node is ready.
    """

    method: str
    path: str
    family: str
    name: str
    permission: str
    doc: str
    before_ready: bool = False

    def handler(self) -> Handler:
        """The function that answers it; imported on first use."""
        return _handler(self.family, self.name)


@cache
def _handler(family: str, name: str) -> Handler:
    found: Handler = getattr(import_module(f"leftfold.api.http.{family}"), name)
    return found


# fmt: off
TABLE: tuple[Route, ...] = (
    Route("GET", "/", "admin", "index", "none",
        "This list: everything that this port answers.", before_ready=True),
    Route("GET", "/v1/status/ready", "admin", "ready", "none",
        "200 when the node serves clients; 503 with its progress while it recovers, and while it stops.", before_ready=True),
    Route("GET", "/v1/brokers", "admin", "brokers", "cluster.describe",
        "Every broker that has registered: cores, disks, version, whether it is alive."),
    Route("GET", "/v1/brokers/{node_id}", "admin", "broker", "cluster.describe",
        "One of them."),
    Route("GET", "/v1/cluster/health_overview", "admin", "health_overview", "cluster.describe",
        "Whether the cluster is healthy, and every reason why not."),
    Route("GET", "/v1/cluster/uuid", "admin", "uuid", "cluster.describe",
        "The cluster's id, as a UUID and as Kafka clients show it."),
    Route("GET", "/metrics", "metrics", "everything", "none",
        "All metrics, for Prometheus.", before_ready=True),
    Route("GET", "/public_metrics", "metrics", "public", "none",
        "The metrics that published dashboards query, for Prometheus.", before_ready=True),
)
# fmt: on
