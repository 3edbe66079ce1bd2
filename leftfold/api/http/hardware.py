"""What this process takes from its machine, and what is left."""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass
from pathlib import Path

LOW_SPACE_SHARE = 0.05  # below this share of free space a disk is called low


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk under a folder, in bytes; `free_bytes` is what this process may take."""

    path: str
    total_bytes: int
    free_bytes: int

    @property
    def is_low(self) -> bool:
        """Whether somebody should look."""
        return self.free_bytes < self.total_bytes * LOW_SPACE_SHARE

    def alert(self, next_file_bytes: int) -> int:
        """0 enough, 1 low, 2 the next file of the journal has no room, so that writes are about to be refused."""
        return 2 if self.free_bytes < next_file_bytes else int(self.is_low)


@dataclass(frozen=True, slots=True)
class Hardware:
    """Reads of /proc and of the control group; None where the system does not say. `root` is replaced in tests."""

    root: Path = Path("/")

    @property
    def cores(self) -> int:
        """Processors that this process may use."""
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    def cpu_seconds(self) -> float:
        """Processor time of the whole process, user and system."""
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return usage.ru_utime + usage.ru_stime

    def resident_bytes(self) -> int | None:
        """Memory that the process holds."""
        pages = self._number("proc/self/statm", field=1)
        return None if pages is None else pages * resource.getpagesize()

    def open_files(self) -> int | None:
        """File descriptors in use."""
        try:
            return sum(1 for _ in (self.root / "proc/self/fd").iterdir())
        except OSError:
            return None

    def memory_available_bytes(self) -> int | None:
        """Memory that this process may still take without swapping."""
        limit, used = self._group_limit(), self._number("sys/fs/cgroup/memory.current")
        left = max(0, limit - used) if limit is not None and used is not None else None
        return _least(self._meminfo("MemAvailable:"), left)

    def disk(self, folder: str) -> Disk | None:
        """The disk under a folder."""
        try:
            at = os.statvfs(folder)
        except OSError:
            return None
        return Disk(folder, at.f_blocks * at.f_frsize, at.f_bavail * at.f_frsize)

    def _group_limit(self) -> int | None:
        return self._number("sys/fs/cgroup/memory.max")  # "max" is no number: no limit

    def _meminfo(self, row: str) -> int | None:
        for line in self._text("proc/meminfo").splitlines():
            if line.startswith(row):
                return int(line.split()[1]) * 1024
        return None

    def _number(self, file: str, *, field: int = 0) -> int | None:
        words = self._text(file).split()
        return int(words[field]) if len(words) > field and words[field].isdecimal() else None

    def _text(self, file: str) -> str:
        try:
            return (self.root / file).read_text()
        except OSError:
            return ""


def _least(*values: int | None) -> int | None:
    return min((value for value in values if value is not None), default=None)
