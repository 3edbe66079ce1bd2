"""FindCoordinator: honest about what is not there yet."""

from __future__ import annotations

from leftfold.api.kafka.context import Context
from leftfold.base.errors import Code
from leftfold.wire.generated.group_offsets import FindCoordinatorRequest, FindCoordinatorResponse

_SHARE_SINCE = 6


async def find_coordinator(context: Context, request: FindCoordinatorRequest) -> FindCoordinatorResponse:
    """COORDINATOR_NOT_AVAILABLE for every key that could have one, INVALID_REQUEST for another."""
    if context.version < 4:
        error, why = _error(context, request.key_type, request.key)
        return FindCoordinatorResponse(error_code=error, error_message=why, node_id=-1, host="", port=-1)
    found = [(key, *_error(context, request.key_type, key)) for key in request.coordinator_keys]
    coordinators = [
        FindCoordinatorResponse.Coordinator(key=key, node_id=-1, host="", port=-1, error_code=error, error_message=why)
        for key, error, why in found
    ]
    return FindCoordinatorResponse(coordinators=coordinators)


def _error(context: Context, kind: int, key: str) -> tuple[Code, str]:
    match kind:
        case 0 | 1:  # GROUP, TRANSACTION
            known = True
        case 2:  # SHARE: group:topicId:partition
            known = context.version >= _SHARE_SINCE and key.count(":") >= 2
        case _:
            known = False
    if known:
        return Code.COORDINATOR_NOT_AVAILABLE, Code.COORDINATOR_NOT_AVAILABLE.happened
    return Code.INVALID_REQUEST, f"no coordinator has keys like {key[:100]!r} of type {kind}"
