"""One container of a local cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.cluster.local import containers, filling, quota, signalling, squeezing

if TYPE_CHECKING:
    from harness.cluster.container import (
        ContainerProcess,
        CpuShare,
        Filling,
        MemoryCounters,
        MemoryGrip,
        SignalledProcess,
        Squeezed,
    )
    from harness.cluster.local.plan import ClusterPlan


@dataclass(frozen=True, slots=True)
class LocalContainer:
    plan: ClusterPlan
    id: str

    def processes(self) -> tuple[ContainerProcess, ...]:
        return containers.list_processes(self.plan, self.id)

    def signal(self, signal: int, process: str = "first", *, patience: float = 0.0) -> SignalledProcess:
        return signalling.send(self.plan, self.id, signal, process, patience)

    def stop(self, process: str = "all") -> tuple[ContainerProcess, ...]:
        return signalling.stop(self.plan, self.id, process)

    def resume(self) -> tuple[ContainerProcess, ...]:
        return signalling.resume(self.plan, self.id)

    def memory(self) -> MemoryCounters:
        return containers.memory(self.plan, self.id)

    def grip(self) -> MemoryGrip:
        return squeezing.grip(self.plan, self.id)

    def squeeze(self, process: str = "first", *, whole: bool = False) -> Squeezed:
        return squeezing.squeeze(self.plan, self.id, process, whole=whole)

    def restore(self, before: MemoryGrip) -> MemoryGrip:
        return squeezing.restore(self.plan, self.id, before)

    def cpu(self) -> CpuShare:
        return quota.read(self.plan, self.id)

    def limit_cpu(self, share: CpuShare) -> CpuShare:
        return quota.write(self.plan, self.id, share)

    def fill(self, path: str) -> Filling:
        return filling.fill(self.plan, self.id, path)

    def empty(self, path: str) -> Filling:
        return filling.empty(self.plan, self.id, path)
