"""What there is cluster-wide, outside every namespace: an earlier run, or somebody else, may have left some there.

Which of it a new cluster has depends on its provider and its Kubernetes, so that it is noted when one is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from harness.argo import removal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from harness.cluster.api import Api

_HOOKS: Final = "/apis/admissionregistration.k8s.io/v1"
KINDS: Final[Mapping[str, str]] = {
    "resource type": removal.TYPES,
    "cluster role": removal.CLUSTER_ROLES,
    "cluster role binding": removal.CLUSTER_ROLE_BINDINGS,
    "priority class": removal.PRIORITY_CLASSES,
    "validating webhook": f"{_HOOKS}/validatingwebhookconfigurations",
    "mutating webhook": f"{_HOOKS}/mutatingwebhookconfigurations",
}
"""Where each is listed."""
_BOOTSTRAPPING: Final = "kubernetes.io/bootstrapping"
"""Label of what the API server makes by itself, and makes again."""
_OF_KUBERNETES: Final = ("system:", "system-")


def found(api: Api) -> dict[str, tuple[str, ...]]:
    """Names by kind."""
    return {kind: tuple(_named(api.get(path)["items"])) for kind, path in KINDS.items()}


def added(api: Api, before: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What was not there before, and does not go with an Argo of the harness."""
    for kind, names in found(api).items():
        ours = removal.OURS.get(KINDS[kind])
        for name in names:
            if name not in before.get(kind, ()) and not (ours and ours(name)):
                yield f"there is a {kind} {name}"


def _named(items: Sequence[dict[str, Any]]) -> Iterator[str]:
    for each in items:
        name, labels = each["metadata"]["name"], each["metadata"].get("labels") or {}
        if _BOOTSTRAPPING not in labels and not name.startswith(_OF_KUBERNETES):
            yield name
