"""What holds for groups besides: they come to rest."""

from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from leftfold.base.errors import Refusal
from leftfold.machines.groups.commands import Join, Joined, PassTime, Sync
from leftfold.machines.groups.state import Groups, Phase
from tests.laws.groups import DRAW, MACHINE, Dice, next_of

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


@settings(max_examples=200, deadline=None)
@given(LIVES)
def test_whatever_happened_a_group_comes_to_rest_and_everybody_has_an_answer(numbers: list[list[int]]) -> None:
    accepted: list[Any] = []
    *_, state = (MACHINE.empty, *live(numbers, accepted))
    for name in ("g", "h"):
        state = come_to_rest(state, name)
    waiting = [one for one in accepted if isinstance(one, Join | Sync) and MACHINE.reply(state, one) is None]
    assert waiting == []


@settings(max_examples=200, deadline=None)
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


@settings(max_examples=100, deadline=None)
@given(LIVES)
def test_left_alone_everything_passes_away(numbers: list[list[int]]) -> None:
    """Members that are never heard of again leave; then offsets expire, and the group itself."""
    *_, state = (MACHINE.empty, *live(numbers, []))
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
