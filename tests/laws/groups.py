"""Random commands for groups, such as meet what is there."""

# One draw is a handful of bytes; what they mean depends on the state. So the strategy is built once, and commands hit members
# and generations that there are.

from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st
from msgspec.structs import replace

from leftfold.machines.groups import commands as groups
from leftfold.machines.groups.machine import groups as machine
from leftfold.machines.groups.state import Consumers, Groups, Offset, Partitions, Phase, Presence, Present
from leftfold.wire.generated.consumer_protocol import ConsumerProtocolAssignment, ConsumerProtocolSubscription
from leftfold.wire.records import encode_value

# Short times, so that everything there is to wait for comes due within a few commands.
RULES = groups.Rules(
    initial_rebalance_delay_ms=3,
    session_timeout_ms_min=5,
    session_timeout_ms_max=50,
    members_max=4,
    consumers_max=4,
    newcomer_timeout_ms=60,
    offsets_retention_ms=40,
    empty_group_ms=30,
    consumer_session_timeout_ms=20,
)
MACHINE: Any = machine(RULES)
ID = "AAAAAAAAAAAAAAAAAAAAAQ"
OTHER_ID = "AAAAAAAAAAAAAAAAAAAAAg"
CATALOG = (("t", ID, 3), ("u", OTHER_ID, 2))
GROWN = (("t", ID, 5), ("u", OTHER_ID, 2))
NAMED = (("t|u", "tu"), ("u+", "u"))  # what patterns name, if it is there
INSTANCES = (None, None, None, "i", "j")
SUBSCRIPTIONS = (
    b"", b"\0", b"\xff" * 9, *(encode_value(ConsumerProtocolSubscription(topics=one), 1) for one in (["t"], ["t", "u"], [])),
)  # fmt: skip
_Given = ConsumerProtocolAssignment.TopicPartition
ASSIGNMENTS = (
    b"a", b"", *(encode_value(ConsumerProtocolAssignment(assigned_partitions=[_Given(topic="t", partitions=one)]), 1)
                 for one in ([0], [1, 2], [2, 9]))
)  # fmt: skip
PROTOCOLS = (("range",), ("range", "roundrobin"), ("roundrobin", "range"), ("range",), ("sticky",), ())
NOBODY = Presence()

DRAW = st.lists(st.integers(0, 255), min_size=14, max_size=14)
Value = TypeVar("Value")


def commands(state: Groups) -> st.SearchStrategy[Any]:
    """What a client, an operator or time might say now, rightly or not."""
    return DRAW.map(lambda numbers: Dice(state, numbers).command())


class Dice:
    """One draw, looked at in the light of the state."""

    def __init__(self, state: Groups, numbers: list[int]) -> None:
        self.state = state
        self.numbers = numbers
        self.group = self.of(("g", "g", "g", "h"))
        self.here = state.presence.get(self.group, NOBODY)
        self.at_ms = self.here.since_ms + self.number(20)

    def number(self, below: int) -> int:
        self.numbers.append(self.numbers.pop(0))
        return self.numbers[-1] % below

    def of(self, values: Sequence[Value]) -> Value:
        return values[self.number(len(values))]

    def command(self) -> Any:
        do = self.of(
            (self.join, self.join, self.rightly, self.rightly, self.rightly, self.sync, self.heartbeat, self.leave,
             self.beat, self.beat, self.beat_rightly, self.beat_rightly, self.beat_rightly,
             self.commit, self.commit, self.pend, self.pend, self.end, self.due, self.due,
             self.delete_offsets, self.delete_group, self.of_all)
        )  # fmt: skip
        return do()

    def member(self) -> str:
        return self.of((*sorted(self.here.members) * 2, *self.classics() * 2, *sorted(self.here.pending) * 2, "", "nobody"))

    def classics(self) -> list[str]:
        """The classic members of a consumer group."""
        return sorted(member_id for member_id, said in self.consumers().members.items() if said.classic)

    def generation(self) -> int:
        epochs = [current.epoch for _, current in sorted(self.consumers().currents.items())]
        return self.of((*[self.here.generation] * 3, self.here.generation - 1, -1, *epochs * 3))

    def protocols(self) -> tuple[tuple[str, bytes], ...]:
        metadata = self.of(SUBSCRIPTIONS)
        return tuple((name, metadata) for name in self.of(PROTOCOLS))

    def free_id(self) -> str:
        start = self.number(9)
        names = (f"m{(start + number) % 20}" for number in range(20))
        return next(name for name in names if name not in self.here.members and name not in self.here.pending)

    def join(self) -> groups.Join:
        session_ms = self.of((5, 10, 50))
        catalog = self.of((CATALOG, CATALOG, GROWN, CATALOG[:1], None))
        return groups.Join(
            group_id=self.group,
            at_ms=self.at_ms,
            member_id=self.member(),
            new_member_id=self.free_id(),
            instance_id=self.of(INSTANCES),
            client_id="client",
            client_host="/127.0.0.1",
            rebalance_timeout_ms=session_ms,
            session_timeout_ms=self.of((session_ms, session_ms, session_ms, 1)),
            protocol_type=self.of(("consumer", "consumer", "consumer", "connect", "")),
            protocols=self.protocols(),
            two_steps=self.of((True, False)),
            skips=self.of((True, False)),
            catalog=catalog,
            named=named(catalog or ()),
        )

    def rightly(self) -> Any:
        """What a member that does everything right does next; a new one, if there is none yet."""
        if self.classics():
            return next_of_classic(self.consumers(), self.group, self.of(self.classics()), self.at_ms)
        if not self.here.members:
            return groups.Join(
                self.group, self.at_ms, "", self.free_id(), None, "client", "/127.0.0.1", 10, 10, "consumer",
                (("range", SUBSCRIPTIONS[3]),), two_steps=False, catalog=CATALOG, named=named(CATALOG),
            )  # fmt: skip
        return next_of(
            self.here, self.group, self.of(sorted(self.here.members.values(), key=lambda one: one.member_id)), self.at_ms
        )

    def sync(self) -> groups.Sync:
        members = [self.member() for _ in range(2)]
        return groups.Sync(
            group_id=self.group,
            at_ms=self.at_ms,
            member_id=self.of((self.here.leader or "", self.member())),
            instance_id=self.of(INSTANCES),
            generation=self.generation(),
            protocol_type=self.of((None, "consumer")),
            protocol=self.of((None, self.here.protocol)),
            assignments=tuple((member, self.of(ASSIGNMENTS)) for member in members),
            catalog=CATALOG,
        )

    def heartbeat(self) -> groups.Heartbeat:
        return groups.Heartbeat(self.group, self.at_ms, self.member(), self.of(INSTANCES), self.generation())

    def beat(self) -> groups.ConsumerHeartbeat:
        """A member of a consumer group says whatever it says."""
        members = self.consumers().members
        member_id = self.of((*sorted(members) * 2, f"c{self.number(4)}", ""))
        current = self.consumers().currents.get(member_id)
        right, before = (current.epoch, current.previous_epoch) if current else (0, 0)
        held = current.held() if current else frozenset()
        return beat(
            self.group, self.at_ms, member_id, self.of((right, right, 0, 0, before, -1, -2, right + 1, -3)),
            instance_id=self.of((None, None, "i", "j")),
            rebalance_timeout_ms=self.of((-1, 7, 7, 30)),
            topics=self.of((None, ("t",), ("t", "u"), ("t", "nowhere"))),
            assignor=self.of((None, None, "range", "uniform", "nonsense")),
            owned=self.of((None, frozenset(), held, frozenset(sorted(held)[:1]))),
            catalog=self.of((CATALOG, CATALOG, CATALOG[:1], GROWN)),
            regex=self.of((None, None, "", "t|u", "u+")),
        )  # fmt: skip

    def beat_rightly(self) -> groups.ConsumerHeartbeat:
        """A member of a consumer group does everything right; a new one, if there is none yet."""
        members = self.consumers().members
        if not members:
            return beat(
                self.group, self.at_ms, f"c{self.number(4)}", 0, topics=("t",), owned=frozenset(), rebalance_timeout_ms=7
            )
        member_id = self.of(sorted(members))
        return next_beat(self.state, self.group, member_id, self.at_ms)

    def consumers(self) -> Consumers:
        group = self.state.groups.get(self.group)
        return (group.consumers if group else None) or Consumers()

    def leave(self) -> groups.Leave:
        return groups.Leave(self.group, self.at_ms, self.member(), self.of(INSTANCES))

    def commit(self) -> groups.CommitOffsets:
        offsets = tuple((*self.partition(), self.offset()) for _ in range(self.number(3)))
        speaks = self.of((True, False))
        member = self.member() if speaks else ""
        generation = self.generation() if speaks else -1
        return groups.CommitOffsets(self.group, self.at_ms, member, self.of(INSTANCES) if speaks else None, generation, offsets)

    def pend(self) -> groups.CommitOffsets:
        """A transaction commits; an epoch never goes back, for the kernel lets nobody write who was fenced."""
        producer = self.of((7, 8))
        there = self.state.open.get(producer)
        epoch = self.number(2) + (0 if there is None else there.epoch)
        return replace(self.commit(), producer=(producer, epoch))

    def end(self) -> groups.EndProducer:
        producer = self.of((7, 8))
        there = self.state.open.get(producer)
        epoch = max(0, self.number(3) - 1 + (0 if there is None else there.epoch))
        return groups.EndProducer(self.at_ms, producer, epoch, self.of((True, False)), self.of((0, 2)))

    def partition(self) -> tuple[str, int]:
        return self.of(("t", "u")), self.number(3)

    def offset(self) -> Offset:
        if self.number(4) == 0:
            return Offset(self.number(9), -1, "", self.at_ms, expires_ms=self.number(100))
        return Offset(self.number(9), self.number(3) - 1, self.of(("", "m")), self.at_ms, topic_id=self.of(("", ID)))

    def delete_offsets(self) -> groups.DeleteOffsets:
        return groups.DeleteOffsets(self.group, self.at_ms, tuple(self.partition() for _ in range(self.number(3))))

    def delete_group(self) -> groups.DeleteGroup:
        return groups.DeleteGroup(self.group, self.at_ms)

    def due(self) -> Any:
        due = MACHINE.due(self.state)
        return groups.PassTime(self.at_ms) if due is None else due.command

    def of_all(self) -> Any:
        return self.of((groups.ForgetTopics((("t", ID),)), groups.PassTime(self.number(255)), groups.Awake(self.at_ms)))


def beat(
    group: str, at_ms: int, member_id: str, epoch: int, *, instance_id: str | None = None, rebalance_timeout_ms: int = -1,
    topics: tuple[str, ...] | None = None, assignor: str | None = None, owned: Partitions | None = None,
    catalog: tuple[tuple[str, str, int], ...] = CATALOG, regex: str | None = None,
) -> groups.ConsumerHeartbeat:  # fmt: skip
    return groups.ConsumerHeartbeat(
        group, at_ms, member_id, epoch, instance_id, None, "client", "/127.0.0.1", rebalance_timeout_ms, topics, assignor,
        owned, catalog, regex, named(catalog), len(catalog),
    )  # fmt: skip


def named(catalog: tuple[tuple[str, str, int], ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((pattern, tuple(name for name, _, _ in catalog if name in names)) for pattern, names in NAMED)


def next_beat(state: Groups, group: str, member_id: str, at_ms: int) -> groups.ConsumerHeartbeat:
    """What this member says next, if it does everything right: what it was to give back, it has given back."""
    consumers = state.groups[group].consumers
    assert consumers is not None
    current = consumers.currents.get(member_id)
    instance_id = consumers.members[member_id].instance_id
    if current is None or current.epoch <= 0:
        return beat(
            group, at_ms, member_id, 0, instance_id=instance_id, topics=("t",), owned=frozenset(), rebalance_timeout_ms=7
        )
    owned = frozenset((topic, partition) for topic, partition, _ in current.assigned)
    return beat(group, at_ms, member_id, current.epoch, instance_id=instance_id, owned=owned)


def next_of(here: Presence, name: str, member: Present, at_ms: int) -> Any:
    """What this member does next, if it does everything right."""
    if here.phase is Phase.PREPARING:
        return groups.Join(
            name, at_ms, member.member_id, "", member.instance_id, "client", "/127.0.0.1", member.rebalance_timeout_ms,
            member.session_timeout_ms, here.protocol_type, member.protocols,
        )  # fmt: skip
    assignments = (
        tuple((member_id, ASSIGNMENTS[number % 4 + 1]) for number, member_id in enumerate(sorted(here.members)))
        if here.leader == member.member_id
        else ()
    )
    return groups.Sync(name, at_ms, member.member_id, member.instance_id, here.generation, None, None, assignments)


def next_of_classic(group: Consumers, name: str, member_id: str, at_ms: int) -> Any:
    """What this classic member of a consumer group does next, if it does everything right; it gives up all to join anew."""
    said = group.members[member_id]
    assert said.classic is not None
    if group.is_to_join_anew(member_id):
        return groups.Join(
            name, at_ms, member_id, "", said.instance_id, "client", "/127.0.0.1", said.rebalance_timeout_ms,
            said.classic.session_timeout_ms, "consumer", said.classic.protocols, catalog=CATALOG, named=named(CATALOG),
        )  # fmt: skip
    return groups.Sync(name, at_ms, member_id, said.instance_id, group.currents[member_id].epoch, catalog=CATALOG)
