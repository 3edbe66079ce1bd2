"""What the cluster decided, put into the kernel's tables."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from leftfold.api.kafka.context import INTERNAL
from leftfold.api.kafka.table import FEATURES, TABLE, served_features
from leftfold.base import ids
from leftfold.base.effective import Layers, topic_values
from leftfold.base.settings import Settings
from leftfold.fold.shell import Log
from leftfold.kernel import Kernel, KernelError
from leftfold.machines.cluster.events import (
    BrokerConfigured,
    BrokerRegistered,
    ClusterFounded,
    Event,
    FeatureFinalized,
    GroupConfigured,
    PartitionsCreated,
    ProducerIdsGranted,
    TopicConfigured,
    TopicCreated,
    TopicDeleted,
)
from leftfold.machines.cluster.state import Cluster, Topic

RETRY_S = 2.0
OWN_CONFIGS: Mapping[str, str] = {"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": ""}


class Publisher:
    """Keeps the kernel's tables equal to the committed cluster, one committed round after the other.

    A topic that the disk has no room for stays owed: it is tried again until it is there or deleted. Invariant: every topic of
    the last published state is in the kernel's tables or in `_owed`.
    """

    def __init__(
        self,
        kernel: Kernel,
        settings: Settings,
        log: Log,
        advertised: Mapping[str, tuple[str, int]],
        admin: str | None = None,
    ) -> None:
        self._kernel = kernel
        self._settings = settings
        self._log = log
        self._advertised = advertised
        self._admin = admin
        self._hands = ThreadPoolExecutor(max_workers=1, thread_name_prefix="leftfold-publish")
        self._state = Cluster()
        self._owed: set[str] = set()
        self._retry: asyncio.TimerHandle | None = None
        self._closed = False

    async def own(self, topic: Topic) -> None:
        """The cluster's own topic, before anything else; KernelError if the disk will not."""
        await self._by_hand([partial(self._publish, topic, Cluster(), internal=True)])

    async def everything(self, state: Cluster, version: int) -> None:
        """All topics and the node, before a listener opens."""
        self._state = state
        self._owed.update(state.topics)
        await self._pay(state.topics.values())
        self.node(state, version)

    async def on_commit(self, after: Cluster, events: Sequence[Event]) -> None:
        """A round of events has been committed; returns when the kernel knows."""
        self._state = after
        gone = [event.topic_id for event in events if isinstance(event, TopicDeleted)]
        changed = {topic_id: after.topics[topic_id] for topic_id in _touched(after, events) if topic_id in after.topics}
        self._owed.difference_update(gone)
        self._owed.update(changed)
        await self._by_hand([partial(self._withdraw, topic_id) for topic_id in gone])
        await self._pay(changed.values())

    def node(self, state: Cluster, version: int) -> None:
        """Who this node is and what it serves."""
        facts = node_facts(state, self._settings, self._advertised, version)
        self._kernel.publish_node({**facts, "admin": self._admin})

    def close(self) -> None:
        """Publish no more."""
        self._closed = True
        if self._retry is not None:
            self._retry.cancel()
        self._hands.shutdown(wait=True)

    async def _pay(self, topics: Iterable[Topic]) -> None:
        await self._by_hand([partial(self._publish_owed, topic) for topic in topics])
        if self._owed and self._retry is None and not self._closed:
            self._retry = asyncio.get_running_loop().call_later(RETRY_S, self._again)

    def _again(self) -> None:
        self._retry = None
        topics = [self._state.topics[topic_id] for topic_id in self._owed if topic_id in self._state.topics]
        self._owed.intersection_update(topic.topic_id for topic in topics)
        task = asyncio.get_running_loop().create_task(self._pay(topics))
        task.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def _by_hand(self, steps: Sequence[Callable[[], None]]) -> None:
        """Blocking steps, in order, on the one thread that publishes."""
        if steps:
            await asyncio.get_running_loop().run_in_executor(self._hands, lambda: [step() for step in steps])

    # -- on the publishing thread --------------------------------------------------------------------------------------------

    def _publish_owed(self, topic: Topic) -> None:
        if self._state.topics.get(topic.topic_id) is None:
            return  # deleted meanwhile: to publish it now would make its folder anew
        try:
            self._publish(topic, self._state, internal=topic.name in INTERNAL)
        except KernelError as why:
            self._log.error("topic_not_published", topic=topic.name, code=why.code, why=str(why), again_in_s=RETRY_S)
        else:
            self._owed.discard(topic.topic_id)

    def _publish(self, topic: Topic, state: Cluster, *, internal: bool) -> None:
        node_id = str(self._settings.node_id)
        layers = Layers(self._settings, state.settings.get(node_id, {}), state.settings.get("", {}))
        partitions = [
            (one.index, one.leader, one.leader_epoch, list(one.replicas), list(one.replicas)) for one in topic.partitions
        ]
        topic_id = ids.to_bytes(topic.topic_id)
        self._kernel.publish_topic(topic_id, topic.name, internal, partitions, topic_values(topic.configs, layers))

    def _withdraw(self, topic_id: str) -> None:
        try:
            self._kernel.withdraw_topic(ids.to_bytes(topic_id))
        except KernelError as why:  # its folder stays; the next start finds that its topic was deleted, and tries again
            self._log.error("topic_not_withdrawn", topic_id=topic_id, code=why.code, why=str(why))


def _touched(after: Cluster, events: Sequence[Event]) -> Iterable[str]:
    """The topics whose row changes; settings that are defaults of topic configs change all."""
    touched: dict[str, None] = {}
    for event in events:
        match event:
            case TopicCreated() | PartitionsCreated() | TopicConfigured():
                touched[event.topic_id] = None
            case BrokerConfigured():
                touched.update(dict.fromkeys(after.topics))
            case (
                TopicDeleted()
                | ClusterFounded()
                | BrokerRegistered()
                | GroupConfigured()
                | ProducerIdsGranted()
                | FeatureFinalized()
            ):
                pass
    return touched


def node_facts(state: Cluster, settings: Settings, advertised: Mapping[str, tuple[str, int]], version: int) -> dict[str, Any]:
    """The row that `Kernel.publish_node` takes."""
    node_id = settings.node_id
    apis = [(api.key, *api.versions, api.flexible_from, api.in_kernel, api.permission, api.may_wait) for api in TABLE]
    supported = [(feature.name, *feature.versions) for feature in FEATURES if feature in served_features()]
    return {
        "cluster_id": state.cluster_id,
        "node_id": node_id,
        "controller_id": node_id,
        "brokers": [
            (broker.node_id, None, None, broker.rack) for broker in state.brokers.values() if broker.node_id == node_id
        ],
        "advertised": [(listener, host, port) for listener, (host, port) in sorted(advertised.items())],
        "apis": apis,
        "features_supported": supported,
        "features_finalized": [(name, level, level) for name, level in sorted(state.features.items())],
        "features_epoch": version,
        "auto_create_topics": settings.flag("auto.create.topics.enable"),
    }
