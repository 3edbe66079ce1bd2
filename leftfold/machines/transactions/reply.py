"""What transactions answer, read from their state then."""

from __future__ import annotations

from leftfold.base.errors import Code, Refusal
from leftfold.machines.transactions.commands import (
    Command,
    Done,
    EndTransaction,
    Held,
    InitProducerId,
    Reply,
    Verified,
    VerifyPartitions,
)
from leftfold.machines.transactions.state import Phase, Transactions


def reply(state: Transactions, command: Command) -> Reply:
    """The answer to a command that was not refused."""
    match command:
        case InitProducerId():
            one = state.transactions[command.transactional_id]
            if one.phase is not Phase.EMPTY:  # it fenced: its epoch is nobody's
                return Refusal(Code.CONCURRENT_TRANSACTIONS, "the transaction that was open is aborted first; ask again")
            return Held(one.producer_id, one.epoch)
        case EndTransaction():
            return Held(*state.transactions[command.transactional_id].holder)
        case VerifyPartitions():
            there = set(state.transactions[command.transactional_id].partitions)
            return Verified(frozenset(command.partitions) - there)
        case _:
            return Done()
