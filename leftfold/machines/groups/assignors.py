"""Who gets which partitions: by `uniform` or by `range`."""

# Pure functions from who reads what, and who had what, to who shall have what (KIP-848). Both are deterministic. `uniform`
# gives everybody as many as can be, to within one where all read the same, and takes away no more than that needs; `range`
# gives neighbouring partitions, the same ones of each topic, to one member.

from __future__ import annotations

from collections.abc import Callable, Mapping

from leftfold.machines.groups.state import Partitions

Subscribers = Mapping[str, frozenset[str]]  # member -> topic ids
Counts = Mapping[str, int]  # topic id -> partitions
Assignment = dict[str, Partitions]
Assignor = Callable[[Subscribers, Counts, Mapping[str, Partitions]], Assignment]


def uniform(subscribers: Subscribers, counts: Counts, before: Mapping[str, Partitions]) -> Assignment:
    """As evenly as subscriptions allow, keeping what members had."""
    shares: dict[str, set[tuple[str, int]]] = {member: set() for member in sorted(subscribers)}
    free = _keep(shares, subscribers, counts, before)
    _trim(shares, subscribers, free)
    for partition in sorted(free, key=lambda one: (_readers(subscribers, one[0]), one)):
        takers = [member for member in shares if partition[0] in subscribers[member]]
        if takers:
            shares[min(takers, key=lambda member: (len(shares[member]), member))].add(partition)
    _even_out(shares, subscribers)
    return {member: frozenset(share) for member, share in shares.items()}


def by_range(subscribers: Subscribers, counts: Counts, before: Mapping[str, Partitions]) -> Assignment:
    """Of each topic a range for each of its readers, in the order in which they are given; the first ones get one more."""
    del before
    shares: dict[str, set[tuple[str, int]]] = {member: set() for member in subscribers}
    for topic, count in counts.items():
        readers = [member for member, topics in subscribers.items() if topic in topics]
        first = 0
        for place, member in enumerate(readers):
            size = count // len(readers) + (place < count % len(readers))
            shares[member].update((topic, partition) for partition in range(first, first + size))
            first += size
    return {member: frozenset(share) for member, share in shares.items()}


ASSIGNORS: Mapping[str, Assignor] = {"uniform": uniform, "range": by_range}
DEFAULT = "uniform"


def _keep(
    shares: dict[str, set[tuple[str, int]]], subscribers: Subscribers, counts: Counts, before: Mapping[str, Partitions]
) -> set[tuple[str, int]]:
    """Give everybody what it had and may keep; returns what is free."""
    free = {(topic, partition) for topic, count in counts.items() for partition in range(count)}
    for member, share in shares.items():
        kept = {one for one in before.get(member, ()) if one in free and one[0] in subscribers[member]}
        share.update(kept)
        free -= kept
    return free


def _trim(shares: dict[str, set[tuple[str, int]]], subscribers: Subscribers, free: set[tuple[str, int]]) -> None:
    """Where all read the same, take from those who have too much; so many members may have one more than the others."""
    if len(set(subscribers.values())) != 1:
        return
    total = len(free) + sum(map(len, shares.values()))
    least, more = divmod(total, len(shares))
    for member in sorted(shares, key=lambda one: (-len(shares[one]), one)):
        quota = least + (more > 0)
        more -= len(shares[member]) > least and more > 0
        for partition in sorted(shares[member], reverse=True)[: max(0, len(shares[member]) - quota)]:
            shares[member].remove(partition)
            free.add(partition)


def _readers(subscribers: Subscribers, topic: str) -> int:
    return sum(topic in topics for topics in subscribers.values())


def _is_uneven(shares: dict[str, set[tuple[str, int]]]) -> bool:
    """Whether anybody has at least two more than somebody else; where all read the same, nobody has by now."""
    sizes = [len(share) for share in shares.values()]
    return max(sizes, default=0) - min(sizes, default=0) > 1


def _even_out(shares: dict[str, set[tuple[str, int]]], subscribers: Subscribers) -> None:
    """Move single partitions from who has most to who has at least two fewer and reads them too, until none can be moved."""
    moved = _is_uneven(shares)
    while moved:
        moved = False
        for giver in sorted(shares, key=lambda one: (-len(shares[one]), one)):
            for partition in sorted(shares[giver]):
                takers = [
                    one for one in shares if partition[0] in subscribers[one] and len(shares[one]) + 2 <= len(shares[giver])
                ]
                if takers:
                    taker = min(takers, key=lambda one: (len(shares[one]), one))
                    shares[giver].remove(partition)
                    shares[taker].add(partition)
                    moved = True
