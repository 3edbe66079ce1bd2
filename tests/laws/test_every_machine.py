"""The laws that hold for every machine."""

import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import leftfold.machines
from leftfold.base.errors import Refusal
from leftfold.base.writers import Written
from leftfold.fold.journal import Headers
from leftfold.fold.machine import replay
from leftfold.fold.snapshot import Shelf, Snapshot
from tests.laws.machines import LAWS, Law


@dataclass(frozen=True)
class Entry:
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers


unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy
every_machine = pytest.mark.parametrize("law", LAWS.values(), ids=LAWS.keys())


def test_every_machine_is_known_to_the_laws() -> None:
    assert {module.name for module in pkgutil.iter_modules(leftfold.machines.__path__)} == LAWS.keys()


def run(law: Law, data: st.DataObject, after: Callable[[Any, Any, Any], None] = lambda *_: None) -> tuple[list[Any], list[Any]]:
    """A random life: all events in order, and the state before the first and after each."""
    state, events, states = law.machine.empty, [], [law.machine.empty]
    length = data.draw(st.integers(4, 16))
    for step in range(-len(law.beginning), length):
        command = law.beginning[step] if step < 0 else data.draw(law.commands(state))
        outcome = law.machine.decide(state, command)
        if isinstance(outcome, Refusal):
            assert outcome.why, "a refusal says why"
            continue
        for event in outcome:
            state = law.machine.fold(state, event)
            events.append(event)
            states.append(state)
        after(state, command, outcome)
    return events, states


@every_machine
@unhurried
@given(data=st.data())
def test_invariants_hold_after_every_decided_event(law: Law, data: st.DataObject) -> None:
    _, states = run(law, data)
    for state in states:
        assert law.machine.broken(state) == []


@every_machine
@unhurried
@given(data=st.data())
def test_folding_an_event_twice_is_folding_it_once(law: Law, data: st.DataObject) -> None:
    events, states = run(law, data)
    for event, state in zip(events, states[1:], strict=True):
        assert law.machine.fold(state, event) == state


@every_machine
@unhurried
@given(data=st.data())
def test_the_same_input_gives_the_same_events(law: Law, data: st.DataObject) -> None:
    def again(state: Any, command: Any, _: Sequence[Any]) -> None:
        assert law.machine.decide(state, command) == law.machine.decide(state, command)

    run(law, data, again)


@every_machine
@unhurried
@given(data=st.data())
def test_an_accepted_command_is_answered_or_waits_for_its_own_reason(law: Law, data: st.DataObject) -> None:
    def answered(state: Any, command: Any, outcome: Sequence[Any]) -> None:
        assert law.machine.reply(state, command) is not None or law.machine.due(state) is not None or outcome

    run(law, data, answered)


@every_machine
@unhurried
@given(data=st.data())
def test_who_waits_is_answered_by_events_about_its_thing_and_by_no_others(law: Law, data: st.DataObject) -> None:
    waiting: list[Any] = []

    def asked(state: Any, command: Any, outcome: Sequence[Any]) -> None:
        touched = {law.machine.about(event) for event in outcome}
        for one in [one for one in waiting if law.machine.reply(state, one) is not None]:
            assert law.machine.about(one) in touched
            waiting.remove(one)
        if law.machine.reply(state, command) is None:
            waiting.append(command)

    run(law, data, asked)


@every_machine
@unhurried
@given(data=st.data())
def test_events_come_back_from_their_records(law: Law, data: st.DataObject) -> None:
    events, states = run(law, data)
    for event, before in zip(events, states, strict=False):
        records, writer = law.machine.codec.encode(event, 7), law.machine.writer(event)
        plain = [(key, value, headers) for key, value, headers, _ in records]
        entries = [Entry(0, *one) if writer is None else Written(0, *one, writer) for one in plain]
        decoded = [law.machine.codec.decode(entry, "here") for entry in entries]
        assert all(type(one) is type(event) for one in decoded)
        assert len(decoded) != 1 or decoded == [event]
        durable = law.machine.durable(before)
        assert not records or replay(law.machine.fold, decoded, durable) == law.machine.fold(durable, event)
        assert all(one[3] == 7 for one in records)


@every_machine
@unhurried
@given(data=st.data())
def test_what_is_never_logged_changes_nothing_durable(law: Law, data: st.DataObject) -> None:
    events, states = run(law, data)
    for event, before, after in zip(events, states, states[1:], strict=False):
        if not law.machine.codec.encode(event, 7):
            assert law.machine.durable(after) == law.machine.durable(before)


@every_machine
@unhurried
@given(data=st.data())
def test_replay_from_any_snapshot_is_the_live_state(
    law: Law, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    events, states = run(law, data)
    shelf = Shelf(tmp_path_factory.getbasetemp(), law.machine.topic, 0, type(law.machine.empty), checksum)
    at = data.draw(st.integers(0, len(events)))
    durable = law.machine.durable(states[at])
    shelf.write(Snapshot(at, durable))
    snapshot = shelf.read()
    assert snapshot == Snapshot(at, durable)
    assert isinstance(snapshot, Snapshot)
    logged = [event for event in events[at:] if law.machine.codec.encode(event, 7)]
    assert replay(law.machine.fold, logged, snapshot.state) == law.machine.durable(states[-1])


@every_machine
@unhurried
@given(data=st.data())
def test_what_is_due_is_not_later_than_any_command_it_would_give(law: Law, data: st.DataObject) -> None:
    def due_moves_on(state: Any, _: Any, __: Sequence[Any]) -> None:
        due = law.machine.due(state)
        if due is None:
            return
        outcome = law.machine.decide(state, due.command)
        assert not isinstance(outcome, Refusal)
        later = law.machine.due(replay(law.machine.fold, outcome, state))
        assert later is None or later.at_ms > due.at_ms, "time's command leaves nothing due at the same time"

    run(law, data, due_moves_on)


def checksum(content: bytes) -> int:
    from zlib import crc32

    return crc32(content)
