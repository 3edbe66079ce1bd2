"""The shell: one round is one batch, of one writer."""

import asyncio
from pathlib import Path
from typing import Any
from zlib import crc32

from leftfold.base.errors import StorageError
from leftfold.base.ports import Ports
from leftfold.base.writers import Marker, Producer, Written, commits, marker_record
from leftfold.fold.shell import Shell
from leftfold.fold.snapshot import Shelf
from leftfold.machines.groups.commands import CommitOffsets, EndProducer, Rules
from leftfold.machines.groups.machine import groups
from leftfold.machines.groups.records import Records
from leftfold.machines.groups.state import Groups, Offset
from tests.unit.test_shell import Entry, Journal, Lines

MACHINE = groups(Rules())


def shell(journal: Journal, folder: Path) -> Shell[Any, Any, Any, Any]:
    async def nobody(*_: Any) -> None:
        pass

    return Shell(
        MACHINE,
        journal=journal,
        shelf=Shelf(folder, MACHINE.topic, 0, Groups, crc32),
        ports=Ports(lambda: 1_000, lambda: 0, bytes, {}),
        log=Lines(),
        on_commit=nobody,
    )


def commit(topic: str, producer: tuple[int, int] | None) -> CommitOffsets:
    return CommitOffsets("g", 1_000, "", None, -1, ((topic, 0, Offset(5, -1, "", 1_000)),), producer=producer)


async def asked_at_once(journal: Journal, folder: Path, *commands: Any) -> tuple[Groups, list[Any]]:
    """All commands asked in one go, before the first can be written."""
    one = shell(journal, folder)
    await one.load()
    answers = [asyncio.ensure_future(one.ask(command)) for command in commands]
    await asyncio.sleep(0)
    journal.gate.set()
    answered = await asyncio.gather(*answers, return_exceptions=True)
    await one.close()
    return one.committed, answered


def test_each_writer_has_a_batch_of_its_own_in_the_order_they_asked(tmp_path: Path) -> None:
    journal = Journal()
    commands = (
        commit("a", None), commit("b", None), commit("c", (7, 0)), commit("d", (7, 0)), commit("e", (8, 3)),
        EndProducer(1_000, 7, 1, commit=True, version=2), EndProducer(1_000, 8, 4, commit=False, version=2), commit("f", None),
    )  # fmt: skip
    state, _ = asyncio.run(asked_at_once(journal, tmp_path, *commands))
    assert journal.batches == [2, 2, 1, 1, 1, 1]
    assert journal.writers == [None, Producer(7, 0), Producer(8, 3), Marker(7, 1, True), Marker(8, 4, False), None]
    assert sorted(state.groups["g"].offsets) == ["a", "b", "c", "d", "f"]
    assert not state.open


def test_a_round_that_was_not_written_fails_alone(tmp_path: Path) -> None:
    journal = Journal(failure=StorageError("the disk is full"))
    state, answers = asyncio.run(asked_at_once(journal, tmp_path, commit("a", None), commit("b", (7, 0))))
    assert isinstance(answers[0], StorageError)
    assert not isinstance(answers[1], BaseException)
    assert state.groups["g"].is_unstable("b", 0)
    assert not state.groups["g"].offsets


def test_markers_are_records_that_every_client_knows() -> None:
    assert [commits(marker_record(commit, 7)[0]) for commit in (True, False)] == [True, False]
    assert marker_record(True, 7) == (bytes.fromhex("00000001"), bytes.fromhex("000000000000"), (), 7)
    assert commits(bytes.fromhex("00000002")) is None, "a new leader's record"
    assert commits(None) is None


def test_only_offsets_count_in_a_transaction() -> None:
    ((key, value, headers, _),) = Records().encode(MACHINE.decide(Groups(), commit("a", None))[0], 7)  # type: ignore[index]
    told = Records().decode(Written(0, key, value, headers, Producer(7, 2)), "here")
    assert (told.producer_id, told.producer_epoch) == (7, 2)  # type: ignore[union-attr]
    group = bytes.fromhex("000200026731")
    assert Records().decode(Written(0, group, None, (), Producer(7, 2)), "here") is None
    assert Records().decode(Entry(0, group, None, ()), "here") is not None
