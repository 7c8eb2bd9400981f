"""What can be told of an Argo that somebody else installed, and what makes one of ours unwelcome beside it."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from harness.argo import guest, installed, manifests, running
from harness.argo.build import ArgoBuild
from harness.argo.settings import ControllerSettings
from harness.cluster.api import Api, ApiError, ApiNotFound
from harness.model.errors import Exit, UsageError
from harness.model.release import Release

if TYPE_CHECKING:
    from pathlib import Path

IMAGE = "quay.io/argoproj/workflow-controller"
OLD = f"{IMAGE}:v3.7.14"
DEPLOYMENT: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "workflow-controller", "namespace": "flows", "generation": 2},
    "status": {"observedGeneration": 2, "replicas": 1, "updatedReplicas": 1},
    "spec": {
        "replicas": 1,
        "selector": {"matchLabels": {"app": "workflow-controller"}},
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
        },
    },
}
SERVER = {"name": "argo-server", "image": "quay.io/argoproj/argocli:v3.7.15"}
OTHER: dict[str, Any] = {
    "metadata": {"name": "argo-server", "namespace": "flows"},
    "spec": {"template": {"spec": {"containers": [SERVER]}}},
}
SIDECAR = {"name": "a-proxy", "image": "registry.example/proxy:v1.2.3", "imageID": "y@sha256:4567"}
PODS = "/api/v1/namespaces/flows/pods"
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
    """Each Deployment has one pod, as it describes it."""
    pods = {"items": [pod(_image(each)) for each in deployments]}
    return Server({installed.DEPLOYMENTS: {"items": [OTHER, *deployments]}, PODS: pods, **objects})


def pod(made_with: str = f"{IMAGE}:v3.7.15", name: str = "workflow-controller-1", **status: Any) -> dict[str, Any]:
    shown = {"name": "workflow-controller", "image": made_with, "imageID": "x@sha256:0123", "state": {"running": {}}}
    return {
        "metadata": {"name": name, "namespace": "flows"},
        "spec": {"containers": [SIDECAR, {"name": "workflow-controller", "image": made_with}]},
        "status": {"phase": "Running", "containerStatuses": [SIDECAR | {"state": {"running": {}}}, shown | status]},
    }


def _image(deployment: dict[str, Any]) -> str:
    return str(deployment["spec"]["template"]["spec"]["containers"][0]["image"])


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
        ("registry.example:5000/mirror/workflow-controller:v3.7.0", "v3.7.0"),
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


def changing(status: dict[str, Any]) -> dict[str, Any]:
    return DEPLOYMENT | {"status": DEPLOYMENT["status"] | status}


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ({"observedGeneration": 1}, r"its last change was not taken up yet \(generation 2, observed 1\)"),
        ({"updatedReplicas": 0}, "0 of 1 replicas are of its last change, and 1 are there"),
        ({"replicas": 2}, "1 of 1 replicas are of its last change, and 2 are there"),
        ({"replicas": 0, "updatedReplicas": 0}, "0 of 1 replicas are of its last change, and 0 are there"),
    ],
)
def test_a_rollout_that_is_under_way_is_refused(status: dict[str, Any], said: str) -> None:
    with pytest.raises(running.NotAsDeployed, match=said) as caught:
        installed.find(server(changing(status)))
    assert caught.value.exit_code is Exit.INFRA
    assert caught.value.cure == (
        "wait for it, then run again: kubectl -n flows rollout status deployment workflow-controller"
    )


def ending(name: str) -> dict[str, Any]:
    made = pod(OLD, name)
    return made | {"metadata": made["metadata"] | {"deletionTimestamp": "2026-01-01T00:00:00Z"}}


RUNS = pod()


@pytest.mark.parametrize(
    ("pods", "said"),
    [
        ([RUNS, ending("old")], "is not complete: pod old has not ended"),
        ([RUNS, pod(OLD, "old")], f"pod old was made with {IMAGE}:v3.7.14"),
        ([pod(image=f"{IMAGE}:v3.7.14")], f"pod workflow-controller-1 runs {IMAGE}:v3.7.14"),
        (
            [RUNS, pod(name="second", imageID="x@sha256:89ab")],
            "pod workflow-controller-1 runs x@sha256:0123; pod second runs x@sha256:89ab",
        ),
        ([], "no controller of flows/workflow-controller runs"),
        ([pod(state={"waiting": {}})], "no controller of flows/workflow-controller runs"),
    ],
)
def test_what_runs_must_be_what_the_deployment_says(pods: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(running.NotAsDeployed, match=said) as caught:
        installed.find(server(DEPLOYMENT, **{PODS: {"items": pods}}))
    assert caught.value.cure
    assert "\n" not in str(caught.value)


def test_pods_that_ended_and_other_names_of_the_image_are_no_reason() -> None:
    evicted = pod(OLD, "evicted")
    evicted["status"]["phase"] = "Failed"
    mirrored = pod("mirror.example/workflow-controller:v3.7.15", "mirrored")
    there = [evicted, mirrored, pod(image="sha256:0123"), pod(name="b", image="mirror.example/x:v1.0.0")]
    assert str(installed.find(server(DEPLOYMENT, **{PODS: {"items": there}})).release) == "v3.7.15"


def test_whoever_may_not_see_the_pods_is_told_so() -> None:
    class Closed(Server):
        def get(self, path: str, **asked: Any) -> Any:
            if path == PODS:
                raise ApiError("pods is forbidden", status=403, reason="Forbidden")
            return Server.get(self, path, **asked)

    with pytest.raises(running.NotAsDeployed, match="must be allowed to list pods there"):
        installed.find(Closed(server(DEPLOYMENT).objects))


BOTH = f"{IMAGE}:v3.7.15@sha256:0123"


def of_nodes(*names: str) -> dict[str, Any]:
    return {"items": [{"status": {}}, {"status": {"images": [{"names": list(names)}]}}]}


@pytest.mark.parametrize(
    "nodes",
    [
        {},
        {running.NODES: of_nodes(f"{IMAGE}@sha256:0123")},
        {running.NODES: of_nodes(f"{IMAGE}@sha256:89ab", f"{IMAGE}:v3.7.15")},
        {running.NODES: of_nodes("mirror/workflow-controller:v3.7.15", f"{IMAGE}@sha256:0123")},
    ],
    ids=["nodes unseen", "digest alone", "tag of another digest", "tag of another registry"],
)
def test_a_digest_that_nobody_ties_to_the_tag_is_refused(nodes: dict[str, Any]) -> None:
    with pytest.raises(running.NotAsDeployed, match=r"whether sha256:0123 is v3\.7\.15 cannot be checked"):
        installed.find(server(changed(image=BOTH), **nodes))


def test_a_digest_that_a_node_has_under_the_tag_is_that_release() -> None:
    nodes = {running.NODES: of_nodes(f"{IMAGE}@sha256:0123", f"{IMAGE}:v3.7.15")}
    assert str(installed.find(server(changed(image=BOTH), **nodes)).release) == "v3.7.15"


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
