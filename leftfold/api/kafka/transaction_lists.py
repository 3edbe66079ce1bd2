"""DescribeTransactions and ListTransactions (KIP-664)."""

from __future__ import annotations

from itertools import groupby

from leftfold.api.kafka.context import Context
from leftfold.base.errors import Code, Refusal
from leftfold.kernel import KernelError, matching
from leftfold.machines.transactions.state import Phase
from leftfold.wire.generated.transactions import (
    DescribeTransactionsRequest,
    DescribeTransactionsResponse,
    ListTransactionsRequest,
    ListTransactionsResponse,
)

_Described = DescribeTransactionsResponse.TransactionState
_Listed = ListTransactionsResponse.TransactionState
_PATTERN_LENGTH_MAX = 10_000


async def describe_transactions(context: Context, request: DescribeTransactionsRequest) -> DescribeTransactionsResponse:
    """Who holds each transactional id, and what is open."""
    return DescribeTransactionsResponse(transaction_states=[_described(context, name) for name in request.transactional_ids])


def _described(context: Context, name: str) -> _Described:
    if not name:
        return _Described(transactional_id=name, error_code=Code.INVALID_REQUEST)
    shell = context.node.transactions.shell(name)
    if isinstance(shell, Refusal):
        return _Described(transactional_id=name, error_code=shell.error)
    one = shell.committed.transactions.get(name)
    if one is None:
        return _Described(transactional_id=name, error_code=Code.TRANSACTIONAL_ID_NOT_FOUND)
    topics = groupby(one.partitions, key=lambda partition: partition[0])
    return _Described(
        error_code=Code.NONE,
        transactional_id=name,
        transaction_state=one.phase,
        transaction_timeout_ms=one.timeout_ms,
        transaction_start_time_ms=one.started_ms,
        producer_id=one.producer_id,
        producer_epoch=one.epoch,
        topics=[
            DescribeTransactionsResponse.TopicData(topic=topic, partitions=[number for _, number in group])
            for topic, group in topics
        ],
    )


async def list_transactions(context: Context, request: ListTransactionsRequest) -> ListTransactionsResponse:
    """The transactional ids that pass all filters that are given; states that nobody knows are named."""
    node = context.node
    unknown = [state for state in request.state_filters if state not in set(Phase)]
    states = set(request.state_filters) - set(unknown)
    if request.state_filters and not states:
        return ListTransactionsResponse(error_code=Code.NONE, unknown_state_filters=unknown)
    found = {name: one for shell in node.transactions.loaded() for name, one in shell.committed.transactions.items()}
    pattern = request.transactional_id_pattern
    if pattern:
        try:
            names = set(matching(pattern, list(found))) if len(pattern) <= _PATTERN_LENGTH_MAX else None
        except KernelError:
            names = None
        if names is None:
            return ListTransactionsResponse(error_code=Code.INVALID_REGULAR_EXPRESSION)
        found = {name: one for name, one in found.items() if name in names}
    now_ms, longer_ms = node.steady.wall_ms(), request.duration_filter
    listed = [
        _Listed(transactional_id=name, producer_id=one.producer_id, transaction_state=one.phase)
        for name, one in sorted(found.items())
        if (not states or one.phase in states)
        and (not request.producer_id_filters or one.producer_id in request.producer_id_filters)
        and (longer_ms < 0 or now_ms - one.started_ms > longer_ms)  # who has not begun is as old as can be, as in Kafka
    ]
    error = Code.COORDINATOR_LOAD_IN_PROGRESS if node.transactions.loading else Code.NONE
    return ListTransactionsResponse(error_code=error, unknown_state_filters=unknown, transaction_states=[] if error else listed)
