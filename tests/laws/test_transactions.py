"""What holds for transactions besides: no late word counts."""

from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from leftfold.base.errors import Code, Refusal
from leftfold.machines.transactions.commands import (
    AddPartitions,
    Awake,
    Complete,
    EndTransaction,
    Held,
    InitProducerId,
    PassTime,
    VerifyPartitions,
)
from leftfold.machines.transactions.events import PresenceChanged, TransactionWritten
from leftfold.machines.transactions.state import EPOCH_MAX, PREPARED, Phase, Presence, Transaction, Transactions
from tests.laws.transactions import DRAW, MACHINE, Dice

LIVES = st.lists(DRAW, min_size=10, max_size=60)
STEPS_MAX = 400


def told(state: Transactions, command: Any) -> Transactions:
    outcome = MACHINE.decide(state, command)
    for event in () if isinstance(outcome, Refusal) else outcome:
        state = MACHINE.fold(state, event)
    return state


def live(numbers: list[list[int]]) -> Iterator[tuple[Transactions, Any, Transactions]]:
    """A long random life: the state before each command, the command, and the state after it.

    Half of them begin with a producer whose epochs are all but used up.
    """
    state: Transactions = MACHINE.empty
    if numbers[0][0] % 2:
        old = Transaction(1000, EPOCH_MAX - 3, timeout_ms=50, phase=Phase.EMPTY, updated_ms=0, previous_producer_id=1000)
        state = MACHINE.fold(MACHINE.fold(state, PresenceChanged("x", Presence(wake_ms=5))), TransactionWritten("x", old))
    for draw in numbers:
        command = Dice(state, draw).command()
        after = told(state, command)
        yield state, command, after
        state = after


@settings(max_examples=300, deadline=None)
@given(LIVES)
def test_a_producer_that_was_taken_over_changes_nothing(numbers: list[list[int]]) -> None:
    """T6: whoever is not the newest holder of its id adds nothing, ends nothing (KIP-447, KIP-890)."""
    for before, command, after in live(numbers):
        if not isinstance(command, AddPartitions | EndTransaction):
            continue
        one = before.transactions.get(command.transactional_id)
        holds = one is not None and (one.producer_id, one.epoch) == (command.producer_id, command.producer_epoch)
        assert holds or after.transactions == before.transactions


@settings(max_examples=300, deadline=None)
@given(LIVES)
def test_what_was_decided_is_never_undone(numbers: list[list[int]]) -> None:
    """A prepared commit ends as a commit, a prepared abort as an abort, with the partitions that it had."""
    for before, command, after in live(numbers):
        for name, one in before.transactions.items():
            if one.phase in PREPARED:
                now = after.transactions[name]
                complete = Phase.COMPLETE_COMMIT if one.phase is Phase.PREPARE_COMMIT else Phase.COMPLETE_ABORT
                assert now == one or (now.phase is complete and isinstance(command, Complete))


@settings(max_examples=300, deadline=None)
@given(LIVES)
def test_no_epoch_is_given_twice_nor_one_that_could_not_be_fenced(numbers: list[list[int]]) -> None:
    """Every bump leads higher; only who asked for the bump itself is told of the same again."""
    highest: dict[int, int] = {}
    for before, command, after in live(numbers):
        for name, one in after.transactions.items():
            was = before.transactions.get(name)
            assert was is None or one.producer_id != was.producer_id or one.epoch >= was.epoch
            highest[one.producer_id] = max(highest.get(one.producer_id, -1), one.epoch)
        answer = None if isinstance(MACHINE.decide(before, command), Refusal) else MACHINE.reply(after, command)
        if isinstance(command, InitProducerId) and isinstance(answer, Held):
            assert answer.producer_epoch < EPOCH_MAX
            assert answer.producer_epoch == highest[answer.producer_id]


@settings(max_examples=300, deadline=None)
@given(LIVES)
def test_an_ended_transaction_of_the_second_generation_cannot_be_met_again(numbers: list[list[int]]) -> None:
    """T1: once its end is decided, nothing that its producer said before it knew is taken for the next one."""
    for before, command, after in live(numbers):
        if not isinstance(command, EndTransaction) or command.client_version < 2 or after.transactions == before.transactions:
            continue
        state = told(after, Complete(command.transactional_id, 0, command.producer_id, command.producer_epoch + 1))
        stale = AddPartitions(
            command.transactional_id, 0, command.producer_id, command.producer_epoch, (("late", 0),), client_version=2
        )
        assert isinstance(MACHINE.decide(state, stale), Refusal)
        assert MACHINE.broken(state) == []
        again = MACHINE.decide(state, command)
        assert not isinstance(again, Refusal)
        assert told(state, command).transactions == state.transactions, "asked again, it ends nothing more"


@settings(max_examples=200, deadline=None)
@given(LIVES)
def test_left_alone_every_transaction_ends_and_every_id_is_forgotten(numbers: list[list[int]]) -> None:
    """T4: no transaction hangs, whatever its producer did, and whenever the coordinator began anew."""
    *_, (_, _, state) = live(numbers)
    state = told(MACHINE.durable(state), Awake(0))
    for _ in range(STEPS_MAX):
        for name, one in state.transactions.items():
            if one.phase in PREPARED:  # whoever writes markers does so, and reports it
                state = told(state, Complete(name, one.updated_ms, one.producer_id, one.epoch))
        due = MACHINE.due(state)
        if due is None:
            break
        state = told(state, due.command)
    assert state == MACHINE.empty


@settings(max_examples=200, deadline=None)
@given(LIVES)
def test_to_verify_changes_nothing_and_agrees_with_what_was_added(numbers: list[list[int]]) -> None:
    for before, command, after in live(numbers):
        if isinstance(command, VerifyPartitions):
            assert after == before
        if isinstance(command, AddPartitions) and not isinstance(MACHINE.decide(before, command), Refusal):
            asked = VerifyPartitions(command.transactional_id, command.producer_id, command.producer_epoch, command.partitions)
            assert MACHINE.decide(after, asked) == ()
            assert not MACHINE.reply(after, asked).absent


def test_time_that_passes_when_nothing_is_there_changes_nothing() -> None:
    assert told(MACHINE.empty, PassTime(10)) == MACHINE.empty


def test_a_fenced_producer_is_told_so() -> None:
    state = told(MACHINE.empty, InitProducerId("x", 0, 50, 7))
    state = told(state, InitProducerId("x", 1, 50, -1))
    late = MACHINE.decide(state, AddPartitions("x", 2, 7, 0, (("t", 0),)))
    assert isinstance(late, Refusal)
    assert late.error is Code.PRODUCER_FENCED


def test_the_last_epoch_is_nobodys_so_that_whoever_has_begun_can_be_fenced() -> None:
    fenced = Transaction(7, EPOCH_MAX, timeout_ms=50, phase=Phase.COMPLETE_ABORT, updated_ms=0, started_ms=0)
    state = MACHINE.fold(MACHINE.empty, TransactionWritten("x", fenced))
    for forged in (AddPartitions("x", 1, 7, EPOCH_MAX, (("t", 0),), 2), EndTransaction("x", 1, 7, EPOCH_MAX, False, 2, 8)):
        refusal = MACHINE.decide(state, forged)
        assert isinstance(refusal, Refusal)
        assert refusal.error is Code.PRODUCER_FENCED
    state = told(state, InitProducerId("x", 1, 50, new_producer_id=8))
    assert (state.transactions["x"].producer_id, state.transactions["x"].epoch) == (8, 0)
