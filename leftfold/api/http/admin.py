"""Handlers of the admin routes: readiness, brokers, health."""

# Shapes are those of Redpanda's admin API; fields whose meaning does not exist here (cores of partitions, RPC addresses) are
# left out rather than invented.

from __future__ import annotations

from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from leftfold.api.http.context import Context
from leftfold.api.http.health import look
from leftfold.api.http.table import TABLE
from leftfold.base import ids
from leftfold.kernel import version

NAMES_MAX = 128  # partitions that a health answer names; it counts all


async def index(_context: Context, _request: Request) -> Response:
    """Every row of the table."""
    routes = [{"method": route.method, "path": route.path, "permission": route.permission, "doc": route.doc} for route in TABLE]
    return JSONResponse({"name": "leftfold", "version": version, "routes": routes})


async def ready(context: Context, _request: Request) -> Response:
    """200 when clients are served; 503 with the stage and how far recovery is."""
    if context.is_ready:
        return JSONResponse({"status": "ready"})
    return not_ready(context)


def not_ready(context: Context) -> Response:
    """The answer of everything that needs a node that serves."""
    done, total = context.view.recovery
    stage = context.view.stage
    body: dict[str, Any] = {"status": stage, "message": _why_not(stage), "code": 503}
    if stage in {"recovering", "replaying"}:
        body["recovery"] = {"done_bytes": done, "total_bytes": total, "share": round(done / total, 4) if total else 0.0}
    return JSONResponse(body, status_code=503, headers={"Retry-After": "1"})


def _why_not(stage: str) -> str:
    match stage:
        case "recovering":
            return "the node replays its journal; ask again, it opens its listeners when that is done"
        case "replaying":
            return "the node folds the cluster's log; ask again, it opens its listeners when that is done"
        case _:
            return "the node is stopping; start it again, or ask another"


async def brokers(context: Context, _request: Request) -> Response:
    """All brokers."""
    node, _kernel = context.serving()
    return JSONResponse([_broker(context, node_id) for node_id in sorted(node.cluster.committed.brokers)])


async def broker(context: Context, request: Request) -> Response:
    """One broker by its id."""
    node, _kernel = context.serving()
    asked = request.path_params["node_id"]
    known = node.cluster.committed.brokers
    if not asked.isascii() or not asked.isdecimal() or len(asked) > 10 or int(asked) not in known:
        message = f"no broker has the id {asked[:20]}; these have registered: {', '.join(map(str, sorted(known)))}"
        return JSONResponse({"message": message, "code": 404}, status_code=404)
    return JSONResponse(_broker(context, int(asked)))


def _broker(context: Context, node_id: int) -> dict[str, Any]:
    node, _kernel = context.serving()
    facts: dict[str, Any] = {
        "node_id": node_id,
        "rack": node.cluster.committed.brokers[node_id].rack,
        "membership_status": "active",
        "is_alive": node_id == node.node_id,
    }
    if node_id == node.node_id:
        disk = context.hardware.disk(node.settings.text("log.dirs"))
        space = [{"path": disk.path, "free": disk.free_bytes, "total": disk.total_bytes}] if disk else []
        facts |= {"num_cores": context.hardware.cores, "version": version, "disk_space": space}
    return facts


async def health_overview(context: Context, _request: Request) -> Response:
    """Whether the cluster is healthy."""
    node, kernel = context.serving()
    states = {(state.topic_id, state.partition): state for state in kernel.partitions()}
    health = look(node, states, context.hardware.disk(node.settings.text("log.dirs")))
    reasons = health.reasons
    return JSONResponse(
        {
            "is_healthy": not reasons,
            "unhealthy_reasons": reasons,
            "controller_id": node.node_id,
            "all_nodes": sorted(node.cluster.committed.brokers),
            "nodes_down": list(health.nodes_down),
            "high_disk_usage_nodes": list(health.high_disk_usage_nodes),
            "leaderless_partitions": list(health.leaderless[:NAMES_MAX]),
            "leaderless_count": len(health.leaderless),
            "under_replicated_partitions": list(health.under_replicated[:NAMES_MAX]),
            "under_replicated_count": len(health.under_replicated),
            "damaged_partitions": list(health.damaged[:NAMES_MAX]),
            "damaged_count": len(health.damaged),
        }
    )


async def uuid(context: Context, _request: Request) -> Response:
    """The cluster's id in both spellings."""
    node, _kernel = context.serving()
    cluster_id = node.cluster.committed.cluster_id
    return JSONResponse({"cluster_uuid": str(UUID(bytes=ids.to_bytes(cluster_id))), "cluster_id": cluster_id})
