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
from harness.build import kubernetes, progress
from harness.cluster.api import ApiNotFound
from harness.model.signs import BROKEN_IMAGE, HOLD
from harness.model.verdicts import Verdict
from harness.run import ground, plan, undoing
from harness.run.submission import submit
from harness.scenario.types import ArgoSettings
from tests.real import breaking, hitting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from harness.model.verdicts import Judgement
    from harness.run.site import Site

pytestmark = pytest.mark.real

BUSY: Final = "while :; do :; done"
IDLE: Final = "sleep 300"
WORK: Final[dict[str, Any]] = {"name": "work", "emptyDir": {"medium": "Memory", "sizeLimit": "4Mi"}}
Raw = dict[str, Any]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    group = plan.ClusterPlan(argo=SEED_RELEASES[-1], settings=ArgoSettings(), together=(), alone=())
    with ground.opened(group, "test-pod-faults", kubernetes.DEFAULT, 2, progress.to()) as opened:
        prepare_namespace(opened.api, "default")
        yield opened


def begin(site: Site, name: str, script: str = IDLE) -> None:
    box = {"image": "alpine:3.18", "command": ["sh", "-c"], "args": [script]}
    main = box | {"volumeMounts": [{"name": "work", "mountPath": "/work"}]}
    side = {"name": "side", "image": "alpine:3.18", "command": ["sleep", "300"]}
    spec = {
        "entrypoint": "main",
        "volumes": [WORK],
        "templates": [{"name": "main", "container": main, "sidecars": [side]}],
    }
    kind = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow"}
    submit(site.api, kind | {"metadata": {"name": name, "namespace": "default"}, "spec": spec})


def await_pod(site: Site, name: str, wanted: Callable[[Raw], bool]) -> Raw:
    query = {"fieldSelector": f"metadata.name={name}"}
    with site.api.watch(breaking.PODS, resource_version=None, timeout=90, **query) as watch:
        for line in watch:
            if wanted(line.object):
                return dict(line.object)
    raise AssertionError(f"pod {name} never was as wanted")


def at_work(pod: Raw) -> bool:
    states = [status["state"] for status in pod.get("status", {}).get("containerStatuses", [])]
    return len(states) == 3 and all("running" in state for state in states)


def ends(pod: Raw) -> dict[str, tuple[int, str]]:
    states = {status["name"]: status["state"] for status in pod["status"].get("containerStatuses", [])}
    done = {name: state["terminated"] for name, state in states.items() if "terminated" in state}
    return {name: (end["exitCode"], end["reason"]) for name, end in done.items()}


def running(site: Site, name: str, script: str = IDLE) -> Raw:
    begin(site, name, script)
    return await_pod(site, name, at_work)


def end(site: Site, name: str) -> None:
    for path in (f"{breaking.WORKFLOWS}/{name}", f"{breaking.PODS}/{name}"):
        with suppress(ApiNotFound):
            site.api.delete(path, grace=0)


@pytest.fixture(scope="module")
def shared(site: Site) -> Iterator[Raw]:
    """For what leaves a pod as it was."""
    yield running(site, "shared", BUSY)
    end(site, "shared")


def folder(pod: Raw, container: str, hierarchy: str) -> Path:
    statuses = pod["status"]["containerStatuses"]
    plain = next(each["containerID"] for each in statuses if each["name"] == container).rpartition("/")[2]
    return next(Path("/sys/fs/cgroup", hierarchy, "shakedown").glob(f"**/{plain}"))


def pids(pod: Raw, container: str) -> list[int]:
    return [int(pid) for pid in (folder(pod, container, "memory") / "cgroup.procs").read_text().split()]


def states(pod: Raw, container: str) -> set[str]:
    stats = (Path(f"/proc/{pid}/stat").read_text() for pid in pids(pod, container))
    return {stat.rpartition(")")[2].split()[0] for stat in stats}


def test_a_child_is_killed_and_its_container_ends_with_it(site: Site, tmp_path: Path) -> None:
    pod = running(site, "child-killed")
    landed = hitting.land(site, tmp_path, "kill-process", pod, container="main", process="child")
    assert "(sleep 300), for which it is default" in landed.detail
    seen = await_pod(site, "child-killed", lambda now: "main" in ends(now))
    assert ends(seen)["main"][0] == 137
    end(site, pod["metadata"]["name"])


def test_a_frozen_container_is_stopped_and_goes_on(site: Site, tmp_path: Path, shared: Raw) -> None:
    pod = shared
    hitting.land(site, tmp_path, "freeze-process", pod, container="main")
    assert states(pod, "main") == {"T"}
    assert "T" not in states(pod, "side")
    breaking.undo(site)
    assert "T" not in states(pod, "main")


def test_a_starved_container_is_held_back_and_set_free(site: Site, tmp_path: Path, shared: Raw) -> None:
    pod = shared
    quota = folder(pod, "main", "cpu") / "cpu.cfs_quota_us"
    before = quota.read_text()
    hitting.land(site, tmp_path, "starve-cpu", pod, container="main", percent=1)
    assert quota.read_text() == "1000\n"
    breaking.undo(site)
    assert quota.read_text() == before


def test_a_volume_is_filled_and_emptied(site: Site, tmp_path: Path, shared: Raw) -> None:
    pod = shared
    inside = Path(f"/proc/{pids(pod, 'main')[0]}/root/work")
    hitting.land(site, tmp_path, "fill-disk", pod, container="main", path="/work")
    with pytest.raises(OSError, match="No space left"):
        (inside / "more").write_text("more")
    (inside / "more").unlink()
    breaking.undo(site)
    (inside / "more").write_text("more")
    assert [entry.name for entry in inside.iterdir()] == ["more"]


def test_a_held_pod_stays_until_it_is_let_go(site: Site, tmp_path: Path) -> None:
    pod = running(site, "held")
    hitting.land(site, tmp_path, "hold-finalizer", pod)
    site.api.delete(f"{breaking.PODS}/held", grace=0)
    assert HOLD in site.api.get(f"{breaking.PODS}/held")["metadata"]["finalizers"]
    breaking.undo(site)
    with suppress(ApiNotFound):
        assert HOLD not in site.api.get(f"{breaking.PODS}/held")["metadata"].get("finalizers", [])
    end(site, pod["metadata"]["name"])


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
    pod = running(site, f"oom-{container}-{process}-{kill}")
    limits = [each.get("resources", {}).get("limits") for each in pod["spec"]["containers"]]
    assert not any(limits)
    landed = hitting.land(site, tmp_path, "oom-kill", pod, container=container, process=process, kill=kill)
    assert killed in landed.proof
    seen = await_pod(site, pod["metadata"]["name"], lambda now: container in ends(now))
    assert ends(seen)[container] == (137, "OOMKilled")
    breaking.undo(site)
    end(site, pod["metadata"]["name"])


def test_what_a_child_that_is_killed_leaves_has_its_limit_and_scores_of_before(site: Site, tmp_path: Path) -> None:
    """The shell that watches over it lives on, and the container with it."""
    pod = running(site, "limits", "while :; do sleep 300 & wait; done")
    place = folder(pod, "main", "memory")
    limit, scores = (place / "memory.limit_in_bytes").read_text(), {score(pid) for pid in pids(pod, "main")}
    hitting.land(site, tmp_path, "oom-kill", pod, container="main", process="sleep 300")
    assert (place / "memory.limit_in_bytes").read_text() == limit
    assert {score(pid) for pid in pids(pod, "main")} == scores
    assert "main" not in ends(site.api.get(f"{breaking.PODS}/limits"))
    breaking.undo(site)
    end(site, pod["metadata"]["name"])


def score(pid: int) -> str:
    return Path(f"/proc/{pid}/oom_score_adj").read_text()


def test_an_evicted_pod_carries_the_mark_of_the_api(site: Site, tmp_path: Path) -> None:
    pod = running(site, "evicted")
    hitting.land(site, tmp_path, "evict-pod", pod, grace="1s")
    with suppress(ApiNotFound):
        assert "EvictionByEvictionAPI" in json.dumps(site.api.get(f"{breaking.PODS}/evicted")["status"])
    end(site, pod["metadata"]["name"])


def test_a_pod_is_declared_failed(site: Site, tmp_path: Path) -> None:
    pod = running(site, "declared")
    hitting.land(site, tmp_path, "fail-pod", pod, message="no room")
    await_pod(site, "declared", lambda pod: pod["status"].get("message") == "no room")
    end(site, pod["metadata"]["name"])


def test_a_grace_period_is_granted(site: Site, tmp_path: Path) -> None:
    pod = running(site, "deleted")
    landed = hitting.land(site, tmp_path, "delete-pod", pod, grace="2s")
    assert landed.proof.endswith("was deleted with 2 s of grace")
    end(site, pod["metadata"]["name"])


def test_a_pod_finds_no_place_and_then_no_image_and_runs_in_the_end(site: Site, tmp_path: Path) -> None:
    soon = threading.Timer(0.5, begin, (site, "nowhere"))
    soon.start()
    hitting.land(site, tmp_path, "make-unschedulable")
    soon.join()
    nodes = site.api.get("/api/v1/nodes")["items"]
    assert all(node["spec"].get("unschedulable") for node in nodes)
    free = threading.Timer(1.0, uncordon)
    pod = await_pod(site, "nowhere", lambda now: True)
    free.start()
    hitting.land(site, tmp_path / "image", "break-image", pod, container="main")
    free.join()
    nodes = site.api.get("/api/v1/nodes")["items"]
    assert not any(node["spec"].get("unschedulable") for node in nodes)
    images = {each["name"]: each["image"] for each in site.api.get(f"{breaking.PODS}/nowhere")["spec"]["containers"]}
    assert images["main"] == BROKEN_IMAGE
    breaking.undo(site)
    healed = await_pod(site, "nowhere", at_work)
    assert healed["metadata"]["uid"] == pod["metadata"]["uid"]
    end(site, pod["metadata"]["name"])


def uncordon() -> None:
    """As `shakedown clean` would; what else is broken stays so."""
    (done,) = undoing.finish(lambda each: each.verb == "make-unschedulable")
    assert not done.problem


BUDGET: Final = "podDisruptionBudget: {minAvailable: 1}"
ENDED = "{target: {template: first}}"
KEPT = {
    "kill-process": (ENDED, "had ended with exit 0 before the call"),
    "freeze-process": ("{process: none-is-like-it}", "has no process 'none-is-like-it'"),
    "oom-kill": ("{process: none-is-like-it}", "has no process 'none-is-like-it'"),
    "delete-pod": ("{grace: 5s, target: {template: first}}", "was Succeeded before the call"),
    "evict-pod": ("{patience: 1s}", "was refused for 1 s"),
    "fail-pod": (ENDED, "was Succeeded before the call"),
    "hold-finalizer": (ENDED, "was Succeeded before the call"),
    "break-image": ("{container: none-is-like-it}", "has no container none-is-like-it"),
    "make-unschedulable": ("{}", "no proof"),
    "starve-cpu": (ENDED, "had ended with exit 0 before the call"),
    "fill-disk": ("{path: /etc}", "is no volume with a size of its own"),
}
"""What the step says, and why nothing came of it."""


def scenario(verb: str) -> str:
    parameters, _ = KEPT[verb]
    return f"""
name: kept-from-landing
title: A fault that does not land
workflow:
  apiVersion: argoproj.io/v1alpha1
  kind: Workflow
  spec:
    entrypoint: main
    {BUDGET if verb == "evict-pod" else ""}
    templates:
      - name: main
        dag:
          tasks:
            - {{name: first, template: first}}
            - {{name: second, template: second, depends: first}}
      - name: first
        container: {{image: "alpine:3.18", command: [sh, -c], args: ["exit 0"]}}
      - name: second
        container: {{image: "alpine:3.18", command: [sh, -c], args: ["sleep 60"]}}
method:
  - when: {{pod: {{template: second, container: {{name: main, state: running}}}}}}
    inject: {{{verb}: {parameters}}}
    proof-within: 3s
expect:
  workflow: {{phase: Succeeded}}
"""


@pytest.fixture(scope="module")
def kept(site: Site, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Judgement]:
    """The one that reaches beyond its namespace comes last, and alone."""

    def judge(verb: str) -> Judgement:
        return breaking.judged(site, tmp_path_factory.mktemp(verb), scenario(verb))

    beside = [verb for verb in KEPT if verb != "make-unschedulable"]
    with ThreadPoolExecutor(max_workers=3) as pool:
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
