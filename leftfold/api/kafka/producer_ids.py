"""The producer ids that this broker may hand out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from leftfold.base.errors import Refusal
from leftfold.machines.cluster.commands import GrantProducerIds, ProducerIds, Reply

BLOCK_SIZE = 1000  # as Kafka's; a restart wastes at most so many of 2^63


class ProducerIdBlocks:
    """The rest of the block that the cluster granted last.

    Invariant: an id is handed out once. A block is used only after its grant is durable, and never again after a restart.
    """

    def __init__(self, node_id: int) -> None:
        self._node_id = node_id
        self._next = 0
        self._end = 0
        self._lock = asyncio.Lock()

    async def take(self, ask: Callable[[GrantProducerIds], Awaitable[Reply | Refusal]]) -> int | Refusal:
        """The next id, after a new grant if the block is used up."""
        async with self._lock:
            if self._next == self._end:
                granted = await ask(GrantProducerIds(self._node_id, BLOCK_SIZE))
                if isinstance(granted, Refusal):
                    return granted
                assert isinstance(granted, ProducerIds)
                self._next, self._end = granted.first, granted.first + granted.count
            taken, self._next = self._next, self._next + 1
            return taken
