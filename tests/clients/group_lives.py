"""Lives of groups: they share, hand over, take up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.clients.brokers import Broker, Kafka
from tests.clients.members import ALL, Members, Written, shared, until

SETTINGS = {
    "group.min.session.timeout.ms": "500",
    "group.initial.rebalance.delay.ms": "200",
    "group.consumer.session.timeout.ms": "6000",
    "group.consumer.heartbeat.interval.ms": "300",
}
KAFKA_ONLY = {  # the bounds of the two above
    "group.consumer.min.session.timeout.ms": "500",
    "group.consumer.min.heartbeat.interval.ms": "100",
}


def settings_of(kind: type[Broker]) -> dict[str, str]:
    return SETTINGS | (KAFKA_ONLY if kind is Kafka else {})


@dataclass(frozen=True, slots=True)
class World:
    """A broker that all share, and how to have one of one's own: `kind` and a folder."""

    broker: Broker
    kind: type[Broker]
    folder: Path


@dataclass(frozen=True, slots=True)
class Life:
    """What members of one library live through. `assignor` is what they ask for, the protocol's default if empty."""

    story: Callable[[World, Life], None]
    library: str
    protocol: str
    assignor: str = ""

    def __str__(self) -> str:
        return "-".join(word for word in (self.story.__name__, self.library, self.protocol, self.assignor) if word)

    @property
    def options(self) -> tuple[str, ...]:
        return ("--protocol", self.protocol, *(("--assignor", self.assignor) if self.assignor else ()))


def they_share_hand_over_and_take_up(world: World, life: Life) -> None:
    """Two join one after the other, one leaves, one dies, a third comes."""
    written = Written(world.broker, str(life))
    written.more(10)
    with Members(world.broker, life.library, f"group {life}", str(life)) as members:
        first = members.start(*life.options)
        until(lambda: first.owned == ALL, "the first has everything")
        second = members.start(*life.options)
        until(lambda: shared(first, second), "two share")
        written.more(10)
        until(lambda: members.read().keys() == written.positions, "everything is read")
        assert set(members.read().values()) == {1}, "and once"
        second.leave()
        until(lambda: first.owned == ALL, "who stays has everything")
        first.kill()
        third = members.start(*life.options)
        until(lambda: third.owned == ALL, "who comes has everything, once the dead one's session is over")
        written.more(1)
        until(lambda: members.read().keys() == written.positions, "everything new is read")
        assert set(members.read().values()) == {1}, "from where the dead one had been"


def a_static_member_comes_back_without_a_rebalance(world: World, life: Life) -> None:
    written = Written(world.broker, str(life))
    options = (*life.options, "--session-ms", "20000")
    with Members(world.broker, life.library, f"group {life}", str(life)) as members:
        stays = members.start("--instance", "stays", *options)
        comes_back = members.start("--instance", "comes back", *options)
        until(lambda: shared(stays, comes_back), "two share")
        before, owned = len(stays.owned_before), comes_back.owned
        if life.protocol == "consumer":  # it says that it means to come back; killed, its place would be kept from itself
            comes_back.leave()
        else:
            comes_back.kill()
        again = members.start("--instance", "comes back", *options)
        until(lambda: again.owned == owned, "it has again what it had")
        written.more(1)
        until(lambda: members.read().keys() == written.positions, "everything is read")
        assert len(stays.owned_before) == before, "nothing changed for the other"


def a_group_outlives_its_broker(world: World, life: Life) -> None:
    options = (*life.options, "--session-ms", "10000")
    with world.kind(world.folder / str(life), settings_of(world.kind)) as broker:
        written = Written(broker, "outlives")
        written.more(10)
        with Members(broker, life.library, "g", "outlives") as members:
            first, second = members.start(*options), members.start(*options)
            until(lambda: shared(first, second), "two share")
            until(lambda: members.read().keys() == written.positions, "everything is read")
            broker.kill()
            broker.start()
            written.more(10)
            until(lambda: members.read().keys() == written.positions, "everything new is read")
            first.leave()
            second.leave()
            third = members.start(*options)
            until(lambda: third.owned == ALL, "a third takes up")
            written.more(1)
            until(lambda: members.read().keys() == written.positions, "everything new is read")
            assert not set(third.read) & (set(first.read) | set(second.read)), "from where the others had been"


def a_pattern_takes_in_topics(world: World, life: Life) -> None:
    """Those that are made later, too, where the library looks for them."""
    first = Written(world.broker, f"{life}-1")
    second = Written(world.broker, f"{life}-2") if life.library in LOOK_ONCE else None
    with Members(world.broker, life.library, f"group {life}", f"^{life}-[0-9]+$") as members:
        member = members.start(*life.options)
        until(lambda: member.owned == ALL, "it has what there is")
        second = second or Written(world.broker, f"{life}-2")
        Written(world.broker, f"{life}-not").more(1)
        first.more(1)
        second.more(1)
        until(lambda: set(members.read().values()) == {2}, "both topics are read")
        assert members.read().keys() == first.positions == second.positions


def members_of_many_libraries_are_one_group(world: World, life: Life) -> None:
    written = Written(world.broker, str(life))
    with Members(world.broker, life.library, f"group {life}", str(life)) as members:
        here = [members.start(*life.options, library=one) for one in TOGETHER[life.protocol]]
        while here:
            until(lambda: shared(*here), "all share")
            written.more(5)
            until(lambda: members.read().keys() == written.positions, "everything is read")
            assert set(members.read().values()) == {1}, "and once"
            goes = here.pop()
            (goes.kill if len(here) % 2 else goes.leave)()


ASSIGNORS = {
    ("librdkafka", "classic"): ("range", "roundrobin", "cooperative-sticky"),
    ("librdkafka", "consumer"): ("uniform", "range"),
    ("kafka-python", "classic"): ("range", "roundrobin", "sticky", "cooperative-sticky"),
    ("aiokafka", "classic"): ("range", "roundrobin", "sticky"),
    ("franz-go", "classic"): ("range", "roundrobin", "sticky", "cooperative-sticky"),
    ("franz-go", "consumer"): ("uniform", "range"),
    ("kafkajs", "classic"): ("roundrobin", "sticky"),
}
TOGETHER = {"classic": ("librdkafka", "kafka-python", "aiokafka", "franz-go"), "consumer": ("librdkafka", "franz-go")}
"""Libraries that call one assignor alike."""

NO_STATIC_MEMBERS = (
    ("kafkajs", "classic"),
    ("franz-go", "consumer"),  # 1.22 goes away without naming its instance, and every broker refuses that
)
LOOK_ONCE = ("kafkajs", "kafka-python")
"""Libraries that look for the topics of a pattern when they begin, and never again."""

LIVES = [
    *(Life(they_share_hand_over_and_take_up, *who, one) for who, assignors in ASSIGNORS.items() for one in assignors),
    *(Life(a_static_member_comes_back_without_a_rebalance, *who) for who in ASSIGNORS if who not in NO_STATIC_MEMBERS),
    *(Life(a_group_outlives_its_broker, *who) for who in ASSIGNORS),
    *(Life(a_pattern_takes_in_topics, *who) for who in ASSIGNORS),
    *(Life(members_of_many_libraries_are_one_group, "all", protocol, "range") for protocol in TOGETHER),
]
