"""The machines that have a topic of their own among others."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

from leftfold.api.kafka.context import GroupShells
from leftfold.base import ids
from leftfold.base.ports import Ports
from leftfold.base.settings import Settings
from leftfold.fold.shell import Log, Shell
from leftfold.fold.shells import Shells
from leftfold.fold.snapshot import Shelf
from leftfold.kernel import Kernel, crc32c
from leftfold.log.partition import Partition, Tickets
from leftfold.machines.cluster.events import Event, TopicCreated, TopicDeleted
from leftfold.machines.cluster.state import Cluster, Topic
from leftfold.machines.groups.commands import Awake, ForgetTopics, Rules
from leftfold.machines.groups.machine import TOPIC, groups
from leftfold.machines.groups.state import Groups


class Coordinators:
    """Starts the groups' shells once their topic is there, and tells them which topics are gone.

    `ports` has a wall clock that never jumps: a session does not end because somebody set the clock.
    """

    def __init__(self, kernel: Kernel, tickets: Tickets, settings: Settings, ports: Ports, log: Log) -> None:
        self._kernel = kernel
        self._tickets = tickets
        self._settings = settings
        self._ports = ports
        self._log = log
        self._machine = groups(rules(settings))
        self._topic_id = ""
        self._running: set[asyncio.Task[None]] = set()
        self.groups: GroupShells = Shells(self._shell, lambda: Awake(ports.wall_ms()), log)

    def start(self, cluster: Cluster) -> None:
        """The cluster has been read: begin to read the topics that there are."""
        self._begin(cluster.topic(TOPIC))

    def on_commit(self, after: Cluster, events: Sequence[Event]) -> None:
        """The cluster has changed, and the kernel knows."""
        gone = []
        for event in events:
            match event:
                case TopicCreated(name=name) if name == TOPIC:
                    self._begin(after.topic(TOPIC))
                case TopicDeleted(name=name) if name == TOPIC:
                    self._topic_id = ""
                    self._run(self.groups.close())
                case TopicDeleted():
                    gone.append((event.name, event.topic_id))
                case _:
                    pass
        if gone:
            self._run(self.groups.tell(ForgetTopics(tuple(gone))))

    def release(self) -> None:
        """Let nobody wait any longer for others: the broker is about to stop."""
        self.groups.release()

    async def close(self) -> None:
        """Finish what was asked for, leave snapshots."""
        if self._running:
            await asyncio.wait(self._running)
        await self.groups.close()

    def _begin(self, topic: Topic | None) -> None:
        if topic is not None and not self.groups.started:
            self._topic_id = topic.topic_id
            self.groups.start(len(topic.partitions))

    def _shell(self, partition: int) -> Shell[Any, Any, Any, Any]:
        folder = Path(self._settings.text("log.dirs")) / "folds" / self._topic_id  # made anew, it is another topic
        return Shell(
            self._machine,
            journal=Partition(self._kernel, self._tickets, ids.to_bytes(self._topic_id), partition),
            shelf=Shelf(folder, TOPIC, partition, Groups, crc32c),
            ports=self._ports,
            log=self._log,
            on_commit=_nobody_else,
        )

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)


def rules(settings: Settings) -> Rules:
    """What the settings allow groups."""
    return Rules(
        initial_rebalance_delay_ms=settings.integer("group.initial.rebalance.delay.ms"),
        session_timeout_ms_min=settings.integer("group.min.session.timeout.ms"),
        session_timeout_ms_max=settings.integer("group.max.session.timeout.ms"),
        members_max=settings.integer("group.max.size"),
        offsets_retention_ms=settings.integer("offsets.retention.minutes") * 60_000,
        consumer_session_timeout_ms=settings.integer("group.consumer.session.timeout.ms"),
        empty_group_ms=settings.integer("offsets.retention.check.interval.ms"),
    )


async def _nobody_else(after: Groups, events: Sequence[Any]) -> None:
    """Groups are of no matter to the kernel."""
