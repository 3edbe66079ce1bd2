"""Every group config: the setting it overrides, its bounds."""

# Of the group configs that Apache Kafka 4.4.0 describes, those of groups that are served here and of what is done here: there
# is no interval between assignments, for they are computed at once. All are whole numbers. The bounds are settings, too.

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GroupConfig:
    """One row: the broker's setting that it takes the place of, and those that bound it."""

    name: str
    setting: str
    low: str
    high: str
    doc: str


SESSION_TIMEOUT = GroupConfig(
    "consumer.session.timeout.ms",
    "group.consumer.session.timeout.ms",
    "group.consumer.min.session.timeout.ms",
    "group.consumer.max.session.timeout.ms",
    "How long a member of this group (group.protocol=consumer) may be silent.",
)
HEARTBEAT_INTERVAL = GroupConfig(
    "consumer.heartbeat.interval.ms",
    "group.consumer.heartbeat.interval.ms",
    "group.consumer.min.heartbeat.interval.ms",
    "group.consumer.max.heartbeat.interval.ms",
    "How often members of this group (group.protocol=consumer) are told to send a heartbeat.",
)
TABLE = (SESSION_TIMEOUT, HEARTBEAT_INTERVAL)
