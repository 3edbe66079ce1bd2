"""Every broker of a cluster, asked about transactions."""

# Each coordinator knows its own transactional ids and each leader its own producers (KIP-664); librdkafka asks neither.

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leftfold.base import ports
from leftfold.base.errors import Code, Failure
from leftfold.cli import reach
from leftfold.cli.connection import Cluster, Problem
from leftfold.cli.reach import Address
from leftfold.cli.times import moment
from leftfold.cli.visit import Unanswered, Visit
from leftfold.wire.codec import Message
from leftfold.wire.generated.metadata import MetadataRequest, MetadataResponse
from leftfold.wire.generated.transactions import (
    DescribeTransactionsRequest,
    DescribeTransactionsResponse,
    ListTransactionsRequest,
    ListTransactionsResponse,
)

PAUSE_SECONDS = 0.1
IDS_AT_ONCE = 1000
_LATER = (Code.COORDINATOR_LOAD_IN_PROGRESS, Code.COORDINATOR_NOT_AVAILABLE)

Listed = ListTransactionsResponse.TransactionState
Described = DescribeTransactionsResponse.TransactionState


def at(time_ms: int) -> str | None:
    """A time as RFC 3339; None where there is none."""
    return moment(time_ms).isoformat(timespec="milliseconds").replace("+00:00", "Z") if time_ms >= 0 else None


@dataclass(frozen=True, slots=True)
class Brokers:
    """The brokers by their ids, and the metadata that told of them."""

    visits: Mapping[int, Visit]
    metadata: MetadataResponse
    patience_seconds: float

    @classmethod
    def of(cls, cluster: Cluster) -> Brokers:
        """Raises Problem where one does not answer."""
        if cluster.is_secured:
            why = "`cluster txn` asks brokers without TLS and login only; use kafka-transactions.sh here"
            raise Problem(why, Failure.SETTING_INVALID)
        cluster.check()
        first = _visit(reach.first(cluster.addresses, cluster.dial_seconds))
        metadata: MetadataResponse = _asked(first, MetadataRequest(topics=None, allow_auto_topic_creation=False))
        visits = {
            broker.node_id: _visit(reach.ask(Address(broker.host, broker.port), cluster.dial_seconds))
            for broker in metadata.brokers
        }
        return cls(visits, metadata, cluster.command_seconds)

    def ask(self, broker: int, request: Message) -> Any:
        """What one broker answers; raises Problem."""
        return _asked(self.visits[broker], request)

    def listed(self, states: Sequence[str] = (), producer_ids: Sequence[int] = ()) -> Iterator[tuple[int, Listed]]:
        """(coordinator, transactional id)s, in order; of all if neither states nor producers are named."""
        request = ListTransactionsRequest(state_filters=list(states), producer_id_filters=list(producer_ids))
        found = [(broker, one) for broker in self.visits for one in self._listed(broker, request)]
        yield from sorted(found, key=lambda row: row[1].transactional_id)

    def _listed(self, broker: int, request: ListTransactionsRequest) -> list[Listed]:
        deadline = time.monotonic() + self.patience_seconds
        while True:
            answer: ListTransactionsResponse = self.ask(broker, request)
            if answer.unknown_state_filters:
                named = ", ".join(answer.unknown_state_filters)
                raise Problem(f"no transaction can be {named}; there are Empty, Ongoing, PrepareCommit, PrepareAbort, "
                              "CompleteCommit, CompleteAbort", Failure.SETTING_INVALID)  # fmt: skip
            if answer.error_code not in _LATER or time.monotonic() > deadline:
                check(answer.error_code, f"list transactions of broker {broker}")
                return answer.transaction_states
            time.sleep(PAUSE_SECONDS)

    def described(self, listed: Sequence[tuple[int, str]]) -> Iterator[tuple[int, Described]]:
        """(coordinator, what it knows) of these (coordinator, transactional id)s, but for those that are gone meanwhile."""
        for broker in dict.fromkeys(broker for broker, _ in listed):
            names = [name for coordinator, name in listed if coordinator == broker]
            for begin in range(0, len(names), IDS_AT_ONCE):
                answer: DescribeTransactionsResponse = self.ask(
                    broker, DescribeTransactionsRequest(transactional_ids=names[begin : begin + IDS_AT_ONCE])
                )
                for one in answer.transaction_states:
                    if one.error_code != Code.TRANSACTIONAL_ID_NOT_FOUND:
                        check(one.error_code, f"describe transactional id {one.transactional_id}")
                        yield broker, one


def age_seconds(time_ms: int) -> float | None:
    """How long ago a time was."""
    return None if time_ms < 0 else round(max(0, ports.real().wall_ms() - time_ms) / 1000, 3)


def check(error: int, what: str) -> None:
    """Raise the Problem that a broker answered, if it did."""
    if error:
        code = Code.known(error)
        said = f"error {error}" if code is None else f"{code.name}; {code.todo[0].lower()}{code.todo[1:].removesuffix('.')}"
        raise Problem(f"{what}: {said}", code or Failure.REFUSED)


def _visit(answer: reach.Answer) -> Visit:
    if answer.versions is None:
        raise Problem(answer.why, answer.failure or Failure.UNREACHABLE)
    return Visit.of(answer)


def _asked(visit: Visit, request: Message) -> Any:
    try:
        return visit.ask(request)
    except Unanswered as why:
        raise Problem(f"{visit.address.text}: {why}", Failure.SPEAKS_OTHERWISE) from None
