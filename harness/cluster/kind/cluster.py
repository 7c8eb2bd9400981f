"""A cluster of kind as the rest of the harness sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Never

from harness.cluster import api as apis
from harness.cluster import kept
from harness.cluster.kept import Kept
from harness.cluster.kernel import kernel_log
from harness.cluster.kernel import processes as kernel_processes
from harness.cluster.kernel.container import KernelContainer
from harness.cluster.kind import components, config, engine, launch, leftovers, machines, requirements, switching
from harness.cluster.kind.keeper import TERMINATE
from harness.cluster.kind.layout import Layout
from harness.cluster.protocol import ClusterHealth, ComponentHealth
from harness.model.errors import ClusterFailed, UsageError
from harness.scenario.lint.providers import LACKING
from harness.scenario.verbs import Capability

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping
    from pathlib import Path

    from harness.build.progress import Progress
    from harness.cluster.api import Api
    from harness.cluster.apifaults import ApiProxy
    from harness.cluster.kind.machines import Machine
    from harness.cluster.protocol import ClusterSpec, ComponentProcess

USABLE_WITHIN = 180.0
"""Seconds after `kind create`; nodes are Ready some ten later on an idle machine."""
_GONE_WITHIN = 120.0
_RUNTIME = 'ctr --namespace k8s.io images ls --quiet "name==$1"'


@dataclass(slots=True, kw_only=True)
class KindCluster(Kept):
    layout: Layout
    kubernetes: str
    api: Api
    machines: tuple[Machine, ...]
    _keeper: subprocess.Popen[str] | None = field(default=None, repr=False)
    """None for a cluster that somebody else started."""
    provider: str = "kind"

    @classmethod
    def start(cls, spec: ClusterSpec, progress: Progress) -> KindCluster:
        """Returns when every node is Ready; ended by `close`, or by the end of this process in any way."""
        requirements.check()
        layout = launch.lay_out(spec)
        keeper = None
        try:
            with progress.step(f"starting cluster {spec.name}") as step:
                keeper = launch.start_keeper(layout, persistent=spec.persistent)
                launch.await_made(layout, keeper)
                cluster = cls._opened(layout, keeper)
                cluster._refuse_other(spec.kubernetes)
                step.show("loading images")
                launch.load(layout, cluster.nodes(), spec.images)
                step.show("waiting for its nodes")
                cluster.readiness(USABLE_WITHIN).await_usable(cluster.nodes())
                cluster.readiness(USABLE_WITHIN).await_daemons(len(cluster.machines))
        except BaseException:
            _end(layout, keeper)
            raise
        return cluster

    @classmethod
    def attach(cls, name: str) -> KindCluster:
        """A persistent cluster that another process started."""
        if name not in leftovers.clusters():
            raise UsageError(f"there is no cluster {name}", cure="`shakedown cluster up --provider kind` starts one")
        return cls._opened(Layout(name=name), None)

    @classmethod
    def _opened(cls, layout: Layout, keeper: subprocess.Popen[str] | None) -> KindCluster:
        api = apis.connect(layout.kubeconfig)
        if not layout.version.exists():
            layout.version.write_text(str(api.get("/version")["gitVersion"]))
        return cls(
            layout=layout,
            kubernetes=layout.version.read_text(),
            api=api,
            machines=machines.find(layout.kind_name),
            _keeper=keeper,
        )

    @property
    def name(self) -> str:
        return self.layout.name

    def nodes(self) -> tuple[str, ...]:
        """Those that run workflows; the control plane is a machine of its own that takes none."""
        return tuple(machine.name for machine in self.machines if machine.role == machines.WORKER)

    def power_off(self, node: str) -> None:
        switching.off(self._worker(node))

    def power_on(self, node: str) -> None:
        switching.on(self._worker(node))

    def powered(self, node: str) -> bool:
        return machines.running([self._worker(node).name])[node]

    def processes_left(self, node: str) -> int:
        return switching.left(self._worker(node))

    def container(self, container_id: str) -> KernelContainer:
        return KernelContainer(self._folders, container_id)

    def kernel_ooms(self) -> kernel_log.KernelOoms:
        return kernel_log.KernelOoms({machine.id: machine.name for machine in self.machines})

    def load_image(self, archive: Path) -> None:
        launch.load(self.layout, self._on(), [archive])

    def has_image(self, name: str) -> bool:
        on = self._asked(self._on())
        return all(engine.inside(node, _RUNTIME, name).strip() for node in on)

    def health(self) -> ClusterHealth:
        if self._keeper is not None and self._keeper.poll() is not None:
            return ClusterHealth(components=(ComponentHealth(name="keeper", node=None, alive=False, detail="ended"),))
        return ClusterHealth(components=components.health(self._control_plane))

    def component(self, name: str, node: str | None = None) -> ComponentProcess:
        return components.show(self._machine(node), name)[0]

    def signal_component(self, name: str, number: int, node: str | None = None) -> None:
        components.send(self._machine(node), name, number)

    def start_component(self, name: str, node: str | None = None) -> None:
        components.start(self._machine(node), name)

    def cut_network(self, node: str) -> None:
        switching.cut(self._worker(node))

    def mend_network(self, node: str) -> None:
        switching.mend(self._worker(node))

    def connected(self, node: str) -> bool:
        return self.powered(node) and switching.connected(self._worker(node))

    def freeze_node(self, node: str) -> None:
        switching.freeze(self._worker(node))

    def thaw_node(self, node: str) -> None:
        switching.thaw(self._worker(node))

    def frozen(self, node: str) -> bool:
        return switching.frozen(self._worker(node))

    def kubelet_settings(self, node: str) -> dict[str, Any]:
        self._refuse("the settings of its kubelets", Capability.KUBELET)

    def change_kubelet(self, node: str, changes: Mapping[str, Any]) -> None:
        self._refuse("the settings of its kubelets", Capability.KUBELET)

    def api_proxy(self) -> ApiProxy:
        self._refuse("an API proxy", Capability.PROXY)

    def close(self) -> None:
        """The keeper does it, as it would if this process had been killed."""
        self.api.close()
        _end(self.layout, self._keeper)

    def _refuse_other(self, wanted: str) -> None:
        """A cell that says one Kubernetes and ran on another would be a false verdict."""
        if self.kubernetes != wanted:
            image = config.node_image(wanted)
            raise UsageError(
                f"the nodes of image {image} run Kubernetes {self.kubernetes}, and {wanted} was asked for",
                cure=f"`--kubernetes {self.kubernetes}`, or write {config.PLACE} for it in {config.IMAGE_VARIABLE}",
            )

    def _refuse(self, what: str, need: Capability) -> Never:
        raise UsageError(f"cluster {self.name} does not offer {what}: {LACKING['kind'][need]}")

    @property
    def _control_plane(self) -> Machine:
        return next(machine for machine in self.machines if machine.role == machines.CONTROL_PLANE)

    def _machine(self, node: str | None) -> Machine:
        return self._control_plane if node is None else self._worker(node)

    def _worker(self, node: str) -> Machine:
        name = self._known(node)
        return next(machine for machine in self.machines if machine.name == name)

    def _on(self) -> tuple[str, ...]:
        on = machines.running(self.nodes())
        return tuple(node for node in self.nodes() if on.get(node))

    def _folders(self) -> tuple[Path, ...]:
        found = tuple(machine.memory for machine in self.machines if machine.memory is not None)
        if not found:
            raise ClusterFailed(
                f"the nodes of cluster {self.name} run on another machine, or beyond the cgroups that are seen here",
                cure="run the harness there",
            )
        return found


def _end(layout: Layout, keeper: subprocess.Popen[str] | None) -> None:
    if keeper is None:
        _end_of_another(layout)
        return
    try:
        kept.let_go(keeper, layout.name, _GONE_WITHIN, lambda: launch.tail(layout))
    finally:
        if keeper.stdout is not None:
            keeper.stdout.close()
    launch.remove_folder(layout)


def _end_of_another(layout: Layout) -> None:
    record = leftovers.record(layout.name)
    if record is None or not record.alive:
        leftovers.remove()
    elif not record.here or not kernel_processes.end(record.keeper, _GONE_WITHIN, TERMINATE):
        raise ClusterFailed(f"the keeper of {layout.name} (process {record.keeper.pid}) did not end")
