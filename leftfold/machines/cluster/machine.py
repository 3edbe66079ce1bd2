"""The cluster's machine: its six files in one value."""

from __future__ import annotations

from leftfold.fold.journal import Json
from leftfold.fold.machine import Machine
from leftfold.machines.cluster.commands import Command, Reply
from leftfold.machines.cluster.decide import decide
from leftfold.machines.cluster.events import Event
from leftfold.machines.cluster.fold import fold
from leftfold.machines.cluster.reply import reply
from leftfold.machines.cluster.state import Cluster, broken

TOPIC = "__leftfold_cluster"

CLUSTER: Machine[Cluster, Command, Event, Reply] = Machine(
    topic=TOPIC,
    empty=Cluster(),
    codec=Json(Event),
    decide=decide,
    fold=fold,
    reply=reply,
    due=lambda _: None,  # nothing in the cluster happens by time alone
    broken=broken,
)
