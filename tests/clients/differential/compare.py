"""Two answers, field by field."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from leftfold.wire.codec import Struct
from tests.clients.differential.side import SILENCE, Answer

IDENTITY = (
    "name", "topic", "topic_name", "group_id", "topic_id", "resource_type", "resource_name", "config_name",
    "partition_index", "partition", "index", "api_key", "key", "broker_id", "node_id", "leader_id", "listener", "source",
    "transactional_id",
)  # fmt: skip
"""Fields that tell the elements of an array apart. An array's order is compared only where its elements have none of them."""


BATCH_LENGTH_FROM, BATCH_LENGTH_END = 8, 12
"""Where a batch says how many bytes follow."""
BATCH_HEAD = 61
BATCH_ATTRIBUTES = 22
TRANSACTIONAL, CONTROL = 0x10, 0x20
BATCH_CRC, BATCH_TIMES, BATCH_PRODUCER_ID = slice(17, 21), slice(27, 43), slice(43, 51)


def there(value: Any) -> Any:
    """A text, or none, or an empty one: the words are each broker's own."""
    return "a text" if value else value


def known(value: Any) -> Any:
    """A number that is the broker's to choose, or the -1 or 0 that stands for none."""
    return "a number" if value > 0 else value


BROKERS = (4, 8)
"""Resources whose configs are each broker's own: a broker, and its loggers."""


def recent(value: Any) -> Any:
    """A broker's clock, or a time that a question named: those lie before or far behind today."""
    return "now" if 1_750_000_000_000 < value < 3_000_000_000_000 else value


def whole_batches(records: bytes) -> Iterator[bytes]:
    """Batches without a part of a batch at their end: Kafka fills the limit with one, and every client throws it away."""
    end = 0
    while len(records) >= end + BATCH_LENGTH_END:
        size = BATCH_LENGTH_END + int.from_bytes(records[end + BATCH_LENGTH_FROM : end + BATCH_LENGTH_END])
        if len(records) < end + size:
            break
        yield records[end : end + size]
        end += size


def batches(records: bytes) -> bytes:
    """Whole batches, without what is each broker's own in those of transactions: the producer's id, the time of a marker."""
    return b"".join(anonymous(batch) for batch in whole_batches(records))


def anonymous(batch: bytes) -> bytes:
    if len(batch) < BATCH_HEAD or not batch[BATCH_ATTRIBUTES] & (TRANSACTIONAL | CONTROL):
        return batch
    masked = bytearray(batch)
    for place in (BATCH_CRC, BATCH_PRODUCER_ID, *([BATCH_TIMES] if batch[BATCH_ATTRIBUTES] & CONTROL else [])):
        masked[place] = bytes(place.stop - place.start)
    return bytes(masked)


def drawn(value: str) -> str:
    """A member's id without the random part that its coordinator gave it."""
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^[\w-]{22}$", "uuid", value)


LOOSELY: Mapping[str, Callable[[Any], Any]] = {
    "throttle_time_ms": known,
    "error_message": there,
    "batch_index_error_message": there,
    "documentation": there,
    "member_id": drawn,
    "leader": drawn,
    "cluster_id": there,
    "host": there,
    "port": known,
    "log_dir": there,
    "producer_id": lambda value: "a number" if value >= 0 else value,
    "session_id": known,
    "log_append_time_ms": known,
    "timestamp": recent,
    "last_timestamp": recent,
    "transaction_start_time_ms": recent,
    "total_bytes": known,
    "usable_bytes": known,
    "finalized_features_epoch": lambda value: "a number" if value >= 0 else value,
    "records": batches,
}
"""What is compared by kind and not by value: ids, times, texts, places."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one question: `where` is API, version, what was asked; `path` the field, empty for the whole answer."""

    where: str
    path: str
    kafka: Any
    ours: Any

    def __str__(self) -> str:
        return f"{self.where}: {self.path or 'answer'}: kafka {self.kafka!r}, ours {self.ours!r}"


def differences(where: str, kafka: Answer, ours: Answer, version: int, scope: str) -> Iterator[Difference]:
    """All fields that differ. Topics that belong to other questions than those of `scope` are left out."""
    if isinstance(kafka, str) or isinstance(ours, str):
        if kafka != ours:
            yield Difference(where, "", _short(kafka), _short(ours))
        return
    left, right = (dict(fields(answer, version, scope)) for answer in (kafka, ours))
    for path in sorted(left.keys() | right.keys()):
        one, other = left.get(path, "absent"), right.get(path, "absent")
        if one != other:
            yield Difference(where, path, one, other)


def _short(answer: Answer) -> str:
    """An answer in few words: its error codes."""
    if isinstance(answer, str):
        return answer
    codes = [value for path, value in fields(answer, max(answer.VERSIONS), "") if path.endswith("error_code")]
    return f"an answer with the codes {sorted(set(codes))}"


def fields(message: Struct, version: int, scope: str, path: str = "") -> Iterator[tuple[str, Any]]:
    """(path, value) of every field of a message at a version."""
    for field in message.FIELDS:
        if not field.versions[0] <= version <= field.versions[1]:
            continue
        value, here = getattr(message, field.name), f"{path}{field.name}"
        if field.name == "configs" and getattr(message, "resource_type", None) in BROKERS:
            yield here, bool(value)
        elif field.array and value is not None:
            yield from _elements(value, version, scope, here)
        elif field.struct is not None and value is not None:
            yield from fields(value, version, scope, f"{here}.")
        else:
            loosely = LOOSELY.get(field.name)
            yield here, loosely(value) if loosely is not None and value is not None else value


def _elements(values: list[Any], version: int, scope: str, path: str) -> Iterator[tuple[str, Any]]:
    if not values or not isinstance(values[0], Struct):
        yield path, sorted(values) if path.endswith("].partitions") else values  # Kafka keeps them in a set
        return
    if path.endswith("active_producers"):
        values = sorted(values, key=lambda one: one.producer_id)  # Kafka's order is that of a table of hashes
    seen: Counter[str] = Counter()
    count = 0
    for position, value in enumerate(values):
        if foreign(value, scope):
            continue
        count += 1
        name = identity(value) or str(position)
        seen[name] += 1
        again = f"#{seen[name]}" if seen[name] > 1 else ""
        yield from fields(value, version, scope, f"{path}[{name}{again}].")
    yield f"{path}.count", count


def identity(value: Struct) -> str:
    found = [getattr(value, name) for name in IDENTITY if name in type(value).__slots__]
    found = [one for one in found if one not in (None, "", bytes(16))]
    named = any(isinstance(one, str) for one in found)
    return " ".join(
        one.hex() if isinstance(one, bytes) else str(one) for one in found if not (named and isinstance(one, bytes))
    )


OWNERS = ("name", "topic", "topic_name", "resource_name", "group_id", "transactional_id")


def foreign(value: Struct, scope: str) -> bool:
    """Whether an element is about a topic or group that another test made (one without a name too), or the broker itself."""
    name = next(
        (getattr(value, one) for one in OWNERS if hasattr(value, one)),
        None,
    )
    if not isinstance(name, str):
        return False
    if not name and hasattr(value, "group_state"):
        return True
    return name.startswith("__") or (re.match(r"[A-Z]\w+\.v\d+\.", name) is not None and not name.startswith(scope))


# -- what is known ---------------------------------------------------------------------------------------------------------


Values = frozenset[str] | None
"""Values as text, one of which it must be; None: any will do."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A difference that is meant: patterns for `where` and `path`, both sides' values, and the reason."""

    where: re.Pattern[str]
    path: re.Pattern[str]
    reason: str
    kafka: Values
    ours: Values

    def covers(self, one: Difference) -> bool:
        values = all(want is None or str(got) in want for want, got in ((self.kafka, one.kafka), (self.ours, one.ours)))
        return values and bool(self.where.search(one.where)) and bool(self.path.fullmatch(one.path))

    def __str__(self) -> str:
        return f"where {self.where.pattern}, path {self.path.pattern}: {self.reason}"


@cache
def explained() -> tuple[Explained, ...]:
    """The rows of explained.toml, in its order."""
    rows = tomllib.loads((Path(__file__).parent / "explained.toml").read_text())["difference"]
    return tuple(_explained(row) for row in rows)


def _explained(row: Mapping[str, Any]) -> Explained:
    where, path = re.compile(row["where"]), re.compile(row["path"])
    return Explained(where, path, row["reason"], _values(row.get("kafka")), _values(row.get("ours")))


def _values(given: str | list[str] | None) -> Values:
    return None if given is None else frozenset([given] if isinstance(given, str) else given)


def silent_in_kafka(where: str) -> bool:
    """Whether Kafka is known never to answer this: it is not asked then, for the wait."""
    return any(row.kafka == frozenset([SILENCE]) and row.where.search(where) for row in explained())


class Ledger:
    """What was compared in this run, and which rows explained what was found. Kafka beside Kafka has nothing to explain."""

    def __init__(self, *, kafka_beside_kafka: bool) -> None:
        self.rows = () if kafka_beside_kafka else explained()
        self.uses: Counter[int] = Counter()
        self.compared: set[str] = set()

    def unexplained(self, what: str, found: list[Difference]) -> list[Difference]:
        """The differences that no row covers. The first row that covers one is the one that is used."""
        self.compared.add(what)
        left: list[Difference] = []
        for one in found:
            row = next((index for index, row in enumerate(self.rows) if row.covers(one)), None)
            if row is None:
                left.append(one)
            else:
                self.uses[row] += 1
        return left

    def unused(self) -> list[Explained]:
        return [row for index, row in enumerate(self.rows) if not self.uses[index]]


def shown(found: list[Difference], most: int = 60) -> str:
    """Differences in lines; those that are alike but for the question in one, with some of the questions."""
    groups: dict[tuple[str, str, str], list[Difference]] = {}
    for one in found:
        groups.setdefault((re.sub(r"\[[^]]*\]", "[]", one.path), str(one.kafka), str(one.ours)), []).append(one)
    lines = [f"{len(group):4} x {group[0]}{_others(group)}" for group in groups.values()]
    return "\n".join([f"{len(found)} differences of {len(lines)} kinds", *lines[:most]])


def _others(group: list[Difference]) -> str:
    words = [one.where.split(" ", 1)[-1][:50] for one in group[1:8]]
    return f" (so too: {'; '.join(words)})" if words else ""


__all__ = ["Difference", "Ledger", "differences", "explained", "shown", "silent_in_kafka"]
