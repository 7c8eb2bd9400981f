"""Where the programs of a cluster are: Kubernetes as built, the rest as Debian ships it, neither installed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.cluster.local.plan import ClusterPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    kubernetes: Path
    """Folder with kube-apiserver, kubelet and so on."""
    debian: Path
    """Root of the extracted packages."""

    @property
    def etcd(self) -> str:
        return str(self.debian / "usr/bin/etcd")

    @property
    def containerd(self) -> str:
        return str(self.debian / "usr/bin/containerd")

    @property
    def ctr(self) -> str:
        return str(self.debian / "usr/bin/ctr")

    @property
    def runc(self) -> str:
        return str(self.debian / "usr/sbin/runc")

    @property
    def cni(self) -> str:
        return str(self.debian / "usr/lib/cni")

    @property
    def busybox(self) -> Path:
        return self.debian / "bin/busybox"

    @property
    def path(self) -> str:
        """Ours first, so that a containerd or runc of the machine is never mixed in."""
        own = (self.debian / "usr/bin", self.debian / "usr/sbin")
        return ":".join((*map(str, own), "/usr/sbin", "/usr/bin", "/sbin", "/bin"))

    def kube(self, program: str) -> str:
        return str(self.kubernetes / program)

    @classmethod
    def of_plan(cls, plan: ClusterPlan) -> Tools:
        """Those that a running cluster was started with."""
        kubelet, containerd = (_program(plan, name) for name in ("kubelet", "containerd"))
        return cls(kubernetes=kubelet.parent, debian=containerd.parents[2])


def _program(plan: ClusterPlan, name: str) -> Path:
    components = plan.nodes[0].components
    return Path(next(component.argv[0] for component in components if component.name == name))
