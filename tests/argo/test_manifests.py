"""The official manifests are changed where it is declared and nowhere else. They are the real ones, as rendered."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.argo import manifests, objects, settings
from harness.argo.settings import ControllerSettings
from harness.model.errors import UsageError
from harness.model.release import Release

if TYPE_CHECKING:
    from harness.argo.manifests import Manifest

RENDERED = Path(__file__).with_name("rendered")
RELEASES = ("v3.5.10", "v3.7.15")
NOTHING = ControllerSettings()


@pytest.fixture(params=RELEASES)
def release(request: pytest.FixtureRequest) -> Release:
    return Release.parse(request.param)


@pytest.fixture
def official(release: Release) -> list[Manifest]:
    content: list[Manifest] = json.loads((RENDERED / f"{release}.json").read_text())
    return content


def find(rendered: list[Manifest], kind: str, name: str) -> Manifest:
    return next(each for each in rendered if (each["kind"], each["metadata"]["name"]) == (kind, name))


def container(rendered: list[Manifest], name: str) -> Manifest:
    found: Manifest = find(rendered, "Deployment", name)["spec"]["template"]["spec"]["containers"][0]
    return found


def test_images_carry_the_release(official: list[Manifest], release: Release) -> None:
    patched = manifests.patch(official, release, NOTHING)
    assert container(patched, "workflow-controller")["image"] == f"quay.io/argoproj/workflow-controller:{release}"
    assert container(patched, "argo-server")["image"] == f"quay.io/argoproj/argocli:{release}"
    assert ":latest" not in json.dumps(patched)


def test_no_image_has_to_be_pulled(official: list[Manifest], release: Release) -> None:
    container(official, "workflow-controller")["imagePullPolicy"] = "Always"
    patched = manifests.patch(official, release, NOTHING)
    assert container(patched, "workflow-controller")["imagePullPolicy"] == "IfNotPresent"


def test_nothing_else_is_changed(official: list[Manifest], release: Release) -> None:
    before = copy.deepcopy(official)
    patched = manifests.patch(official, release, NOTHING)
    assert official == before
    changed = [(new, old) for new, old in zip(patched, official, strict=True) if new != old]
    assert {new["metadata"]["name"] for new, _ in changed} == {"argo-server", "workflow-controller"}
    for new, old in changed:
        assert json.dumps(new).replace(str(release), "latest") == json.dumps(old)


def test_settings_go_into_the_controller(official: list[Manifest], release: Release) -> None:
    declared = ControllerSettings(
        env={"DEFAULT_REQUEUE_TIME": "1s", "LEADER_ELECTION_IDENTITY": "me"},
        args=("--loglevel", "debug"),
        config={"parallelism": "5"},
    )
    patched = manifests.patch(official, release, declared)
    controller = container(patched, "workflow-controller")
    assert controller["env"] == [
        {"name": "DEFAULT_REQUEUE_TIME", "value": "1s"},
        {"name": "LEADER_ELECTION_IDENTITY", "value": "me"},
    ]
    assert controller["args"][-2:] == ["--loglevel", "debug"]
    assert find(patched, "ConfigMap", "workflow-controller-configmap")["data"] == {"parallelism": "5"}
    assert "env" not in container(patched, "argo-server") or container(patched, "argo-server")["env"] == []


def test_variables_that_are_not_declared_stay(official: list[Manifest], release: Release) -> None:
    patched = manifests.patch(official, release, ControllerSettings(env={"DEFAULT_REQUEUE_TIME": "1s"}))
    names = [variable["name"] for variable in container(patched, "workflow-controller")["env"]]
    assert names == ["LEADER_ELECTION_IDENTITY", "DEFAULT_REQUEUE_TIME"]


def test_every_object_has_a_path(official: list[Manifest]) -> None:
    paths = {each["kind"]: objects.collection(each, "argo") for each in official}
    assert paths["Deployment"] == "/apis/apps/v1/namespaces/argo/deployments"
    assert paths["ConfigMap"] == "/api/v1/namespaces/argo/configmaps"
    assert paths["PriorityClass"] == "/apis/scheduling.k8s.io/v1/priorityclasses"
    assert paths["ClusterRoleBinding"] == "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
    assert paths["CustomResourceDefinition"] == "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


def test_the_fast_settings_are_the_seeds() -> None:
    assert settings.load("fast").env == {
        "DEFAULT_REQUEUE_TIME": "1s",
        "RECENTLY_STARTED_POD_DURATION": "2s",
        "RECENTLY_DELETED_POD_DURATION": "5s",
        "TASK_RESULT_TIMEOUT_DURATION": "10s",
    }


def test_unknown_settings_are_wrong_usage() -> None:
    with pytest.raises(UsageError, match=r"no controller settings 'slow'; choose one of fast"):
        settings.load("slow")


def test_a_scenario_adds_to_the_named_settings() -> None:
    merged = settings.load("fast").merged(ControllerSettings(env={"DEFAULT_REQUEUE_TIME": "3s"}, args=("--x",)))
    assert merged.env["DEFAULT_REQUEUE_TIME"] == "3s"
    assert merged.env["RECENTLY_STARTED_POD_DURATION"] == "2s"
    assert merged.key != settings.load("fast").key
    assert merged.key == settings.load("fast").merged(ControllerSettings(env=merged.env, args=("--x",))).key
