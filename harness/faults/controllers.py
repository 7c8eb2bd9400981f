"""Argo's controller as the API shows it: its Deployment, its pods, its lease, and when it serves again."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from harness.cluster import waiting
from harness.cluster.api import Api, ApiError, ApiNotFound, PatchKind
from harness.faults.context import Context, Refused

Manifest = dict[str, Any]
NAME: Final = "workflow-controller"
LABEL: Final = f"app={NAME}"
PATIENCE: Final = 120.0
"""Seconds until a controller serves again: one that is told to end may take 30, and its lease is good for 15 more."""


@dataclass(frozen=True, slots=True)
class Controllers:
    """Those of the Argo in `namespace`."""

    api: Api
    namespace: str

    @property
    def deployments(self) -> str:
        return f"/apis/apps/v1/namespaces/{self.namespace}/deployments"

    @property
    def deployment(self) -> str:
        return f"{self.deployments}/{NAME}"

    @property
    def scale(self) -> str:
        return f"{self.deployment}/scale"

    @property
    def config_map(self) -> str:
        return f"/api/v1/namespaces/{self.namespace}/configmaps/{NAME}-configmap"

    @property
    def leases(self) -> str:
        return f"/apis/coordination.k8s.io/v1/namespaces/{self.namespace}/leases"

    @property
    def all_pods(self) -> str:
        return f"/api/v1/namespaces/{self.namespace}/pods"

    def pod(self, name: str) -> str:
        return f"{self.all_pods}/{name}"

    def pods(self) -> list[Manifest]:
        found: list[Manifest] = self.api.get(self.all_pods, labelSelector=LABEL)["items"]
        return found

    def change(self, path: str, body: Mapping[str, Any], what: str, kind: PatchKind = PatchKind.MERGE) -> Manifest:
        try:
            return self.api.patch(path, dict(body), kind)
        except ApiError as error:
            raise Refused(f"the API refused to {what}: {error}") from error

    def container(self) -> Manifest:
        """As the Deployment has it, which may have others beside it."""
        listed: list[Manifest] = self.api.get(self.deployment)["spec"]["template"]["spec"]["containers"]
        return next(each for each in listed if each["name"] == NAME)

    def image(self) -> str:
        return str(self.container()["image"])

    def replicas(self) -> int:
        return int(self.api.get(self.deployment)["spec"]["replicas"])

    def settle(self) -> None:
        """Returns when all wanted controllers run, with none left of before, and one of them has renewed its lease."""
        if self.replicas() == 0:
            return
        what = "the controller to serve again"
        waiting.until_all(self.api, self.deployments, {NAME}, rolled_out, seconds=PATIENCE, what=what)
        gone = {each["metadata"]["name"] for each in self.pods() if "deletionTimestamp" in each["metadata"]}
        waiting.until_gone(self.api, self.all_pods, gone, seconds=PATIENCE)
        if self.elects():
            fresh = datetime.now(UTC) - timedelta(seconds=1)
            what = "a controller to lead"
            waiting.until_all(
                self.api, self.leases, {NAME}, lambda lease: self.led(lease, fresh), seconds=PATIENCE, what=what
            )

    def renew(self) -> None:
        """One that was started anew in its pod would be started later and later: its pod is replaced, and its lease."""
        worn = [each["metadata"]["name"] for each in self.pods() if any(map(_restarts, _statuses(each)))]
        for name in worn:
            with contextlib.suppress(ApiNotFound):
                self.api.delete(self.pod(name), grace=1)
        waiting.until_gone(self.api, self.all_pods, set(worn), seconds=PATIENCE)
        if worn:
            with contextlib.suppress(ApiNotFound):
                self.api.delete(f"{self.leases}/{NAME}")
        self.settle()

    def elects(self) -> bool:
        env = self.container().get("env", [])
        return not any(each["name"] == "LEADER_ELECTION_DISABLE" and each.get("value") == "true" for each in env)

    def led(self, lease: Manifest, since: datetime) -> bool:
        spec = lease["spec"]
        renewed = datetime.fromisoformat(spec["renewTime"]) if spec.get("renewTime") else None
        if renewed is None or renewed < since:
            return False
        return any(each["metadata"]["name"] == spec.get("holderIdentity") for each in self.pods())


def of(context: Context) -> Controllers:
    return Controllers(context.cluster.api, context.argo_namespace)


def rolled_out(deployment: Manifest) -> bool:
    wanted, status = deployment["spec"]["replicas"], deployment.get("status", {})
    current = status.get("observedGeneration", 0) >= deployment["metadata"]["generation"]
    counts = (status.get(key, 0) for key in ("replicas", "updatedReplicas", "availableReplicas"))
    return current and all(count == wanted for count in counts)


def _statuses(each: Manifest) -> list[Manifest]:
    found: list[Manifest] = each.get("status", {}).get("containerStatuses", [])
    return found


def _restarts(status: Manifest) -> bool:
    return bool(status.get("restartCount"))
