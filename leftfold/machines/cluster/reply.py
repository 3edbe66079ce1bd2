"""What the cluster answers, read from its state right then."""

from __future__ import annotations

from leftfold.machines.cluster.commands import (
    Command,
    CreatePartitions,
    CreateTopic,
    Done,
    GrantProducerIds,
    ProducerIds,
    Reply,
    TopicStands,
)
from leftfold.machines.cluster.state import Cluster


def reply(state: Cluster, command: Command) -> Reply:
    """The answer to a command that was not refused; the cluster never lets anybody wait."""
    match command:
        case CreateTopic() | CreatePartitions():
            return TopicStands(None if command.validate_only else state.topic(command.name))
        case GrantProducerIds():
            return ProducerIds(state.next_producer_id - command.count, command.count)
        case _:
            return Done()
