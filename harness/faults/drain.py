"""Drains a cluster node: cordon, then evict every pod but those of DaemonSets and the kubelet's own.

Pods with emptyDir volumes are evicted too, as `kubectl drain --delete-emptydir-data` does: every step pod of Argo has
one, and a drain that skips them (chaosk8s does unless told otherwise) disturbs no workflow at all.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from harness.cluster.api import ApiError, ApiNotFound
from harness.faults import eviction, paths, readiness
from harness.faults.context import Context, Missed, Refused
from harness.faults.eviction import Fate
from harness.scenario.verbs import Drain

CORDONED: Final = "cordoned"
REFUSED: Final = "refused"


def remember(context: Context, action: Drain) -> Mapping[str, str]:
    return schedulable_before(context)


def inject(context: Context, action: Drain) -> str:
    host = context.host_without_controller()
    cordon(context, host, unschedulable=True)
    there = pods_on(context, host)
    with ThreadPoolExecutor(max_workers=max(len(there), 1), thread_name_prefix="evict") as pool:
        told = dict(zip(map(named, there), pool.map(lambda pod: evict(context, pod, action), there), strict=True))
    for pod, became in told.items():
        context.journal.read_back(f"eviction of {pod}", after=became)
    if refused := [f"{pod} {became}" for pod, became in told.items() if became.startswith(REFUSED)]:
        raise Refused(f"node {host} is cordoned, but not empty: {'; '.join(refused)}")
    shown = ", ".join(f"{pod} {became}" for pod, became in told.items())
    return f"node {host} cordoned; {shown or 'nothing to evict'}"


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
    if not context.cluster.powered(host):
        return f"node {host} schedulable again, once it has power"
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


def named(pod: dict[str, Any]) -> str:
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"


def evict(context: Context, pod: dict[str, Any], action: Drain) -> str:
    """What became of it; one that is refused holds up no other, as with kubectl. One that somebody else has told to go
    may be given less time by ours, and would go all the same."""
    going = bool(pod["metadata"].get("deletionTimestamp"))
    name, namespace, uid = (pod["metadata"][key] for key in ("name", "namespace", "uid"))
    try:
        fate = eviction.evict(context.cluster.api, namespace, name, uid, grace=action.grace, patience=action.patience)
    except ApiError as error:
        return f"{REFUSED}: {error}"
    return Fate.GOING if going and fate is Fate.EVICTED else fate
