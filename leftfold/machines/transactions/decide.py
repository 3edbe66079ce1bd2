"""Every rule of transactions: a command, events or a no."""

# Rules, their order and their error codes are those of Apache Kafka 4.4.0 (TransactionCoordinator, TransactionMetadata), both
# generations of its protocol: before version 2 a producer keeps its epoch; from 2 on (KIP-890) each transaction that ends gives
# its producer the next, so that nothing late can touch the one after.

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from leftfold.base import agenda
from leftfold.base.errors import Code, Refusal
from leftfold.machines.transactions.commands import (
    AddPartitions,
    Awake,
    Command,
    Complete,
    EndTransaction,
    InitProducerId,
    PassTime,
    Rules,
    VerifyPartitions,
)
from leftfold.machines.transactions.events import (
    Event,
    PresenceChanged,
    TimePassed,
    TransactionalIdForgotten,
    TransactionWritten,
)
from leftfold.machines.transactions.state import (
    ENDED,
    EPOCH_MAX,
    EPOCHS_SINCE,
    NEVER,
    NONE,
    PREPARED,
    Phase,
    Presence,
    Transaction,
    Transactions,
)
from leftfold.machines.transactions.steps import completed, prepared, taken, with_partitions

Outcome = Sequence[Event] | Refusal
_NOTHING = Presence()
_COMMITTED = (Phase.PREPARE_COMMIT, Phase.COMPLETE_COMMIT)
_ABORTED = (Phase.PREPARE_ABORT, Phase.COMPLETE_ABORT)


def decide(rules: Rules, state: Transactions, command: Command) -> Outcome:
    """The events that a command leads to, or why it may not be."""
    match command:
        case Awake():
            return [_Turn(rules, state, name).looked_at(command.at_ms) for name in state.transactions]
        case PassTime():
            return _pass_time(rules, state, command.at_ms)
        case InitProducerId():
            return _init(_Turn(rules, state, command.transactional_id), command)
        case AddPartitions():
            return _add(_Turn(rules, state, command.transactional_id), command)
        case VerifyPartitions():
            return _verify(_Turn(rules, state, command.transactional_id), command)
        case EndTransaction():
            return _end(_Turn(rules, state, command.transactional_id), command)
        case Complete():
            return _complete(_Turn(rules, state, command.transactional_id), command)


class _Turn(Struct, frozen=True):
    """One transactional id, about to change."""

    rules: Rules
    state: Transactions
    transactional_id: str

    @property
    def before(self) -> Transaction | None:
        return self.state.transactions.get(self.transactional_id)

    @property
    def presence(self) -> Presence:
        return self.state.presence.get(self.transactional_id, _NOTHING)

    def written(self, after: Transaction, last_epoch: int) -> Sequence[Event]:
        """It stands like this now. If it is looked at sooner than it must be, that will do: most transactions end long
        before they time out."""
        presence = self.state.presence.get(self.transactional_id)
        wake_ms = self._wake_ms(after, after.updated_ms)
        if presence is not None and presence.wake_ms < wake_ms:
            wake_ms = presence.wake_ms
        written = TransactionWritten(self.transactional_id, after)
        if presence is not None and (presence.last_epoch, presence.wake_ms) == (last_epoch, wake_ms):
            return (written,)
        return (PresenceChanged(self.transactional_id, Presence(last_epoch, wake_ms)), written)

    def written_prepared(self, after: Transaction, last_epoch: int) -> Sequence[Event]:
        """A transaction without partitions needs no markers, and is complete at once."""
        if after.partitions:
            return self.written(after, last_epoch)
        first = TransactionWritten(self.transactional_id, after)
        return (first, *self.written(completed(after, after.updated_ms), last_epoch))

    def aborted_by_the_broker(self, before: Transaction, at_ms: int, last_epoch: int) -> Sequence[Event]:
        """Nobody else will end it. The epoch is bumped in either generation: who had it with `last_epoch` may ask for it
        (KIP-588), with NONE it is nobody's, and its producer is fenced."""
        version = max(self.rules.version, EPOCHS_SINCE)
        return self.written_prepared(prepared(before, commit=False, client_version=version, at_ms=at_ms), last_epoch)

    def looked_at(self, at_ms: int) -> PresenceChanged:
        """Nothing has become due; when to look again."""
        wake_ms = self._wake_ms(self.state.transactions[self.transactional_id], at_ms)
        return PresenceChanged(self.transactional_id, Presence(self.presence.last_epoch, wake_ms))

    def _wake_ms(self, one: Transaction, at_ms: int) -> int:
        """Ids that may expire are looked at now and then, so that few entries are left over on the agenda."""
        if one.phase is Phase.ONGOING:
            return one.started_ms + one.timeout_ms
        if one.phase in PREPARED:
            return NEVER
        return min(one.updated_ms + self.rules.expiration_ms, at_ms + self.rules.look_ms_max)


# -- who holds the id --------------------------------------------------------------------------------------------------------


def _init(turn: _Turn, command: InitProducerId) -> Outcome:
    if not 0 < command.timeout_ms <= turn.rules.timeout_ms_max:
        why = f"a transaction timeout of {command.timeout_ms} ms: the broker allows 1 to {turn.rules.timeout_ms_max}"
        return Refusal(Code.INVALID_TRANSACTION_TIMEOUT, why)
    before = turn.before
    if before is None:
        return _take_anew(turn, command, NONE)
    if command.producer_id != NONE and not _may_go_on(before, command):
        return _fenced(before, command.producer_id, command.producer_epoch)
    if before.phase in PREPARED:
        return _ending()
    if before.phase is Phase.ONGOING:
        return turn.aborted_by_the_broker(before, command.at_ms, NONE if command.producer_id == NONE else before.epoch)
    return _take_over(turn, command, before)


def _may_go_on(before: Transaction, command: InitProducerId) -> bool:
    """Whether it is the holder, or was until its epochs were used up and it was given another id."""
    if command.producer_id == before.producer_id:
        return True
    return command.producer_id == before.previous_producer_id and command.producer_epoch >= EPOCH_MAX - 1


def _take_over(turn: _Turn, command: InitProducerId, before: Transaction) -> Outcome:
    """Nothing is open: the epoch is bumped, unless this was asked and answered before."""
    asked, last_epoch = command.producer_epoch, turn.presence.last_epoch
    anew = command.producer_id == NONE
    if before.exhausted and (anew or asked == before.epoch):
        return _take_anew(turn, command, NONE if anew else before.epoch)
    if anew or asked == before.epoch:
        epoch, last_epoch = before.epoch + 1, NONE if anew else before.epoch
    elif asked == last_epoch:
        epoch = before.epoch
    else:
        return _fenced(before, command.producer_id, asked)
    return turn.written(taken(before, before.producer_id, epoch, command.timeout_ms, command.at_ms), last_epoch)


def _take_anew(turn: _Turn, command: InitProducerId, last_epoch: int) -> Outcome:
    if command.new_producer_id == NONE:
        return _without_an_id()
    after = taken(turn.before, command.new_producer_id, 0, command.timeout_ms, command.at_ms)
    return turn.written(after, last_epoch)


# -- what is open ------------------------------------------------------------------------------------------------------------


def _add(turn: _Turn, command: AddPartitions) -> Outcome:
    before = _of_its_holder(turn, command)
    if isinstance(before, Refusal):
        return before
    if before.phase in PREPARED:
        return _ending()
    if before.phase is Phase.ONGOING and set(command.partitions) <= set(before.partitions):
        return ()
    after = with_partitions(before, command.partitions, command.client_version, command.at_ms)
    return turn.written(after, turn.presence.last_epoch)


def _verify(turn: _Turn, command: VerifyPartitions) -> Outcome:
    before = _of_its_holder(turn, command)
    if isinstance(before, Refusal):
        return before
    return _ending() if before.phase in PREPARED else ()


def _of_its_holder(turn: _Turn, command: AddPartitions | VerifyPartitions) -> Transaction | Refusal:
    before = turn.before
    if before is None or before.producer_id != command.producer_id:
        return _other_id(before, command.producer_id)
    if before.epoch != command.producer_epoch or before.epoch == EPOCH_MAX:
        return _fenced(before, command.producer_id, command.producer_epoch)
    return before


# -- the end -----------------------------------------------------------------------------------------------------------------


def _end(turn: _Turn, command: EndTransaction) -> Outcome:
    before, by_epochs = turn.before, command.client_version >= EPOCHS_SINCE
    again = by_epochs and before is not None and _asked_again(before, command)
    if before is None or (before.producer_id != command.producer_id and not again):
        return _other_id(before, command.producer_id)
    newest = command.producer_epoch == before.epoch < EPOCH_MAX and not (by_epochs and before.phase in PREPARED)
    again = again and before.phase not in (Phase.EMPTY, Phase.ONGOING)
    if not newest and not again:
        return _fenced(before, command.producer_id, command.producer_epoch)
    if before.phase is Phase.ONGOING:
        return _prepare(turn, command, before)
    return _end_nothing(turn, command, before, again or not by_epochs)


def _asked_again(before: Transaction, command: EndTransaction) -> bool:
    """Whether this ended the last transaction already: its producer has the next epoch since, or the next id."""
    if command.producer_id == before.producer_id:
        return before.epoch == command.producer_epoch + 1
    rotated = before.epoch == 0 and command.producer_epoch == EPOCH_MAX - 1
    return rotated and command.producer_id == before.previous_producer_id


def _end_nothing(turn: _Turn, command: EndTransaction, before: Transaction, may_repeat: bool) -> Outcome:
    """Nothing is open. It may be said a second time: with epochs this is known, before version 2 it is guessed."""
    same = before.phase in (_COMMITTED if command.commit else _ABORTED)
    if may_repeat:
        if not same:
            return _cannot(before, command)
        return _ending() if before.phase in PREPARED else ()
    if command.commit:
        return _cannot(before, command)
    return _prepare(turn, command, before)  # a client that does not know whether it has begun may abort (KIP-890)


def _prepare(turn: _Turn, command: EndTransaction, before: Transaction) -> Outcome:
    by_epochs = command.client_version >= EPOCHS_SINCE
    rotates = by_epochs and before.exhausted
    if rotates and command.new_producer_id == NONE:
        return _without_an_id()
    after = prepared(
        before,
        commit=command.commit,
        client_version=command.client_version,
        at_ms=command.at_ms,
        next_producer_id=command.new_producer_id if rotates else NONE,
    )
    return turn.written_prepared(after, before.epoch if by_epochs else turn.presence.last_epoch)


def _complete(turn: _Turn, command: Complete) -> Outcome:
    before = turn.before
    if before is None or before.phase not in PREPARED:
        return ()  # somebody has said so before
    if (before.producer_id, before.epoch) != (command.producer_id, command.producer_epoch):
        return ()  # those were the markers of another one
    return turn.written(completed(before, command.at_ms), turn.presence.last_epoch)


# -- time --------------------------------------------------------------------------------------------------------------------


def _pass_time(rules: Rules, state: Transactions, at_ms: int) -> Outcome:
    events = [event for name in dict.fromkeys(_due(state, at_ms)) for event in _look(rules, state, name, at_ms)]
    return [*events, TimePassed(at_ms)]


def _due(state: Transactions, at_ms: int) -> Iterator[str]:
    left = state.agenda
    while (entry := agenda.first(left)) is not None and entry[0] <= at_ms:
        left = agenda.without_first(left)
        if state.presence.get(entry[1], _NOTHING).wake_ms == entry[0]:
            yield entry[1]


def _look(rules: Rules, state: Transactions, name: str, at_ms: int) -> Sequence[Event]:
    """What has become due in one transactional id."""
    before = state.transactions[name]
    if before.phase is Phase.ONGOING and before.started_ms + before.timeout_ms <= at_ms:
        asleep = _Turn(rules, Transactions(state.transactions, state.presence.delete(name)), name)
        events = asleep.aborted_by_the_broker(before, at_ms, before.epoch)
        return sorted(events, key=lambda event: isinstance(event, PresenceChanged))  # it sleeps only after it was aborted
    if before.phase in ENDED and before.updated_ms + rules.expiration_ms <= at_ms:
        return (TransactionalIdForgotten(name), PresenceChanged(name, None))
    return (_Turn(rules, state, name).looked_at(at_ms),)


# -- what is said ------------------------------------------------------------------------------------------------------------


def _other_id(before: Transaction | None, producer_id: int) -> Refusal:
    holder = "nobody holds it" if before is None else f"producer {before.producer_id} holds it"
    return Refusal(Code.INVALID_PRODUCER_ID_MAPPING, f"the transactional id is not that of producer {producer_id}: {holder}")


def _fenced(before: Transaction, producer_id: int, epoch: int) -> Refusal:
    why = f"producer {producer_id} with epoch {epoch} is not the newest: that is {before.producer_id} with {before.epoch}"
    return Refusal(Code.PRODUCER_FENCED, why)


def _ending() -> Refusal:
    return Refusal(Code.CONCURRENT_TRANSACTIONS, "the last transaction is still being ended; ask again in a moment")


def _cannot(before: Transaction, command: EndTransaction) -> Refusal:
    what = "committed" if command.commit else "aborted"
    return Refusal(Code.INVALID_TXN_STATE, f"the transaction is {before.phase} and cannot be {what}")


def _without_an_id() -> Refusal:
    return Refusal(Code.CONCURRENT_TRANSACTIONS, "another producer id is needed, and none was brought; ask again")
