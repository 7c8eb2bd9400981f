"""The local cluster as the rest of the harness sees it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from harness.build import cache
from harness.build.progress import Silent
from harness.cluster import api, kept, requirements
from harness.cluster.kept import Kept
from harness.cluster.kernel import cgroups, kernel_log, processes
from harness.cluster.kernel.container import KernelContainer
from harness.cluster.local import control, kubelets, launch, leftovers, network
from harness.cluster.local import plan as plans
from harness.cluster.local.controlplane import API_PROXY
from harness.cluster.local.layout import Layout
from harness.cluster.local.proxying import LocalApiProxy
from harness.cluster.local.tools import Tools
from harness.cluster.protocol import ClusterHealth, ComponentHealth
from harness.model.errors import ClusterFailed, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from harness.build.progress import Progress
    from harness.cluster.api import Api
    from harness.cluster.protocol import (
        ClusterSpec,
        ComponentProcess,
    )

USABLE_WITHIN = 120.0
"""Seconds; an idle machine with two cores takes five, a starved one must not be given up too soon."""
_GONE_WITHIN = 60.0


@dataclass(slots=True, kw_only=True)
class LocalCluster(Kept):
    plan: plans.ClusterPlan
    layout: Layout
    api: Api
    _keeper: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    """None for a cluster that somebody else started."""
    provider: str = "local"

    @classmethod
    def start(cls, spec: ClusterSpec, progress: Progress | None = None) -> LocalCluster:
        """Returns when every node is Ready; ended by `close`, or by the end of this process in any way."""
        requirements.check(cache.root())
        told = progress or Silent()
        tools, template = launch.prepare(spec, told)
        with told.step(f"starting cluster {spec.name}"):
            return cls._launch(spec, tools, template)

    @classmethod
    def _launch(cls, spec: ClusterSpec, tools: Tools, template: Path) -> LocalCluster:
        layout, plan = launch.lay_out(spec, tools, template)
        watcher = launch.start_keeper(layout, persistent=spec.persistent)
        cluster = cls(plan=plan, layout=layout, api=api.connect(layout.kubeconfig), _keeper=watcher)
        try:
            cluster.readiness(USABLE_WITHIN).await_usable(cluster.nodes())
            if spec.api_proxy:
                cluster.api_proxy().await_serving()
        except BaseException:
            cluster.close()
            raise
        return cluster

    @classmethod
    def attach(cls, name: str) -> LocalCluster:
        """A persistent cluster that another process started."""
        layout = Layout(name=name, cache=cache.root())
        if not layout.plan.exists():
            raise UsageError(f"there is no cluster {name}", cure="`shakedown cluster up` starts one")
        return cls(plan=plans.read(layout.plan), layout=layout, api=api.connect(layout.kubeconfig))

    @property
    def name(self) -> str:
        return self.plan.name

    @property
    def kubernetes(self) -> str:
        return self.plan.kubernetes

    def nodes(self) -> tuple[str, ...]:
        return tuple(node.name for node in self.plan.nodes)

    def power_off(self, node: str) -> None:
        control.order(self.layout.control, do="power-off", node=self._known(node))

    def power_on(self, node: str) -> None:
        control.order(self.layout.control, do="power-on", node=self._known(node))

    def powered(self, node: str) -> bool:
        return control.powered(self.layout.control, self._known(node))

    def processes_left(self, node: str) -> int:
        in_containers = cgroups.processes(self.plan.node(self._known(node)).cgroup)
        return len(in_containers) + control.processes(self.layout.control, node)

    def container(self, container_id: str) -> KernelContainer:
        hierarchy = cgroups.memory_hierarchy()
        return KernelContainer(lambda: [hierarchy / node.cgroup for node in self.plan.nodes], container_id)

    def kernel_ooms(self) -> kernel_log.KernelOoms:
        return kernel_log.KernelOoms({f"/{node.cgroup}/": node.name for node in self.plan.nodes})

    def load_image(self, archive: Path) -> None:
        for node in filter(self.powered, self.nodes()):
            command = (*self._ctr(node), "images", "import", str(archive))
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise ClusterFailed(f"{archive} could not be loaded into {node}: {done.stderr.strip()}")

    def has_image(self, name: str) -> bool:
        on = self._asked(tuple(filter(self.powered, self.nodes())))
        listings = ((*self._ctr(node), "images", "ls", "-q", f"name=={name}") for node in on)
        return all(subprocess.run(each, capture_output=True, check=False).stdout.strip() for each in listings)

    def health(self) -> ClusterHealth:
        if role := self._ended():
            return ClusterHealth(components=(ComponentHealth(name=role, node=None, alive=False, detail="ended"),))
        return control.health(self.layout.control, self.plan)

    def component(self, name: str, node: str | None = None) -> ComponentProcess:
        return control.component(self.layout.control, name, node or "")

    def signal_component(self, name: str, number: int, node: str | None = None) -> None:
        what = {"component": name, "node": node or "", "signal": str(int(number))}
        control.order(self.layout.control, do="signal", **what)

    def start_component(self, name: str, node: str | None = None) -> None:
        control.order(self.layout.control, do="start", component=name, node=node or "")

    def kubelet_settings(self, node: str) -> dict[str, Any]:
        return kubelets.settings(self.layout, self._known(node))

    def change_kubelet(self, node: str, changes: Mapping[str, Any]) -> None:
        kubelets.change(self.layout, self._known(node), changes)

    def cut_network(self, node: str) -> None:
        control.order(self.layout.control, do="cut", node=self._known(node))

    def mend_network(self, node: str) -> None:
        control.order(self.layout.control, do="mend", node=self._known(node))

    def connected(self, node: str) -> bool:
        return control.cabled(self.layout.control, self._known(node))

    def freeze_node(self, node: str) -> None:
        control.order(self.layout.control, do="freeze", node=self._known(node))

    def thaw_node(self, node: str) -> None:
        control.order(self.layout.control, do="thaw", node=self._known(node))

    def frozen(self, node: str) -> bool:
        return control.frozen(self.layout.control, self._known(node))

    def api_proxy(self) -> LocalApiProxy:
        if not any(component.name == API_PROXY for component in self.plan.components):
            raise UsageError(
                f"cluster {self.name} has no API proxy",
                cure="start it with one: shakedown cluster up NAME --argo RELEASE --api-proxy",
            )
        return LocalApiProxy(address=(network.GATEWAY, network.PROXY_PORT), orders=self.layout.api_proxy)

    def close(self) -> None:
        """The keeper does it, as it would if this process had been killed."""
        self.api.close()
        if self._keeper is None:
            leftovers.end_keeper(self.layout.run, _GONE_WITHIN)
            return
        kept.let_go(self._keeper, self.name, _GONE_WITHIN, lambda: leftovers.last_words(self.layout.logs))

    def _ended(self) -> str | None:
        """Which of the two processes that hold the cluster is gone, if one is."""
        if self._keeper is not None and self._keeper.poll() is not None:
            return "keeper"
        recorded = ((role, leftovers.recorded(self.layout.run, role)) for role in ("keeper", "init"))
        return next((role for role, process in recorded if process and not processes.alive(process)), None)

    def _ctr(self, node: str) -> tuple[str, ...]:
        socket = str(self.layout.containerd_socket(node))
        return (Tools.of_plan(self.plan).ctr, "--address", socket, "--namespace", "k8s.io")
