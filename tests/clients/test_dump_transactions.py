"""Kafka's dump tool reads our markers, aborts, producers."""

from __future__ import annotations

import re
from pathlib import Path

from tests.clients.runtimes import need
from tests.clients.test_dump_log import dump
from tests.unit.test_kernel_transactions import PRODUCER, end, opened, write


def test_kafka_reads_what_we_write_of_transactions(tmp_path: Path) -> None:
    need("java")
    kernel = opened(tmp_path)
    for epoch, commit in enumerate((True, False, False)):
        write(kernel, epoch)
        write(kernel, epoch)
        end(kernel, epoch + 1, commit=commit, coordinator=7)
    write(kernel, 0, PRODUCER + 1)
    kernel.close(1000)
    files = {path.suffix: path for path in tmp_path.rglob("0*") if path.suffix in (".log", ".txnindex", ".snapshot")}
    read = dump(list(files.values()), "--deep-iteration")
    assert read.complaints == []
    ends = re.findall(r"endTxnMarker: (\w+) coordinatorEpoch: (\d+)", read.section(files[".log"]))
    assert ends == [("COMMIT", "7"), ("ABORT", "7"), ("ABORT", "7")]
    row = r"producerId: (\d+) firstOffset: (\d+) lastOffset: (\d+) lastStableOffset: (\d+)"
    aborted = re.findall(row, read.section(files[".txnindex"]))
    assert aborted == [(str(PRODUCER), "3", "5", "6"), (str(PRODUCER), "6", "8", "9")]
    open_ = re.findall(r"producerId: (\d+) .*currentTxnFirstOffset: (\S+)", read.section(files[".snapshot"]))
    assert [producer for producer, first in open_ if "9" in first] == [str(PRODUCER + 1)]
