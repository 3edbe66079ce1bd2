"""40 million updates of 20 million keys: what does it take?"""

from __future__ import annotations

import mmap
import shutil
import struct
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from bench import load
from bench.brokers import Kafka, Leftfold, rss_bytes
from bench.question import KAFKA, LEFTFOLD, SAFE_AGAINST_UNSAFE, Bar, Figures, Plan, Question, Side, Stage
from leftfold.wire.generated.configs import IncrementalAlterConfigsRequest
from tests.unit.client import Client

CASE = "each key twice"
CASES = {CASE: 2}
KEYS, KEYS_QUICK = 20_000_000, 200_000
MEMORY_BYTES_MAX = 64e6
SEGMENT_BYTES, SEGMENT_BYTES_QUICK = 64 << 20, 1 << 20
TOPIC = "updates"
# Both look for work once a second, so that the wait for it is no part of the time; everything else is as each ships.
SETTINGS = {"log.cleaner.backoff.ms": "1000"}
ONCE_COMPACTED = {"cleanup.policy": "compact", "min.cleanable.dirty.ratio": "0.001"}
POLL_S, STILL_S, WAIT_S_MAX = 0.2, 3, 1800
BATCH = struct.Struct(">qi45xi")
"""Base offset, length, and behind what does not matter here the number of records."""


def measure(stage: Stage, side: Side, case: str, plan: Plan) -> Figures:
    """Write everything, let it be compacted from then on, and look on until all closed segments are."""
    folder = stage.folder / f"compaction-{side.broker}"
    shutil.rmtree(folder, ignore_errors=True)
    keys, segment = (KEYS_QUICK, SEGMENT_BYTES_QUICK) if plan.quick else (KEYS, SEGMENT_BYTES)
    broker = Leftfold(folder, SETTINGS) if side.broker == "leftfold" else Kafka(folder, SETTINGS)
    with broker:
        assert broker.process is not None
        pid = broker.process.pid
        configs = f"cleanup.policy=delete,segment.bytes={segment},retention.ms=-1"
        topic = {"topic": TOPIC, "create": 1, "config": configs}
        written = load.run("updates", bootstrap=broker.bootstrap, pid=pid, **topic, keys=keys, count=CASES[case] * keys)
        segments = _partition(broker)
        before = _bytes(segments)
        found = _compacted(broker, pid, segments)
        left = dict(_records(segments))
    active = max(left)
    return {
        "load_s": written["seconds"],
        **found,
        "bytes_before": before,
        "bytes_after": sum(path.stat().st_size for path in segments.glob("*.log")),
        "records_after": sum(left.values()),
        "records_after_in_closed_segments": sum(count for base, count in left.items() if base != active),
    }


def _compacted(broker: Leftfold | Kafka, pid: int, segments: Path) -> Figures:
    """Let it compact; what it took until it was done."""
    rss, cpu, began = rss_bytes(pid), _cpu_s(pid), time.monotonic()
    with _watched(broker, pid) as most:
        _alter(broker.bootstrap)
        ended = _wait(broker, segments, began + WAIT_S_MAX)
    return {
        "compaction_s": ended - began,
        "compaction_cpu_s": _cpu_s(pid) - cpu,
        "rss_bytes_before": rss,
        "rss_bytes_max": most["rss"],
        # What is freed meanwhile may hide what is taken: the broker's own word counts, where it gives one.
        "compaction_bytes": max(most["rss"] - rss, most["keys"]),
    }


def _alter(bootstrap: str) -> None:
    made = IncrementalAlterConfigsRequest
    changes = [made.AlterableConfig(name=name, value=value) for name, value in ONCE_COMPACTED.items()]
    resource = made.AlterConfigsResource(resource_type=2, resource_name=TOPIC, configs=changes)
    client = Client(bootstrap)
    client.ask(made(resources=[resource]), 1)
    client.close()


def _wait(broker: Leftfold | Kafka, segments: Path, deadline: float) -> float:
    """When the last pass ended. Kafka keeps in a file how far each log is clean; ours says how many passes there were."""
    seen, changed = -1.0, 0.0
    while time.monotonic() < deadline:
        time.sleep(POLL_S)
        if isinstance(broker, Kafka):
            now, done = _clean_end(broker.data), _clean_end(broker.data) >= _active(segments)
        else:
            now = _metric(broker, "leftfold_compaction_passes_total")
            done = now > 0 and _metric(broker, "leftfold_compaction_memory_bytes") == 0
        if now != seen or not done:
            seen, changed = now, time.monotonic()
        elif time.monotonic() - changed > STILL_S:
            return changed
    raise load.LoadError(f"{broker.name} did not compact in {WAIT_S_MAX} s")


def _clean_end(data: Path) -> int:
    """Up to where Kafka's log is clean."""
    try:
        rows = [line.split() for line in (data / "cleaner-offset-checkpoint").read_text().splitlines()]
    except OSError:
        return 0
    return next((int(row[2]) for row in rows if row[0] == TOPIC), 0)


def _metric(broker: Leftfold, name: str) -> float:
    with urllib.request.urlopen(f"http://127.0.0.1:{broker.admin_port}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    return next(float(line.split()[-1]) for line in lines if line.startswith(name))


@contextmanager
def _watched(broker: Leftfold | Kafka, pid: int) -> Iterator[dict[str, int]]:
    """The most memory that the process holds meanwhile, and the most that ours says it takes for keys."""
    most, over = {"rss": 0, "keys": 0}, Event()

    def watch() -> None:
        while not over.wait(POLL_S):
            most["rss"] = max(most["rss"], rss_bytes(pid))
            if isinstance(broker, Leftfold):
                most["keys"] = max(most["keys"], int(_metric(broker, "leftfold_compaction_memory_bytes")))

    thread = Thread(target=watch)
    thread.start()
    try:
        yield most
    finally:
        over.set()
        thread.join()


def _partition(broker: Leftfold | Kafka) -> Path:
    """The folder of the topic's segments: nothing else is as large."""
    folders = {path.parent for path in broker.data.rglob("*.log")}
    return max(folders, key=_bytes)


def _bytes(segments: Path) -> int:
    return sum(path.stat().st_size for path in segments.glob("*.log"))


def _active(segments: Path) -> int:
    return max(int(path.stem) for path in segments.glob("*.log"))


def _records(segments: Path) -> Iterator[tuple[int, int]]:
    """(base offset, records) of each segment, by the headers of its batches."""
    for path in sorted(segments.glob("*.log")):
        count, at = 0, 0
        if path.stat().st_size:
            with path.open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as log:
                while at + BATCH.size <= len(log) and (batch := BATCH.unpack_from(log, at))[1] > 0:
                    count += batch[2]
                    at += 12 + batch[1]
        yield int(path.stem), count


def _cpu_s(pid: int) -> float:
    """Processor time of a process, in ticks of a hundredth."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


QUESTION = Question(
    name="compaction",
    title="Compaction of 40 million updates of 20 million keys (with --quick a hundredth of it)",
    cases=tuple(CASES),
    sides=(LEFTFOLD, KAFKA),
    pairs=(SAFE_AGAINST_UNSAFE,),
    bars=(Bar(None, CASE, "compaction_bytes", at_most=MEMORY_BYTES_MAX),),
    headline="compaction_s",
    unit="s until everything but the active segment is compacted",
    scale=1,
    measure=measure,
    warm=None,
    shown=(
        "compaction_s",
        "compaction_cpu_s",
        "compaction_bytes",
        "rss_bytes_max",
        "bytes_before",
        "bytes_after",
        "records_after",
    ),
    starts_both=False,
    more_is_better=False,
    rounds_max=1,
)
