"""The groups' machine: its files in one value."""

from __future__ import annotations

from functools import partial

from leftfold.fold.machine import Machine, earliest
from leftfold.machines.groups.commands import Command, Join, PassTime, Reply, Rules, Sync
from leftfold.machines.groups.decide import decide
from leftfold.machines.groups.events import Event, PresenceChanged
from leftfold.machines.groups.fold import fold
from leftfold.machines.groups.records import Records, writer
from leftfold.machines.groups.reply import reply
from leftfold.machines.groups.state import Groups, broken, durable

TOPIC = "__consumer_offsets"


def groups(rules: Rules) -> Machine[Groups, Command, Event, Reply]:
    """The machine of one partition of TOPIC under these rules."""
    return Machine(
        topic=TOPIC,
        empty=Groups(),
        codec=Records(),
        decide=partial(decide, rules),
        fold=fold,
        reply=reply,
        due=lambda state: earliest(state.agenda, PassTime),
        broken=broken,
        about=_about,
        durable=durable,
        writer=writer,
    )


def _about(one: Command | Event) -> str:
    """The group of a command that may wait, and of an event that may end its waiting; nothing else wakes anybody."""
    match one:
        case Join() | Sync():
            return one.group_id
        case PresenceChanged():
            return one.group_id if one.frees else ""
        case _:
            return ""
