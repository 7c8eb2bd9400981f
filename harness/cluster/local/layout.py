"""Where the things of one cluster are, so that nobody builds a path by hand.

Small things live in the run folder, which every cluster of this machine has below one fixed place, whatever the
settings of who started it: that is how a later `clean` finds them. Big ones are beside the cache.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from harness.cluster.kernel import cgroups

RUNS = Path("/run/argo-shakedown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    name: str
    cache: Path

    @property
    def run(self) -> Path:
        return RUNS / self.name

    @property
    def data(self) -> Path:
        return self.cache / "run" / self.name

    @property
    def logs(self) -> Path:
        return self.run / "logs"

    @property
    def keys(self) -> Path:
        return self.run / "keys"

    @property
    def kubeconfig(self) -> Path:
        return self.run / "kubeconfig"

    @property
    def control(self) -> Path:
        return self.run / "control"

    @property
    def api_proxy(self) -> Path:
        return self.run / "api-proxy"

    @property
    def plan(self) -> Path:
        return self.run / "plan.json"

    @property
    def cgroup(self) -> str:
        return f"{cgroups.BASE}/{self.name}"

    def node(self, node: str) -> Path:
        return self.run / node

    def node_data(self, node: str) -> Path:
        return self.data / node

    def containerd_socket(self, node: str) -> Path:
        return self.node(node) / "containerd.sock"

    def create(self, nodes: tuple[str, ...]) -> None:
        RUNS.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.run.mkdir(mode=0o700)
        self.data.mkdir(mode=0o700, parents=True)
        for folder in (self.logs, self.keys, *map(self.node, nodes), *map(self.node_data, nodes)):
            folder.mkdir(mode=0o700)
