"""The machines that have a topic of their own among others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leftfold.api.kafka.context import GroupShells, TransactionShells
from leftfold.base import ids
from leftfold.base.errors import Refusal
from leftfold.base.ports import Ports
from leftfold.base.settings import Settings
from leftfold.base.writers import Producer
from leftfold.fold.machine import Machine
from leftfold.fold.shell import Commit, Log, Shell
from leftfold.fold.shells import Shells
from leftfold.fold.snapshot import Shelf
from leftfold.kernel import Kernel, KernelError, crc32c
from leftfold.log.partition import Partition, Tickets
from leftfold.machines.cluster.events import Event, TopicCreated, TopicDeleted
from leftfold.machines.cluster.state import Cluster, Topic
from leftfold.machines.groups import commands as of_groups
from leftfold.machines.groups.machine import TOPIC as OFFSETS_TOPIC
from leftfold.machines.groups.machine import groups
from leftfold.machines.groups.state import Groups
from leftfold.machines.transactions import commands as of_transactions
from leftfold.machines.transactions.machine import TOPIC as TRANSACTIONS_TOPIC
from leftfold.machines.transactions.machine import transactions
from leftfold.machines.transactions.state import Transactions
from leftfold.workers.markers import Ending, Markers

_OUTLIVED = frozenset({"invalid_producer_epoch", "coordinator_fenced"})


@dataclass(frozen=True, slots=True)
class World:
    """What every shell needs.

    `ports` has a wall clock that never jumps: a session does not end because somebody set the clock.
    """

    kernel: Kernel
    tickets: Tickets
    settings: Settings
    ports: Ports
    log: Log


class Coordinator:
    """One machine over its topic: its shells begin once the topic is there, and end with it."""

    def __init__(
        self,
        world: World,
        machine: Machine[Any, Any, Any, Any],
        *,
        state: type[Any],
        awake: Callable[[int], Any],
        seen: Commit[Any, Any] | None = None,
    ) -> None:
        self._world = world
        self._machine = machine
        self._state = state
        self._seen = seen
        self._topic_id = ""
        self.shells: Shells[Any, Any, Any, Any] = Shells(self._shell, lambda: awake(world.ports.wall_ms()), world.log)

    def begin(self, topic: Topic | None) -> None:
        """Begin to read the topic, if it is there and not read already."""
        if topic is not None and not self.shells.started:
            self._topic_id = topic.topic_id
            self.shells.start(len(topic.partitions))

    async def end(self) -> None:
        """The topic is gone, and everything that it said."""
        self._topic_id = ""
        await self.shells.close()

    def _shell(self, partition: int) -> Shell[Any, Any, Any, Any]:
        world = self._world
        folder = Path(world.settings.text("log.dirs")) / "folds" / self._topic_id  # made anew, it is another topic
        return Shell(
            self._machine,
            journal=Partition(world.kernel, world.tickets, ids.to_bytes(self._topic_id), partition),
            shelf=Shelf(folder, self._machine.topic, partition, self._state, crc32c),
            ports=world.ports,
            log=world.log,
            on_commit=self._seen,
        )


class Coordinators:
    """Groups and transactions: both told which topics are there and which are gone."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._cluster = Cluster()
        self._running: set[asyncio.Task[None]] = set()
        machine = groups(group_rules(world.settings))
        self._groups = Coordinator(world, machine, state=Groups, awake=of_groups.Awake)
        self.groups: GroupShells = self._groups.shells
        self.markers = Markers(self._end, self._ask, world.ports.wall_ms, world.log)
        self._transactions = Coordinator(
            world,
            transactions(transaction_rules(world.settings)),
            state=Transactions,
            awake=of_transactions.Awake,
            seen=self.markers.on_commit,
        )
        self.transactions: TransactionShells = self._transactions.shells
        self._by_topic = {OFFSETS_TOPIC: self._groups, TRANSACTIONS_TOPIC: self._transactions}

    def start(self, cluster: Cluster) -> None:
        """The cluster has been read: begin to read the topics that there are."""
        self._cluster = cluster
        for name, coordinator in self._by_topic.items():
            coordinator.begin(cluster.topic(name))

    def on_commit(self, after: Cluster, events: Sequence[Event]) -> None:
        """The cluster has changed, and the kernel knows."""
        self._cluster = after
        gone = []
        for event in events:
            match event:
                case TopicCreated(name=name) if name in self._by_topic:
                    self._by_topic[name].begin(after.topic(name))
                case TopicDeleted(name=name) if name in self._by_topic:
                    self._run(self._by_topic[name].end())
                case TopicDeleted():
                    gone.append((event.name, event.topic_id))
                case _:
                    pass
        if gone:
            self._run(self.groups.tell(of_groups.ForgetTopics(tuple(gone))))

    def release(self) -> None:
        """Let nobody wait any longer for others: the broker is about to stop."""
        self.groups.release()
        self.transactions.release()

    async def close(self) -> None:
        """Finish what was asked for, leave snapshots."""
        await self.markers.close()
        if self._running:
            await asyncio.wait(self._running)
        await self.transactions.close()
        await self.groups.close()

    async def _ask(self, transactional_id: str, command: of_transactions.Command) -> of_transactions.Reply | Refusal:
        return await self.transactions.ask(transactional_id, command)

    async def _end(self, ending: Ending) -> Refusal | None:
        """Write one marker. A partition that is gone has nothing to end; one that knows a newer epoch neither."""
        topic = self._cluster.topic(ending.topic)
        if topic is None or ending.partition >= len(topic.partitions):
            return None
        world, producer = self._world, Producer(ending.producer_id, ending.producer_epoch)
        if ending.topic == OFFSETS_TOPIC:
            command = of_groups.EndProducer(world.ports.wall_ms(), *producer, ending.commit, ending.version)
            answer = await self.groups.ask_partition(ending.partition, command)
            return answer if isinstance(answer, Refusal) else None
        partition = Partition(world.kernel, world.tickets, ids.to_bytes(topic.topic_id), ending.partition)
        try:
            await partition.mark(producer, commit=ending.commit, coordinator_epoch=0, version=ending.version)
        except KernelError as error:
            if error.code not in _OUTLIVED:
                raise
            world.log.warning("marker_outlived", topic=ending.topic, partition=ending.partition, why=str(error))
        return None

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)


def group_rules(settings: Settings) -> of_groups.Rules:
    """What the settings allow groups."""
    return of_groups.Rules(
        initial_rebalance_delay_ms=settings.integer("group.initial.rebalance.delay.ms"),
        session_timeout_ms_min=settings.integer("group.min.session.timeout.ms"),
        session_timeout_ms_max=settings.integer("group.max.session.timeout.ms"),
        members_max=settings.integer("group.max.size"),
        consumers_max=settings.integer("group.consumer.max.size"),
        offsets_retention_ms=settings.integer("offsets.retention.minutes") * 60_000,
        consumer_session_timeout_ms=settings.integer("group.consumer.session.timeout.ms"),
        empty_group_ms=settings.integer("offsets.retention.check.interval.ms"),
    )


def transaction_rules(settings: Settings) -> of_transactions.Rules:
    """What the settings allow transactions."""
    return of_transactions.Rules(
        timeout_ms_max=settings.integer("transaction.max.timeout.ms"),
        expiration_ms=settings.integer("transactional.id.expiration.ms"),
        look_ms_max=settings.integer("transaction.remove.expired.transaction.cleanup.interval.ms"),
    )
