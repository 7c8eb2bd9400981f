"""What can be told of an Argo that somebody else installed, and what makes one of ours unwelcome beside it."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from harness.argo import guest, installed, manifests
from harness.argo.build import ArgoBuild
from harness.argo.settings import ControllerSettings
from harness.cluster.api import Api, ApiError, ApiNotFound
from harness.model.errors import UsageError
from harness.model.release import Release

if TYPE_CHECKING:
    from pathlib import Path

IMAGE = "quay.io/argoproj/workflow-controller"
DEPLOYMENT: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "workflow-controller", "namespace": "flows"},
    "spec": {
        "template": {
            "spec": {
                "containers": [
                    {
                        "name": "workflow-controller",
                        "image": f"{IMAGE}:v3.7.15",
                        "args": ["--qps", "50"],
                        "env": [
                            {"name": "DEFAULT_REQUEUE_TIME", "value": "1s"},
                            {"name": "LEADER_ELECTION_IDENTITY", "valueFrom": {"fieldRef": {"fieldPath": "x"}}},
                        ],
                    }
                ]
            }
        }
    },
}
SERVER = {"name": "argo-server", "image": "quay.io/argoproj/argocli:v3.7.15"}
OTHER: dict[str, Any] = {
    "metadata": {"name": "argo-server", "namespace": "flows"},
    "spec": {"template": {"spec": {"containers": [SERVER]}}},
}
CONFIG = "/api/v1/namespaces/flows/configmaps/workflow-controller-configmap"


@dataclass(slots=True)
class Server(Api):
    """What there is, by path; whatever is asked but to look is an error."""

    objects: dict[str, Any] = field(default_factory=dict)

    def get(self, path: str, **_: Any) -> Any:
        if path not in self.objects:
            raise ApiNotFound(path, status=404, reason="NotFound")
        return self.objects[path]


def server(*deployments: dict[str, Any], **objects: Any) -> Server:
    return Server({installed.DEPLOYMENTS: {"items": [OTHER, *deployments]}, **objects})


def changed(**container: Any) -> dict[str, Any]:
    made = copy.deepcopy(DEPLOYMENT)
    made["spec"]["template"]["spec"]["containers"][0].update(container)
    return made


def test_release_namespace_and_settings_are_told() -> None:
    config = {"parallelism": "50"}
    found = installed.find(server(DEPLOYMENT, **{CONFIG: {"data": config}}))
    assert (found.namespace, found.release) == ("flows", Release.parse("v3.7.15"))
    assert found.settings == ControllerSettings(env={"DEFAULT_REQUEUE_TIME": "1s"}, args=("--qps", "50"), config=config)


@pytest.mark.parametrize(
    ("image", "release"),
    [
        (f"{IMAGE}:v3.5.10", "v3.5.10"),
        ("registry.example:5000/mirror/workflow-controller:v3.7.0@sha256:0123", "v3.7.0"),
        ("workflow-controller:3.6.10", "v3.6.10"),
    ],
)
def test_the_tag_tells_the_release(image: str, release: str) -> None:
    assert str(installed.find(server(changed(image=image))).release) == release


@pytest.mark.parametrize(
    ("deployments", "said"),
    [
        ([], "there is no Argo in this cluster"),
        ([DEPLOYMENT, changed(image=f"{IMAGE}:v3.5.10")], "several controllers of Argo run"),
        ([changed(image=f"{IMAGE}:latest")], f"cannot be told: its image is {IMAGE}:latest"),
        ([changed(image=f"{IMAGE}@sha256:0123")], "cannot be told: its image is"),
        ([changed(args=["--namespaced"])], "does not serve every workflow: it was started with --namespaced"),
        ([changed(args=["--managed-namespace=x"])], "it was started with --managed-namespace=x"),
        ([changed(name="controller")], "container controller of Deployment flows/workflow-controller"),
    ],
)
def test_what_cannot_be_used_as_it_is_is_refused(deployments: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        installed.find(server(*deployments))


@pytest.mark.parametrize("config", [{"instanceID": "mine"}, {"config": "instanceID: mine\n"}])
def test_one_for_certain_workflows_only_is_refused(config: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="has an instanceID"):
        installed.find(server(DEPLOYMENT, **{CONFIG: {"data": config}}))


def test_whoever_may_not_look_is_told_so() -> None:
    class Closed(Server):
        def get(self, path: str, **_: Any) -> Any:
            raise ApiError("deployments is forbidden", status=403, reason="Forbidden")

    with pytest.raises(UsageError, match="must be allowed to list deployments"):
        installed.find(Closed())


@pytest.fixture
def build(tmp_path: Path) -> ArgoBuild:
    crd = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "workflows.argoproj.io"},
    }
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "argo-cluster-role"},
    }
    (tmp_path / "install.json").write_text(json.dumps([crd, role, DEPLOYMENT]))
    return ArgoBuild(release=Release.parse("v3.7.15"), path=tmp_path, id="x")


def test_an_empty_cluster_takes_an_install(build: ArgoBuild) -> None:
    guest.refuse_disturbing(server(), build)


def test_no_second_controller_is_installed(build: ArgoBuild) -> None:
    with pytest.raises(UsageError, match="beside the controller flows/workflow-controller"):
        guest.refuse_disturbing(server(DEPLOYMENT), build)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/workflows.argoproj.io",
            "CustomResourceDefinition workflows.argoproj.io is there already",
        ),
        (
            "/apis/rbac.authorization.k8s.io/v1/clusterroles/argo-cluster-role",
            "ClusterRole argo-cluster-role is there already",
        ),
    ],
)
def test_nothing_of_the_whole_cluster_is_replaced(build: ArgoBuild, path: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        guest.refuse_disturbing(server(**{path: {}}), build)


def test_an_install_is_placed_and_labelled() -> None:
    binding = {
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "argo-binding"},
        "subjects": [{"kind": "ServiceAccount", "name": "argo", "namespace": "argo"}],
    }
    placed = manifests.placed([DEPLOYMENT, binding], "r1-argo", {"shakedown/run": "r1"})
    assert [each["metadata"].get("namespace") for each in placed] == ["r1-argo", None]
    assert [each["metadata"]["labels"] for each in placed] == [{"shakedown/run": "r1"}] * 2
    assert placed[1]["subjects"][0]["namespace"] == "r1-argo"
    assert DEPLOYMENT["metadata"]["namespace"] == "flows"
