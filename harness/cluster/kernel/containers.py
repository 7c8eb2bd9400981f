"""What the kernel says of a container: its processes and its memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.cluster.container import ContainerGone, ContainerProcess, MemoryCounters
from harness.cluster.kernel import membership, processes

if TYPE_CHECKING:
    from pathlib import Path

_UNLIMITED: Final = 1 << 60
"""The first version of cgroups has no word for it, only a number near 2^63."""


def list_processes(folder: Path) -> tuple[ContainerProcess, ...]:
    return tuple(map(describe, membership.members(folder)))


def describe(pid: int) -> ContainerProcess:
    return ContainerProcess(
        pid=pid, ppid=processes.parent(pid) or 0, command=processes.command(pid), state=processes.state(pid)
    )


def memory(folder: Path) -> MemoryCounters:
    try:
        return counters(folder)
    except FileNotFoundError as error:
        raise ContainerGone(f"container {folder.name} went while its memory was read") from error


def counters(folder: Path) -> MemoryCounters:
    return _memory_v1(folder) if (folder / "memory.usage_in_bytes").exists() else _memory_v2(folder)


def _memory_v1(folder: Path) -> MemoryCounters:
    limit = number(folder / "memory.limit_in_bytes")
    return MemoryCounters(
        usage=number(folder / "memory.usage_in_bytes"),
        limit=None if limit > _UNLIMITED else limit,
        failures=number(folder / "memory.failcnt"),
        oom_kills=table(folder / "memory.oom_control").get("oom_kill", 0),
    )


def _memory_v2(folder: Path) -> MemoryCounters:
    limit = (folder / "memory.max").read_text().strip()
    events = table(folder / "memory.events")
    return MemoryCounters(
        usage=number(folder / "memory.current"),
        limit=None if limit == "max" else int(limit),
        failures=events.get("max", 0),
        oom_kills=events.get("oom_kill", 0),
    )


def number(path: Path) -> int:
    return int(path.read_text())


def table(path: Path) -> dict[str, int]:
    return {key: int(value) for key, value in (line.split() for line in path.read_text().splitlines())}
