"""Every fault of the controller lands on a real cluster, is proven, and is healed: what serves then is as before."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from harness.argo.setup import SEED_RELEASES
from harness.build import progress
from harness.cluster.local.provider import LocalProvider
from harness.cluster.protocol import ClusterSpec
from harness.model.release import Release
from harness.model.verdicts import Verdict
from harness.run import ground, plan
from harness.scenario.load import load
from harness.scenario.types import ArgoSettings
from tests.real import breaking

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from harness.run.site import Site

pytestmark = [pytest.mark.real, pytest.mark.nightly]

DEPLOYMENT = "/apis/apps/v1/namespaces/argo/deployments/workflow-controller"
CONFIG = "/api/v1/namespaces/argo/configmaps/workflow-controller-configmap"
LEASE = "/apis/coordination.k8s.io/v1/namespaces/argo/leases/workflow-controller"
OTHER = Release.parse("v4.0.2")
SETTINGS = ArgoSettings.model_validate(
    {
        "controller": {
            "env": {
                "LEADER_ELECTION_LEASE_DURATION": "4s",
                "LEADER_ELECTION_RENEW_DEADLINE": "3s",
                "LEADER_ELECTION_RETRY_PERIOD": "1s",
            }
        }
    }
)
KEPT = """
name: kept-from-landing
title: A controller that somebody thaws at once was never away
workflow:
  apiVersion: argoproj.io/v1alpha1
  kind: Workflow
  spec:
    entrypoint: main
    templates:
      - name: main
        container: {image: alpine:3.18, command: [sleep, "60"]}
method:
  - when: {pod: {template: main, phase: Running}}
    inject: {freeze-controller: {}}
    proof-within: 8s
  - when: {landed: freeze-controller}
    do: {swap-argo: {to: v4.0.2}}
expect:
  workflow: {phase: Succeeded}
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The images of the other release are there from the start, since a scenario asks for it."""
    path = tmp_path_factory.mktemp("swap") / "kept-from-landing.yaml"
    path.write_text(KEPT)
    cell = plan.CellPlan(loaded=load(path), argo=SEED_RELEASES[-1])
    group = plan.ClusterPlan(argo=cell.argo, settings=SETTINGS, together=(), alone=(cell,))
    with ground.opened(
        group, ClusterSpec(name="test-controller-faults", nodes=1), LocalProvider(), progress.to()
    ) as opened:
        yield opened


def pods(site: Site) -> dict[str, dict[str, Any]]:
    listed = site.api.get("/api/v1/namespaces/argo/pods", labelSelector="app=workflow-controller")["items"]
    return {pod["metadata"]["uid"]: pod for pod in listed}


def assert_serves_as_before(site: Site, template: dict[str, Any]) -> None:
    """One controller, never started anew, made of the same template, that renews its lease."""
    (pod,) = pods(site).values()
    assert pod["status"]["containerStatuses"][0]["restartCount"] == 0
    assert site.api.get(DEPLOYMENT)["spec"]["template"]["spec"] == template
    assert set(breaking.of_cluster(site, "workflow-controller").values()) <= {"S", "R"}
    lease = site.api.get(LEASE)["spec"]
    assert lease["holderIdentity"] == pod["metadata"]["name"]


@pytest.fixture
def template(site: Site) -> dict[str, Any]:
    found: dict[str, Any] = site.api.get(DEPLOYMENT)["spec"]["template"]["spec"]
    return found


@pytest.mark.parametrize("how", ["process", "pod"])
def test_kill(site: Site, template: dict[str, Any], tmp_path: Path, how: str) -> None:
    (before,) = pods(site)
    breaking.land(site, tmp_path, "kill-controller", how=how)
    (after,) = pods(site).values()
    assert (after["metadata"]["uid"] == before) is (how == "process")
    breaking.undo(site)
    assert_serves_as_before(site, template)


def test_freeze(site: Site, template: dict[str, Any], tmp_path: Path) -> None:
    breaking.land(site, tmp_path, "freeze-controller")
    assert set(breaking.of_cluster(site, "workflow-controller").values()) == {"T"}
    renewed = site.api.get(LEASE)["spec"]["renewTime"]
    time.sleep(1.5)  # more than a renewal's time: nothing must happen, so there is nothing to watch for
    assert site.api.get(LEASE)["spec"]["renewTime"] == renewed
    breaking.undo(site)
    assert_serves_as_before(site, template)
    assert site.api.get(LEASE)["spec"]["renewTime"] != renewed


def test_restart(site: Site, template: dict[str, Any], tmp_path: Path) -> None:
    before = pods(site)
    breaking.land(site, tmp_path, "restart-controller")
    assert not set(before) & set(pods(site))
    breaking.undo(site)
    assert_serves_as_before(site, template)


@pytest.mark.parametrize("replicas", [0, 2])
def test_scale(site: Site, template: dict[str, Any], tmp_path: Path, replicas: int) -> None:
    breaking.land(site, tmp_path, "scale-controller", replicas=replicas)
    assert len(pods(site)) == replicas
    breaking.undo(site)
    assert_serves_as_before(site, template)


def test_configure(site: Site, template: dict[str, Any], tmp_path: Path) -> None:
    before = site.api.get(CONFIG).get("data")
    config, env = {"parallelism": "7"}, {"DEFAULT_REQUEUE_TIME": "3s", "NEW": "one"}
    breaking.land(site, tmp_path, "configure-controller", config=config, env=env)
    assert site.api.get(CONFIG)["data"]["parallelism"] == "7"
    (pod,) = pods(site).values()
    seen = {each["name"]: each.get("value") for each in pod["spec"]["containers"][0]["env"]}
    assert env.items() <= seen.items()
    breaking.undo(site)
    assert (site.api.get(CONFIG).get("data") or {}) == (before or {})
    assert_serves_as_before(site, template)


def test_swap(site: Site, template: dict[str, Any], tmp_path: Path) -> None:
    breaking.land(site, tmp_path, "swap-argo", to=str(OTHER))
    (image,) = {pod["spec"]["containers"][0]["image"].rpartition(":")[2] for pod in pods(site).values()}
    assert image == str(OTHER)
    breaking.undo(site)
    assert_serves_as_before(site, template)


def test_a_controller_that_is_thawed_by_somebody_else_makes_the_verdict_inconclusive(
    site: Site, template: dict[str, Any], tmp_path: Path
) -> None:
    judgement = breaking.judged(site, tmp_path, KEPT, lambda: breaking.thaw_soon(site, "workflow-controller"))
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert "freeze-controller" in judgement.reason
    assert_serves_as_before(site, template)
