"""The agenda gives back what is due, earliest first."""

from hypothesis import given
from hypothesis import strategies as st

from leftfold.base import agenda

ENTRIES = st.lists(st.tuples(st.integers(0, 20), st.sampled_from("abc")), max_size=60)


def drained(heap: agenda.Agenda) -> list[tuple[int, str]]:
    found = []
    while (entry := agenda.first(heap)) is not None:
        found.append(entry)
        heap = agenda.without_first(heap)
    return found


@given(ENTRIES)
def test_entries_come_in_order_of_time(entries: list[tuple[int, str]]) -> None:
    heap = agenda.EMPTY
    for at_ms, name in entries:
        heap = agenda.add(heap, at_ms, name)
    assert drained(heap) == sorted(entries)


@given(ENTRIES, ENTRIES)
def test_what_was_there_stays_as_it_was(first: list[tuple[int, str]], later: list[tuple[int, str]]) -> None:
    heap = agenda.EMPTY
    for at_ms, name in first:
        heap = agenda.add(heap, at_ms, name)
    grown = heap
    for at_ms, name in later:
        grown = agenda.add(grown, at_ms, name)
    assert drained(heap) == sorted(first)
    assert drained(grown) == sorted(first + later)


def test_ten_thousand_entries_in_the_worst_order_stay_shallow() -> None:
    heap = agenda.EMPTY
    for at_ms in range(10_000):
        heap = agenda.add(heap, at_ms, "a")
    assert [at_ms for at_ms, _ in drained(heap)] == list(range(10_000))


def test_all_entries_are_named_however_deep_the_heap_is() -> None:
    heap = agenda.EMPTY
    for at_ms in range(10_000, 0, -1):  # each new one stands above all others
        heap = agenda.add(heap, at_ms, "a")
    assert sorted(agenda.entries(heap)) == [("a", at_ms) for at_ms in range(1, 10_001)]
