"""FindCoordinator: honest about the coordinators that are not there yet."""

from __future__ import annotations

from leftfold.api.kafka.context import Context
from leftfold.base.errors import Code
from leftfold.wire.generated.group_offsets import FindCoordinatorRequest, FindCoordinatorResponse

GROUP, TRANSACTION, SHARE = 0, 1, 2
_SHARE_SINCE = 6


async def find_coordinator(context: Context, request: FindCoordinatorRequest) -> FindCoordinatorResponse:
    """COORDINATOR_NOT_AVAILABLE for every key of a kind that is known, INVALID_REQUEST for another."""
    known = request.key_type in (GROUP, TRANSACTION) or (request.key_type == SHARE and context.version >= _SHARE_SINCE)
    error = Code.COORDINATOR_NOT_AVAILABLE if known else Code.INVALID_REQUEST
    why = error.happened if known else f"no coordinator has the key type {request.key_type}"
    if context.version < 4:
        return FindCoordinatorResponse(error_code=error, error_message=why, node_id=-1, host="", port=-1)
    coordinators = [
        FindCoordinatorResponse.Coordinator(key=key, node_id=-1, host="", port=-1, error_code=error, error_message=why)
        for key in request.coordinator_keys
    ]
    return FindCoordinatorResponse(coordinators=coordinators)
