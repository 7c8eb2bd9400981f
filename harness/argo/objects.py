"""Where the objects of an install live in the API; a full discovery for a dozen kinds would only cost time."""

from __future__ import annotations

from typing import Any, Final

from harness.cluster.api import Api, ApiConflict

Manifest = dict[str, Any]
CLUSTER_WIDE: Final = frozenset(
    {"Namespace", "CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding", "PriorityClass"}
)
_PLURALS: Final = {"PriorityClass": "priorityclasses"}


def collection(manifest: Manifest, namespace: str) -> str:
    """The path under which objects of this kind are listed and created."""
    version, kind = manifest["apiVersion"], manifest["kind"]
    group = f"/apis/{version}" if "/" in version else f"/api/{version}"
    place = "" if kind in CLUSTER_WIDE else f"/namespaces/{manifest['metadata'].get('namespace', namespace)}"
    return f"{group}{place}/{_PLURALS.get(kind, kind.lower() + 's')}"


PUT: Final = ("create", "get", "update")
"""What `put` does."""


def put(api: Api, manifest: Manifest, namespace: str) -> None:
    """Creates an object, or replaces the one that an earlier install left."""
    path = collection(manifest, namespace)
    try:
        api.create(path, manifest, strict=False)
    except ApiConflict:
        one = f"{path}/{manifest['metadata']['name']}"
        version = api.get(one)["metadata"]["resourceVersion"]
        metadata = {**manifest["metadata"], "resourceVersion": version}
        api.replace(one, {**manifest, "metadata": metadata}, strict=False)
