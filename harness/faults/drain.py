"""Drains a cluster node: cordon, then evict every pod but those of DaemonSets and the kubelet's own.

Pods with emptyDir volumes are evicted too, as `kubectl drain --delete-emptydir-data` does: every step pod of Argo has
one, and a drain that skips them (chaosk8s does unless told otherwise) disturbs no workflow at all.
"""

from typing import Any

import tenacity

from harness.cluster.api import ApiError
from harness.faults import paths, readiness
from harness.faults.context import Context, Refused
from harness.scenario.verbs import Drain

BUDGET_PATIENCE = 30.0
"""Seconds in which an eviction that a PodDisruptionBudget refuses with 429 is tried again."""


def inject(context: Context, action: Drain) -> str:
    host = context.host_without_controller()
    cordon(context, host, unschedulable=True)
    evicted = [evict(context, pod, action) for pod in pods_on(context, host)]
    return f"node {host} cordoned; evicted {', '.join(evicted) or 'nothing'}"


def heal(context: Context, action: Drain) -> str:
    host = context.host()
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
    meta = pod["metadata"]
    options: dict[str, Any] = {"preconditions": {"uid": meta["uid"]}}
    if action.grace is not None:
        options["gracePeriodSeconds"] = round(action.grace)
    body = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": meta["name"], "namespace": meta["namespace"]},
        "deleteOptions": options,
    }
    try:
        patiently(context, f"{paths.pod(meta['namespace'], meta['name'])}/eviction", body)
    except ApiError as error:
        if error.status != 404:
            raise Refused(f"eviction of pod {meta['name']} was refused: {error}") from error
    return f"{meta['namespace']}/{meta['name']}"


@tenacity.retry(
    retry=tenacity.retry_if_exception(lambda error: isinstance(error, ApiError) and error.status == 429),
    stop=tenacity.stop_after_delay(BUDGET_PATIENCE),
    wait=tenacity.wait_exponential(multiplier=0.2, max=2),
    reraise=True,
)
def patiently(context: Context, path: str, body: dict[str, Any]) -> None:
    context.cluster.api.create(path, body)
