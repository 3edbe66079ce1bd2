"""Configs of topics, brokers, loggers: describe, alter, list."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from leftfold.api.kafka.context import EMPTY, Context
from leftfold.base import effective, settings
from leftfold.base.effective import InForce, Source
from leftfold.base.errors import Code, Refusal
from leftfold.base.group_configs import TABLE as GROUP_CONFIGS
from leftfold.base.topic_configs import BY_NAME as TOPIC_CONFIGS
from leftfold.base.values import Kind
from leftfold.machines.cluster.commands import AlterBroker, AlterGroup, AlterTopic, Change, How
from leftfold.machines.cluster.decide import illegal_name
from leftfold.wire.generated.configs import (
    AlterConfigsRequest,
    AlterConfigsResponse,
    DescribeConfigsRequest,
    DescribeConfigsResponse,
    IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsResponse,
    ListConfigResourcesRequest,
    ListConfigResourcesResponse,
)

TOPIC, BROKER, BROKER_LOGGER, CLIENT_METRICS, GROUP = 2, 4, 8, 16, 32
_Entry = DescribeConfigsResponse.DescribeConfigsResourceResult
_Described = DescribeConfigsResponse.DescribeConfigsResult
_Synonym = DescribeConfigsResponse.DescribeConfigsSynonym


# -- describe --------------------------------------------------------------------------------------------------------------


async def describe_configs(context: Context, request: DescribeConfigsRequest) -> DescribeConfigsResponse:
    """Each resource on its own."""
    return DescribeConfigsResponse(results=[_describe(context, asked, request) for asked in request.resources])


def _describe(
    context: Context, asked: DescribeConfigsRequest.DescribeConfigsResource, request: DescribeConfigsRequest
) -> _Described:
    result = _Described(
        error_code=Code.NONE, error_message="", resource_type=asked.resource_type, resource_name=asked.resource_name
    )
    found = _entries(context, asked.resource_type, asked.resource_name)
    if isinstance(found, Refusal):
        result.error_code, result.error_message = found.error, found.why
        return result
    wanted = asked.configuration_keys
    result.configs = [entry for entry in found if not wanted or entry.name in wanted]
    for entry in result.configs:
        entry.synonyms = entry.synonyms if request.include_synonyms else []
        entry.documentation = entry.documentation if request.include_documentation else None
    return result


def _entries(context: Context, kind: int, name: str) -> list[_Entry] | Refusal:
    """All configs of a resource, or why there are none."""
    match kind:
        case 2:  # TOPIC
            return _topic_entries(context, name)
        case 4:  # BROKER
            refusal = None if name == "" else _refuse_broker(context, name)
            return refusal or _broker_entries(context, name)
        case 8:  # BROKER_LOGGER
            return _refuse_broker(context, name) or _logger_entries(context)
        case 16:  # CLIENT_METRICS
            return []  # there are no subscriptions
        case 32:  # GROUP
            return _group_entries(context, name) if name else _nameless()
        case _:
            return Refusal(Code.INVALID_REQUEST, f"resources of type {kind} have no configs")


def _topic_entries(context: Context, name: str) -> list[_Entry] | Refusal:
    topic = context.node.topic(name)
    if topic is None:
        why = illegal_name(name)
        error = Code.INVALID_TOPIC_EXCEPTION if why else Code.UNKNOWN_TOPIC_OR_PARTITION
        return Refusal(error, why or f"no topic is called {name}")
    layers = context.node.layers()
    return [
        _entry(row.name, row.kind, row.documentation, effective.of_topic(row, topic.configs, layers))
        for row in TOPIC_CONFIGS.values()
    ]


def _broker_entries(context: Context, name: str) -> list[_Entry]:
    """One broker's settings; with an empty name only what was changed for all brokers while running."""
    layers = context.node.layers()
    if name == "":
        layers = effective.Layers(layers.settings, {}, layers.all_brokers)
    rows = [row for row in settings.TABLE if name or row.name in layers.all_brokers]
    return [_entry(row.name, row.kind, row.doc, effective.of_setting(row.name, layers), read_only=row.restart) for row in rows]


def _group_entries(context: Context, group_id: str) -> list[_Entry]:
    """What a group would have, too, if there were one of this name."""
    overrides, layers = context.node.cluster.committed.groups.get(group_id, EMPTY), context.node.layers()
    rows = ((row, effective.of_group(row, overrides, layers)) for row in GROUP_CONFIGS)
    return [_entry(row.name, Kind.INT, row.doc, found) for row, found in rows]


def _nameless() -> Refusal:
    return Refusal(Code.INVALID_REQUEST, "a group has a name; the defaults of all groups are settings of the broker")


def _logger_entries(context: Context) -> list[_Entry]:
    levels = context.node.levels.by_logger
    return [
        _Entry(
            name=logger,
            value=level,
            read_only=False,
            config_source=Source.LOGGER,
            documentation="The least important level that is written to the broker's log.",
        )
        for logger, level in levels.items()
    ]


def _entry(name: str, kind: Kind, documentation: str, found: InForce, read_only: bool = False) -> _Entry:
    return _Entry(
        name=name,
        value=found.text,
        read_only=read_only,
        config_source=found.source,
        synonyms=[_Synonym(name=one.name, value=one.text, source=one.source) for one in found.origins],
        config_type=kind,
        documentation=documentation,
    )


def _refuse_broker(context: Context, name: str) -> Refusal | None:
    """A broker is asked about itself only; Kafka does not pass such a request on either."""
    if not name.isascii() or not name.isdecimal():
        return Refusal(Code.INVALID_REQUEST, f"a broker is named by its number, not by {name[:40]!r}")
    if int(name) != context.node.node_id:
        return Refusal(Code.INVALID_REQUEST, f"this is broker {context.node.node_id}; ask broker {name} itself")
    return None


# -- alter -----------------------------------------------------------------------------------------------------------------


async def alter_configs(context: Context, request: AlterConfigsRequest) -> AlterConfigsResponse:
    """Replace all configs of each resource by those given (deprecated since KIP-339, served as ever)."""
    twice = _named_twice(request.resources)
    results = []
    for asked in request.resources:
        changes = tuple(Change(How.SET, config.name, config.value) for config in asked.configs)
        refusal = twice(asked) or _refuse_changes(changes)
        if asked.resource_type == BROKER_LOGGER and refusal is None:
            refusal = Refusal(Code.INVALID_REQUEST, "levels of loggers are changed by IncrementalAlterConfigs")
        refusal = refusal or await _alter(context, asked, changes, replace=True, validate_only=request.validate_only)
        results.append(AlterConfigsResponse.AlterConfigsResourceResponse(**_outcome(asked, refusal)))
    return AlterConfigsResponse(responses=results)


async def incremental_alter_configs(
    context: Context, request: IncrementalAlterConfigsRequest
) -> IncrementalAlterConfigsResponse:
    """Change single configs of each resource (KIP-339)."""
    twice = _named_twice(request.resources)
    outcomes = await asyncio.gather(
        *(_alter_by_steps(context, asked, twice(asked), request.validate_only) for asked in request.resources)
    )
    results = [
        IncrementalAlterConfigsResponse.AlterConfigsResourceResponse(**_outcome(asked, refusal))
        for asked, refusal in zip(request.resources, outcomes, strict=True)
    ]
    return IncrementalAlterConfigsResponse(responses=results)


async def _alter_by_steps(
    context: Context,
    asked: IncrementalAlterConfigsRequest.AlterConfigsResource,
    twice: Refusal | None,
    validate_only: bool,
) -> Refusal | None:
    if twice:
        return twice
    operations = {how.value: how for how in How}
    for config in asked.configs:
        if config.config_operation not in operations:
            return Refusal(Code.INVALID_REQUEST, f"{config.name}: no operation has the number {config.config_operation}")
    changes = tuple(Change(operations[config.config_operation], config.name, config.value) for config in asked.configs)
    refusal = _refuse_changes(changes)
    return refusal or await _alter(context, asked, changes, replace=False, validate_only=validate_only)


def _refuse_changes(changes: Sequence[Change]) -> Refusal | None:
    empty = [change.name for change in changes if change.value is None and change.how is not How.DELETE]
    if empty:
        return Refusal(Code.INVALID_REQUEST, f"no value is given for {', '.join(empty)}; DELETE takes the default back")
    twice = [name for name, count in Counter(change.name for change in changes).items() if count > 1]
    if twice:
        return Refusal(Code.INVALID_REQUEST, f"the request changes {', '.join(twice)} more than once")
    return None


async def _alter(
    context: Context, asked: Any, changes: tuple[Change, ...], *, replace: bool, validate_only: bool
) -> Refusal | None:
    """Ask the machine that the resource belongs to; None is success."""
    name = asked.resource_name
    match asked.resource_type:
        case 2:  # TOPIC
            return await _alter_topic(context, name, changes, replace, validate_only)
        case 4:  # BROKER
            refusal = None if name == "" else _refuse_broker(context, name)
            answer = refusal or await context.node.ask(AlterBroker(name, changes, replace, validate_only))
            return answer if isinstance(answer, Refusal) else None
        case 8:  # BROKER_LOGGER
            return _refuse_broker(context, name) or _alter_logger(context, changes, validate_only)
        case 16:  # CLIENT_METRICS
            return Refusal(Code.UNSUPPORTED_VERSION, "this version has no client metrics to configure")
        case 32:  # GROUP
            return await _alter_group(context, name, changes, replace, validate_only) if name else _nameless()
        case _:
            return Refusal(Code.INVALID_REQUEST, f"resources of type {asked.resource_type} have no configs")


async def _alter_topic(
    context: Context, name: str, changes: tuple[Change, ...], replace: bool, validate_only: bool
) -> Refusal | None:
    why = illegal_name(name)
    if why:
        return Refusal(Code.INVALID_TOPIC_EXCEPTION if name else Code.INVALID_REQUEST, why)
    if name == context.node.own_topic.name:
        return Refusal(Code.INVALID_REQUEST, "the broker's own log keeps the configs it has")
    layers = context.node.layers()
    rows = [TOPIC_CONFIGS[change.name] for change in changes if change.name in TOPIC_CONFIGS]
    defaults = tuple((row.name, effective.of_topic(row, {}, layers).text or "") for row in rows if row.kind is Kind.LIST)
    answer = await context.node.ask(AlterTopic(name, changes, replace, validate_only, defaults))
    return answer if isinstance(answer, Refusal) else None


async def _alter_group(
    context: Context, group_id: str, changes: tuple[Change, ...], replace: bool, validate_only: bool
) -> Refusal | None:
    given = context.node.settings
    bounds = tuple((row.name, given.integer(row.low), given.integer(row.high)) for row in GROUP_CONFIGS)
    answer = await context.node.ask(AlterGroup(group_id, changes, bounds, replace, validate_only))
    return answer if isinstance(answer, Refusal) else None


def _alter_logger(context: Context, changes: Sequence[Change], validate_only: bool) -> Refusal | None:
    levels = context.node.levels
    for change in changes:
        if change.how is not How.SET:
            return Refusal(Code.INVALID_REQUEST, f"{change.name}: a level can be set, and nothing else")
        if change.name not in levels.by_logger:
            return Refusal(Code.INVALID_CONFIG, f"no logger is called {change.name[:100]}; there is: root")
        if change.value not in levels.NAMES:
            return Refusal(Code.INVALID_CONFIG, f"{change.name}={change.value}: it must be one of {', '.join(levels.NAMES)}")
    for change in () if validate_only else changes:
        levels.by_logger[change.name] = change.value or ""
    return None


def _named_twice(resources: Iterable[Any]) -> Callable[[Any], Refusal | None]:
    """Says of a resource whether the request names it more than once."""
    count = Counter((one.resource_type, one.resource_name) for one in resources)
    refusal = Refusal(Code.INVALID_REQUEST, "the request names this resource more than once")
    return lambda one: refusal if count[one.resource_type, one.resource_name] > 1 else None


def _outcome(asked: Any, refusal: Refusal | None) -> dict[str, Any]:
    return {
        "error_code": refusal.error if refusal else Code.NONE,
        "error_message": refusal.why if refusal else None,
        "resource_type": asked.resource_type,
        "resource_name": asked.resource_name,
    }


# -- list ------------------------------------------------------------------------------------------------------------------


async def list_config_resources(context: Context, request: ListConfigResourcesRequest) -> ListConfigResourcesResponse:
    """Everything that has configs (KIP-1142); version 0 asks for client metrics, of which there are none."""
    if context.version == 0:
        return ListConfigResourcesResponse(error_code=Code.NONE)
    every = (TOPIC, BROKER, BROKER_LOGGER, CLIENT_METRICS, GROUP)
    wanted = request.resource_types or every
    if not set(wanted) <= set(every):
        return ListConfigResourcesResponse(error_code=Code.UNSUPPORTED_VERSION)
    node_id = str(context.node.node_id)
    found = {
        TOPIC: sorted(topic.name for topic in context.node.topics()),
        BROKER: [node_id],
        BROKER_LOGGER: [node_id],
        GROUP: sorted(context.node.cluster.committed.groups),
    }
    resources = [
        ListConfigResourcesResponse.ConfigResource(resource_name=name, resource_type=kind)
        for kind in every
        if kind in wanted
        for name in found.get(kind, ())
    ]
    return ListConfigResourcesResponse(error_code=Code.NONE, config_resources=resources)
