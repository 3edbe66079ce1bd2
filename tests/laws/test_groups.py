"""What holds for groups besides: they come to rest."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leftfold.base.errors import Refusal
from leftfold.machines.groups.assignors import ASSIGNORS
from leftfold.machines.groups.commands import CommitOffsets, EndProducer, Join, Joined, PassTime, Sync
from leftfold.machines.groups.state import Consumers, Groups, Phase
from tests.laws.groups import CATALOG, DRAW, MACHINE, NOBODY, Dice, next_beat, next_of, next_of_classic

LIVES = st.lists(DRAW, min_size=10, max_size=60)
STEPS_MAX = 40


def live(numbers: list[list[int]], accepted: list[Any]) -> Iterator[Groups]:
    """A long random life: the state after each command that was accepted; they are added to `accepted`."""
    state: Groups = MACHINE.empty
    for draw in numbers:
        command = Dice(state, draw).command()
        outcome = MACHINE.decide(state, command)
        if not isinstance(outcome, Refusal):
            for event in outcome:
                state = MACHINE.fold(state, event)
            accepted.append(command)
            yield state


def told(state: Groups, command: Any) -> Groups:
    outcome = MACHINE.decide(state, command)
    for event in () if isinstance(outcome, Refusal) else outcome:
        state = MACHINE.fold(state, event)
    return state


def come_to_rest(state: Groups, name: str) -> Groups:
    """From now on every member does everything right, and time goes by while they wait."""
    for _ in range(STEPS_MAX):
        here = state.presence.get(name)
        if here is None or (here.phase in (Phase.EMPTY, Phase.STABLE) and all(one.synced for one in here.members.values())):
            return state
        busy = [one for one in here.members.values() if not (one.joining or one.synced)]
        if here.phase is Phase.PREPARING:
            busy = [one for one in here.members.values() if not one.joining]
        if busy:
            first = min(busy, key=lambda one: one.member_id)
            state = told(state, next_of(here, name, first, here.since_ms + 1))
        else:
            due = MACHINE.due(state)
            assert due is not None, "somebody waits, and nothing will ever end it"
            state = told(state, due.command)
    raise AssertionError(f"it does not come to rest: {state.presence[name]}")


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(LIVES)
def test_whatever_happened_a_group_comes_to_rest_and_everybody_has_an_answer(numbers: list[list[int]]) -> None:
    accepted: list[Any] = []
    *_, state = (MACHINE.empty, *live(numbers, accepted))
    for name in ("g", "h"):
        state = come_to_rest(state, name)
    waiting = [one for one in accepted if isinstance(one, Join | Sync) and MACHINE.reply(state, one) is None]
    assert waiting == []


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(LIVES)
def test_only_the_leader_assigns_and_generations_never_go_back(numbers: list[list[int]]) -> None:
    accepted: list[Any] = []
    generations: dict[str, int] = {}
    for state in live(numbers, accepted):
        assert MACHINE.broken(state) == []
        for name, here in state.presence.items():
            assert here.generation >= generations.get(name, 0)
        generations = {name: here.generation for name, here in state.presence.items()}
        answer = MACHINE.reply(state, accepted[-1])
        if isinstance(answer, Joined) and answer.members:
            assert answer.member_id == answer.leader
            assert answer.member_id in {member_id for member_id, _, _ in answer.members}


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(LIVES)
def test_a_group_of_classic_members_alone_is_a_classic_group(numbers: list[list[int]]) -> None:
    """And members are of one kind of group only, whichever way it goes over."""
    for state in live(numbers, []):
        for name, group in state.groups.items():
            assert group.consumers is None or not group.consumers.all_are_classic()
            here = state.presence.get(name, NOBODY)
            members = group.consumers.members if group.consumers else {}
            assert set(here.sessions) == set(members)
            assert not (here.sessions and here.members)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(LIVES)
def test_left_alone_everything_passes_away(numbers: list[list[int]]) -> None:
    """Members that are never heard of again leave; then offsets expire, and the group itself."""
    *_, state = (MACHINE.empty, *live(numbers, []))
    for producer, there in state.open.items():  # no transaction outlives its timeout
        state = told(state, EndProducer(0, producer, there.epoch + 1, commit=False, version=2))
    for _ in range(10 * STEPS_MAX):
        due = MACHINE.due(state)
        if due is None:
            break
        later = told(state, due.command)
        assert later is not state
        state = later
    assert state.presence == MACHINE.empty.presence
    assert state.groups == MACHINE.empty.groups


def test_time_that_passes_when_nothing_is_there_changes_nothing() -> None:
    assert told(MACHINE.empty, PassTime(10)) == MACHINE.empty


def next_step(state: Groups, name: str, member_id: str) -> Any:
    group, at_ms = state.groups[name].consumers, state.presence[name].since_ms + 1
    assert group is not None
    if group.members[member_id].classic is not None:
        return next_of_classic(group, name, member_id, at_ms)
    return next_beat(state, name, member_id, at_ms)


def settled(state: Groups, name: str) -> Consumers:
    """The consumer group once everybody in it has done everything right for a while."""
    for _ in range(6):
        group = state.groups[name].consumers
        assert group is not None
        for member_id in sorted(group.members):
            state = told(state, next_step(state, name, member_id))
            assert MACHINE.broken(state) == []
    group = state.groups[name].consumers
    assert group is not None
    return group


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(LIVES)
def test_members_that_do_everything_right_share_everything_they_read(numbers: list[list[int]]) -> None:
    *_, state = (MACHINE.empty, *live(numbers, []))
    for name in ("g", "h"):
        written = state.groups.get(name)
        if written is None or written.consumers is None or not written.consumers.members:
            continue
        group = settled(state, name)
        assert group.phase() == "Stable"
        read = {topic for member_id in group.members for topic in group.topics_of(member_id)}
        wanted = {(topic_id, number) for topic, topic_id, count in CATALOG if topic in read for number in range(count)}
        assert {one for current in group.currents.values() for one in current.held()} == wanted
        for member_id, current in group.currents.items():
            assert current.held() == group.targets.get(member_id, frozenset())


SUBSCRIBERS = st.dictionaries(st.sampled_from("abcdef"), st.frozensets(st.sampled_from("xyz")), min_size=1)
COUNTS = st.dictionaries(st.sampled_from("xyz"), st.integers(0, 7))


@pytest.mark.parametrize("name", ASSIGNORS)
@given(SUBSCRIBERS, COUNTS, SUBSCRIBERS)
def test_an_assignor_gives_everything_once_and_only_to_readers(
    name: str, before: dict[str, frozenset[str]], counts: dict[str, int], after: dict[str, frozenset[str]]
) -> None:
    first = ASSIGNORS[name](before, counts, {})
    second = ASSIGNORS[name](after, counts, first)
    for subscribers, assignment in ((before, first), (after, second)):
        assert assignment.keys() == subscribers.keys()
        given_out = [one for share in assignment.values() for one in share]
        assert len(given_out) == len(set(given_out))
        read = frozenset().union(*subscribers.values())
        assert set(given_out) == {
            (topic, number) for topic, count in counts.items() if topic in read for number in range(count)
        }
        for member, share in assignment.items():
            assert {topic for topic, _ in share} <= subscribers[member]
        if name == "uniform" and len(set(subscribers.values())) == 1:
            sizes = [len(share) for share in assignment.values()]
            assert max(sizes) - min(sizes) <= 1


@given(st.integers(1, 12), st.integers(0, 40))
def test_uniform_takes_away_no_more_than_a_newcomer_needs(members: int, count: int) -> None:
    everybody = {f"m{number:02}": frozenset("x") for number in range(members)}
    first = ASSIGNORS["uniform"](everybody, {"x": count}, {})
    second = ASSIGNORS["uniform"](everybody | {"new": frozenset("x")}, {"x": count}, first)
    for member in everybody:
        assert second[member] <= first[member], "who was there only gives"
    assert ASSIGNORS["uniform"](everybody, {"x": count}, first) == first, "and nothing moves for nothing"


@settings(max_examples=200, deadline=None)
@given(LIVES)
def test_what_a_transaction_commits_counts_when_it_ends_and_never_before(numbers: list[list[int]]) -> None:
    """T7: an offset moves by an ordinary commit, or when a transaction that had it pending is committed."""
    accepted: list[Any] = []
    before: Groups = MACHINE.empty
    for state in live(numbers, accepted):
        command = accepted[-1]
        if isinstance(command, CommitOffsets) and command.producer is not None:
            assert offsets(state) == offsets(before)
            assert all(state.groups[command.group_id].is_unstable(topic, number) for topic, number, _ in command.offsets)
        if isinstance(command, EndProducer) and command.producer_id in before.open:
            assert command.producer_id not in state.open
            moved = pending(before, command.producer_id) if command.commit else {}
            assert offsets(state) == offsets(before) | moved
        before = state


def offsets(state: Groups) -> dict[tuple[str, str, int], Any]:
    return {(name, *one[:2]): one[2] for name, group in state.groups.items() for one in group.each_offset()}


def pending(state: Groups, producer: int) -> dict[tuple[str, str, int], Any]:
    return {
        (name, topic, number): offset
        for name, group in state.groups.items()
        for topic, numbers in group.pending.get(producer, {}).items()
        for number, offset in numbers.items()
    }
