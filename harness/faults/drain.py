"""Drains a cluster node: cordon, then evict every pod but those of DaemonSets and the kubelet's own.

Pods with emptyDir volumes are evicted too, as `kubectl drain --delete-emptydir-data` does: every step pod of Argo has
one, and a drain that skips them (chaosk8s does unless told otherwise) disturbs no workflow at all.
"""

from collections.abc import Mapping
from typing import Any

from harness.cluster.api import ApiError, ApiNotFound
from harness.faults import eviction, paths, readiness
from harness.faults.context import Context, Missed, Refused
from harness.scenario.verbs import Drain

CORDONED = "cordoned"
BUDGET_PATIENCE = 30.0
"""Seconds in which an eviction that a PodDisruptionBudget refuses with 429 is tried again."""


def remember(context: Context, action: Drain) -> Mapping[str, str]:
    return schedulable_before(context)


def inject(context: Context, action: Drain) -> str:
    host = context.host_without_controller()
    cordon(context, host, unschedulable=True)
    evicted = [evict(context, pod, action) for pod in pods_on(context, host)]
    return f"node {host} cordoned; evicted {', '.join(evicted) or 'nothing'}"


def heal(context: Context, action: Drain) -> str:
    return uncordon(context)


def schedulable_before(context: Context) -> Mapping[str, str]:
    """Whoever cordoned the node before does not want it uncordoned by us."""
    host = context.host()
    try:
        spec = context.cluster.api.get(paths.node(host))["spec"]
    except ApiNotFound as error:
        raise Missed(f"there is no Node {host} any more") from error
    return {CORDONED: str(bool(spec.get("unschedulable")))}


def uncordon(context: Context) -> str:
    host = context.host()
    if context.remembered.get(CORDONED) == str(True):
        return f"node {host} was cordoned before, and stays so"
    cordon(context, host, unschedulable=False)
    if context.cluster.api.get(paths.node(host))["spec"].get("unschedulable"):
        raise Refused(f"node {host} is still cordoned after it was uncordoned")
    readiness.await_ready(context.cluster.api, host)
    return f"node {host} schedulable again"


def cordon(context: Context, host: str, *, unschedulable: bool) -> None:
    try:
        context.cluster.api.patch(paths.node(host), {"spec": {"unschedulable": unschedulable}})
    except ApiError as error:
        raise Refused(f"the API refused to {'cordon' if unschedulable else 'uncordon'} node {host}: {error}") from error


def pods_on(context: Context, host: str) -> list[dict[str, Any]]:
    listed = context.cluster.api.get(paths.pods(), fieldSelector=f"spec.nodeName={host}")["items"]
    return [pod for pod in listed if evictable(pod)]


def evictable(pod: dict[str, Any]) -> bool:
    owners = {owner["kind"] for owner in pod["metadata"].get("ownerReferences", [])}
    mirrored = "kubernetes.io/config.mirror" in pod["metadata"].get("annotations", {})
    ended = pod.get("status", {}).get("phase") in ("Succeeded", "Failed")
    return not mirrored and not ended and "DaemonSet" not in owners


def evict(context: Context, pod: dict[str, Any], action: Drain) -> str:
    name, namespace, uid = (pod["metadata"][key] for key in ("name", "namespace", "uid"))
    try:
        done = eviction.evict(context.cluster.api, namespace, name, uid, grace=action.grace, patience=BUDGET_PATIENCE)
    except ApiError as error:
        raise Refused(f"eviction of pod {name} was refused: {error}") from error
    return f"{namespace}/{name}" if done else f"{namespace}/{name} not (it was gone before)"
