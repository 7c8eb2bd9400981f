"""Takes an Argo away again: what another release's manifests do not have would stay in a cluster that is used again."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from harness.argo.install import PATIENCE, remove_controller
from harness.cluster import waiting
from harness.cluster.api import ApiNotFound
from harness.model.header import ARGO_NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.cluster.api import Api

NAMESPACES: Final = "/api/v1/namespaces"
_RBAC: Final = "/apis/rbac.authorization.k8s.io/v1"
TYPES: Final = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
CLUSTER_ROLES: Final = f"{_RBAC}/clusterroles"
CLUSTER_ROLE_BINDINGS: Final = f"{_RBAC}/clusterrolebindings"
PRIORITY_CLASSES: Final = "/apis/scheduling.k8s.io/v1/priorityclasses"
OURS: Final[dict[str, Callable[[str], bool]]] = {
    NAMESPACES: lambda name: name == ARGO_NAMESPACE,
    TYPES: lambda name: name.endswith(".argoproj.io"),
    CLUSTER_ROLE_BINDINGS: lambda name: name.startswith("argo-"),
    CLUSTER_ROLES: lambda name: name.startswith("argo-"),
    PRIORITY_CLASSES: lambda name: name == "workflow-controller",
}
"""By the path of their list, which names are those of the official install."""


def remove(api: Api, *, patience: float = PATIENCE) -> tuple[str, ...]:
    """Everything of the official install, from a cluster of the harness; returns the names when all of it is gone.

    Raises GaveUpWaiting for what would not go. With its resource types every object of them goes.
    """
    remove_controller(api, patience=patience)
    found = {path: _named(api, path, ours) for path, ours in OURS.items()}
    for path, names in found.items():
        for name in names:
            with contextlib.suppress(ApiNotFound):
                api.delete(f"{path}/{name}")
    for path, names in found.items():
        waiting.until_gone(api, path, names, seconds=patience, what="the removal of the Argo of before")
    return tuple(name for names in found.values() for name in names)


def _named(api: Api, path: str, ours: Callable[[str], bool]) -> tuple[str, ...]:
    listed = (each["metadata"]["name"] for each in api.get(path)["items"])
    return tuple(name for name in listed if ours(name))
