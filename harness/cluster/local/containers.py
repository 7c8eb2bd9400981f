"""A container's processes and memory, seen from the machine through its cgroup: no helper process, nothing in between.

A pid is only trusted while its process is held by a pidfd and still is in the container's cgroup.
"""

from __future__ import annotations

import os
import signal as signals
import time
from pathlib import Path
from typing import TYPE_CHECKING

from harness.cluster.local import cgroups, processes
from harness.cluster.protocol import ContainerProcess, MemoryCounters, SignalledProcess
from harness.model.errors import HarnessError

if TYPE_CHECKING:
    from harness.cluster.local.plan import ClusterPlan


class ContainerGone(HarnessError):
    """The container has no process any more, or never was on a node of this cluster."""


def send_signal(plan: ClusterPlan, container_id: str, signal: int) -> SignalledProcess:
    folder = find(plan, container_id)
    pid = _main_process(folder, container_id)
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError as error:
        raise ContainerGone(f"the main process of container {container_id} ended just now") from error
    try:
        if pid not in _members(folder):
            raise ContainerGone(f"the main process of container {container_id} ended just now")
        command = processes.command(pid)
        signals.pidfd_send_signal(handle, signal)
    except ProcessLookupError as error:
        raise ContainerGone(f"the main process of container {container_id} ended just now") from error
    finally:
        os.close(handle)
    return SignalledProcess(pid=pid, command=command, signal=signal, monotonic=time.monotonic(), wall=time.time())


def list_processes(plan: ClusterPlan, container_id: str) -> tuple[ContainerProcess, ...]:
    return tuple(
        ContainerProcess(pid=pid, ppid=processes.parent(pid) or 0, command=processes.command(pid))
        for pid in _members(find(plan, container_id))
    )


def memory(plan: ClusterPlan, container_id: str) -> MemoryCounters:
    folder = find(plan, container_id)
    try:
        return _memory_v1(folder) if (folder / "memory.usage_in_bytes").exists() else _memory_v2(folder)
    except FileNotFoundError as error:
        raise ContainerGone(f"container {container_id} went while its memory was read") from error


def find(plan: ClusterPlan, container_id: str) -> Path:
    """The container's folder in the hierarchy that limits memory."""
    plain = container_id.rpartition("//")[2]
    hierarchy = cgroups.memory_hierarchy()
    for node in plan.nodes if plain else ():
        for level in _QOS_LEVELS:
            if found := next((hierarchy / node.cgroup).glob(f"{level}/{plain}"), None):
                return found
    raise ContainerGone(f"no node of cluster {plan.name} runs a container {container_id or '(empty id)'}")


_QOS_LEVELS = ("kubepods/*/pod*", "kubepods/pod*")
"""Where the kubelet puts containers: guaranteed pods a level higher than others."""


def _main_process(folder: Path, container_id: str) -> int:
    """The first process of the container's pid namespace; if that is shared with others, the oldest one."""
    members = _members(folder)
    if not members:
        raise ContainerGone(f"container {container_id} has no process")
    first = (pid for pid in members if _innermost_pid(pid) == 1)
    return next(first, None) or min(members, key=_age)


def _age(pid: int) -> tuple[int, int]:
    who = processes.identify(pid)
    return (who.started, pid) if who else (1 << 62, pid)


def _innermost_pid(pid: int) -> int | None:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[-1]) for line in lines if line.startswith("NSpid:")), None)


def _members(folder: Path) -> tuple[int, ...]:
    try:
        return tuple(map(int, (folder / "cgroup.procs").read_text().split()))
    except OSError:
        return ()


_UNLIMITED = 1 << 60
"""The first version of cgroups has no word for it, only a number near 2^63."""


def _memory_v1(folder: Path) -> MemoryCounters:
    limit = _number(folder / "memory.limit_in_bytes")
    return MemoryCounters(
        usage=_number(folder / "memory.usage_in_bytes"),
        limit=None if limit > _UNLIMITED else limit,
        failures=_number(folder / "memory.failcnt"),
        oom_kills=_table(folder / "memory.oom_control").get("oom_kill", 0),
    )


def _memory_v2(folder: Path) -> MemoryCounters:
    limit = (folder / "memory.max").read_text().strip()
    events = _table(folder / "memory.events")
    return MemoryCounters(
        usage=_number(folder / "memory.current"),
        limit=None if limit == "max" else int(limit),
        failures=events.get("max", 0),
        oom_kills=events.get("oom_kill", 0),
    )


def _number(path: Path) -> int:
    return int(path.read_text())


def _table(path: Path) -> dict[str, int]:
    return {key: int(value) for key, value in (line.split() for line in path.read_text().splitlines())}
