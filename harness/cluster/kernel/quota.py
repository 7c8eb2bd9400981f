"""How much processor time a container may have: the quota that the kernel's scheduler enforces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.cluster.container import ContainerGone, CpuShare
from harness.cluster.kernel import cgroups, containers
from harness.model.errors import ClusterFailed

if TYPE_CHECKING:
    from pathlib import Path


def read(folder: Path) -> CpuShare:
    try:
        return _share(_sharing(folder))
    except OSError as error:
        raise ContainerGone(f"container {folder.name} went while its quota was read") from error


def write(memory: Path, share: CpuShare) -> CpuShare:
    folder = _sharing(memory)
    try:
        if (folder / "cpu.max").exists():
            quota = "max" if share.quota is None else str(share.quota)
            (folder / "cpu.max").write_text(f"{quota} {share.period}")
        else:
            (folder / "cpu.cfs_period_us").write_text(str(share.period))
            (folder / "cpu.cfs_quota_us").write_text(str(-1 if share.quota is None else share.quota))
        return _share(folder)
    except FileNotFoundError as error:
        raise ContainerGone(f"container {folder.name} went while its quota was written") from error
    except OSError as error:
        raise ClusterFailed(f"the kernel did not take {share} for container {folder.name}: {error}") from error


def _share(folder: Path) -> CpuShare:
    held_back = containers.table(folder / "cpu.stat").get("nr_throttled", 0)
    if (folder / "cpu.max").exists():
        quota, period = (folder / "cpu.max").read_text().split()
        return CpuShare(quota=None if quota == "max" else int(quota), period=int(period), held_back=held_back)
    first_version = containers.number(folder / "cpu.cfs_quota_us")
    return CpuShare(
        quota=None if first_version < 0 else first_version,
        period=containers.number(folder / "cpu.cfs_period_us"),
        held_back=held_back,
    )


def _sharing(folder: Path) -> Path:
    """The container's folder in the hierarchy that shares out the processors, which on v1 is another one."""
    inside = folder.relative_to(cgroups.memory_hierarchy())
    found = (hierarchy / inside for hierarchy in cgroups.hierarchies())
    for same in found:
        if (same / "cpu.max").exists() or (same / "cpu.cfs_quota_us").exists():
            return same
    raise ContainerGone(f"container {folder.name} has no quota of processor time")
