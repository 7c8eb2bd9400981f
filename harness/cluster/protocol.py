"""What every kind of cluster offers, so that faults and scenarios need not know which one they run on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from harness.cluster.api import Api
    from harness.cluster.apifaults import ApiProxy
    from harness.cluster.container import Container


class ImageSource(StrEnum):
    """Where Argo's images and the small ones come from. The embedded cluster always builds."""

    AUTO = "auto"
    """Their registry, and where that cannot be had, the harness's own build."""
    PULL = "pull"
    BUILD = "build"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterSpec:
    """What to start."""

    name: str
    nodes: int = 2
    kubernetes: str = "v1.33.13"
    images: tuple[Path, ...] = ()
    """Image archives that all nodes have from the start, besides the small ones that every cluster has."""
    persistent: bool = False
    """Whether the cluster outlives the process that starts it."""
    api_proxy: bool = False
    """Whether an API proxy is started with it, for a client that is to be sent through it."""
    source: ImageSource = ImageSource.AUTO

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise UsageError(f"{self.name!r} cannot be a cluster's name", cure="use up to 40 of a-z, 0-9 and -")
        if not 1 <= self.nodes <= MAX_NODES:
            raise UsageError(f"a cluster cannot have {self.nodes} nodes", cure=f"ask for 1 to {MAX_NODES}")


_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
"""It becomes a part of folder and cgroup names, and the path of a Unix socket must stay short."""
MAX_NODES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelOom:
    """The kernel's own word on an out-of-memory kill."""

    container_id: str
    node: str
    pid: int
    task: str
    monotonic: float
    """Seconds on the kernel's clock, which is close to `time.monotonic`."""
    wall: float
    """When it was read."""
    line: str


class KernelLog(Protocol):
    """Iterate it for kills as they happen; `close`, from any thread, ends the iteration."""

    def __iter__(self) -> Iterator[KernelOom]: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentHealth:
    name: str
    node: str | None
    """None for the control plane."""
    alive: bool
    detail: str = ""
    """How it ended; empty while it lives, and before it was started."""

    def __str__(self) -> str:
        return f"{self.node}/{self.name}" if self.node else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentProcess:
    """A part of the cluster itself; `node` is empty for the control plane."""

    name: str
    node: str
    pid: int | None
    """As the cluster's first process numbers it; None where it is dead."""
    state: str
    """One letter as the kernel has it: R, S, D; T while it is stopped by a signal; empty where it is dead."""

    def __str__(self) -> str:
        return f"pid {self.pid} state {self.state}" if self.pid else "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterHealth:
    """Which of its parts are alive: with one dead that nobody killed on purpose, a verdict says nothing about Argo."""

    components: tuple[ComponentHealth, ...]

    @property
    def ok(self) -> bool:
        return all(component.alive for component in self.components)

    @property
    def dead(self) -> tuple[ComponentHealth, ...]:
        return tuple(component for component in self.components if not component.alive)

    def __str__(self) -> str:
        return f"dead: {', '.join(map(str, self.dead))}" if self.dead else "all components are alive"


class Cluster(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def provider(self) -> str: ...

    @property
    def kubernetes(self) -> str: ...

    @property
    def kubeconfig(self) -> Path: ...

    @property
    def api(self) -> Api: ...

    def nodes(self) -> tuple[str, ...]: ...

    def power_off(self, node: str) -> None:
        """Returns when no process of the node is left."""

    def power_on(self, node: str) -> None:
        """Returns when the node has started; to see it Ready is the caller's."""

    def powered(self, node: str) -> bool: ...

    def processes_left(self, node: str) -> int:
        """How many processes of the node's containers, and of the node itself if it is on, are alive now."""

    def container(self, container_id: str) -> Container:
        """By the runtime's id, with its scheme or without."""

    def kernel_ooms(self) -> KernelLog:
        """Kills in this cluster's containers from now on."""

    def load_image(self, archive: Path) -> None:
        """Into every node that is on."""

    def has_image(self, name: str) -> bool:
        """Whether every node that is on has it."""

    def health(self) -> ClusterHealth: ...

    def kill_component(self, name: str, node: str | None = None) -> None: ...

    def component(self, name: str, node: str | None = None) -> ComponentProcess:
        """A part of the control plane, or with `node` of that node, as the kernel shows it now."""

    def signal_component(self, name: str, number: int, node: str | None = None) -> None: ...

    def start_component(self, name: str, node: str | None = None) -> None:
        """One that was killed; nothing where it lives."""

    def kubelet_settings(self, node: str) -> dict[str, Any]:
        """As its next start will read them."""

    def change_kubelet(self, node: str, changes: Mapping[str, Any]) -> None:
        """For its next start; None takes a setting away."""

    def cut_network(self, node: str) -> None:
        """Nothing gets to the node or from it any more; what runs there goes on."""

    def mend_network(self, node: str) -> None: ...

    def connected(self, node: str) -> bool:
        """Whether the node is on and its network is not cut."""

    def freeze_node(self, node: str) -> None:
        """Returns when nothing on the node runs any more."""

    def thaw_node(self, node: str) -> None:
        """Lets go on what `freeze_node` stopped, and nothing else; nothing where it did not."""

    def frozen(self, node: str) -> bool:
        """Whether the node is on, and nothing on it runs."""

    def api_proxy(self) -> ApiProxy:
        """Raises UsageError where the cluster was started without one."""

    def logs(self) -> dict[str, Path]:
        """The log of every component, by name."""

    def leave(self) -> None:
        """Lets go of a cluster that goes on."""

    def close(self) -> None:
        """Ends a cluster that the harness started, and removes all of it."""
