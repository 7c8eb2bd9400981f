"""A namespace in which nothing can land: a container that is deaf to signals, one that has ended, a budget, a limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from harness.argo.install import prepare_namespace
from harness.faults import paths
from harness.model.errors import GaveUpWaiting
from harness.model.events import Target
from harness.run import submission

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.cluster.api import Api
    from harness.cluster.protocol import Cluster

WORKFLOW: Final = "misses"
PATIENCE: Final = 90
Raw = dict[str, Any]
DEAF: Final = "trap '' TERM HUP; trap : USR1 INT; while :; do sleep 1; done"
"""Ignores two signals and catches two others."""
SPEC: Final[Raw] = {
    "entrypoint": "main",
    "podGC": {},
    "podDisruptionBudget": {"minAvailable": 2},
    "templates": [
        {
            "name": "main",
            "dag": {"tasks": [{"name": "living", "template": "living"}, {"name": "ended", "template": "ended"}]},
        },
        {"name": "living", "container": {"image": "alpine:3.18", "command": ["sh", "-c"], "args": [DEAF]}},
        {"name": "ended", "container": {"image": "alpine:3.18", "command": ["sh", "-c"], "args": ["exit 0"]}},
    ],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """`denied` is the same cluster, seen by somebody who may read everything and change nothing."""

    cluster: Cluster
    denied: Cluster
    namespace: str
    living: Target
    ended: Target


def laid(cluster: Cluster, denied: Cluster, namespace: str) -> Ground:
    """Returns when one pod is at work and the other has ended."""
    prepare_namespace(cluster.api, namespace)
    limits = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "limits"}, "data": {"places": "1"}}
    cluster.api.create(f"/api/v1/namespaces/{namespace}/configmaps", limits)
    kind = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow"}
    submission.submit(cluster.api, kind | {"metadata": {"name": WORKFLOW, "namespace": namespace}, "spec": SPEC})
    living = pod(cluster.api, namespace, "living", "running")
    ended = pod(cluster.api, namespace, "ended", "terminated")
    return Ground(cluster=cluster, denied=denied, namespace=namespace, living=living, ended=ended)


def pod(api: Api, namespace: str, template: str, state: str) -> Target:
    found = awaited(api, namespace, lambda seen: of_template(seen, template) and in_state(seen, state))
    meta, statuses = found["metadata"], found["status"]["containerStatuses"]
    return Target(
        pod=meta["name"],
        pod_uid=meta["uid"],
        node_id=meta["annotations"]["workflows.argoproj.io/node-id"],
        container="main",
        container_id=next(each["containerID"] for each in statuses if each["name"] == "main"),
        host=found["spec"]["nodeName"],
        workflow=WORKFLOW,
    )


def of_template(seen: Raw, template: str) -> bool:
    return str(seen["metadata"]["annotations"]["workflows.argoproj.io/node-name"]).endswith(f".{template}")


def in_state(seen: Raw, state: str) -> bool:
    statuses = seen.get("status", {}).get("containerStatuses", [])
    return any(each["name"] == "main" and state in each["state"] for each in statuses)


def awaited(api: Api, namespace: str, wanted: Callable[[Raw], bool]) -> Raw:
    with api.watch(paths.pods(namespace), resource_version=None, timeout=PATIENCE) as watch:
        for line in watch:
            if line.type in ("ADDED", "MODIFIED") and wanted(line.object):
                return dict(line.object)
    raise GaveUpWaiting(f"the pods of {namespace} were not as wanted within {PATIENCE} s")
