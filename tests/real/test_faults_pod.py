"""Every fault of processes, memory and pods lands on a real cluster, is proven and healed; each can be kept from it."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from harness.argo.install import prepare_namespace
from harness.argo.setup import SEED_RELEASES
from harness.build import progress
from harness.cluster.api import ApiNotFound
from harness.cluster.local.provider import LocalProvider
from harness.cluster.protocol import ClusterSpec
from harness.model.signs import BROKEN_IMAGE, HOLD
from harness.model.verdicts import Verdict
from harness.run import ground, plan, undoing
from harness.scenario.types import ArgoSettings
from tests.real import breaking, hitting
from tests.real.kept_from_landing import KEPT, scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.model.verdicts import Judgement
    from harness.run.site import Site

pytestmark = [pytest.mark.real, pytest.mark.nightly]

BUSY: Final = "while :; do :; done"
Raw = dict[str, Any]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    group = plan.ClusterPlan(argo=SEED_RELEASES[-1], settings=ArgoSettings(), together=(), alone=())
    with ground.opened(group, ClusterSpec(name="test-pod-faults"), LocalProvider(), progress.to()) as opened:
        prepare_namespace(opened.api, "default")
        yield opened


@pytest.fixture(scope="module")
def shared(site: Site) -> Iterator[Raw]:
    """For what leaves a pod as it was."""
    yield hitting.running(site, "shared", BUSY)
    hitting.end(site, "shared")


def test_a_child_is_killed_and_its_container_ends_with_it(site: Site, tmp_path: Path) -> None:
    pod = hitting.running(site, "child-killed")
    landed = hitting.land(site, tmp_path, "kill-process", pod, container="main", process="child")
    assert "(sleep 300), for which it is default" in landed.detail
    seen = hitting.await_pod(site, "child-killed", lambda now: "main" in hitting.ends(now))
    assert hitting.ends(seen)["main"][0] == 137
    hitting.end(site, pod["metadata"]["name"])


def test_a_frozen_container_is_stopped_and_goes_on(site: Site, tmp_path: Path, shared: Raw) -> None:
    pod = shared
    hitting.land(site, tmp_path, "freeze-process", pod, container="main")
    assert hitting.states(pod, "main") == {"T"}
    assert "T" not in hitting.states(pod, "side")
    breaking.undo(site)
    assert "T" not in hitting.states(pod, "main")


def test_a_starved_container_is_held_back_and_set_free(site: Site, tmp_path: Path, shared: Raw) -> None:
    pod = shared
    quota = hitting.folder(pod, "main", "cpu") / "cpu.cfs_quota_us"
    before = quota.read_text()
    hitting.land(site, tmp_path, "starve-cpu", pod, container="main", percent=1)
    assert quota.read_text() == "1000\n"
    breaking.undo(site)
    assert quota.read_text() == before


def test_a_volume_is_filled_and_emptied(site: Site, tmp_path: Path, shared: Raw) -> None:
    pod = shared
    inside = Path(f"/proc/{hitting.pids(pod, 'main')[0]}/root/work")
    hitting.land(site, tmp_path, "fill-disk", pod, container="main", path="/work")
    with pytest.raises(OSError, match="No space left"):
        (inside / "more").write_text("more")
    (inside / "more").unlink()
    breaking.undo(site)
    (inside / "more").write_text("more")
    assert [entry.name for entry in inside.iterdir()] == ["more"]


def test_a_held_pod_stays_until_it_is_let_go(site: Site, tmp_path: Path) -> None:
    pod = hitting.running(site, "held")
    hitting.land(site, tmp_path, "hold-finalizer", pod)
    site.api.delete(f"{breaking.PODS}/held", grace=0)
    assert HOLD in site.api.get(f"{breaking.PODS}/held")["metadata"]["finalizers"]
    breaking.undo(site)
    with suppress(ApiNotFound):
        assert HOLD not in site.api.get(f"{breaking.PODS}/held")["metadata"].get("finalizers", [])
    hitting.end(site, pod["metadata"]["name"])


@pytest.mark.parametrize(
    ("container", "process", "kill", "killed"),
    [
        ("main", "first", "process", "argoexec"),
        ("main", "child", "process", "sleep"),
        ("main", "first", "group", "every process"),
        ("wait", "first", "process", "argoexec"),
        ("side", "child", "process", "sleep"),
    ],
)
def test_the_kernel_kills_for_want_of_memory(
    site: Site, tmp_path: Path, container: str, process: str, kill: str, killed: str
) -> None:
    pod = hitting.running(site, f"oom-{container}-{process}-{kill}")
    limits = [each.get("resources", {}).get("limits") for each in pod["spec"]["containers"]]
    assert not any(limits)
    landed = hitting.land(site, tmp_path, "oom-kill", pod, container=container, process=process, kill=kill)
    assert killed in landed.proof
    seen = hitting.await_pod(site, pod["metadata"]["name"], lambda now: container in hitting.ends(now))
    assert hitting.ends(seen)[container] == (137, "OOMKilled")
    breaking.undo(site)
    hitting.end(site, pod["metadata"]["name"])


def test_what_a_child_that_is_killed_leaves_has_its_limit_and_scores_of_before(site: Site, tmp_path: Path) -> None:
    """The shell that watches over it lives on, and the container with it."""
    pod = hitting.running(site, "limits", "while :; do sleep 300 & wait; done")
    place = hitting.folder(pod, "main", "memory")
    limit, scores = (place / "memory.limit_in_bytes").read_text(), {score(pid) for pid in hitting.pids(pod, "main")}
    hitting.land(site, tmp_path, "oom-kill", pod, container="main", process="sleep 300")
    assert (place / "memory.limit_in_bytes").read_text() == limit
    assert {score(pid) for pid in hitting.pids(pod, "main")} == scores
    assert "main" not in hitting.ends(site.api.get(f"{breaking.PODS}/limits"))
    breaking.undo(site)
    hitting.end(site, pod["metadata"]["name"])


def score(pid: int) -> str:
    return Path(f"/proc/{pid}/oom_score_adj").read_text()


def test_an_evicted_pod_carries_the_mark_of_the_api(site: Site, tmp_path: Path) -> None:
    pod = hitting.running(site, "evicted")
    hitting.land(site, tmp_path, "evict-pod", pod, grace="1s")
    with suppress(ApiNotFound):
        assert "EvictionByEvictionAPI" in json.dumps(site.api.get(f"{breaking.PODS}/evicted")["status"])
    hitting.end(site, pod["metadata"]["name"])


def test_a_pod_is_declared_failed(site: Site, tmp_path: Path) -> None:
    pod = hitting.running(site, "declared")
    hitting.land(site, tmp_path, "fail-pod", pod, message="no room")
    hitting.await_pod(site, "declared", lambda pod: pod["status"].get("message") == "no room")
    hitting.end(site, pod["metadata"]["name"])


def test_a_grace_period_is_granted(site: Site, tmp_path: Path) -> None:
    pod = hitting.running(site, "deleted")
    landed = hitting.land(site, tmp_path, "delete-pod", pod, grace="2s")
    assert landed.proof.endswith("was deleted with 2 s of grace")
    hitting.end(site, pod["metadata"]["name"])


def test_a_pod_finds_no_place_and_then_no_image_and_runs_in_the_end(site: Site, tmp_path: Path) -> None:
    soon = threading.Timer(0.5, hitting.begin, (site, "nowhere"))
    soon.start()
    hitting.land(site, tmp_path, "make-unschedulable")
    soon.join()
    nodes = site.api.get("/api/v1/nodes")["items"]
    assert all(node["spec"].get("unschedulable") for node in nodes)
    free = threading.Timer(1.0, uncordon)
    pod = hitting.await_pod(site, "nowhere", lambda now: True)
    free.start()
    hitting.land(site, tmp_path / "image", "break-image", pod, container="main")
    free.join()
    nodes = site.api.get("/api/v1/nodes")["items"]
    assert not any(node["spec"].get("unschedulable") for node in nodes)
    images = {each["name"]: each["image"] for each in site.api.get(f"{breaking.PODS}/nowhere")["spec"]["containers"]}
    assert images["main"] == BROKEN_IMAGE
    breaking.undo(site)
    healed = hitting.await_pod(site, "nowhere", hitting.at_work)
    assert healed["metadata"]["uid"] == pod["metadata"]["uid"]
    hitting.end(site, pod["metadata"]["name"])


def uncordon() -> None:
    """As `shakedown clean` would; what else is broken stays so."""
    (done,) = undoing.finish(lambda each: each.verb == "make-unschedulable")
    assert not done.problem


@pytest.fixture(scope="module")
def kept(site: Site, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Judgement]:
    """The one that reaches beyond its namespace comes last, and alone."""

    def judge(verb: str) -> Judgement:
        return breaking.judged(site, tmp_path_factory.mktemp(verb), scenario(verb))

    beside = [verb for verb in KEPT if verb != "make-unschedulable"]
    with ThreadPoolExecutor(max_workers=6) as pool:
        judged = dict(zip(beside, pool.map(judge, beside), strict=True))
    return judged | {"make-unschedulable": judge("make-unschedulable")}


@pytest.mark.parametrize("verb", KEPT)
def test_what_does_not_land_makes_the_verdict_inconclusive(kept: dict[str, Judgement], verb: str) -> None:
    assert kept[verb].verdict is Verdict.INCONCLUSIVE
    (landing,) = kept[verb].landings
    assert landing.landed is None
    assert KEPT[verb][1] in landing.problem


def test_nothing_of_them_is_left_on_the_nodes(site: Site, kept: dict[str, Judgement]) -> None:
    assert len(kept) == len(KEPT)
    for node in site.api.get("/api/v1/nodes")["items"]:
        assert not node["spec"].get("unschedulable")
