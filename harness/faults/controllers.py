"""Argo's controller as the API shows it: its Deployment, its pods, its lease, and when it serves again."""

import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from harness.argo import waiting
from harness.cluster.api import Api, ApiError, ApiNotFound, PatchKind
from harness.faults.context import Refused

Manifest = dict[str, Any]
NAME: Final = "workflow-controller"
LABEL: Final = f"app={NAME}"
DEPLOYMENTS: Final = "/apis/apps/v1/namespaces/argo/deployments"
DEPLOYMENT: Final = f"{DEPLOYMENTS}/{NAME}"
SCALE: Final = f"{DEPLOYMENT}/scale"
CONFIG_MAP: Final = f"/api/v1/namespaces/argo/configmaps/{NAME}-configmap"
PODS: Final = "/api/v1/namespaces/argo/pods"
LEASES: Final = "/apis/coordination.k8s.io/v1/namespaces/argo/leases"
PATIENCE: Final = 120.0
"""Seconds until a controller serves again: one that is told to end may take 30, and its lease is good for 15 more."""


def pod(name: str) -> str:
    return f"{PODS}/{name}"


def pods(api: Api) -> list[Manifest]:
    found: list[Manifest] = api.get(PODS, labelSelector=LABEL)["items"]
    return found


def change(api: Api, path: str, body: Mapping[str, Any], what: str, kind: PatchKind = PatchKind.MERGE) -> Manifest:
    try:
        return api.patch(path, dict(body), kind)
    except ApiError as error:
        raise Refused(f"the API refused to {what}: {error}") from error


def image(api: Api) -> str:
    found: str = api.get(DEPLOYMENT)["spec"]["template"]["spec"]["containers"][0]["image"]
    return found


def replicas(api: Api) -> int:
    return int(api.get(DEPLOYMENT)["spec"]["replicas"])


def settle(api: Api) -> None:
    """Returns when all wanted controllers run, with none left of before, and one of them has renewed its lease."""
    if replicas(api) == 0:
        return
    what = "the controller to serve again"
    waiting.until_all(api, DEPLOYMENTS, {NAME}, rolled_out, seconds=PATIENCE, what=what)
    gone = {each["metadata"]["name"] for each in pods(api) if "deletionTimestamp" in each["metadata"]}
    waiting.until_gone(api, PODS, gone, seconds=PATIENCE)
    if elects(api):
        fresh = datetime.now(UTC) - timedelta(seconds=1)
        waiting.until_all(
            api, LEASES, {NAME}, lambda lease: led(api, lease, fresh), seconds=PATIENCE, what="a controller to lead"
        )


def renew(api: Api) -> None:
    """One that was started anew in its pod would be started later and later: its pod is replaced, with its lease."""
    worn = [each["metadata"]["name"] for each in pods(api) if any(map(_restarts, _statuses(each)))]
    for name in worn:
        with contextlib.suppress(ApiNotFound):
            api.delete(pod(name), grace=1)
    waiting.until_gone(api, PODS, set(worn), seconds=PATIENCE)
    if worn:
        with contextlib.suppress(ApiNotFound):
            api.delete(f"{LEASES}/{NAME}")
    settle(api)


def rolled_out(deployment: Manifest) -> bool:
    wanted, status = deployment["spec"]["replicas"], deployment.get("status", {})
    current = status.get("observedGeneration", 0) >= deployment["metadata"]["generation"]
    counts = (status.get(key, 0) for key in ("replicas", "updatedReplicas", "availableReplicas"))
    return current and all(count == wanted for count in counts)


def elects(api: Api) -> bool:
    env = api.get(DEPLOYMENT)["spec"]["template"]["spec"]["containers"][0].get("env", [])
    return not any(each["name"] == "LEADER_ELECTION_DISABLE" and each.get("value") == "true" for each in env)


def led(api: Api, lease: Manifest, since: datetime) -> bool:
    spec = lease["spec"]
    renewed = datetime.fromisoformat(spec["renewTime"]) if spec.get("renewTime") else None
    if renewed is None or renewed < since:
        return False
    return any(each["metadata"]["name"] == spec.get("holderIdentity") for each in pods(api))


def _statuses(each: Manifest) -> list[Manifest]:
    found: list[Manifest] = each.get("status", {}).get("containerStatuses", [])
    return found


def _restarts(status: Manifest) -> bool:
    return bool(status.get("restartCount"))
