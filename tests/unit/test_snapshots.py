"""Snapshots: atomic, checked, set aside when damaged (P7)."""

from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st
from immutables import Map

from leftfold.fold.snapshot import Damaged, Shelf, Snapshot


@dataclass(frozen=True, slots=True)
class Scores:
    by_name: Map[str, Map[int, int]] = Map()


def shelf_in(folder: Path) -> Shelf[Scores]:
    return Shelf(folder, "scores", 0, Scores, crc32)


KEPT = Snapshot(7, Scores(Map({"a": Map({1: 2})})))


def test_what_was_written_is_read(tmp_path: Path) -> None:
    shelf = shelf_in(tmp_path / "folds")
    assert shelf.read() is None
    shelf.write(Snapshot(1, Scores()))
    shelf.write(KEPT)
    assert shelf.read() == KEPT


def test_p7_any_flipped_bit_is_found_and_the_file_set_aside(tmp_path: Path) -> None:
    shelf = shelf_in(tmp_path)
    shelf.write(KEPT)
    file = tmp_path / "scores-0.snapshot"
    whole = file.read_bytes()
    for position in range(len(whole) * 8):
        torn = bytearray(whole)
        torn[position // 8] ^= 1 << position % 8
        file.write_bytes(torn)
        found = shelf.read()
        assert isinstance(found, Damaged), position
        assert found.set_aside.read_bytes() == bytes(torn)
        assert not file.exists()
        found.set_aside.unlink()


@given(length=st.integers(0, 200))
def test_p7_a_truncated_file_is_found(length: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("folds")
    shelf = shelf_in(folder)
    shelf.write(KEPT)
    file = folder / "scores-0.snapshot"
    whole = file.read_bytes()
    file.write_bytes(whole[: min(length, len(whole) - 1)])
    assert isinstance(shelf.read(), Damaged)


def test_a_snapshot_of_another_fold_is_not_taken(tmp_path: Path) -> None:
    Shelf(tmp_path, "others", 0, Scores, crc32).write(KEPT)
    (tmp_path / "others-0.snapshot").rename(tmp_path / "scores-0.snapshot")
    found = shelf_in(tmp_path).read()
    assert isinstance(found, Damaged)
    assert "others-0" in found.why


def test_damaged_files_never_replace_each_other(tmp_path: Path) -> None:
    shelf = shelf_in(tmp_path)
    places = set()
    for content in (b"x", b"y", b"z"):
        (tmp_path / "scores-0.snapshot").write_bytes(content)
        found = shelf.read()
        assert isinstance(found, Damaged)
        places.add(found.set_aside)
    assert sorted(place.read_bytes() for place in places) == [b"x", b"y", b"z"]
