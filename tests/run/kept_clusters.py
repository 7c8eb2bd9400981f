"""A cluster that is not there, and an API server that knows what it is told: for what is done with kept clusters."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.cluster.api import Api, ApiNotFound
from harness.cluster.protocol import ClusterHealth, ComponentHealth
from harness.model.errors import ClusterFailed

if TYPE_CHECKING:
    from harness.build.progress import Progress
    from harness.cluster.protocol import ClusterSpec

NAMESPACES = "/api/v1/namespaces"
NODES = "/api/v1/nodes"
CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
CLUSTER_ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles"
BINDINGS = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
PRIORITIES = "/apis/scheduling.k8s.io/v1/priorityclasses"
WEBHOOKS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
WORKFLOWS = "/apis/argoproj.io/v1alpha1/workflows"
DEFAULT_PODS = "/api/v1/namespaces/default/pods"


def named(name: str, **rest: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, **rest}


def going(name: str) -> dict[str, Any]:
    return {"metadata": {"name": name, "deletionTimestamp": "2026-01-01T00:00:00Z"}}


def node(name: str, *, ready: str = "True", pressure: str = "False", **spec: Any) -> dict[str, Any]:
    conditions = [{"type": "DiskPressure", "status": pressure}, {"type": "Ready", "status": ready}]
    return named(name, spec=spec, status={"conditions": conditions})


@dataclass(slots=True)
class Server(Api):
    """Objects by the path of their list; what is deleted is gone at once, what is already going never goes."""

    objects: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    later: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def get(self, path: str, **_: Any) -> Any:
        if path.startswith("/apis/argoproj.io") and path not in self.objects:
            raise ApiNotFound(path, status=404, reason="NotFound")
        return {"items": list(self.objects.get(path, [])), "metadata": {"resourceVersion": "1"}}

    def delete(self, path: str, **_: Any) -> Any:
        folder, name = path.rsplit("/", 1)
        self.objects[folder] = [each for each in self.objects.get(folder, []) if each["metadata"]["name"] != name]
        return {}

    def watch(self, path: str, **_: Any) -> Any:
        """What is `later` happens while nobody looks."""
        self.objects |= {path: self.later.pop(path)} if path in self.later else {}
        return contextlib.nullcontext(iter(()))

    def close(self) -> None:
        pass

    def left(self, path: str) -> list[str]:
        return [each["metadata"]["name"] for each in self.objects.get(path, [])]


def fresh() -> Server:
    spaces = ("default", "kube-system", "kube-public", "kube-node-lease")
    return Server({NAMESPACES: [named(each) for each in spaces], NODES: [node("node-1"), node("node-2")]})


def with_argo() -> Server:
    """As a run leaves it, with what its release brought beside."""
    server = fresh()
    server.objects[NAMESPACES].append(named("argo"))
    server.objects[CRDS] = [named("workflows.argoproj.io"), named("things.example.com")]
    server.objects[CLUSTER_ROLES] = [named("argo-cluster-role"), named("cluster-admin")]
    server.objects["/apis/apps/v1/namespaces/argo/deployments"] = [named("workflow-controller")]
    server.objects[WORKFLOWS] = []
    return server


@dataclass(slots=True, kw_only=True)
class Fake:
    """As much of a cluster as is asked of a kept one."""

    name: str
    kubernetes: str = "v1.33.13"
    provider: str = "local"
    api: Server = field(default_factory=fresh)
    kubeconfig: Path = Path("/nowhere/kubeconfig")
    dead: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    images: set[str] = field(default_factory=lambda: {"alpine:3.18", "alpine:latest", "busybox:latest"})
    loaded: list[Path] = field(default_factory=list)
    contents: dict[Path, tuple[str, ...]] = field(default_factory=dict)
    closed: bool = False

    def nodes(self) -> tuple[str, ...]:
        return ("node-1", "node-2")

    def connected(self, node: str) -> bool:
        return node not in self.off

    def health(self) -> ClusterHealth:
        parts = (ComponentHealth(name=name, node=None, alive=name not in self.dead) for name in ("etcd", "apiserver"))
        return ClusterHealth(components=tuple(parts))

    def has_image(self, name: str) -> bool:
        return name in self.images

    def load_image(self, archive: Path) -> None:
        self.loaded.append(archive)
        self.images |= set(self.contents.get(archive, ()))

    def leave(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


@dataclass(slots=True)
class FakeProvider:
    """Starts clusters that are not there."""

    name: str = "local"
    started: list[ClusterSpec] = field(default_factory=list)
    alive: dict[str, Fake] = field(default_factory=dict)
    contents: dict[Path, tuple[str, ...]] = field(default_factory=dict)
    """The images in an archive."""
    servers: dict[str, Server] = field(default_factory=dict)
    """Those that do not start with what every cluster has."""
    broken: bool = False

    def left(self) -> tuple[str, ...]:
        return ()

    def sweep(self) -> tuple[str, ...]:
        return ()

    def start(self, spec: ClusterSpec, progress: Progress) -> Fake:
        self.started.append(spec)
        if self.broken:
            raise ClusterFailed("etcd did not start")
        server = self.servers.get(spec.name) or fresh()
        made = Fake(name=spec.name, kubernetes=spec.kubernetes, api=server, contents=self.contents)
        for archive in spec.images:
            made.images |= set(self.contents.get(archive, ()))
        self.alive[spec.name] = made
        return made

    def attach(self, name: str) -> Fake | None:
        return self.alive.get(name) if name in self.clusters() else None

    def clusters(self) -> tuple[str, ...]:
        return tuple(name for name, each in self.alive.items() if not each.closed)
