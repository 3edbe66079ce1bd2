"""Random commands for transactions that meet what is there."""

# One draw is a handful of bytes; what they mean depends on the state, so that commands hit producers and epochs that there are.

from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

from leftfold.machines.transactions import commands as transactions
from leftfold.machines.transactions.machine import transactions as machine
from leftfold.machines.transactions.state import EPOCH_MAX, NONE, PREPARED, Phase, Transaction, Transactions

# Short times, so that everything there is to wait for comes due within a few commands.
RULES = transactions.Rules(timeout_ms_max=50, expiration_ms=100, look_ms_max=30)
MACHINE: Any = machine(RULES)
PARTITIONS = (("t", 0), ("t", 1), ("u", 0), ("__consumer_offsets", 7))

DRAW = st.lists(st.integers(0, 255), min_size=12, max_size=12)
Value = TypeVar("Value")


def commands(state: Transactions) -> st.SearchStrategy[Any]:
    """What a client or time might say now, rightly or not."""
    return DRAW.map(lambda numbers: Dice(state, numbers).command())


class Dice:
    """One draw, looked at in the light of the state."""

    def __init__(self, state: Transactions, numbers: list[int]) -> None:
        self.state = state
        self.numbers = numbers
        self.name = self.of(("x", "x", "x", "y"))
        self.here: Transaction | None = state.transactions.get(self.name)
        latest = max((one.updated_ms for one in state.transactions.values()), default=0)
        self.at_ms = latest + self.number(20)

    def number(self, below: int) -> int:
        self.numbers.append(self.numbers.pop(0))
        return self.numbers[-1] % below

    def of(self, values: Sequence[Value]) -> Value:
        return values[self.number(len(values))]

    def command(self) -> Any:
        do = self.of((self.init, self.init, self.add, self.add, self.add, self.end, self.end, self.rightly, self.rightly,
                      self.complete, self.verify, self.due, self.awake))  # fmt: skip
        return do()

    def free_id(self) -> int:
        """Whoever draws an id draws one that nobody has had."""
        used = [max(one.producer_id, one.next_producer_id) for one in self.state.transactions.values()]
        return max(used, default=1000) + 1

    def holder(self) -> tuple[int, int]:
        """A producer id and an epoch that somebody may believe to be right."""
        if self.here is None:
            return self.of(((1, 0), (NONE, NONE)))
        one = self.here
        return self.of(
            ((one.producer_id, one.epoch), (one.producer_id, one.epoch), (one.producer_id, one.epoch),
             (one.producer_id, max(0, one.epoch - 1)), (one.producer_id, min(one.epoch + 1, EPOCH_MAX)),
             (one.previous_producer_id, EPOCH_MAX - 1), (7, 0))
        )  # fmt: skip

    def init(self) -> transactions.InitProducerId:
        producer_id, epoch = self.of(((NONE, NONE), self.holder()))
        return transactions.InitProducerId(
            transactional_id=self.name,
            at_ms=self.at_ms,
            timeout_ms=self.of((10, 50, 50, 51, 0)),
            new_producer_id=self.of((self.free_id(), self.free_id(), NONE)),
            producer_id=producer_id,
            producer_epoch=epoch,
        )

    def partitions(self) -> tuple[tuple[str, int], ...]:
        return tuple(self.of(PARTITIONS) for _ in range(self.number(3)))

    def add(self) -> transactions.AddPartitions:
        return transactions.AddPartitions(self.name, self.at_ms, *self.holder(), self.partitions(), self.of((0, 2)))

    def verify(self) -> transactions.VerifyPartitions:
        return transactions.VerifyPartitions(self.name, *self.holder(), self.partitions())

    def end(self) -> transactions.EndTransaction:
        commit, version = self.of((True, False)), self.of((0, 2, 2))
        fresh = self.of((self.free_id(), self.free_id(), NONE))
        return transactions.EndTransaction(self.name, self.at_ms, *self.holder(), commit, version, fresh)

    def complete(self) -> transactions.Complete:
        return transactions.Complete(self.name, self.at_ms, *self.holder())

    def rightly(self) -> Any:
        """What follows if everybody does everything right."""
        one = self.here
        if one is None:
            return transactions.InitProducerId(self.name, self.at_ms, 50, self.free_id())
        if one.phase in PREPARED:
            return transactions.Complete(self.name, self.at_ms, one.producer_id, one.epoch)
        if one.phase is Phase.ONGOING:
            return transactions.EndTransaction(
                self.name, self.at_ms, one.producer_id, one.epoch, self.of((True, False)), 2, self.free_id()
            )
        return transactions.AddPartitions(self.name, self.at_ms, one.producer_id, one.epoch, (self.of(PARTITIONS),), 2)

    def due(self) -> Any:
        due = MACHINE.due(self.state)
        return transactions.PassTime(self.at_ms) if due is None else due.command

    def awake(self) -> Any:
        return self.of((transactions.Awake(self.at_ms), transactions.PassTime(self.at_ms)))
