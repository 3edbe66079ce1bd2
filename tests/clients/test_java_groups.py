"""Java consumers share, hand over and take up again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.clients.brokers import Broker
from tests.clients.group_host import Host, Member, everything, shared
from tests.clients.group_lives import settings_of
from tests.clients.members import Written, until
from tests.clients.runtimes import need

CLASSIC = {"session_timeout_ms": "6000", "heartbeat_interval_ms": "300"}
PATIENT = {"session_timeout_ms": "20000", "heartbeat_interval_ms": "300"}
CONSUMER = {"group_protocol": "consumer"}
PACKAGE = "org.apache.kafka.clients.consumer"
ASSIGNORS = {
    "range": f"{PACKAGE}.RangeAssignor",
    "roundrobin": f"{PACKAGE}.RoundRobinAssignor",
    "sticky": f"{PACKAGE}.StickyAssignor",
    "cooperative-sticky": f"{PACKAGE}.CooperativeStickyAssignor",
}
LIVES: dict[str, dict[str, str]] = {
    **{name: {"partition_assignment_strategy": one, **CLASSIC} for name, one in ASSIGNORS.items()},
    "uniform-by-the-broker": {"group_remote_assignor": "uniform", **CONSUMER},
    "range-by-the-broker": {"group_remote_assignor": "range", **CONSUMER},
}


@pytest.fixture(scope="module")
def groups_broker(kind: type[Broker], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    need("java")
    with kind(tmp_path_factory.mktemp("java-groups"), settings_of(kind)) as broker:
        yield broker


@pytest.fixture(scope="module")
def host(groups_broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with Host(groups_broker.bootstrap, tmp_path_factory.mktemp("host") / "host.log") as host:
        yield host


@dataclass
class Life:
    """One group, from its first member to the survivor of a crash; all of them live at once, so as to crash in one process."""

    name: str
    settings: dict[str, str]
    written: Written
    members: list[Member] = field(default_factory=list)
    moved: list[set[tuple[str, int]]] = field(default_factory=list)
    problem: Exception | None = None

    def join(self, host: Host) -> Member:
        member = host.join(f"{self.name}-{len(self.members)}", f"group-{self.name}", self.written.topic, **self.settings)
        self.members.append(member)
        return member

    def read(self) -> bool:
        return {(number, offset) for _, number, offset in everything(*self.members)} == self.written.positions

    def begin(self, mortal: Host, host: Host) -> None:
        """The first has everything, a second comes, a third comes and leaves."""
        first = self.join(host)
        until(lambda: shared(first), "the first has everything")
        second = self.join(mortal)
        until(lambda: shared(first, second), "two share")
        self.moved = list(first.taken)
        third = self.join(host)
        until(lambda: shared(first, second, third), "three share")
        third.leave()
        until(lambda: shared(first, second), "two share again")
        self.written.more(10)
        until(self.read, "everything is read")

    def go_on(self, host: Host) -> None:
        """The second is dead."""
        first = self.members[0]
        until(lambda: shared(first), "who is left has everything, once the dead one's session is over")
        self.written.more(1)
        until(self.read, "everything new is read")
        first.leave()
        fourth = self.join(host)
        until(lambda: shared(fourth), "who comes has everything")
        self.written.more(1)
        until(self.read, "everything new is read")
        fourth.leave()

    def attempt(self, step: Callable[..., None], *hosts: Host) -> None:
        if self.problem is None:
            try:
                step(self, *hosts)
            except Exception as error:
                self.problem = error


@pytest.fixture(scope="module")
def lives(groups_broker: Broker, host: Host, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Life]:
    lives = {name: Life(name, settings, Written(groups_broker, name)) for name, settings in LIVES.items()}
    with (
        Host(groups_broker.bootstrap, tmp_path_factory.mktemp("mortal") / "host.log") as mortal,
        ThreadPoolExecutor(len(lives)) as together,
    ):
        list(together.map(lambda life: life.attempt(Life.begin, mortal, host), lives.values()))
        mortal.kill()
        list(together.map(lambda life: life.attempt(Life.go_on, host), lives.values()))
    return lives


@pytest.mark.parametrize("assignor", LIVES)
def test_members_share_hand_over_and_take_up(lives: dict[str, Life], assignor: str) -> None:
    """Come, leave, crash and come again; everything is read once, whoever reads it."""
    life = lives[assignor]
    if life.problem is not None:
        raise life.problem
    assert set(everything(*life.members).values()) == {1}
    assert not [member.failed for member in life.members if member.failed]
    if "partition_assignment_strategy" not in life.settings or assignor == "cooperative-sticky":
        assert sum(map(len, life.moved)) == 3, "only what moves is taken"
    else:
        assert sum(map(len, life.moved)) == 6, "everything is taken before it is shared anew"


@pytest.mark.parametrize("settings", [PATIENT, CONSUMER], ids=["classic", "consumer"])
def test_a_static_member_comes_back_without_a_rebalance(
    groups_broker: Broker, host: Host, topic: str, settings: dict[str, str]
) -> None:
    """And once an administrator has removed it, the others need not wait for its session to end."""
    written = Written(groups_broker, topic)
    stays, goes = (host.join(f"{topic}-{one}", topic, topic, group_instance_id=one, **settings) for one in ("stays", "goes"))
    until(lambda: shared(stays, goes), "two share")
    had, taken = goes.owned, len(stays.taken)
    goes.leave()
    again = host.join(f"{topic}-again", topic, topic, group_instance_id="goes", **settings)
    until(lambda: again.owned == had, "it has again what it had")
    written.more(1)
    until(lambda: everything(stays, goes, again).total() == len(written.positions), "everything is read")
    assert len(stays.taken) == taken, "nothing was taken from the other"
    again.leave()
    assert host.ask("remove", group=topic, instances=["goes"]) is None
    until(lambda: shared(stays), "who stays has everything")
    assert host.ask("remove", group=topic, instances=["goes"]) == "UnknownMemberIdException"
    stays.leave()
    assert host.ask("remove", group=topic, instances=[]) is None
    assert host.ask("list", prefix=topic)[0][3] == "Empty"


def test_a_static_member_comes_back_from_a_crash_without_a_rebalance(
    groups_broker: Broker, host: Host, topic: str, tmp_path: Path
) -> None:
    written = Written(groups_broker, topic)
    stays = host.join(f"{topic}-stays", topic, topic, group_instance_id="stays", **PATIENT)
    with Host(groups_broker.bootstrap, tmp_path / "host.log") as mortal:
        crashes = mortal.join("crashes", topic, topic, group_instance_id="crashes", **PATIENT)
        until(lambda: shared(stays, crashes), "two share")
        mortal.kill()
    taken = len(stays.taken)
    again = host.join(f"{topic}-again", topic, topic, group_instance_id="crashes", **PATIENT)
    until(lambda: again.owned == crashes.owned, "it has again what it had")
    written.more(1)
    until(lambda: everything(stays, again).total() == len(written.positions), "everything is read")
    assert len(stays.taken) == taken, "nothing was taken from the other"
    again.leave()
    stays.leave()


def test_a_group_is_upgraded_member_by_member_to_cooperative_assignment(groups_broker: Broker, host: Host, topic: str) -> None:
    """Two rolling restarts: first all know both assignors, then only the new one."""
    written = Written(groups_broker, topic)
    old, new = ASSIGNORS["range"], ASSIGNORS["cooperative-sticky"]
    members: list[Member] = []

    def join(assignors: str) -> None:
        name = f"{topic}-{len(members)}"
        members.append(host.join(name, topic, topic, partition_assignment_strategy=assignors, **CLASSIC))

    join(old)
    join(old)
    until(lambda: shared(*members), "two share")
    agreed = []
    for assignors in (f"{new},{old}", f"{new},{old}", new, new):
        members[-2].leave()
        join(assignors)
        until(lambda: shared(*members[-2:]), "two share")
        agreed.append(host.ask("describe", group=topic)["assignor"])
    assert agreed == ["range", *["cooperative-sticky"] * 3], "the new one as soon as all know it"
    written.more(1)
    until(lambda: everything(*members).total() == len(written.positions), "everything is read, once")
    first, second = members[-2:]
    before = len(second.taken)
    first.leave()
    until(lambda: shared(second), "who stays has everything")
    assert not any(second.taken[before:]), "and kept what it had"
    second.leave()


def test_a_group_moves_to_the_newer_protocol_and_back_while_it_lives(groups_broker: Broker, host: Host, topic: str) -> None:
    """KIP-848: the first member of the other kind takes the group along; the last of the newer leaves it classic."""
    written = Written(groups_broker, topic)
    classic = host.join(f"{topic}-0", topic, topic, **CLASSIC)
    until(lambda: shared(classic), "a classic member has everything")
    newer = host.join(f"{topic}-1", topic, topic, **CONSUMER)
    until(lambda: shared(classic, newer), "one of each kind share")
    written.more(1)
    until(lambda: everything(classic, newer).total() == len(written.positions), "everything is read")
    told = host.ask("describe", group=topic)
    assert (told["type"], [one["upgraded"] for one in told["members"]]) == ("Consumer", [False, True])
    classic.leave()
    until(lambda: shared(newer), "the newer has everything")
    back = host.join(f"{topic}-2", topic, topic, **CLASSIC)
    until(lambda: shared(newer, back), "one of each kind share")
    newer.leave()
    until(lambda: shared(back), "a classic member has everything")
    written.more(1)
    until(lambda: everything(classic, newer, back).total() == len(written.positions), "everything new is read")
    assert host.ask("list", prefix=topic) == [[topic, "Classic", "consumer", "Stable"]]
    back.leave()


def test_static_members_change_their_protocol_one_by_one_and_back(groups_broker: Broker, host: Host, topic: str) -> None:
    """A rolling restart each way: whoever comes back has what it had, and so has the other."""
    written = Written(groups_broker, topic)
    members = [host.join(f"{topic}-{one}-0", topic, topic, group_instance_id=one, **PATIENT) for one in "ab"]
    everybody = list(members)
    until(lambda: shared(*members), "two share")
    for turn, settings in enumerate((CONSUMER, PATIENT), start=1):
        for index, instance in enumerate("ab"):
            had = [member.owned for member in members]
            members[index].leave()
            members[index] = host.join(f"{topic}-{instance}-{turn}", topic, topic, group_instance_id=instance, **settings)
            everybody.append(members[index])
            until(lambda: shared(*members), "two share")
            assert [member.owned for member in members] == had
        written.more(1)
        until(lambda: everything(*everybody).total() == len(written.positions), "everything is read, once")
    for member in members:
        member.leave()


@pytest.mark.parametrize(("by", "settings"), [("pattern", CLASSIC), ("pattern", CONSUMER), ("broker's pattern", CONSUMER)])
def test_a_pattern_takes_in_topics_that_are_made_later(
    groups_broker: Broker, host: Host, topic: str, by: str, settings: dict[str, str]
) -> None:
    """Whether the client looks for the topics or the broker does."""
    first = Written(groups_broker, f"{topic}-1")
    member = host.join(topic, topic, f"{topic}-[0-9]+", by=by, **settings)
    until(lambda: shared(member), "it has what there is")
    second = Written(groups_broker, f"{topic}-2")
    Written(groups_broker, f"{topic}-not")
    first.more(1)
    second.more(1)
    until(lambda: everything(member).total() == 2 * len(first.positions), "both topics are read")
    assert {name for name, _ in member.owned} == {f"{topic}-1", f"{topic}-2"}
    member.leave()


@pytest.mark.parametrize("settings", [CLASSIC, CONSUMER], ids=["classic", "consumer"])
def test_an_administrator_sees_groups_and_changes_what_they_hold(
    groups_broker: Broker, host: Host, topic: str, settings: dict[str, str]
) -> None:
    written = Written(groups_broker, topic)
    written.more(10)
    kind = "Classic" if settings is CLASSIC else "Consumer"
    member = host.join(topic, topic, topic, group_instance_id="only", **settings)
    until(lambda: everything(member).total() == len(written.positions), "everything is read")
    assert host.ask("list", prefix=topic, type=kind.lower()) == [[topic, kind, "consumer", "Stable"]]
    assert host.ask("list", prefix=topic, state="Empty") == []
    told = host.ask("describe", group=topic)
    (about,) = told.pop("members")
    assert told == {
        "type": kind,
        "state": "Stable",
        "assignor": "range" if settings is CLASSIC else "uniform",
        "simple": False,
        "coordinator": 1,
    }
    assert (about["client"], about["instance"], about["host"]) == (topic, "only", "/127.0.0.1")
    assert {(name, number) for name, number in about["assigned"]} == member.owned
    assert host.ask("offsets", group=topic) == [[topic, number, 10, ""] for number in range(6)]
    moved = [[topic, 0, 3, "by hand"], [topic, 1, 4, ""]]
    assert host.ask("alter", group=topic, offsets=moved) == "UnknownMemberIdException"
    assert host.ask("delete offsets", group=topic, offsets=moved) == "GroupSubscribedToTopicException"
    assert host.ask("delete", group=topic) == "GroupNotEmptyException"
    member.leave()
    host.ask("remove", group=topic, instances=[])
    assert host.ask("describe", group=topic)["state"] == "Empty"
    assert host.ask("alter", group=topic, offsets=moved) is None
    assert host.ask("delete offsets", group=topic, offsets=[[topic, number] for number in (2, 3)]) is None
    assert host.ask("offsets", group=topic) == [*moved, [topic, 4, 10, ""], [topic, 5, 10, ""]]
    again = host.join(f"{topic}-again", topic, topic, **settings)
    until(
        lambda: len(again.read) == 7 + 6 + 10 + 10, "it reads from where it was put, and from the start where nothing is kept"
    )
    again.leave()
    assert host.ask("delete", group=topic) is None
    assert host.ask("list", prefix=topic) == []
    assert host.ask("delete", group=topic) == "GroupIdNotFoundException"
    assert host.ask("offsets", group=topic) == []
