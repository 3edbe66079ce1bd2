"""One broker that answers, and questions put to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leftfold.base.errors import WireError
from leftfold.cli.conversation import Conversation, NotKafka
from leftfold.cli.reach import Address, Answer
from leftfold.wire.codec import Message

SECONDS = 5.0


class Unanswered(Exception):
    """A question that the broker did not answer, and why."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A broker at an address; `served` are the versions of each request that it said it serves.

    `is_local`: its name means this very machine.
    """

    address: Address
    served: Mapping[int, tuple[int, int]]
    is_local: bool = False

    @classmethod
    def of(cls, answer: Answer) -> Visit:
        """To a broker that answered."""
        assert answer.versions is not None, answer.why
        served = {row.api_key: (row.min_version, row.max_version) for row in answer.versions.api_keys}
        is_local = bool(answer.resolved) and all(Address(one, 1).is_loopback for one in answer.resolved)
        return cls(answer.address, served, is_local)

    def ask(self, request: Message) -> Any:
        """The answer at the newest version that both sides know, on a connection of its own; raises Unanswered."""
        name = type(request).__name__.removesuffix("Request")
        lowest, highest = self.served.get(request.API_KEY, (1, 0))
        version = min(highest, request.VERSIONS[1])
        if version < max(lowest, request.VERSIONS[0]):
            raise Unanswered(f"{name} is not served in a version that is known here")
        try:
            with Conversation(self.address.host, self.address.port, SECONDS) as conversation:
                return conversation.ask(request, version)
        except NotKafka as error:
            raise Unanswered(f"the broker hung up on {name}" if not error.head else f"{name}: {error}") from None
        except (OSError, WireError) as error:
            raise Unanswered(f"{name}: {error}") from None
