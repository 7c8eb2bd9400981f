"""Every fault of permissions and objects, and every deed of a user, lands on a real cluster, is proven and healed; each
can be kept from it. The workflow only waits, so that no pod has to start."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import pytest

from harness.argo.install import prepare_namespace
from harness.argo.setup import SEED_RELEASES
from harness.build import progress
from harness.cluster.api import ApiError, ApiNotFound
from harness.cluster.local.provider import LocalProvider
from harness.cluster.protocol import ClusterSpec
from harness.model.signs import QUOTA
from harness.model.verdicts import Verdict
from harness.run import ground, plan
from harness.run.submission import submit
from harness.scenario.types import ArgoSettings
from tests.real import breaking
from tests.real.failing_to_land import following, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from harness.model.verdicts import Judgement
    from harness.run.site import Site

pytestmark = pytest.mark.real

Raw = dict[str, Any]
RESULTS: Final = "/apis/argoproj.io/v1alpha1/namespaces/default/workflowtaskresults"
ROLE: Final = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles/executor"
QUOTAS: Final = "/api/v1/namespaces/default/resourcequotas"
MAPS: Final = "/api/v1/namespaces/default/configmaps"
POD: Final[Raw] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "one-more"},
    "spec": {"containers": [{"name": "main", "image": "alpine:3.18"}]},
}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    group = plan.ClusterPlan(argo=SEED_RELEASES[-1], settings=ArgoSettings(), together=(), alone=())
    with ground.opened(
        group, ClusterSpec(name="test-object-faults", nodes=1), LocalProvider(), progress.to()
    ) as opened:
        prepare_namespace(opened.api, "default")
        limits = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "limits"}, "data": {"places": "1"}}
        opened.api.create(MAPS, limits)
        yield opened


def waiting(site: Site, name: str) -> breaking.Victim:
    """A workflow whose one node is suspended."""
    spec = {"entrypoint": "main", "templates": [{"name": "main", "suspend": {}}]}
    kind = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow"}
    submit(site.api, kind | {"metadata": {"name": name, "namespace": "default"}, "spec": spec})
    await_workflow(site, name, lambda seen: nodes(seen).get(name) == "Running")
    return breaking.Victim(workflow=name, pod="", uid="", host="", node=name)


def await_workflow(site: Site, name: str, wanted: Callable[[Raw], bool]) -> Raw:
    query = {"fieldSelector": f"metadata.name={name}"}
    with site.api.watch(breaking.WORKFLOWS, resource_version=None, timeout=60, **query) as watch:
        for line in watch:
            if wanted(line.object):
                return dict(line.object)
    raise AssertionError(f"workflow {name} never was as wanted")


def nodes(workflow: Raw) -> dict[str, str]:
    return {key: node["phase"] for key, node in workflow.get("status", {}).get("nodes", {}).items()}


def test_a_permission_is_taken_and_given_back(site: Site, tmp_path: Path) -> None:
    before = site.api.get(ROLE)["rules"]
    breaking.land(site, tmp_path, "revoke", permission="patch workflowtaskresults")
    rules = {rule["resources"][0]: rule["verbs"] for rule in site.api.get(ROLE)["rules"]}
    assert rules == {"workflowtaskresults": ["create"], "pods": ["get", "patch"]}
    breaking.undo(site)
    assert site.api.get(ROLE)["rules"] == before


def test_a_quota_is_exhausted_and_taken_away(site: Site, tmp_path: Path) -> None:
    breaking.land(site, tmp_path, "exhaust-quota")
    with pytest.raises(ApiError, match="exceeded quota"):
        site.api.create(breaking.PODS, POD)
    breaking.undo(site)
    assert QUOTA not in [each["metadata"]["name"] for each in site.api.get(QUOTAS)["items"]]
    site.api.create(breaking.PODS, POD)
    site.api.delete(f"{breaking.PODS}/one-more", grace=0)


@pytest.mark.parametrize(
    ("verb", "limit", "after"), [("change-semaphore", "0", {"places": "0"}), ("delete-semaphore", "", {})]
)
def test_a_limit_is_changed_and_set_back(site: Site, tmp_path: Path, verb: str, limit: str, after: Raw) -> None:
    given = {"limit": limit} if limit else {}
    breaking.land(site, tmp_path, verb, **{"config-map": "limits", "key": "places"}, **given)
    assert site.api.get(f"{MAPS}/limits").get("data", {}) == after
    breaking.undo(site)
    assert site.api.get(f"{MAPS}/limits")["data"] == {"places": "1"}


def test_a_task_result_is_created_and_taken_away(site: Site, tmp_path: Path) -> None:
    victim = waiting(site, "half-reported")
    breaking.land(site, tmp_path, "create-task-result", victim)
    labels = site.api.get(f"{RESULTS}/half-reported")["metadata"]["labels"]
    assert labels["workflows.argoproj.io/report-outputs-completed"] == "false"
    breaking.undo(site)
    with pytest.raises(ApiNotFound):
        site.api.get(f"{RESULTS}/half-reported")


def test_a_task_result_is_deleted(site: Site, tmp_path: Path) -> None:
    victim = waiting(site, "unreported")
    labels = {
        "workflows.argoproj.io/workflow": "unreported",
        "workflows.argoproj.io/report-outputs-completed": "false",
    }
    kind = {"apiVersion": "argoproj.io/v1alpha1", "kind": "WorkflowTaskResult"}
    site.api.create(RESULTS, kind | {"metadata": {"name": "unreported", "labels": labels}})
    breaking.land(site, tmp_path, "delete-task-result", victim)
    with pytest.raises(ApiNotFound):
        site.api.get(f"{RESULTS}/unreported")


def test_a_workflow_is_edited(site: Site, tmp_path: Path) -> None:
    victim = waiting(site, "edited")
    patch = {"status": {"nodes": {"{{node}}": {"phase": "Succeeded"}}}}
    breaking.land(site, tmp_path, "edit-workflow", victim, patch=patch)
    await_workflow(site, "edited", lambda seen: nodes(seen)["edited"] == "Succeeded")


ANSWERED: Final = """
name: kept-from-landing
title: Of two nodes that wait one is refused and one is granted
workflow:
  apiVersion: argoproj.io/v1alpha1
  kind: Workflow
  spec:
    entrypoint: main
    templates:
      - name: main
        dag:
          failFast: false
          tasks:
            - {name: a, template: wait}
            - {name: b, template: wait}
      - name: wait
        suspend: {}
method:
  - name: refused
    when: {all: [{node: {displayName: a, phase: Running}}, {node: {displayName: b, phase: Running}}]}
    do: {stop: {node-field-selector: displayName=b, message: not today}}
  - name: granted
    when: {landed: refused}
    do: {resume: {node-field-selector: displayName=a}}
expect:
  workflow: {phase: Failed}
  nodes:
    - {displayName: a, phase: Succeeded}
    - {displayName: b, phase: Failed, message: "*not today*"}
"""


def test_a_node_that_waits_is_answered(site: Site, tmp_path: Path) -> None:
    judgement = breaking.judged(site, tmp_path, ANSWERED)
    assert judgement.verdict is Verdict.PASS
    assert all(landing.landed is not None for landing in judgement.landings)


def test_a_workflow_is_done_anew(site: Site, tmp_path: Path) -> None:
    victim = waiting(site, "anew")
    breaking.land(site, tmp_path, "resubmit", victim)
    named = "workflows.argoproj.io/resubmitted-from-workflow=anew"
    assert len(site.api.get(breaking.WORKFLOWS, labelSelector=named)["items"]) == 1


def test_a_workflow_is_recreated_and_deleted(site: Site, tmp_path: Path) -> None:
    victim = waiting(site, "twice")
    first = site.api.get(f"{breaking.WORKFLOWS}/twice")["metadata"]["uid"]
    breaking.land(site, tmp_path, "delete-and-recreate", victim)
    second = await_workflow(site, "twice", lambda seen: nodes(seen).get("twice") == "Running")["metadata"]["uid"]
    assert second != first
    breaking.land(site, tmp_path / "deleted", "delete", victim)
    with pytest.raises(ApiNotFound):
        site.api.get(f"{breaking.WORKFLOWS}/twice")


PLACES: Final = "config-map: limits, key: places"
CREATE: Final = "inject: {create-task-result: {target: {template: main}}}"
DELETE: Final = "inject: {delete-task-result: {target: {template: main}}}"
KEPT = {
    "revoke": (2 * ("inject: {revoke: {}}",), "before the call either"),
    "exhaust-quota": (2 * ("inject: {exhaust-quota: {}}",), "already"),
    "change-semaphore": ((f"inject: {{change-semaphore: {{{PLACES}, limit: '1'}}}}",), "was 1 before the call"),
    "delete-semaphore": (2 * (f"inject: {{delete-semaphore: {{{PLACES}}}}}",), "there is no key places"),
    "create-task-result": (2 * (CREATE,), "already"),
    "delete-task-result": ((CREATE, DELETE, DELETE), "finds nothing to aim at"),
    "edit-workflow": (("inject: {edit-workflow: {patch: {spec: {entrypoint: main}}}}",), "is so already"),
    "resubmit": (("do: {resubmit: {memoized: true}}",), "argo resubmit ended with"),
    "resume": (("do: {resume: {node-field-selector: displayName=nobody}}",), "argo resume ended with"),
    "stop": (("do: {stop: {node-field-selector: displayName=nobody}}",), "argo stop ended with"),
    "delete": (2 * ("do: {delete: {}}",), ""),
    "delete-and-recreate": (("do: {delete: {}}", "do: {delete-and-recreate: {}}"), "there is no workflow"),
}
"""The steps, of which the last does not land, and why."""


def scenario(verb: str) -> str:
    first = {"node": {"template": "main", "phase": "Running"}}
    limits = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "limits"}, "data": {"places": "1"}}
    method = following(first, KEPT[verb][0], within="6s", proof="3s", last_proof="3s")
    return written(method, {"name": "main", "suspend": {}}, objects=[limits])


@pytest.fixture(scope="module")
def kept(site: Site, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Judgement]:
    def judge(verb: str) -> Judgement:
        return breaking.judged(site, tmp_path_factory.mktemp(verb), scenario(verb))

    with ThreadPoolExecutor(max_workers=4) as pool:
        return dict(zip(KEPT, pool.map(judge, KEPT), strict=True))


@pytest.mark.parametrize("verb", KEPT)
def test_what_does_not_land_makes_the_verdict_inconclusive(kept: dict[str, Judgement], verb: str) -> None:
    assert kept[verb].verdict is Verdict.INCONCLUSIVE
    *before, last = kept[verb].landings
    assert all(landing.landed is not None for landing in before)
    assert last.landed is None
    assert KEPT[verb][1] in kept[verb].reason
