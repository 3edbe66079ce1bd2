"""What a worker does: transactions, and what becomes of them."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tests.clients.consistency.voice import PER_PROCESS, Client, Membership

GROUP = "group-work"
"""All workers of all libraries are members of this one: each takes what it reads, and commits that in its transactions."""
RATE = 8.0
"""Transactions a second of each worker."""
FIRST_VALUE = PER_PROCESS // 2
SENDS_MAX = 5
IMPATIENCE_S_MAX = 0.03
TRANSACTION_MS = 4000
"""A transaction that nobody ends is aborted after so long; now and then a pause is longer."""

Fate = Literal["commit", "abort", "replaced", "impatient"]
FATES: Mapping[Fate, float] = {"commit": 0.76, "abort": 0.12, "replaced": 0.06, "impatient": 0.06}
"""What is in store for a transaction, and how often: to be committed; to be aborted; a second instance of its producer begins
before it asks to be committed, and fences it; its producer waits for the answer a moment only, so that nobody knows its end.
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """A record of a transaction. Without a record key its partition is not compacted."""

    partition: int
    value: int
    record_key: str | None = None


class Step:
    """One transaction, told of. It sends each of `sends`, and takes what its worker has read."""

    def __init__(
        self,
        client: Client,
        membership: Membership,
        sends: Sequence[Sent],
        found: Mapping[int, Sequence[tuple[int, int]]],
        fate: Fate,
    ) -> None:
        plan = client.plan
        self._voice, self.fate, self.sends = client.voice, fate, sends
        self.asked = False
        self._offsets: list[int | None] = [None] * len(sends)
        self._keys = [(plan.key(one.partition, one.record_key), one.value) for one in sends]
        self._polls = {plan.key(partition): pairs for partition, pairs in found.items()}
        self._handed = membership.handed()
        self.positions = {partition: pairs[-1][0] + 1 for partition, pairs in found.items()}
        self._taken = {plan.key(partition): offset for partition, offset in self.positions.items()}
        named = [(key, value, None) for key, value in self._keys]
        self._begun = self._voice.begin(membership.process, "txn", group=GROUP if found else "", sends=named)

    @property
    def impatience_s(self) -> float:
        return random.uniform(0.001, IMPATIENCE_S_MAX)

    def delivered(self, index: int, offset: int | None) -> None:
        """What was sent as number `index` was acknowledged at this offset."""
        self._offsets[index] = offset

    def _sent(self) -> list[tuple[str, int, int | None]]:
        return [(key, value, offset) for (key, value), offset in zip(self._keys, self._offsets, strict=True)]

    def asks(self) -> None:
        """From here on it may be committed."""
        self.asked = True
        self._say("ending", polls=self._polls, keys=self._handed, offsets=self._taken)

    def committed(self) -> None:
        self._say("ok")

    def aborted(self) -> None:
        """For certain: that was confirmed, or it was fenced before it asked to be committed."""
        self._say("fail", polls=self._polls, keys=self._handed)

    def lost(self, why: object) -> None:
        """Its producer is given up. Who has asked may have been committed; but not who was fenced before."""
        if self.asked and self.fate != "replaced":
            self._say("info", why=str(why))
        else:
            self.aborted()

    def _say(self, type_: str, **what: object) -> None:
        group = self._begun.group
        self._voice.end(self._begun, type_, group=group, sends=self._sent(), **what)


class Work:
    """The steps of one worker."""

    def __init__(self, client: Client, record_keys: Sequence[str | None] = (None,)) -> None:
        self.client, self._record_keys = client, record_keys
        self.membership = Membership(client.voice, client.plan, "worker", GROUP)
        self._value = client.plan.number * PER_PROCESS + FIRST_VALUE
        self.transactional_id = f"{client.plan.name.rpartition('-')[0]}-work"  # that of the one before it, too

    def begins(self, found: Mapping[int, Sequence[tuple[int, int]]]) -> Step:
        """A transaction that takes what was found."""
        (fate,) = random.choices(list(FATES), list(FATES.values()))
        return Step(self.client, self.membership, [self._fresh() for _ in range(random.randint(1, SENDS_MAX))], found, fate)

    def _fresh(self) -> Sent:
        self._value += 1
        partition = random.randrange(self.client.plan.partitions)
        return Sent(partition, self._value, random.choice(self._record_keys))

    def patience(self) -> bool:
        """Whether to try again, a little later."""
        time.sleep(0.05)
        return self.client.running
