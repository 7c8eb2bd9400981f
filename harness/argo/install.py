"""Argo is installed as a user would, from the official manifests, but straight over the API: it is ready in seconds."""

from __future__ import annotations

import contextlib
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import yaml

from harness.argo import manifests, objects
from harness.argo.settings import MANIFESTS, ControllerSettings
from harness.cluster import waiting
from harness.cluster.api import ApiConflict, ApiError, ApiNotFound
from harness.model.errors import GaveUpWaiting, InstallFailed
from harness.model.header import ARGO_NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from harness.argo.build import ArgoBuild
    from harness.argo.objects import Manifest
    from harness.build.progress import Progress
    from harness.cluster.api import Api

PATIENCE: Final = 60.0
"""Seconds for the controller to become available: a loaded machine needs about 30, an idle one 3."""
_CRDS: Final = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_DEPLOYMENTS: Final = "/apis/apps/v1/namespaces/{}/deployments"
_REPLICA_SETS: Final = "/apis/apps/v1/namespaces/{}/replicasets"
_PODS: Final = "/api/v1/namespaces/{}/pods"
_LEASES: Final = "/apis/coordination.k8s.io/v1/namespaces/{}/leases"
ASKED: Final[Mapping[str, tuple[str, ...]]] = {
    _CRDS: ("list", "watch"),
    **dict.fromkeys((_DEPLOYMENTS, _REPLICA_SETS, _PODS, _LEASES), ("delete", "list", "watch")),
    f"{_PODS}/{{}}/log": ("get",),
}
"""What an install does at these paths, besides putting its objects there."""
_CONTROLLER: Final = "app=workflow-controller"
_COMPLAINT: Final = re.compile(r"^(Error|panic)\b|level=(error|fatal)|\"level\":\"(error|fatal)\"", re.IGNORECASE)
_UNPULLED: Final = re.compile("ImagePullBackOff|ErrImagePull|ErrImageNeverPull|InvalidImageName")
_LAST: Final = frozenset({"Deployment"})
_FIRST: Final = frozenset({"CustomResourceDefinition", "ClusterRole", "PriorityClass"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """An Argo that runs."""

    build: ArgoBuild
    settings: ControllerSettings
    namespace: str
    seconds: float


def install(
    api: Api,
    build: ArgoBuild,
    settings: ControllerSettings,
    progress: Progress,
    *,
    namespace: str = ARGO_NAMESPACE,
    labels: Mapping[str, str] | None = None,
    patience: float = PATIENCE,
) -> Installed:
    """Applies the release's manifests and returns when its controller is available.

    An Argo that is installed already in the namespace, of this release or another, is replaced. With `labels` every
    object of the install carries them.
    """
    started = time.monotonic()
    with progress.step(f"installing Argo {build.release}") as step:
        remove_controller(api, namespace, patience=patience)
        step.show("applying its manifests")
        rendered = manifests.placed(manifests.render(build, settings), namespace, labels or {})
        _apply(api, rendered, namespace, patience, labels)
        step.show("waiting for its controller")
        _await_controller(api, build, settings, namespace, patience)
    return Installed(build=build, settings=settings, namespace=namespace, seconds=time.monotonic() - started)


def lay_over(api: Api, build: ArgoBuild, settings: ControllerSettings, *, patience: float = PATIENCE) -> None:
    """As `kubectl apply` of another release's manifests: the Deployment rolls out, and nobody waits for it."""
    _apply(api, manifests.render(build, settings), ARGO_NAMESPACE, patience)


def _apply(
    api: Api, rendered: list[Manifest], namespace: str, patience: float, labels: Mapping[str, str] | None = None
) -> None:
    """What a pod of the install needs is there before the pod."""
    with ThreadPoolExecutor(max_workers=16, thread_name_prefix="install") as pool:

        def put_all(chosen: Iterable[Manifest]) -> None:
            list(pool.map(lambda manifest: objects.put(api, manifest, namespace), chosen))

        _create_namespace(api, namespace, labels)
        put_all(manifest for manifest in rendered if manifest["kind"] in _FIRST)
        put_all(manifest for manifest in rendered if manifest["kind"] not in _FIRST | _LAST)
        crds = {each["metadata"]["name"] for each in rendered if each["kind"] == "CustomResourceDefinition"}
        established = waiting.holds("Established")
        waiting.until_all(api, _CRDS, crds, established, seconds=patience, what="establishing Argo's resource types")
        put_all(manifest for manifest in rendered if manifest["kind"] in _LAST)


def _await_controller(
    api: Api, build: ArgoBuild, settings: ControllerSettings, namespace: str, patience: float
) -> None:
    """A controller that crashes at once is available for a moment; one that has taken the lease is at work."""
    signs = [(_DEPLOYMENTS.format(namespace), waiting.holds("Available"))]
    if settings.env.get("LEADER_ELECTION_DISABLE") != "true":
        signs.append((_LEASES.format(namespace), _is_held))
    try:
        for path, sign in signs:
            waiting.until_all(api, path, {manifests.CONTROLLER}, sign, seconds=patience, what="its start")
    except GaveUpWaiting as error:
        seen = _describe(api, namespace)
        if _UNPULLED.search(seen):
            raise InstallFailed(
                f"the nodes cannot pull the images of Argo {build.release}, and do not have them: {seen}",
                cure="give the nodes a registry that they can reach, or the images",
            ) from error
        raise InstallFailed(
            f"the controller of Argo {build.release} was not available after {patience:g} s; {seen}",
            cure="look at the log; if the machine is busy, try again when it is idle",
        ) from error


def _is_held(lease: Manifest) -> bool:
    return bool(lease["spec"].get("holderIdentity"))


def _describe(api: Api, namespace: str) -> str:
    """The last state of the controller's pods and the end of their log."""
    try:
        pods = api.get(_PODS.format(namespace), labelSelector=_CONTROLLER)["items"]
    except ApiError as error:
        return f"its pods could not be listed: {error.message}"
    return "; ".join(_describe_pod(api, namespace, pod) for pod in pods) or "it has no pod"


def _describe_pod(api: Api, namespace: str, pod: Manifest) -> str:
    name, status = pod["metadata"]["name"], pod.get("status", {})
    states = [each.get("state", {}) for each in status.get("containerStatuses", [])]
    unmet = {each.get("message", "") for each in status.get("conditions", []) if each["status"] == "False"}
    seen = [str(status.get("phase")), *map(str, states), *sorted(filter(None, unmet))]
    return f"pod {name} was last seen {', '.join(seen)}; its log ends: {_log_tail(api, namespace, name) or '-'}"


def _log_tail(api: Api, namespace: str, pod: str) -> str:
    """Of the container before, if the present one has said nothing yet."""
    for previous in (False, True):
        with contextlib.suppress(ApiError):
            if log := api.text(f"{_PODS.format(namespace)}/{pod}/log", tailLines=100, previous=previous).strip():
                return " | ".join(telling(log.splitlines()))
    return ""


def telling(log: list[str], shown: int = 5) -> list[str]:
    """The last lines, after the complaints before them.

    A refused command line prints its usage too, on the other output stream, and which is logged first is chance.
    """
    return [line for line in log[:-shown] if _COMPLAINT.search(line)][-shown:] + log[-shown:]


def remove_controller(api: Api, namespace: str = ARGO_NAMESPACE, *, patience: float = PATIENCE) -> None:
    """Stops a controller and takes its lease, which a new one would wait for.

    The custom resources and everything else of the install stay. Owners go first, and leave their pods: what they would
    delete themselves gets 30 s, all of which 4.0 uses up, since it does not end on SIGTERM.
    """
    for owners in (_DEPLOYMENTS, _REPLICA_SETS):
        _delete_all(api, owners.format(namespace), patience, propagation="Orphan")
    while _delete_all(api, _PODS.format(namespace), patience, grace=1):
        pass
    leases = _LEASES.format(namespace)
    for lease in api.get(leases)["items"]:
        api.delete(f"{leases}/{lease['metadata']['name']}")


def _delete_all(
    api: Api, path: str, patience: float, *, propagation: str | None = None, grace: int | None = None
) -> bool:
    """Deletes what belongs to a controller and returns when it is gone; false if there was nothing."""
    names = {each["metadata"]["name"] for each in api.get(path)["items"] if _is_controllers(each)}
    for name in names:
        with contextlib.suppress(ApiNotFound):
            api.delete(f"{path}/{name}", propagation=propagation, grace=grace)
    waiting.until_gone(api, path, names, seconds=patience)
    return bool(names)


def _is_controllers(manifest: Manifest) -> bool:
    """By its name or its label: the official Deployment has no label of its own."""
    metadata = manifest["metadata"]
    return manifests.CONTROLLER in (metadata["name"], metadata.get("labels", {}).get("app"))


def prepare_namespace(api: Api, name: str, labels: Mapping[str, str] | None = None) -> None:
    """A namespace in which workflows can run: its service account may report results."""
    _create_namespace(api, name, labels)
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}}
    with contextlib.suppress(ApiConflict):
        api.create(objects.collection(account, name), account)
    for manifest in yaml.safe_load_all((MANIFESTS / "executor-rbac.yaml").read_text()):
        objects.put(api, manifest, name)


def _create_namespace(api: Api, name: str, labels: Mapping[str, str] | None = None) -> None:
    metadata = {"name": name, **({"labels": dict(labels)} if labels else {})}
    with contextlib.suppress(ApiConflict):
        api.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
