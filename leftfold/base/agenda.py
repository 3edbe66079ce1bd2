"""Who is due when: a heap that is a value.

A leftist heap (Okasaki, Purely Functional Data Structures, section 3.1): adding and taking cost O(log n) and leave the heap
that was there untouched, so that a state which holds one stays a value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# Invariant: a node is (rank, at_ms, name, left, right); no child is due before it, and no right child has a higher rank than
# the left. The rank is the length of the way right to the empty heap, and so at most log2 of the size.
Agenda = tuple[Any, ...]
EMPTY: Agenda = ()


def add(agenda: Agenda, at_ms: int, name: str) -> Agenda:
    """With one entry more; the same name may be in several times."""
    return _merged(agenda, (1, at_ms, name, EMPTY, EMPTY))


def first(agenda: Agenda) -> tuple[int, str] | None:
    """(when, who) of the earliest entry."""
    return (agenda[1], agenda[2]) if agenda else None


def without_first(agenda: Agenda) -> Agenda:
    """Without its earliest entry; the agenda must not be empty."""
    return _merged(agenda[3], agenda[4])


def entries(agenda: Agenda) -> Iterator[tuple[str, int]]:
    """(who, when) of all, in no order. Not by recursion: the ways left are as long as the heap is large."""
    waiting = [agenda]
    while waiting:
        if one := waiting.pop():
            _, at_ms, name, left, right = one
            yield name, at_ms
            waiting += (left, right)


def _merged(one: Agenda, other: Agenda) -> Agenda:
    if not one or not other:
        return one or other
    if other[1:3] < one[1:3]:
        one, other = other, one
    _, at_ms, name, left, right = one
    merged = _merged(right, other)
    if not left or left[0] < merged[0]:
        left, merged = merged, left
    return (merged[0] + 1 if merged else 1), at_ms, name, left, merged
