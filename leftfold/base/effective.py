"""Which value of a config is in force, and from where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

from leftfold.base import settings as broker
from leftfold.base.group_configs import GroupConfig
from leftfold.base.settings import Settings
from leftfold.base.topic_configs import TABLE, TopicConfig
from leftfold.base.values import Value, parse, render


class Source(IntEnum):
    """Where a value comes from, numbered as DescribeConfigs sends it; the lower wins."""

    TOPIC = 1
    BROKER = 2
    ALL_BROKERS = 3
    STATIC = 4
    DEFAULT = 5
    LOGGER = 6
    GROUP = 8


@dataclass(frozen=True, slots=True)
class Origin:
    """One of the places that give a value, as text; `name` is what it is called there."""

    name: str
    text: str | None
    source: Source


@dataclass(frozen=True, slots=True)
class InForce:
    """The value in force, where it comes from, and all places that give one, the winner first."""

    value: Value
    source: Source
    origins: tuple[Origin, ...]

    @property
    def text(self) -> str | None:
        """The value as Kafka writes it."""
        return render(self.value)


@dataclass(frozen=True, slots=True)
class Layers:
    """What stands below a topic's own configs: changes to this broker, to all brokers, what it was started with."""

    settings: Settings
    broker: Mapping[str, str]
    all_brokers: Mapping[str, str]


def of_topic(config: TopicConfig, overrides: Mapping[str, str], layers: Layers) -> InForce:
    """A topic's config. Names that share a default (log.retention.ms, .minutes, .hours) count in their order."""
    origins = []
    value, source = config.default, Source.DEFAULT
    if config.name in overrides:
        value, source = parse(config.kind, config.bounds, overrides[config.name]), Source.TOPIC
        origins.append(Origin(config.name, render(value), source))
    for name, factor in config.settings:
        for origin, given in _given(name, layers):
            below = all(one.source in (Source.TOPIC, Source.DEFAULT) for one in origins)
            if origin.source is Source.DEFAULT and len(config.settings) > 1 and below:
                continue  # Kafka names the default of log.retention.hours only beside a value that was given to a broker
            origins.append(origin)
            if source is Source.DEFAULT and origin.source is not Source.DEFAULT:
                value, source = given * factor if isinstance(given, int) and factor != 1 else given, origin.source
    return InForce(value, source, tuple(origins))


def of_group(config: GroupConfig, overrides: Mapping[str, str], layers: Layers) -> InForce:
    """A group's config. What was set before its bounds changed is kept within them."""
    below = of_setting(config.setting, layers)
    if config.name not in overrides:
        return InForce(below.value, below.source, below.origins)
    low, high = layers.settings.integer(config.low), layers.settings.integer(config.high)
    value = min(max(int(overrides[config.name]), low), high)
    return InForce(value, Source.GROUP, (Origin(config.name, str(value), Source.GROUP), *below.origins))


def of_setting(name: str, layers: Layers) -> InForce:
    """A broker's setting, which must exist."""
    found = list(_given(name, layers))
    if not found:
        return InForce(None, Source.DEFAULT, ())
    return InForce(found[0][1], found[0][0].source, tuple(origin for origin, _ in found))


def topic_values(overrides: Mapping[str, str], layers: Layers) -> dict[str, int | bool | str]:
    """Every topic config in force, as the kernel takes them: dots as underscores, lists with commas."""
    values: dict[str, int | bool | str] = {}
    for config in TABLE:
        value = of_topic(config, overrides, layers).value
        values[config.name.replace(".", "_")] = value if isinstance(value, int) else render(value) or ""
    return values


def _given(name: str, layers: Layers) -> Iterator[tuple[Origin, Value]]:
    """Where a setting has a value, the winner first."""
    row = broker.BY_NAME[name]
    for source, values in ((Source.BROKER, layers.broker), (Source.ALL_BROKERS, layers.all_brokers)):
        if name in values:
            value = parse(row.kind, row.bounds, values[name])
            yield Origin(name, render(value), source), value
    if name in layers.settings.given:
        yield Origin(name, render(layers.settings[name]), Source.STATIC), layers.settings[name]
    if row.default is not None:
        yield Origin(name, render(row.default), Source.DEFAULT), row.default
