"""One container, by the cgroup that its node's kubelet made for it on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.cluster.kernel import containers, filling, membership, quota, signalling, squeezing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from harness.cluster.container import (
        ContainerProcess,
        CpuShare,
        Filling,
        MemoryCounters,
        MemoryGrip,
        SignalledProcess,
        Squeezed,
    )


@dataclass(frozen=True, slots=True)
class KernelContainer:
    nodes: Callable[[], Iterable[Path]]
    """The memory cgroups of the cluster's nodes, asked for at each call: one that was switched off has none."""
    id: str

    @property
    def folder(self) -> Path:
        return membership.find(self.nodes(), self.id)

    def processes(self) -> tuple[ContainerProcess, ...]:
        return containers.list_processes(self.folder)

    def signal(self, signal: int, process: str = "first", *, patience: float = 0.0) -> SignalledProcess:
        return signalling.send(self.folder, signal, process, patience)

    def stop(self, process: str = "all") -> tuple[ContainerProcess, ...]:
        return signalling.stop(self.folder, process)

    def resume(self) -> tuple[ContainerProcess, ...]:
        return signalling.resume(self.folder)

    def memory(self) -> MemoryCounters:
        return containers.memory(self.folder)

    def grip(self) -> MemoryGrip:
        return squeezing.grip(self.folder)

    def squeeze(self, process: str = "first", *, whole: bool = False, taken: Callable[[], None]) -> Squeezed:
        return squeezing.squeeze(self.folder, process, whole=whole, taken=taken)

    def restore(self, before: MemoryGrip) -> MemoryGrip:
        return squeezing.restore(self.folder, before)

    def cpu(self) -> CpuShare:
        return quota.read(self.folder)

    def limit_cpu(self, share: CpuShare) -> CpuShare:
        return quota.write(self.folder, share)

    def fill(self, path: str) -> Filling:
        return filling.fill(self.folder, path)

    def empty(self, path: str) -> Filling:
        return filling.empty(self.folder, path)
