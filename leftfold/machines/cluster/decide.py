"""Every rule of the cluster: from a command to events or a no."""

# Rules, their order and their error codes are those of Apache Kafka 4.4.0 (the differential suite compares them); the words say
# what to do.

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from immutables import Map

from leftfold.base import settings as broker_settings
from leftfold.base.errors import Code, Refusal, SettingError
from leftfold.base.topic_configs import BY_NAME as TOPIC_CONFIGS
from leftfold.base.values import LONG_MAX, Bounds, Kind, Value, lookup_hint, parse, split
from leftfold.machines.cluster.commands import (
    AlterBroker,
    AlterGroup,
    AlterTopic,
    Change,
    Command,
    CreatePartitions,
    CreateTopic,
    DeleteTopic,
    FinalizeFeature,
    FoundCluster,
    GrantProducerIds,
    How,
    RegisterBroker,
)
from leftfold.machines.cluster.events import (
    BrokerConfigured,
    BrokerRegistered,
    ClusterFounded,
    Event,
    FeatureFinalized,
    GroupConfigured,
    PartitionPlaced,
    PartitionsCreated,
    ProducerIdsGranted,
    TopicConfigured,
    TopicCreated,
    TopicDeleted,
)
from leftfold.machines.cluster.state import Cluster, Topic, collision_key

NAME_LENGTH_MAX = 249
CONFIG_LENGTH_MAX = 32_767
_LEGAL_NAME = re.compile(r"[a-zA-Z0-9._-]+")
_RESERVED = ("__leftfold_", "__cluster_metadata")
_PRODUCER_ID_END = LONG_MAX

Outcome = Sequence[Event] | Refusal


def decide(state: Cluster, command: Command) -> Outcome:
    """The events that a command leads to, or why it may not be."""
    match command:
        case FoundCluster():
            return () if state.cluster_id else (ClusterFounded(cluster_id=command.cluster_id),)
        case RegisterBroker():
            return (BrokerRegistered(command.node_id, command.incarnation, command.rack, command.at_ms),)
        case CreateTopic():
            return _create_topic(state, command)
        case DeleteTopic():
            return _delete_topic(state, command)
        case CreatePartitions():
            return _create_partitions(state, command)
        case AlterTopic():
            return _alter_topic(state, command)
        case AlterBroker():
            return _alter_broker(state, command)
        case AlterGroup():
            return _alter_group(state, command)
        case GrantProducerIds():
            return _grant_producer_ids(state, command)
        case FinalizeFeature():
            known = state.features.get(command.name)
            return () if known == command.level else (FeatureFinalized(command.name, command.level),)


def illegal_name(name: str) -> str | None:
    """Why a name cannot be a topic's; None if it can."""
    if not name:
        return "a topic's name must not be empty"
    if name in {".", ".."}:
        return f"a topic must not be called {name!r}"
    if len(name) > NAME_LENGTH_MAX:
        return f"a topic's name may have {NAME_LENGTH_MAX} characters, this one has {len(name)}: {name[:40]}..."
    if not _LEGAL_NAME.fullmatch(name):
        return f"topic {name!r}: use only ASCII letters, digits, dots, underscores and hyphens"
    return None


# -- topics ----------------------------------------------------------------------------------------------------------------


def _create_topic(state: Cluster, command: CreateTopic) -> Outcome:
    refusal = _refuse_name(state, command.name)
    if refusal:
        return refusal
    configs = _with_changes({}, [Change(How.SET, name, value) for name, value in command.configs], {})
    if isinstance(configs, Refusal):
        return configs
    refusal = _refuse_topic_configs(configs)
    if refusal:
        return refusal
    placed = _place_by_hand(state, command) if command.assignment else _place_new(state, command)
    if isinstance(placed, Refusal):
        return placed
    refusal = _refuse_too_many(state, len(placed), command.partitions_max)
    if refusal:
        return refusal
    if command.validate_only:
        return ()
    return (TopicCreated(command.topic_id, command.name, tuple(placed), configs, command.at_ms),)


def _refuse_name(state: Cluster, name: str) -> Refusal | None:
    if name.startswith(_RESERVED):
        return Refusal(Code.INVALID_REQUEST, f"topic {name}: names that begin like this are the broker's own; choose another")
    found = state.topics.get(state.names.get(collision_key(name), ""))
    if found is not None and found.name == name:
        return Refusal(Code.TOPIC_ALREADY_EXISTS, f"Topic '{name}' already exists.")
    why = illegal_name(name)
    if why:
        return Refusal(Code.INVALID_TOPIC_EXCEPTION, why)
    if found is not None:
        why = f"topic {name} collides with topic {found.name}: names must differ in more than dots and underscores"
        return Refusal(Code.INVALID_TOPIC_EXCEPTION, why)
    return None


def _place_new(state: Cluster, command: CreateTopic) -> list[PartitionPlaced] | Refusal:
    if command.replicas < -1 or command.replicas == 0:
        return Refusal(Code.INVALID_REPLICATION_FACTOR, "the replication factor must be at least 1, or -1 for the default")
    if command.partitions < -1 or command.partitions == 0:
        return Refusal(Code.INVALID_PARTITIONS, "the number of partitions must be at least 1, or -1 for the default")
    count = command.partitions_default if command.partitions == -1 else command.partitions
    replicas = command.replicas_default if command.replicas == -1 else command.replicas
    if count > command.partitions_max:  # before a list of that length is made
        return _too_many(state, count, command.partitions_max)
    refusal = _refuse_replicas(state, command.name, replicas)
    return refusal or _place(state, 0, count, replicas)


def _refuse_replicas(state: Cluster, name: str, replicas: int) -> Refusal | None:
    alive = len(state.brokers)
    if replicas <= alive:
        return None
    why = f"topic {name}: {replicas} replicas asked, {alive} {'broker is' if alive == 1 else 'brokers are'} registered; "
    return Refusal(Code.INVALID_REPLICATION_FACTOR, why + f"ask for {alive} (-1 takes the default) or start more brokers")


def _place(state: Cluster, first: int, count: int, replicas: int) -> list[PartitionPlaced]:
    """Partitions `first` up to `first + count`, replicas and leaders in turn over the brokers."""
    brokers = sorted(state.brokers)
    start = state.partition_count

    def at(index: int) -> PartitionPlaced:
        chosen = tuple(brokers[(start + index + place) % len(brokers)] for place in range(replicas))
        return PartitionPlaced(index=index, replicas=chosen, leader=chosen[0])

    return [at(index) for index in range(first, first + count)]


def _place_by_hand(state: Cluster, command: CreateTopic) -> list[PartitionPlaced] | Refusal:
    if command.replicas != -1:
        return Refusal(Code.INVALID_REQUEST, f"topic {command.name}: replicas assigned by hand go with replication factor -1")
    if command.partitions != -1:
        return Refusal(Code.INVALID_REQUEST, f"topic {command.name}: partitions assigned by hand go with -1 partitions")
    chosen: dict[int, tuple[int, ...]] = {}
    size = len(command.assignment[0][1])
    for index, replicas in command.assignment:
        if index in chosen:
            return _bad_assignment(command.name, f"partition {index} is assigned twice")
        refusal = _refuse_assignment(state, command.name, index, replicas, size)
        if refusal:
            return refusal
        chosen[index] = replicas
    if sorted(chosen) != list(range(len(chosen))):
        return _bad_assignment(command.name, "partitions must be numbered from 0 without gaps")
    return [PartitionPlaced(index=index, replicas=chosen[index], leader=chosen[index][0]) for index in range(len(chosen))]


def _refuse_assignment(state: Cluster, name: str, index: int, replicas: Sequence[int], size: int) -> Refusal | None:
    if not replicas:
        return _bad_assignment(name, f"partition {index} has no replica")
    if len(set(replicas)) < len(replicas):
        return _bad_assignment(name, f"partition {index} names a broker twice")
    strangers = [broker for broker in replicas if broker not in state.brokers]
    if strangers:
        return _bad_assignment(name, f"partition {index} names broker {strangers[0]}, which is not registered")
    if len(replicas) != size:
        return _bad_assignment(name, f"partition {index} has {len(replicas)} replicas, others have {size}")
    return None


def _bad_assignment(name: str, why: str) -> Refusal:
    return Refusal(Code.INVALID_REPLICA_ASSIGNMENT, f"topic {name}: {why}")


def _refuse_too_many(state: Cluster, more: int, limit: int) -> Refusal | None:
    return _too_many(state, more, limit) if state.partition_count + more > limit else None


def _too_many(state: Cluster, more: int, limit: int) -> Refusal:
    why = f"{more} more partitions and the {state.partition_count} there are exceed partitions.max={limit}"
    return Refusal(Code.POLICY_VIOLATION, why + "; ask for fewer, or raise it")


def _delete_topic(state: Cluster, command: DeleteTopic) -> Outcome:
    if command.name is not None:
        topic = state.topic(command.name)
        if topic is None:
            return _unknown_topic(command.name)
    else:
        topic = state.topics.get(command.topic_id)
        if topic is None:
            return Refusal(Code.UNKNOWN_TOPIC_ID, f"no topic has the id {command.topic_id}; it may have been deleted")
    return (TopicDeleted(topic_id=topic.topic_id, name=topic.name),)


def _unknown_topic(name: str) -> Refusal:
    return Refusal(Code.UNKNOWN_TOPIC_OR_PARTITION, f"no topic is called {name[:NAME_LENGTH_MAX]}")


def _create_partitions(state: Cluster, command: CreatePartitions) -> Outcome:
    topic = state.topic(command.name)
    if topic is None:
        return _unknown_topic(command.name)
    refusal = _refuse_growth(topic, command)
    if refusal:
        return refusal
    more = command.count - len(topic.partitions)
    refusal = _refuse_too_many(state, more, command.partitions_max)
    if refusal:
        return refusal
    first, size = len(topic.partitions), len(topic.partitions[0].replicas)
    for index, replicas in enumerate(command.assignments or (), start=first):
        refusal = _refuse_assignment(state, topic.name, index, replicas, size)
        if refusal:
            return refusal
    if command.assignments is None:
        refusal = _refuse_replicas(state, topic.name, size)
        if refusal:
            return refusal
        placed = _place(state, first, more, size)
    else:
        chosen = enumerate(command.assignments, start=first)
        placed = [PartitionPlaced(index=index, replicas=replicas, leader=replicas[0]) for index, replicas in chosen]
    return () if command.validate_only else (PartitionsCreated(topic.topic_id, tuple(placed)),)


def _refuse_growth(topic: Topic, command: CreatePartitions) -> Refusal | None:
    now = len(topic.partitions)
    if command.count == now:
        return Refusal(Code.INVALID_PARTITIONS, f"topic {topic.name} has {now} partitions already")
    if command.count < now:
        why = f"topic {topic.name} has {now} partitions, {command.count} would be fewer; partitions cannot be taken away"
        return Refusal(Code.INVALID_PARTITIONS, why)
    if command.assignments is not None and len(command.assignments) != command.count - now:
        why = f"topic {topic.name}: {command.count - now} partitions are new, {len(command.assignments)} are assigned by hand"
        return Refusal(Code.INVALID_REPLICA_ASSIGNMENT, why)
    if command.count - now > command.more_max:
        why = f"one request may create {command.more_max} partitions (create.topics.partitions.max); use several"
        return Refusal(Code.POLICY_VIOLATION, why)
    return None


# -- configs ---------------------------------------------------------------------------------------------------------------


def _alter_topic(state: Cluster, command: AlterTopic) -> Outcome:
    topic = state.topic(command.name)
    if topic is None:
        return _unknown_topic(command.name)
    now = {} if command.replace else dict(topic.configs)
    configs = _with_changes(now, command.changes, dict(command.defaults))
    if isinstance(configs, Refusal):
        return configs
    refusal = _refuse_topic_configs(configs)
    if refusal:
        return refusal
    unchanged = configs == dict(topic.configs)
    return () if command.validate_only or unchanged else (TopicConfigured(topic.topic_id, configs),)


def _with_changes(now: Mapping[str, str], changes: Iterable[Change], defaults: Mapping[str, str]) -> dict[str, str] | Refusal:
    """The configs after some changes; APPEND and SUBTRACT of a list start from its default where it is not set."""
    configs = dict(now)
    for change in changes:
        match change.how:
            case How.DELETE:
                configs.pop(change.name, None)
            case How.SET:
                if change.value is None:
                    return Refusal(Code.INVALID_CONFIG, f"{change.name}: it has no value; DELETE takes it back to its default")
                configs[change.name] = change.value
            case How.APPEND | How.SUBTRACT:
                if _kind(change.name) is not Kind.LIST:
                    why = f"{change.name}: {change.how.name} is for lists, and this is none; use SET"
                    return Refusal(Code.INVALID_CONFIG, why)
                before = split(configs.get(change.name, defaults.get(change.name, "")))
                configs[change.name] = ",".join(_list_after(change, before))
    return configs


def _list_after(change: Change, before: Sequence[str]) -> list[str]:
    items = split(change.value or "")
    if change.how is How.SUBTRACT:
        return [item for item in before if item not in items]
    return [*before, *(item for item in items if item not in before)]


def _kind(name: str) -> Kind | None:
    row = TOPIC_CONFIGS.get(name) or broker_settings.BY_NAME.get(name)
    return row.kind if row else None


def _refuse_topic_configs(configs: Mapping[str, str]) -> Refusal | None:
    """The first config that is unknown, out of bounds, or contradicts another."""
    values: dict[str, Value] = {}
    for name, text in configs.items():
        row = TOPIC_CONFIGS.get(name)
        if row is None:
            hint = lookup_hint(name[:100], list(TOPIC_CONFIGS))
            return Refusal(Code.INVALID_CONFIG, f"no topic config is called {name[:100]}{hint}")
        if len(text) > CONFIG_LENGTH_MAX:
            return Refusal(
                Code.INVALID_CONFIG, f"{name}: its value has {len(text)} characters, {CONFIG_LENGTH_MAX} are allowed"
            )
        try:
            values[name] = parse(row.kind, row.bounds, text)
        except ValueError as problem:
            return Refusal(Code.INVALID_CONFIG, f"{name}={text[:100]}: {problem}")
    return _refuse_contradictions(values)


def _refuse_contradictions(values: Mapping[str, Value]) -> Refusal | None:
    def of(name: str) -> float:
        value = values.get(name, TOPIC_CONFIGS[name].default)
        assert isinstance(value, int | float)
        return value

    if values.get("remote.storage.enable"):
        return Refusal(Code.INVALID_CONFIG, "remote.storage.enable=true: this broker has no remote storage; leave it false")
    if of("min.compaction.lag.ms") > of("max.compaction.lag.ms"):
        return Refusal(Code.INVALID_CONFIG, "min.compaction.lag.ms must not be above max.compaction.lag.ms")
    return None


def _alter_broker(state: Cluster, command: AlterBroker) -> Outcome:
    now = dict(state.settings.get(command.broker, Map()))
    settings = _with_changes({} if command.replace else now, command.changes, {})
    if isinstance(settings, Refusal):
        return settings
    for name, text in settings.items():
        row = broker_settings.BY_NAME.get(name)
        if row is not None and row.restart:
            why = f"{name} takes force at a start only; set it in the configuration file and restart"
            return Refusal(Code.INVALID_REQUEST, why)
        try:
            broker_settings.parsed(name, text[:CONFIG_LENGTH_MAX], "a running broker")
        except SettingError as problem:
            return Refusal(Code.INVALID_REQUEST, str(problem))
    return () if command.validate_only or settings == now else (BrokerConfigured(command.broker, settings),)


def _alter_group(state: Cluster, command: AlterGroup) -> Outcome:
    now = dict(state.groups.get(command.group_id, Map()))
    configs = _with_changes({} if command.replace else now, command.changes, {})
    if isinstance(configs, Refusal):
        return configs
    bounds = {name: (low, high) for name, low, high in command.bounds}
    for name, text in configs.items():
        if name not in bounds:
            hint = lookup_hint(name[:100], list(bounds))
            return Refusal(Code.INVALID_CONFIG, f"no group config is called {name[:100]}{hint}")
        low, high = bounds[name]
        try:
            parse(Kind.INT, Bounds(low=low, high=high), text)
        except ValueError as problem:
            return Refusal(Code.INVALID_CONFIG, f"{name}={text[:100]}: {problem}")
    return () if command.validate_only or configs == now else (GroupConfigured(command.group_id, configs),)


# -- producer ids ----------------------------------------------------------------------------------------------------------


def _grant_producer_ids(state: Cluster, command: GrantProducerIds) -> Outcome:
    assert command.count > 0
    if state.next_producer_id > _PRODUCER_ID_END - command.count:
        return Refusal(Code.UNKNOWN_SERVER_ERROR, "every producer id there is has been handed out")
    return (ProducerIdsGranted(first=state.next_producer_id, count=command.count, node_id=command.node_id),)
