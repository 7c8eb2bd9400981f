"""A container's processes, seen from the machine through its cgroup: no helper process, nothing in between."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.cluster.container import ContainerGone
from harness.cluster.kernel import processes

if TYPE_CHECKING:
    from collections.abc import Iterable

_LEVELS: Final = (
    "kubepods/*/pod*/{}",
    "kubepods/pod*/{}",
    "kubelet.slice/kubelet-kubepods.slice/*/*/cri-containerd-{}.scope",
    "kubelet.slice/kubelet-kubepods.slice/*/cri-containerd-{}.scope",
    "kubelet/kubepods/*/pod*/{}",
    "kubelet/kubepods/pod*/{}",
)
"""Where a kubelet puts containers below its node's folder: guaranteed pods a level higher than others. The last four
are kind's, whose kubelet has a root of its own and, since Kubernetes 1.24, leaves the folders to systemd."""


def find(nodes: Iterable[Path], container_id: str) -> Path:
    """The container's folder below those of the nodes, in the hierarchy that limits memory."""
    plain = container_id.rpartition("//")[2]
    for node in nodes if plain else ():
        for level in _LEVELS:
            if found := next(node.glob(level.format(plain)), None):
                return found
    raise ContainerGone(f"no node of this cluster runs a container {container_id or '(empty id)'}")


def first(folder: Path) -> int:
    """The first process of the container's pid namespace; if that is shared with others, the oldest one."""
    there = members(folder)
    if not there:
        raise ContainerGone(f"container {folder.name} has no process")
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
