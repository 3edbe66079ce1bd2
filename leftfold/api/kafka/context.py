"""What a handler may use: the node and the call it answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leftfold.api.kafka.patterns import Patterns
from leftfold.api.kafka.producer_ids import ProducerIdBlocks
from leftfold.base import effective
from leftfold.base.effective import Layers
from leftfold.base.errors import Code, Refusal, StoppedError, StorageError
from leftfold.base.group_configs import GroupConfig
from leftfold.base.ports import Ports
from leftfold.base.settings import Settings
from leftfold.fold.shell import Log, Shell
from leftfold.fold.shells import Shells
from leftfold.log.partition import Tickets
from leftfold.machines.cluster.commands import Command, Reply
from leftfold.machines.cluster.events import Event
from leftfold.machines.cluster.state import Cluster, Topic
from leftfold.machines.groups import commands as of_groups
from leftfold.machines.groups.events import Event as GroupEvent
from leftfold.machines.groups.machine import TOPIC as OFFSETS_TOPIC
from leftfold.machines.groups.state import Groups
from leftfold.machines.transactions import commands as of_transactions
from leftfold.machines.transactions.events import Event as TransactionEvent
from leftfold.machines.transactions.machine import TOPIC as TRANSACTIONS_TOPIC
from leftfold.machines.transactions.state import EPOCH_MAX, NONE, Transactions
from leftfold.workers.markers import Markers

if TYPE_CHECKING:
    from leftfold.kernel import Call, Kernel

GroupShells = Shells[Groups, of_groups.Command, GroupEvent, of_groups.Reply]
TransactionShells = Shells[Transactions, of_transactions.Command, TransactionEvent, of_transactions.Reply]
INTERNAL = frozenset({OFFSETS_TOPIC, TRANSACTIONS_TOPIC})  # topics that clients make and read as any other, but may not write
EMPTY: Mapping[str, str] = {}
ALL_TOPIC_OPERATIONS = sum(1 << operation for operation in (3, 4, 5, 6, 7, 8, 10, 11))  # KIP-430, without an authorizer
ALL_CLUSTER_OPERATIONS = sum(1 << operation for operation in (5, 7, 8, 9, 10, 11, 12))
NO_OPERATIONS = -(1 << 31)  # what the field says when it was not asked for


class Levels:
    """The levels of the broker's loggers, which a client may change while it runs (KIP-412)."""

    NAMES = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")

    def __init__(self) -> None:
        self.by_logger = {"root": "INFO"}

    def lets(self, level: str) -> bool:
        """Whether a line of this level is written."""
        return self.NAMES.index(level) >= self.NAMES.index(self.by_logger["root"])


@dataclass(frozen=True, slots=True)
class Node:
    """The parts of a running broker. `own_topic` is the cluster's own log, which no event made.

    `steady` has a wall clock that never jumps, for everything that counts silence.
    """

    node_id: int
    settings: Settings
    ports: Ports
    steady: Ports
    log: Log
    kernel: Kernel
    tickets: Tickets
    cluster: Shell[Cluster, Command, Event, Reply]
    groups: GroupShells
    transactions: TransactionShells
    markers: Markers
    own_topic: Topic
    producer_ids: ProducerIdBlocks
    patterns: Patterns
    levels: Levels
    advertised: Mapping[str, tuple[str, int]]

    def layers(self) -> Layers:
        """The broker's configs below a topic's own."""
        changed = self.cluster.committed.settings
        return Layers(self.settings, changed.get(str(self.node_id), EMPTY), changed.get("", EMPTY))

    def of_group(self, config: GroupConfig, group_id: str) -> int:
        """What is in force for a group."""
        overrides = self.cluster.committed.groups.get(group_id)
        if overrides is None:
            return self.settings.integer(config.setting)
        value = effective.of_group(config, overrides, self.layers()).value
        assert isinstance(value, int), config.name
        return value

    def topic(self, name: str) -> Topic | None:
        """The topic of this name, the broker's own included."""
        return self.own_topic if name == self.own_topic.name else self.cluster.committed.topic(name)

    def topics(self) -> Iterator[Topic]:
        """All topics, in no order."""
        yield self.own_topic
        yield from self.cluster.committed.topics.values()

    def is_internal(self, topic: Topic) -> bool:
        """Whether clients may only read it."""
        return topic.topic_id == self.own_topic.topic_id or topic.name in INTERNAL

    async def producer_id_for(self, transactional_id: str) -> int | Refusal:
        """A fresh producer id, if this transactional id may need one for the next change of its epoch; else NONE."""
        shell = self.transactions.shell(transactional_id)
        if isinstance(shell, Refusal):
            return shell
        one = shell.committed.transactions.get(transactional_id)
        if one is not None and one.epoch < EPOCH_MAX - 2:
            return NONE
        return await self.producer_ids.take(self.ask)

    async def ask(self, command: Command) -> Reply | Refusal:
        """What the cluster answers; what goes wrong on the way becomes the refusal that Kafka has for it."""
        try:
            return await self.cluster.ask(command)
        except StorageError as failure:
            return Refusal(Code.KAFKA_STORAGE_ERROR, str(failure))
        except StoppedError as failure:  # nobody knows whether it happened: an indefinite error
            return Refusal(Code.REQUEST_TIMED_OUT, str(failure))
        except Exception as bug:
            self.log.error("command_failed", command=type(command).__name__, exc_info=bug)
            return Refusal(Code.UNKNOWN_SERVER_ERROR, "the broker met a bug of its own; its log says more")


class Context:
    """One call and the node that answers it; `version` is that of the request, and of its answer."""

    __slots__ = ("call", "node", "version")

    def __init__(self, node: Node, call: Call) -> None:
        self.node = node
        self.call = call
        self.version = call.api_version

    def address(self) -> tuple[str, int]:
        """Where this client reaches this broker: the advertised address, else the one that it reached already."""
        return self.node.advertised.get(self.call.listener, (self.call.local_host, self.call.local_port))
