"""Who coordinates, and the topics that it is kept in."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from leftfold.api.kafka.context import GroupShells, Node, TransactionShells
from leftfold.base import ids
from leftfold.base.errors import Code, Refusal
from leftfold.machines.cluster.commands import CreateTopic
from leftfold.machines.groups.machine import TOPIC as OFFSETS_TOPIC
from leftfold.machines.transactions import commands as of_transactions
from leftfold.machines.transactions.machine import TOPIC as TRANSACTIONS_TOPIC

_SETTINGS = {OFFSETS_TOPIC: "offsets.topic", TRANSACTIONS_TOPIC: "transaction.state.log"}  # what their names begin with
_CONFIGS = {
    OFFSETS_TOPIC: (("cleanup.policy", "compact"), ("compression.type", "producer")),
    TRANSACTIONS_TOPIC: (
        ("cleanup.policy", "compact"),
        ("compression.type", "uncompressed"),
        ("min.insync.replicas", "1"),
        ("unclean.leader.election.enable", "false"),
    ),
}

# A coordinator's place is told when it answers, or after so long: librdkafka 2.16's admin client may crash
# when OffsetFetch says that the coordinator still loads.
_READ_S = 1.0
_END_S = 1.0  # how long who asks for the next transaction may wait here for the end of the last one


async def ready(node: Node, name: str, key: str) -> Refusal | None:
    """Make a coordinator's topic, unless it is there, and wait a little until it answers for this key."""
    refusal = await made(node, name)
    if refusal is None:
        shells: GroupShells | TransactionShells = node.groups if name == OFFSETS_TOPIC else node.transactions
        await shells.until_read(key, _READ_S)
    return refusal


async def made(node: Node, name: str) -> Refusal | None:
    """Make a coordinator's topic, unless it is there; COORDINATOR_NOT_AVAILABLE if it cannot be made."""
    if node.topic(name) is not None:
        return None
    settings, prefix = node.settings, _SETTINGS[name]
    command = CreateTopic(
        topic_id=ids.draw(node.ports.random_bytes),
        name=name,
        partitions=settings.integer(f"{prefix}.num.partitions"),
        replicas=settings.integer(f"{prefix}.replication.factor"),
        at_ms=node.ports.wall_ms(),
        configs=(*_CONFIGS[name], ("segment.bytes", str(settings.integer(f"{prefix}.segment.bytes")))),
        partitions_max=settings.integer("partitions.max"),
    )
    answer = await node.ask(command)
    if not isinstance(answer, Refusal) or answer.error is Code.TOPIC_ALREADY_EXISTS:
        return None
    node.log.warning("topic_not_made", topic=name, why=answer.why)
    return Refusal(Code.COORDINATOR_NOT_AVAILABLE, answer.why)


async def ask_behind_the_end(node: Node, name: str, command: of_transactions.Command) -> of_transactions.Reply | Refusal:
    """Ask in a transactional id; if its last transaction is still being ended, once more right after that: a client that
    were told so would ask again only after a pause."""
    answer = await node.transactions.ask(name, command)
    if isinstance(answer, Refusal) and answer.error is Code.CONCURRENT_TRANSACTIONS:
        with suppress(TimeoutError):
            async with asyncio.timeout(_END_S):
                await node.markers.ended(name)
        answer = await node.transactions.ask(name, command)
    return answer


def too_long(metadata: str | None, longest: int) -> bool:
    """Whether a text is too long to be committed with an offset; Kafka counts as Java does, in units of UTF-16."""
    text = metadata or ""
    return (len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2) > longest
