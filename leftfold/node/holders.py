"""Who holds a port or a folder: the process, by its number."""

# Linux only: elsewhere, or where the other process may not be looked at, the answer is None and messages do without.

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

PROC = Path("/proc")
_LISTEN = "0A"  # the state of a listening socket in /proc/net/tcp


def of_port(port: int, proc: Path = PROC) -> str | None:
    """The process that listens on a TCP port: `process 4711 (java)`."""
    inodes = {inode for table in ("tcp", "tcp6") for inode in _listening(proc / "net" / table, port)}
    sockets = {f"socket:[{inode}]" for inode in inodes}
    return _first_with(lambda target: target in sockets, proc) if sockets else None


def of_folder(folder: Path, proc: Path = PROC) -> str | None:
    """The process that has a file of a folder open, other than this one."""
    inside = f"{folder.resolve()}/"
    return _first_with(lambda target: target.startswith(inside), proc)


def _listening(table: Path, port: int) -> Iterator[str]:
    try:
        lines = table.read_text().splitlines()[1:]
    except OSError:
        return
    for line in lines:
        fields = line.split()
        if len(fields) > 9 and fields[3] == _LISTEN and int(fields[1].rpartition(":")[2], 16) == port:
            yield fields[9]


def _first_with(matches: Callable[[str], bool], proc: Path) -> str | None:
    for process in _processes(proc):
        try:
            targets = [str(handle.readlink()) for handle in (process / "fd").iterdir()]
        except OSError:
            continue  # it ended, or is not ours to look at
        if any(matches(target) for target in targets):
            return f"process {process.name}{_name(process)}"
    return None


def _processes(proc: Path) -> list[Path]:
    """All processes but this one."""
    try:
        own = (proc / "self").readlink().name
        return [entry for entry in proc.iterdir() if entry.name.isdecimal() and entry.name != own]
    except OSError:
        return []


def _name(process: Path) -> str:
    try:
        return f" ({(process / 'comm').read_text().strip()})"
    except OSError:
        return ""
