"""Whether a kept cluster is as good as a new one: whatever an earlier run may have left there would be taken for Argo's
doing. Nothing is repaired here; what is doubtful is not used."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from harness.argo import removal
from harness.cluster import waiting
from harness.cluster.api import ApiNotFound
from harness.cluster.local.images import BASE_NAMES
from harness.faults import paths
from harness.model.errors import GaveUpWaiting, HarnessError
from harness.model.header import ARGO_NAMESPACE
from harness.run import cluster_wide, undo
from harness.run.undo import BadUndo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.cluster.api import Api
    from harness.cluster.keeping import Kept
    from harness.cluster.protocol import Cluster

GOING: Final = 60.0
"""Seconds for what an earlier run has deleted to be gone: it does not wait for the namespaces of its cells."""
_OF_KUBERNETES: Final = frozenset(
    {"default", "kube-node-lease", "kube-public", "kube-system", "local-path-storage", ARGO_NAMESPACE}
)
_SERVICE: Final = frozenset({"kube-system", "local-path-storage"})
"""Namespaces in which a fresh cluster runs pods."""
_CONTROL_PLANE: Final = "node-role.kubernetes.io/control-plane"
_STATE: Final = "node.kubernetes.io/"
"""Of taints that Kubernetes sets and takes away by itself."""
_KINDS: Final = ("workflows", "cronworkflows", "workflowtemplates", "clusterworkflowtemplates")
_DOCKER: Final = "docker.io/library"
"""How a runtime calls an image without a registry in its name."""


class Doubtful(HarnessError):
    """A kept cluster that may not be used again."""


def inspect(cluster: Cluster, kept: Kept, *, patience: float = GOING) -> None:
    """Returns when nothing of earlier runs is left there, nor any Argo. Raises Doubtful with the first thing that is
    not as in a new cluster."""
    try:
        doubt = next(_doubts(cluster, kept, patience), None)
    except HarnessError as error:
        raise Doubtful(str(error)) from error
    if doubt is not None:
        raise Doubtful(doubt)


def _doubts(cluster: Cluster, kept: Kept, patience: float) -> Iterator[str]:
    """The cheap questions first; the Argo of before is taken away when all else is well."""
    yield from _undone(cluster.name)
    yield from _parts(cluster, kept)
    yield from _nodes(cluster.api, cluster.nodes(), patience)
    yield from _images(cluster)
    yield from _namespaces(cluster.api, patience)
    yield from cluster_wide.added(cluster.api, kept.found)
    yield from _objects(cluster.api)
    yield from _pods(cluster.api, patience)
    removal.remove(cluster.api, patience=patience)


def _undone(name: str) -> Iterator[str]:
    for path, each in undo.noted():
        if isinstance(each, BadUndo):
            if each.orphaned:
                yield f"what {path.name} stands for may not be undone"
        elif each.cluster == name:
            yield f"{each} is not undone"


def _parts(cluster: Cluster, kept: Kept) -> Iterator[str]:
    if not (health := cluster.health()).ok:
        yield str(health)
    if cluster.kubernetes != kept.kubernetes:
        yield f"it runs Kubernetes {cluster.kubernetes}, not {kept.kubernetes}"
    if len(nodes := cluster.nodes()) != kept.nodes:
        yield f"it has {len(nodes)} nodes, not {kept.nodes}"
    for node in nodes:
        if not cluster.connected(node):
            yield f"node {node} is off, or cut from the network"


def _nodes(api: Api, wanted: tuple[str, ...], patience: float) -> Iterator[str]:
    """A node that was switched on a moment ago is given time; what somebody has to take back is told at once."""
    for node in api.get(paths.nodes())["items"]:
        yield from (f"node {node['metadata']['name']} {what}" for what in _on_purpose(node))
    with suppress(GaveUpWaiting):
        waiting.until_all(
            api, paths.nodes(), wanted, lambda node: not any(_of_node(node)), seconds=patience, what="nodes as new"
        )
    listed = {each["metadata"]["name"]: each for each in api.get(paths.nodes())["items"]}
    for name in wanted:
        if name not in listed:
            yield f"node {name} is not registered"
    for name, node in listed.items():
        yield from (f"node {name} {what}" for what in _of_node(node))


def _on_purpose(node: dict[str, Any]) -> Iterator[str]:
    if node["spec"].get("unschedulable"):
        yield "is cordoned"
    yield from (f"is tainted {key}" for key in _taints(node) if not key.startswith(_STATE))


def _of_node(node: dict[str, Any]) -> Iterator[str]:
    yield from _on_purpose(node)
    yield from (f"is tainted {key}" for key in _taints(node) if key.startswith(_STATE))
    conditions = {each["type"]: each["status"] for each in node.get("status", {}).get("conditions", ())}
    if conditions.pop("Ready", "unknown") != "True":
        yield "is not Ready"
    for name, status in conditions.items():
        if status != "False":
            yield f"has {name} {status}"


def _taints(node: dict[str, Any]) -> Iterator[str]:
    return (taint["key"] for taint in node["spec"].get("taints", ()) if taint["key"] != _CONTROL_PLANE)


def _images(cluster: Cluster) -> Iterator[str]:
    """A kubelet that is short of disk throws away what no pod uses."""
    for name in BASE_NAMES:
        if not cluster.has_image(f"{_DOCKER}/{name}") and not cluster.has_image(name):
            yield f"image {name} is missing"


def _namespaces(api: Api, patience: float) -> Iterator[str]:
    found = [each for each in api.get(removal.NAMESPACES)["items"] if each["metadata"]["name"] not in _OF_KUBERNETES]
    going = {each["metadata"]["name"] for each in found if each["metadata"].get("deletionTimestamp")}
    for each in found:
        if (name := each["metadata"]["name"]) not in going:
            yield f"there is a namespace {name}"
    waiting.until_gone(api, removal.NAMESPACES, going, seconds=patience, what="the end of the namespaces of before")


def _objects(api: Api) -> Iterator[str]:
    for kind in _KINDS:
        with suppress(ApiNotFound):
            for each in api.get(f"/apis/argoproj.io/v1alpha1/{kind}")["items"]:
                yield f"there is {each['metadata']['name']} among the {kind}"


def _pods(api: Api, patience: float) -> Iterator[str]:
    """In the namespace of Argo there may be pods of Argo, which go with it."""
    for namespace in sorted(_OF_KUBERNETES - _SERVICE - {ARGO_NAMESPACE}):
        found = api.get(paths.pods(namespace))["items"]
        going = {each["metadata"]["name"] for each in found if each["metadata"].get("deletionTimestamp")}
        for each in found:
            if (name := each["metadata"]["name"]) not in going:
                yield f"there is a pod {name} in namespace {namespace}"
        waiting.until_gone(api, paths.pods(namespace), going, seconds=patience, what="the end of the pods of before")
