"""What every kind of cluster offers, so that faults and scenarios need not know which one they run on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from harness.cluster.api import Api


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

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise UsageError(f"{self.name!r} cannot be a cluster's name", cure="use up to 40 of a-z, 0-9 and -")
        if not 1 <= self.nodes <= MAX_NODES:
            raise UsageError(f"a cluster cannot have {self.nodes} nodes", cure=f"ask for 1 to {MAX_NODES}")


_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
"""It becomes a part of folder and cgroup names, and the path of a Unix socket must stay short."""
MAX_NODES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerProcess:
    pid: int
    """As this machine numbers it, not as the container does."""
    ppid: int
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalledProcess:
    """Proof of a signal: what it went to, and when."""

    pid: int
    command: str
    signal: int
    monotonic: float
    wall: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryCounters:
    """Of one container, as the kernel counts them."""

    usage: int
    """Bytes."""
    limit: int | None
    """Bytes; None without a limit."""
    failures: int
    """How often the limit was hit."""
    oom_kills: int


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

    def signal_container(self, container_id: str, signal: int) -> SignalledProcess:
        """Sends the signal to the container's main process."""

    def container_processes(self, container_id: str) -> tuple[ContainerProcess, ...]: ...

    def memory(self, container_id: str) -> MemoryCounters: ...

    def kernel_ooms(self) -> KernelLog:
        """Kills in this cluster's containers from now on."""

    def load_image(self, archive: Path) -> None:
        """Into every node that is on."""

    def health(self) -> ClusterHealth: ...

    def kill_component(self, name: str, node: str | None = None) -> None: ...

    def logs(self) -> dict[str, Path]:
        """The log of every component, by name."""

    def close(self) -> None: ...
