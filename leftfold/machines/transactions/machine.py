"""The transactions' machine: its files in one value."""

from __future__ import annotations

from functools import partial

from leftfold.fold.machine import Machine, earliest
from leftfold.machines.transactions.commands import Command, PassTime, Reply, Rules
from leftfold.machines.transactions.decide import decide
from leftfold.machines.transactions.events import Event
from leftfold.machines.transactions.fold import fold
from leftfold.machines.transactions.records import Records
from leftfold.machines.transactions.reply import reply
from leftfold.machines.transactions.state import Transactions, broken, durable

TOPIC = "__transaction_state"


def transactions(rules: Rules) -> Machine[Transactions, Command, Event, Reply]:
    """The machine of one partition of TOPIC under these rules."""
    return Machine(
        topic=TOPIC,
        empty=Transactions(),
        codec=Records(),
        decide=partial(decide, rules),
        fold=fold,
        reply=reply,
        due=lambda state: earliest(state.agenda, PassTime),
        broken=broken,
        about=_about,
        durable=durable,
    )


def _about(one: Command | Event) -> str:
    """The transactional id; what concerns all of them wakes nobody."""
    about: str = getattr(one, "transactional_id", "")
    return about
