"""The only file that knows all: a node, built bottom up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from immutables import Map

from leftfold.api.kafka.context import Levels, Node
from leftfold.api.kafka.patterns import Patterns
from leftfold.api.kafka.producer_ids import ProducerIdBlocks
from leftfold.api.kafka.table import served_features
from leftfold.base import ids
from leftfold.base.errors import Failure, Refusal, StartError
from leftfold.base.ports import Ports, steady
from leftfold.base.settings import Settings
from leftfold.fold.shell import Log, Shell
from leftfold.fold.snapshot import Shelf
from leftfold.kernel import Kernel, KernelError, crc32c
from leftfold.log.partition import Partition, Tickets
from leftfold.machines.cluster.commands import Command, FinalizeFeature, FoundCluster, RegisterBroker, Reply
from leftfold.machines.cluster.events import Event, TopicDeleted
from leftfold.machines.cluster.machine import CLUSTER
from leftfold.machines.cluster.state import Cluster, Topic
from leftfold.machines.cluster.state import Partition as PartitionOfTopic
from leftfold.node import addresses, holders
from leftfold.node.addresses import Address
from leftfold.node.calls import Calls
from leftfold.node.coordinators import Coordinators, World
from leftfold.node.publish import OWN_CONFIGS, Publisher

POLL_S_MIN, POLL_S_MAX = 0.001, 0.1
ClusterShell = Shell[Cluster, Command, Event, Reply]


@dataclass(slots=True)
class Running:
    """A node while it starts, runs and stops; what /metrics and /v1/status/ready look at.

    The stage goes recovering -> replaying -> ready -> stopping, and nowhere else. `bound` are the listeners that are open,
    `admin` is the URL of metrics and health, where they are served.
    """

    settings: Settings
    ports: Ports
    log: Log
    on_fatal: Callable[[str], None]
    levels: Levels = field(default_factory=Levels)
    admin: str | None = None
    stage: str = "recovering"
    recovery: tuple[int, int] = (0, 0)
    bound: list[Address] = field(default_factory=list)
    kernel: Kernel | None = None
    node: Node | None = None
    calls: Calls | None = None
    publisher: Publisher | None = None
    coordinators: Coordinators | None = None

    @property
    def loop_lag_ms(self) -> float:
        """By how much the event loop was late at the last look."""
        return self.calls.lag_ms if self.calls else 0.0

    @property
    def loop_lag_ms_max(self) -> float:
        """The same, the worst of the last ten seconds."""
        return self.calls.lag_ms_max if self.calls else 0.0

    @property
    def calls_running(self) -> int:
        """How many requests Python is answering."""
        return self.calls.running if self.calls else 0

    async def start(self) -> None:
        """Lock, recover, replay, publish, listen; StartError or SettingError if it cannot, with everything given back."""
        try:
            await self._start()
        except KernelError as error:
            await self.stop()
            failure = Failure.of_kernel(error.code)
            raise StartError(f"the broker cannot start: {error} ({error.code}); {failure.todo}", failure) from None
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Answer what is in flight and hang up, then leave a snapshot and a final mark. May be called at any stage."""
        self.stage = "stopping"
        if self.kernel is None:
            return
        kernel, self.kernel = self.kernel, None
        if self.coordinators is not None:
            self.coordinators.release()
        deadline_ms = self.settings.integer("stop.deadline.ms")
        if self.calls is not None:
            await self.calls.settle(deadline_ms / 1000)  # whoever was released is answered before its connection ends
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, kernel.close_connections, deadline_ms)
        if self.coordinators is not None:
            await self.coordinators.close()
        if self.node is not None:
            await self.node.cluster.close()
        if self.publisher is not None:
            self.publisher.close()
        await loop.run_in_executor(None, kernel.close, 0)
        if self.calls is not None:
            await self.calls.stop()

    async def _start(self) -> None:
        listeners = addresses.listeners(self.settings.items("listeners"))
        addresses.check_own_settings(self.settings.given, listeners)
        advertised = addresses.advertised(self.settings.items("advertised.listeners"), listeners)
        kernel = self.kernel = _lock(self.settings)
        await self._recover(kernel)
        self.stage = "replaying"
        tickets = Tickets(kernel)
        self.calls = Calls(kernel, tickets, self.log, self.on_fatal)
        self.publisher = Publisher(kernel, self.settings, self.log, advertised, self.admin)
        own_topic = _own_topic(self.settings.node_id)
        await self.publisher.own(own_topic)
        self.calls.start()
        steady_ports = steady(self.ports)
        self.coordinators = Coordinators(World(kernel, tickets, self.settings, steady_ports, self.log))
        cluster = self._cluster(kernel, tickets, self.publisher, self.coordinators)
        self.node = Node(
            node_id=self.settings.node_id,
            settings=self.settings,
            ports=self.ports,
            steady=steady_ports,
            log=self.log,
            kernel=kernel,
            tickets=tickets,
            cluster=cluster,
            groups=self.coordinators.groups,
            transactions=self.coordinators.transactions,
            markers=self.coordinators.markers,
            own_topic=own_topic,
            producer_ids=ProducerIdBlocks(self.settings.node_id),
            patterns=Patterns(),
            levels=self.levels,
            advertised=advertised,
        )
        await cluster.load()
        await self._introduce(cluster)
        await asyncio.to_thread(self._clear_folders, kernel, cluster, Partition(kernel, tickets, ids.CLUSTER_TOPIC_ID, 0))
        await self.publisher.everything(cluster.committed, cluster.next_offset)
        self.coordinators.start(cluster.committed)
        self.calls.serve(self.node)
        self.bound = [self._listen(kernel, address) for address in listeners]
        self.stage = "ready"

    async def _recover(self, kernel: Kernel) -> None:
        """Let the kernel replay its journal; one log line a second while it is long."""
        kernel.recover()
        wait, told = POLL_S_MIN, asyncio.get_running_loop().time()
        while not (state := kernel.recovery()).finished and state.error is None:
            self.recovery = (state.done_bytes, state.total_bytes)
            await asyncio.sleep(wait)
            wait = min(wait * 2, POLL_S_MAX)
            if asyncio.get_running_loop().time() - told >= 1:
                told += 1
                self.log.info("recovering", done_bytes=state.done_bytes, total_bytes=state.total_bytes)
        self.recovery = (state.done_bytes, state.total_bytes)
        try:
            for note in kernel.notes():
                self.log.warning("recovered", what=note)
        except KernelError as error:
            _cannot_open(self.settings.text("log.dirs"), error)

    def _cluster(self, kernel: Kernel, tickets: Tickets, publisher: Publisher, coordinators: Coordinators) -> ClusterShell:
        async def on_commit(after: Cluster, events: Sequence[Event]) -> None:
            await publisher.on_commit(after, events)
            coordinators.on_commit(after, events)

        folder = Path(self.settings.text("log.dirs")) / "folds"
        return Shell(
            CLUSTER,
            journal=Partition(kernel, tickets, ids.CLUSTER_TOPIC_ID, 0),
            shelf=Shelf(folder, CLUSTER.topic, 0, Cluster, crc32c),
            ports=self.ports,
            log=self.log,
            on_commit=on_commit,
        )

    async def _introduce(self, cluster: ClusterShell) -> None:
        """The cluster has an id, knows this broker, and has in force what is served."""
        commands: list[Command] = [
            FoundCluster(ids.draw(self.ports.random_bytes)),
            RegisterBroker(
                node_id=self.settings.node_id,
                incarnation=ids.draw(self.ports.random_bytes),
                rack=self.settings.text("broker.rack") or None,
                at_ms=self.ports.wall_ms(),
            ),
            *(FinalizeFeature(feature.name, feature.versions[1]) for feature in served_features()),
        ]
        for answer in await asyncio.gather(*(cluster.ask(command) for command in commands)):
            assert not isinstance(answer, Refusal), answer

    def _clear_folders(self, kernel: Kernel, cluster: ClusterShell, journal: Partition) -> None:
        """*Blocking.* Folders of deleted topics go (a crash came between event and removal), unexplained ones are set aside."""
        known = {ids.to_bytes(topic_id) for topic_id in cluster.committed.topics} | {ids.CLUSTER_TOPIC_ID}
        left = [topic_id for topic_id in kernel.topic_ids_on_disk() if topic_id not in known]
        if not left:
            return
        deleted = _deleted(journal)
        for topic_id in left:
            text = ids.to_text(topic_id)
            if text in deleted:
                kernel.withdraw_topic(topic_id)
                self.log.info("folder_of_deleted_topic_removed", topic_id=text, topic=deleted[text])
            else:
                where = kernel.set_aside(topic_id)
                self.log.warning("folder_unexplained", topic_id=text, set_aside=where, code=Failure.FOLDER_UNEXPLAINED.number)

    def _listen(self, kernel: Kernel, address: Address) -> Address:
        try:
            port = kernel.listen(address.name, address.host, address.port)
        except KernelError as error:
            _cannot_listen(address, error)
        bound = Address(address.name, address.host, port)
        if not bound.is_loopback:
            self.log.warning(
                "listener_open_to_everybody",
                listener=bound.text,
                why="nobody is asked who they are",
                code=Failure.OPEN_TO_EVERYBODY.number,
            )
        return bound


def _lock(settings: Settings) -> Kernel:
    folder = Path(settings.text("log.dirs"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return Kernel(str(folder), settings.for_kernel())
    except OSError as error:
        raise StartError(f"the data folder {folder} cannot be made: {error.strerror}; choose another with --data") from None
    except KernelError as error:
        if Failure.of_kernel(error.code) is Failure.FOLDER_IN_USE:
            holder = holders.of_folder(folder) or "another process"
            message = f"the data folder {folder} is in use by {holder}; stop it, or start with another --data folder"
            raise StartError(message, Failure.FOLDER_IN_USE) from None
        _cannot_open(str(folder), error)


def _cannot_open(folder: str, error: KernelError) -> NoReturn:
    failure = Failure.of_kernel(error.code)
    todo = "free a few MiB: a start writes a little; nothing was lost" if failure is Failure.DISK_FULL else failure.todo
    raise StartError(f"the data folder {folder} cannot be opened: {error}; {todo}", failure) from None


def _cannot_listen(address: Address, error: KernelError) -> NoReturn:
    failure = Failure.of_kernel(error.code)
    if failure is Failure.PORT_TAKEN:
        holder = holders.of_port(address.port) or "another process"
        raise StartError(
            f"port {address.port} is taken by {holder}; stop it, or choose another with --listen", failure
        ) from None
    raise StartError(f"cannot listen on {address.text}: {error}; {failure.todo}", failure) from None


def _own_topic(node_id: int) -> Topic:
    """The cluster's own log: no event made it, since it holds the events."""
    partition = PartitionOfTopic(index=0, replicas=(node_id,), leader=node_id, leader_epoch=0)
    return Topic(ids.to_text(ids.CLUSTER_TOPIC_ID), CLUSTER.topic, (partition,), Map(OWN_CONFIGS), created_ms=0)


def _deleted(journal: Partition) -> dict[str, str]:
    """*Blocking.* Every topic that was ever deleted, id to name, read from the log itself."""
    deleted: dict[str, str] = {}
    offset, following = -1, 0
    while following != offset:
        offset = following
        records, following = journal.read(offset)
        for record in records:
            event = CLUSTER.codec.decode(record, f"offset {record.offset}")
            if isinstance(event, TopicDeleted):
                deleted[event.topic_id] = event.name
    return deleted
