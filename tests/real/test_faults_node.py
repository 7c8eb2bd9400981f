"""Every fault of cluster nodes and of the control plane lands on a real cluster, is proven and healed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from harness.argo.setup import SEED_RELEASES
from harness.build import progress
from harness.cluster.api import ApiError, ApiNotFound
from harness.cluster.local.provider import LocalProvider
from harness.cluster.protocol import ClusterSpec
from harness.model.verdicts import Verdict
from harness.run import ground, plan
from harness.scenario.types import ArgoSettings
from tests.real import breaking
from tests.real.failing_to_land import RUNS, running, written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from harness.run.site import Site
    from tests.real.breaking import Victim

pytestmark = [pytest.mark.real, pytest.mark.nightly]


def kept(verb: str, affinity: dict[str, Any] = breaking.AWAY_FROM_CONTROLLER, **parameters: str) -> str:
    step = {"when": RUNS, "inject": {verb: parameters}, "proof-within": "12s"}
    return written([step], running("sleep", "60", affinity=affinity))


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    group = plan.ClusterPlan(argo=SEED_RELEASES[-1], settings=ArgoSettings(), together=(), alone=())
    with ground.opened(group, ClusterSpec(name="test-node-faults"), LocalProvider(), progress.to()) as opened:
        yield opened


@pytest.fixture
def victim(site: Site, request: pytest.FixtureRequest) -> Iterator[Victim]:
    name = request.node.name.replace("_", "-").partition("[")[0][-40:].strip("-")
    started = breaking.start_victim(site, f"{name}-{time.monotonic_ns() % 1000}")
    yield started
    breaking.end_victim(site, started)


def spec(site: Site, host: str) -> dict[str, object]:
    return dict(site.api.get(f"/api/v1/nodes/{host}")["spec"])


def test_cordon(site: Site, victim: Victim, tmp_path: Path) -> None:
    breaking.land(site, tmp_path, "cordon", victim)
    assert spec(site, victim.host)["unschedulable"] is True
    breaking.undo(site)
    assert "unschedulable" not in spec(site, victim.host)
    assert "taints" not in spec(site, victim.host)


def test_taint(site: Site, victim: Victim, tmp_path: Path) -> None:
    breaking.land(site, tmp_path, "taint-node", victim, key="example.com/spot")
    assert "example.com/spot" in str(spec(site, victim.host)["taints"])
    breaking.undo(site)
    assert "example.com/spot" not in str(spec(site, victim.host))


def test_starve_memory(site: Site, victim: Victim, tmp_path: Path) -> None:
    """The kubelet turns its pod away; set back, the node says that it has memory and takes pods again."""
    before = site.cluster.kubelet_settings(victim.host)
    proof = breaking.land(site, tmp_path, "starve-memory", victim)
    assert victim.pod in proof
    assert site.api.get(f"{breaking.PODS}/{victim.pod}")["status"]["reason"] == "Evicted"
    assert "node.kubernetes.io/memory-pressure" in str(spec(site, victim.host)["taints"])
    assert breaking.condition(site, victim.host, "MemoryPressure") == "True"
    breaking.undo(site)
    assert breaking.condition(site, victim.host, "MemoryPressure") == "False"
    assert "taints" not in spec(site, victim.host)
    assert site.cluster.kubelet_settings(victim.host) == before


def test_memory_that_suffices_makes_the_verdict_inconclusive(site: Site, tmp_path: Path) -> None:
    judgement = breaking.judged(site, tmp_path, kept("starve-memory", threshold="1Mi"))
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert "starve-memory: unproven" in judgement.reason


def test_cut_network(site: Site, victim: Victim, tmp_path: Path) -> None:
    before = breaking.of_cluster(site, "sleep", victim.host)
    breaking.land(site, tmp_path, "cut-network", victim)
    assert breaking.condition(site, victim.host) == "Unknown"
    assert set(before) <= set(breaking.of_cluster(site, "sleep", victim.host))
    breaking.undo(site)
    assert breaking.condition(site, victim.host) == "True"


def test_freeze_node(site: Site, victim: Victim, tmp_path: Path) -> None:
    """Everything of it stands still, the sleeper in the pod too, and it is the same processes that go on."""
    programs = ("kubelet", "containerd", "sleep")
    before = {name: set(breaking.of_cluster(site, name, victim.host)) for name in programs}
    breaking.land(site, tmp_path, "freeze-node", victim)
    frozen = {name: breaking.of_cluster(site, name, victim.host) for name in programs}
    assert all(set(states.values()) == {"T"} for states in frozen.values()), frozen
    assert breaking.condition(site, victim.host) == "Unknown"
    breaking.undo(site)
    after = {name: breaking.of_cluster(site, name, victim.host) for name in programs}
    assert not any("T" in states.values() for states in after.values()), after
    assert {name: set(states) for name, states in after.items()} == before
    assert breaking.condition(site, victim.host) == "True"


@pytest.mark.parametrize(("how", "states"), [("freeze", {"T"}), ("kill", set())])
def test_stop_kubelet(site: Site, victim: Victim, tmp_path: Path, how: str, states: set[str]) -> None:
    breaking.land(site, tmp_path, "stop-kubelet", victim, how=how)
    assert set(breaking.of_cluster(site, "kubelet", victim.host).values()) == states
    assert breaking.condition(site, victim.host) == "Unknown"
    breaking.undo(site)
    assert breaking.of_cluster(site, "kubelet", victim.host)
    assert "T" not in breaking.of_cluster(site, "kubelet", victim.host).values()
    assert breaking.condition(site, victim.host) == "True"


@pytest.mark.parametrize(("how", "states"), [("freeze", {"T"}), ("kill", set())])
def test_stop_runtime(site: Site, victim: Victim, tmp_path: Path, how: str, states: set[str]) -> None:
    breaking.land(site, tmp_path, "stop-runtime", victim, how=how)
    assert set(breaking.of_cluster(site, "containerd", victim.host).values()) == states
    breaking.undo(site)
    assert breaking.of_cluster(site, "containerd", victim.host)
    assert "T" not in breaking.of_cluster(site, "containerd", victim.host).values()


def test_delete_node(site: Site, victim: Victim, tmp_path: Path) -> None:
    before = site.api.get(f"/api/v1/nodes/{victim.host}")["metadata"]["uid"]
    breaking.land(site, tmp_path, "delete-node", victim)
    with pytest.raises(ApiNotFound):
        spec(site, victim.host)
    breaking.undo(site)
    assert site.api.get(f"/api/v1/nodes/{victim.host}")["metadata"]["uid"] != before
    assert breaking.condition(site, victim.host) == "True"


def test_reboot(site: Site, victim: Victim, tmp_path: Path) -> None:
    before = breaking.of_cluster(site, "kubelet", victim.host)
    breaking.land(site, tmp_path, "reboot", victim)
    after = breaking.of_cluster(site, "kubelet", victim.host)
    assert after
    assert not set(after) & set(before)
    breaking.undo(site)
    assert breaking.condition(site, victim.host) == "True"


def test_restart_apiserver(site: Site, tmp_path: Path) -> None:
    before = breaking.of_cluster(site, "kube-apiserver")
    breaking.land(site, tmp_path, "restart-apiserver")
    after = breaking.of_cluster(site, "kube-apiserver")
    assert len(after) == 1
    assert set(after) != set(before)
    breaking.undo(site)
    assert site.api.text("/readyz") == "ok"


@pytest.mark.parametrize(("verb", "program"), [("freeze-apiserver", "kube-apiserver"), ("freeze-etcd", "etcd")])
def test_freeze_of_the_control_plane(site: Site, tmp_path: Path, verb: str, program: str) -> None:
    breaking.land(site, tmp_path, verb)
    assert set(breaking.sibling(site, program).values()) == {"T"}
    with pytest.raises(ApiError):
        site.api.stream("/api/v1/namespaces/default", patience=2.0, timeout="1s")
    breaking.undo(site)
    assert "T" not in breaking.sibling(site, program).values()
    assert site.api.get("/api/v1/namespaces/default")["metadata"]["name"] == "default"


def test_a_kubelet_that_is_thawed_by_somebody_else_makes_the_verdict_inconclusive(site: Site, tmp_path: Path) -> None:
    judgement = breaking.judged(site, tmp_path, kept("stop-kubelet"), lambda: breaking.thaw_soon(site, "kubelet"))
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert "stop-kubelet" in judgement.reason
    assert "T" not in breaking.of_cluster(site, "kubelet").values()


def test_a_fault_that_would_hit_the_controller_too_makes_the_verdict_inconclusive(site: Site, tmp_path: Path) -> None:
    beside = {"podAffinity": breaking.AWAY_FROM_CONTROLLER["podAntiAffinity"]}
    judgement = breaking.judged(site, tmp_path, kept("reboot", beside))
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert "runs the workflow controller" in judgement.reason
