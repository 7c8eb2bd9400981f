"""A container's processes, seen from the machine through its cgroup: no helper process, nothing in between."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.cluster.container import ContainerGone
from harness.cluster.local import cgroups, processes

if TYPE_CHECKING:
    from harness.cluster.local.plan import ClusterPlan

_QOS_LEVELS: Final = ("kubepods/*/pod*", "kubepods/pod*")
"""Where the kubelet puts containers: guaranteed pods a level higher than others."""


def find(plan: ClusterPlan, container_id: str) -> Path:
    """The container's folder in the hierarchy that limits memory."""
    plain = container_id.rpartition("//")[2]
    hierarchy = cgroups.memory_hierarchy()
    for node in plan.nodes if plain else ():
        for level in _QOS_LEVELS:
            if found := next((hierarchy / node.cgroup).glob(f"{level}/{plain}"), None):
                return found
    raise ContainerGone(f"no node of cluster {plan.name} runs a container {container_id or '(empty id)'}")


def first(folder: Path, container_id: str) -> int:
    """The first process of the container's pid namespace; if that is shared with others, the oldest one."""
    there = members(folder)
    if not there:
        raise ContainerGone(f"container {container_id} has no process")
    head = (pid for pid in there if _innermost_pid(pid) == 1)
    return next(head, None) or min(there, key=processes.age)


def members(folder: Path) -> tuple[int, ...]:
    try:
        return tuple(map(int, (folder / "cgroup.procs").read_text().split()))
    except OSError:
        return ()


def _innermost_pid(pid: int) -> int | None:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[-1]) for line in lines if line.startswith("NSpid:")), None)
