"""What ran at a place in a cluster of somebody else is told by the controller's container, whatever runs beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from harness.cluster.api import Api
from harness.faults.controllers import Controllers
from harness.run.lodging import _images

BESIDE = {"name": "a-proxy", "image": "registry.example/proxy:v1.2.3", "imageID": "proxy@sha256:4567"}
CONTROLLER = {
    "name": "workflow-controller",
    "image": "quay.io/argoproj/workflow-controller:v3.7.15",
    "imageID": "controller@sha256:0123",
}


@dataclass(slots=True)
class Server(Api):
    pods: list[dict[str, Any]] = field(default_factory=list)

    def get(self, path: str, **_: Any) -> Any:
        if path.endswith("/deployments/workflow-controller"):
            return {"spec": {"template": {"spec": {"containers": [BESIDE, CONTROLLER]}}}}
        return {"items": self.pods}


def pod(*statuses: dict[str, Any]) -> dict[str, Any]:
    return {"metadata": {"name": "workflow-controller-1"}, "status": {"containerStatuses": list(statuses)}}


def test_the_digest_is_that_of_the_controller() -> None:
    assert _images(Server([pod(BESIDE, CONTROLLER)]), "flows") == {"argo": "controller@sha256:0123"}


def test_a_pod_without_its_status_yet_is_passed_over() -> None:
    waiting = pod(BESIDE, {"name": "workflow-controller", "imageID": ""})
    assert _images(Server([{"metadata": {"name": "x"}}, waiting]), "flows") == {}
    assert _images(Server([waiting, pod(CONTROLLER)]), "flows") == {"argo": "controller@sha256:0123"}


def test_a_fault_of_the_controller_finds_its_container_beside_others() -> None:
    assert Controllers(Server(), "flows").image() == CONTROLLER["image"]
