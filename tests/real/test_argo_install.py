"""A release is installed in seconds, anew with other settings, and a controller that does not start says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.argo import build, install, settings
from harness.argo.cli import ArgoCli
from harness.argo.images import argo_images
from harness.argo.settings import ControllerSettings
from harness.argo.setup import SEED_RELEASES
from harness.build import progress
from harness.cluster.api import ApiNotFound
from harness.cluster.local.cluster import LocalCluster
from harness.cluster.protocol import ClusterSpec
from harness.model.errors import InstallFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.argo.build import ArgoBuild
    from harness.cluster.api import Api
    from harness.model.release import Release

pytestmark = pytest.mark.real
SHOWN = progress.to()
CONTROLLER = "/apis/apps/v1/namespaces/argo/deployments/workflow-controller"


@pytest.fixture(scope="module", params=SEED_RELEASES, ids=str)
def argo(request: pytest.FixtureRequest) -> ArgoBuild:
    release: Release = request.param
    return build.ensure(release, SHOWN)


@pytest.fixture(scope="module")
def cluster(argo: ArgoBuild) -> Iterator[LocalCluster]:
    name = f"install-{str(argo.release).replace('.', '-')}"
    spec = ClusterSpec(name=name, nodes=1, images=(argo_images(argo, SHOWN),))
    with LocalCluster.start(spec, SHOWN) as started:
        yield started


def variables(api: Api) -> dict[str, str]:
    container = api.get(CONTROLLER)["spec"]["template"]["spec"]["containers"][0]
    return {each["name"]: each.get("value", "") for each in container["env"]}


def holder(api: Api) -> str:
    lease = api.get("/apis/coordination.k8s.io/v1/namespaces/argo/leases/workflow-controller")
    return str(lease["spec"]["holderIdentity"])


def test_a_release_is_installed_and_installed_anew_with_other_settings(cluster: LocalCluster, argo: ArgoBuild) -> None:
    fast = settings.load("fast")
    installed = install.install(cluster.api, argo, fast, SHOWN)
    assert installed.seconds < 30
    assert variables(cluster.api)["DEFAULT_REQUEUE_TIME"] == "1s"
    first = holder(cluster.api)

    again = install.install(
        cluster.api, argo, fast.merged(ControllerSettings(env={"DEFAULT_REQUEUE_TIME": "3s"})), SHOWN
    )
    assert again.seconds < 30, "the new controller waited for the old one's lease"
    assert variables(cluster.api)["DEFAULT_REQUEUE_TIME"] == "3s"
    assert holder(cluster.api) != first


def test_a_prepared_namespace_takes_workflows(cluster: LocalCluster, argo: ArgoBuild) -> None:
    for _ in range(2):
        install.prepare_namespace(cluster.api, "prepared")
    rules = cluster.api.get("/apis/rbac.authorization.k8s.io/v1/namespaces/prepared/roles/executor")["rules"]
    assert {"workflowtaskresults", "pods"} == {resource for rule in rules for resource in rule["resources"]}
    assert cluster.api.get("/api/v1/namespaces/prepared/serviceaccounts/default")
    listed = ArgoCli(argo, cluster.kubeconfig).run("list", "--output=name", "prepared")
    assert listed.exit_code == 0, listed.stderr


def test_a_controller_that_does_not_start_says_why(cluster: LocalCluster, argo: ArgoBuild) -> None:
    broken = ControllerSettings(args=("--no-such-flag",))
    with pytest.raises(InstallFailed) as caught:
        install.install(cluster.api, argo, broken, SHOWN, patience=12)
    assert f"the controller of Argo {argo.release} was not available after 12 s" in str(caught.value)
    assert "unknown flag: --no-such-flag" in str(caught.value)
    install.remove_controller(cluster.api)
    with pytest.raises(ApiNotFound):
        cluster.api.get(CONTROLLER)
