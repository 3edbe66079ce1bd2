"""CreateTopics, DeleteTopics, CreatePartitions."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from typing import TypeVar

from leftfold.api.kafka.context import Context
from leftfold.base import effective, ids
from leftfold.base.errors import Code, Refusal
from leftfold.base.topic_configs import TABLE as TOPIC_CONFIGS
from leftfold.machines.cluster.commands import CreatePartitions, CreateTopic, DeleteTopic
from leftfold.wire.generated.topics import (
    CreatePartitionsRequest,
    CreatePartitionsResponse,
    CreateTopicsRequest,
    CreateTopicsResponse,
    DeleteTopicsRequest,
    DeleteTopicsResponse,
)

_Name = TypeVar("_Name")
_Asked = tuple[str | None, bytes]
_Created = CreateTopicsResponse.CreatableTopicResult
_Grown = CreatePartitionsResponse.CreatePartitionsTopicResult
_Deleted = DeleteTopicsResponse.DeletableTopicResult


async def create_topics(context: Context, request: CreateTopicsRequest) -> CreateTopicsResponse:
    """Each topic on its own; a name that comes twice is refused, once for both."""
    twice = _twice(topic.name for topic in request.topics)
    refused = [_not_created(name, _duplicate_name()) for name in twice]
    asked = [topic for topic in request.topics if topic.name not in twice]
    if sum(_partitions_asked(topic) for topic in asked) > context.node.settings.integer("create.topics.partitions.max"):
        return CreateTopicsResponse(topics=[*refused, *(_not_created(topic.name, _too_many(context)) for topic in asked)])
    created = await asyncio.gather(*(_create(context, topic, request.validate_only) for topic in asked))
    return CreateTopicsResponse(topics=[*refused, *created])


async def _create(context: Context, asked: CreateTopicsRequest.CreatableTopic, validate_only: bool) -> _Created:
    command = creation(
        context,
        asked.name,
        partitions=asked.num_partitions,
        replicas=asked.replication_factor,
        assignment=tuple((hand.partition_index, tuple(hand.broker_ids)) for hand in asked.assignments),
        configs=tuple((config.name, config.value) for config in asked.configs),
        validate_only=validate_only,
    )
    answer = await context.node.ask(command)
    return _not_created(asked.name, answer) if isinstance(answer, Refusal) else _created(context, command)


def creation(
    context: Context,
    name: str,
    *,
    partitions: int = -1,
    replicas: int = -1,
    assignment: tuple[tuple[int, tuple[int, ...]], ...] = (),
    configs: tuple[tuple[str, str | None], ...] = (),
    validate_only: bool = False,
) -> CreateTopic:
    """The command that makes a topic: what was asked, with an id, the time, and this broker's defaults."""
    node = context.node
    return CreateTopic(
        topic_id=ids.draw(node.ports.random_bytes),
        name=name,
        partitions=partitions,
        replicas=replicas,
        at_ms=node.ports.wall_ms(),
        assignment=assignment,
        configs=configs,
        validate_only=validate_only,
        partitions_default=node.settings.integer("num.partitions"),
        replicas_default=node.settings.integer("default.replication.factor"),
        partitions_max=node.settings.integer("partitions.max"),
    )


def _partitions_asked(topic: CreateTopicsRequest.CreatableTopic) -> int:
    return len(topic.assignments) or max(1, topic.num_partitions)


def _created(context: Context, command: CreateTopic) -> _Created:
    hand = dict(command.assignment)
    replicas = len(hand[0]) if hand else command.replicas_default if command.replicas == -1 else command.replicas
    partitions = len(hand) or (command.partitions_default if command.partitions == -1 else command.partitions)
    return _Created(
        name=command.name,
        topic_id=ids.to_bytes(command.topic_id),
        error_code=Code.NONE,
        error_message=None,
        num_partitions=partitions,
        replication_factor=replicas,
        configs=_configs(context, command) if context.version >= 5 else [],
    )


def _configs(context: Context, command: CreateTopic) -> list[CreateTopicsResponse.CreatableTopicConfigs]:
    overrides = {name: value for name, value in command.configs if value is not None}
    layers = context.node.layers()
    found = ((config.name, effective.of_topic(config, overrides, layers)) for config in TOPIC_CONFIGS)
    return [
        CreateTopicsResponse.CreatableTopicConfigs(
            name=name, value=config.text, read_only=False, config_source=config.source, is_sensitive=False
        )
        for name, config in found
    ]


def _not_created(name: str, refusal: Refusal) -> _Created:
    return _Created(name=name, error_code=refusal.error, error_message=refusal.why)


def _too_many(context: Context) -> Refusal:
    limit = context.node.settings.integer("create.topics.partitions.max")
    return Refusal(
        Code.POLICY_VIOLATION, f"one request may create {limit} partitions (create.topics.partitions.max); use several"
    )


async def delete_topics(context: Context, request: DeleteTopicsRequest) -> DeleteTopicsResponse:
    """Each topic on its own, by name or by id."""
    asked = [(topic.name, topic.topic_id) for topic in request.topics] if context.version >= 6 else _named(request)
    if not context.node.settings.flag("delete.topic.enable"):
        error = Code.TOPIC_DELETION_DISABLED if context.version >= 3 else Code.INVALID_REQUEST
        refusal = Refusal(error, "this broker does not let topics be deleted: delete.topic.enable is false")
        return DeleteTopicsResponse(responses=[_deletion(name, topic_id, refusal) for name, topic_id in asked])
    twice = _twice(asked)
    refused = [_deletion(name, topic_id, _duplicate_name()) for name, topic_id in twice]
    once = [one for one in asked if one not in twice]
    by_both = _named_both_ways(context, once)
    refused += [_deletion(name, topic_id, _duplicate_name()) for name, topic_id in by_both]
    deleted = await asyncio.gather(*(_delete(context, *one) for one in once if not _is_among(context, one, by_both)))
    return DeleteTopicsResponse(responses=[*refused, *deleted])


def _named_both_ways(context: Context, asked: Sequence[_Asked]) -> set[tuple[str, bytes]]:
    """The topics that one request names once by name and once by id."""
    resolved = Counter(_resolved(context, one) for one in asked)
    return {topic for topic, count in resolved.items() if topic is not None and count > 1}


def _is_among(context: Context, asked: _Asked, topics: Container[tuple[str, bytes]]) -> bool:
    return _resolved(context, asked) in topics


def _resolved(context: Context, asked: _Asked) -> tuple[str, bytes] | None:
    """Name and id of the topic that is meant, if there is one."""
    state = context.node.cluster.committed
    name, topic_id = asked
    if name is not None and topic_id != ids.ZERO:
        return None
    topic = state.topic(name) if name is not None else state.topics.get(ids.to_text(topic_id))
    return (topic.name, ids.to_bytes(topic.topic_id)) if topic else None


def _named(request: DeleteTopicsRequest) -> list[_Asked]:
    return [(name, ids.ZERO) for name in request.topic_names]


async def _delete(context: Context, name: str | None, topic_id: bytes) -> _Deleted:
    if name is not None and topic_id != ids.ZERO:
        return _deletion(name, topic_id, Refusal(Code.INVALID_REQUEST, "name the topic by its name or by its id, not by both"))
    if name is None and topic_id == ids.ZERO:
        return _deletion(name, topic_id, Refusal(Code.INVALID_REQUEST, "a topic was named neither by its name nor by its id"))
    if name == context.node.own_topic.name or topic_id == ids.CLUSTER_TOPIC_ID:
        return _deletion(name, topic_id, Refusal(Code.INVALID_REQUEST, "the broker's own log cannot be deleted"))
    known = _resolved(context, (name, topic_id))
    answer = await context.node.ask(DeleteTopic(name, ids.to_text(topic_id)))
    if isinstance(answer, Refusal):
        return _deletion(name, topic_id, answer)
    return _deletion(*(known or (name, topic_id)), None)


def _deletion(name: str | None, topic_id: bytes, refusal: Refusal | None) -> _Deleted:
    error, why = (refusal.error, refusal.why) if refusal else (Code.NONE, None)
    return _Deleted(name=name, topic_id=topic_id, error_code=error, error_message=why)


async def create_partitions(context: Context, request: CreatePartitionsRequest) -> CreatePartitionsResponse:
    """Each topic on its own."""
    twice = _twice(topic.name for topic in request.topics)
    refused = [_growth(name, _duplicate_name()) for name in twice]
    asked = [topic for topic in request.topics if topic.name not in twice]
    grown = await asyncio.gather(*(_grow(context, topic, request.validate_only) for topic in asked))
    return CreatePartitionsResponse(results=[*refused, *grown])


async def _grow(context: Context, asked: CreatePartitionsRequest.CreatePartitionsTopic, validate_only: bool) -> _Grown:
    hands = asked.assignments
    command = CreatePartitions(
        name=asked.name,
        count=asked.count,
        assignments=None if hands is None else tuple(tuple(hand.broker_ids) for hand in hands),
        validate_only=validate_only,
        partitions_max=context.node.settings.integer("partitions.max"),
        more_max=context.node.settings.integer("create.topics.partitions.max"),
    )
    answer = await context.node.ask(command)
    return _growth(asked.name, answer if isinstance(answer, Refusal) else None)


def _growth(name: str, refusal: Refusal | None) -> _Grown:
    error, why = (refusal.error, refusal.why) if refusal else (Code.NONE, None)
    return _Grown(name=name, error_code=error, error_message=why)


def _duplicate_name() -> Refusal:
    return Refusal(Code.INVALID_REQUEST, "the request names this topic twice")


def _twice(names: Iterable[_Name]) -> list[_Name]:
    return [name for name, count in Counter(names).items() if count > 1]
