"""A data folder looked at from outside: nothing changes."""

# A stopped broker's folder goes through the very recovery that a start would run, on a disk that keeps all writes in memory.
# Of a running broker only the segments are read, and damage counts where it is found twice: the end grows meanwhile.

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from leftfold.base import ids
from leftfold.base.errors import Failure
from leftfold.cli.doctor.broker import Space, judge_space, named
from leftfold.cli.doctor.findings import Report
from leftfold.cli.numbers import counted
from leftfold.cli.problem import Problem

if TYPE_CHECKING:
    from leftfold.cli.doctor.opened import Topics
    from leftfold.kernel import Kernel, PartitionState

VERSION_FILE, TOPICS, JOURNAL, FOLDS, SET_ASIDE = "VERSION", "topics", "journal", "folds", "set-aside"
VERSION_BYTES_MAX = 200
BAR_BYTES_MIN = 1 << 30
SEE_DOCTOR = re.compile(r"[;:] see (the command )?`?leftfold doctor.*$")  # how the kernel's texts end that send people here


@dataclass(frozen=True, slots=True)
class Damage:
    """A quarantined range of offsets, both ends included. `topic` is its name, or its id where no name is known."""

    topic: str
    topic_id: bytes
    partition: int
    first: int
    last: int
    why: str

    def command(self, data: Path) -> str:
        """What an operator types to give it up."""
        return f"leftfold doctor give-up --data {quote(str(data))} {self.topic} {self.partition} {self.first} {self.last}"


def look(report: Report, data: Path, *, quick: bool = False) -> None:
    """Every check of a folder; a `quick` one leaves out to read what the segments hold."""
    from leftfold.cli.doctor import opened

    if not data.is_dir():
        raise Problem(
            f"there is no folder {data}; name the one that the broker was started with (--data)", Failure.NO_SUCH_FILE
        )
    if not _format(report, data):
        return
    with opened.held(data) as free:
        if free:
            report.ok("use", "no broker uses the folder")
        else:
            report.ok("use", f"in use by {opened.holder(data)}", in_use=True)
        _size(report, data)
        _disk(report, data)
        _recover(report, data, running=not free, quick=quick)
        _leftovers(report, data)


def _format(report: Report, data: Path) -> bool:
    try:
        with (data / VERSION_FILE).open("rb") as file:
            text = file.read(VERSION_BYTES_MAX).decode("utf-8", "replace").strip()
    except FileNotFoundError:
        what = f"{data} has no file {VERSION_FILE}: no broker has kept its data there, or it is not whole"
        report.fail("format", Failure.FOLDER_FORMAT, what, "Name the folder that the broker was started with (--data).")
        return False
    except OSError as error:
        report.fail("format", Failure.DISK_ERROR, f"{error.filename} cannot be read: {error.strerror}")
        return False
    form, _, identity = text.partition("\n")  # a folder of the time before ids has the first line only
    report.ok("format", form, format=form, folder=" ".join(identity.split()[1:2]))
    return True


def _size(report: Report, data: Path) -> None:
    """What lies there, by kind; a file that vanishes meanwhile counts as gone."""
    totals = {TOPICS: 0, JOURNAL: 0}
    total = 0
    for folder, _, files in os.walk(data):
        for name in files:
            path = Path(folder, name)
            try:
                bytes_ = path.stat().st_size
            except OSError:
                continue
            total += bytes_
            kind = path.relative_to(data).parts[0]
            if kind in totals:
                totals[kind] += bytes_
    what = f"{_mb(total)}: {_mb(totals[TOPICS])} in segments, {_mb(totals[JOURNAL])} in the journal"
    report.ok("size", what, bytes=total, segment_bytes=totals[TOPICS], journal_bytes=totals[JOURNAL])


def _mb(count: int) -> str:
    return f"{count / 1e6:.1f} MB"


def _disk(report: Report, data: Path) -> None:
    stat = os.statvfs(data)
    judge_space(report, str(data), Space(stat.f_bavail * stat.f_frsize, stat.f_blocks * stat.f_frsize))


def _recover(report: Report, data: Path, *, running: bool, quick: bool) -> None:
    from leftfold.cli.doctor import opened
    from leftfold.kernel import KernelError

    settings: dict[str, int | bool | str] = {"changes_nothing": True}
    if running:
        settings["journal_left_out"] = True
    try:
        with opened.recovered(data, settings) as kernel:
            _tell_recovery(report, kernel, running=running)
            topics = opened.topics(kernel, data)
            damaged = _known(kernel, topics) if quick else _damaged(kernel, topics)
            if not running:
                _tell_strangers(report, kernel, topics)
            partitions = len(kernel.partitions())
        if running and damaged and not quick:
            with opened.recovered(data, settings) as kernel:
                again = {(one.topic_id, one.partition, one.first, one.last) for one in _damaged(kernel, topics)}
            damaged = [one for one in damaged if (one.topic_id, one.partition, one.first, one.last) in again]
    except KernelError as error:
        _refused(report, data, error)
        return
    _tell_damage(report, data, damaged, partitions, running=running, quick=quick)


def _refused(report: Report, data: Path, error: Exception) -> None:
    """A start would not open the folder."""
    failure = Failure.of_kernel(getattr(error, "code", ""))
    fix = ""
    if failure is Failure.JOURNAL_DAMAGED:
        fix = (
            "Restore the folder from a copy. To go on without what cannot be read: "
            f"`leftfold doctor give-up-journal --data {quote(str(data))}` (the bytes are kept)."
        )
    report.fail("recovery", failure, f"a start would refuse the folder: {SEE_DOCTOR.sub('', str(error))}", fix)


def _tell_recovery(report: Report, kernel: Kernel, *, running: bool) -> None:
    if running:
        report.skip("recovery", "the broker that runs has done it; its journal is not looked at")
        return
    notes = kernel.notes()
    replayed = kernel.recovery().total_bytes
    if not notes:
        report.ok("recovery", f"a start would read {_mb(replayed)} of journal and find nothing to mend")
    for note in notes:
        report.ok("recovery", f"a start would find: {note}")


def _damaged(kernel: Kernel, topics: Topics) -> list[Damage]:
    """*Blocking.* Every byte of every segment is read; on a terminal a bar shows how far that is, where it takes a while."""
    states = kernel.partitions()
    total = sum(state.size_bytes for state in states)
    hidden = total < BAR_BYTES_MIN or not sys.stderr.isatty()
    found = []
    with click.progressbar(length=total, label="reading segments", file=sys.stderr, hidden=hidden) as bar:
        for state in states:
            found += _damage(topics, state, kernel.verify(state.topic_id, state.partition))
            bar.update(state.size_bytes)
    return found


def _known(kernel: Kernel, topics: Topics) -> list[Damage]:
    """What recovery itself has met."""
    return [one for state in kernel.partitions() for one in _damage(topics, state, state.damage)]


def _damage(topics: Topics, state: PartitionState, ranges: Sequence[tuple[int, int, str]]) -> list[Damage]:
    topic = topics.names.get(state.topic_id) or ids.to_text(state.topic_id)
    return [
        Damage(topic, state.topic_id, state.partition, first, last, SEE_DOCTOR.sub("", why))
        for first, last, why in sorted(ranges)
    ]


def _tell_damage(report: Report, data: Path, damaged: Sequence[Damage], partitions: int, *, running: bool, quick: bool) -> None:
    for one in damaged:
        what = f"topic {one.topic} partition {one.partition}: {one.why}; quarantined: never served, never cut"
        stop = "stop the broker, then " if running else ""
        fix = f"Restore the folder from a copy, or go on without them: {stop}`{one.command(data)}` (the bytes are kept)."
        report.fail("records", Failure.CORRUPT_BATCH, what, fix, topic=one.topic, partition=one.partition,
                    first_offset=one.first, last_offset=one.last)  # fmt: skip
    if quick:
        report.skip("records", "not read one by one; leave --quick away to read every byte of every segment")
    elif not damaged:
        count = counted(partitions, "partition")
        where = f"{count} as far as {'it is' if partitions == 1 else 'they are'} in segments" if running else count
        report.ok("records", f"every byte of {where} was read: all checksums hold")


def _tell_strangers(report: Report, kernel: Kernel, topics: Topics) -> None:
    """Folders that no event of the cluster's log explains, as when that log lost its end."""
    on_disk = set(kernel.topic_ids_on_disk()) - topics.names.keys() - topics.deleted
    if on_disk:
        strangers = sorted(ids.to_text(one) for one in on_disk)
        what = f"a start would set aside what no event of the cluster's log explains: topics {named(strangers)}"
        report.warn("folders", Failure.FOLDER_UNEXPLAINED, what, topic_ids=strangers)


def _leftovers(report: Report, data: Path) -> None:
    """What was put out of the way earlier: somebody may still want it."""
    aside = sorted(str(path) for path in (data / SET_ASIDE).glob("*") if path.is_dir())
    if aside:
        report.warn("set aside", Failure.FOLDER_UNEXPLAINED, f"set aside earlier: {named(aside)}", paths=aside)
    harmed = sorted(str(path) for path in (data / FOLDS).glob("*.damaged-*"))
    if harmed:
        report.warn("snapshots", Failure.SNAPSHOT_DAMAGED, f"damaged, set aside and made anew: {named(harmed)}", paths=harmed)
    kept = [*(data / TOPICS).glob("*/*/*.given-up"), *(data / SET_ASIDE).glob("*.lost")]
    if kept:
        paths = sorted(str(path) for path in kept)
        report.ok("given up", f"what was given up is kept in {named(paths)}", paths=paths)
