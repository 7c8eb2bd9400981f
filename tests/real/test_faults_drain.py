"""A drain with what stands in its way on a real cluster: a DaemonSet, a disruption budget that gives way, one that does
not. What became of each pod is told, and one that is refused holds up no other."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from harness.argo.setup import SEED_RELEASES
from harness.build import progress
from harness.cluster.local.provider import LocalProvider
from harness.cluster.protocol import ClusterSpec
from harness.history.reader import read
from harness.model.events import ReadBack
from harness.run import ground, plan
from harness.scenario.types import ArgoSettings
from tests.real import breaking, hitting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from harness.run.site import Site
    from tests.real.breaking import Victim

pytestmark = [pytest.mark.real, pytest.mark.nightly]

BUDGETS = "/apis/policy/v1/namespaces/default/poddisruptionbudgets"
DAEMONS = "/apis/apps/v1/namespaces/default/daemonsets"
PAUSE = {"name": "main", "image": "alpine:3.18", "command": ["sleep", "600"]}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    group = plan.ClusterPlan(argo=SEED_RELEASES[-1], settings=ArgoSettings(), together=(), alone=())
    with ground.opened(group, ClusterSpec(name="test-drains"), LocalProvider(), progress.to()) as opened:
        yield opened


def budget(site: Site, name: str, labels: dict[str, str]) -> None:
    spec = {"minAvailable": 1, "selector": {"matchLabels": labels}}
    kind = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": name}}
    site.api.create(BUDGETS, kind | {"spec": spec})
    deadline = time.monotonic() + 30
    while site.api.get(f"{BUDGETS}/{name}").get("status", {}).get("observedGeneration") != 1:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def daemons(site: Site) -> dict[str, str]:
    """Uid of each daemon's pod, by its node."""
    listed = site.api.get(breaking.PODS, labelSelector="app=agent")["items"]
    return {each["spec"].get("nodeName", ""): each["metadata"]["uid"] for each in listed}


def began(site: Site) -> None:
    labels = {"app": "agent"}
    template = {"metadata": {"labels": labels}, "spec": {"terminationGracePeriodSeconds": 1, "containers": [PAUSE]}}
    spec = {"selector": {"matchLabels": labels}, "template": template}
    site.api.create(
        DAEMONS, {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "agent"}, "spec": spec}
    )
    deadline = time.monotonic() + 60
    while len(daemons(site)) < len(site.cluster.nodes()):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def raw(site: Site, victim: Victim) -> dict[str, Any]:
    return site.api.get(f"{breaking.PODS}/{victim.pod}")


def told(folder: Path) -> dict[str, str]:
    entries: list[Any] = list(read(folder / "drain.jsonl").entries())
    return {each.subject: each.after for each in entries if isinstance(each, ReadBack)}


def test_each_pod_is_reported_a_daemon_stays_and_a_budget_is_waited_for(site: Site, tmp_path: Path) -> None:
    victim = breaking.start_victim(site, "drained")
    began(site)
    before = daemons(site)
    budget(site, "gives-way", {"workflows.argoproj.io/workflow": victim.workflow})
    threading.Timer(2.0, site.api.delete, (f"{BUDGETS}/gives-way",)).start()
    landed = hitting.land(site, tmp_path, "drain", raw(site, victim), grace="1s")
    assert victim.pod in landed.proof
    assert f"default/{victim.pod} evicted" in landed.detail
    assert told(tmp_path)[f"eviction of default/{victim.pod}"] == "evicted"
    assert not [subject for subject in told(tmp_path) if "agent" in subject]
    assert daemons(site) == before
    breaking.undo(site)
    breaking.end_victim(site, victim)


def test_a_budget_that_stays_refuses_its_pod_and_no_other(site: Site, tmp_path: Path) -> None:
    kept = breaking.start_victim(site, "kept")
    free = breaking.start_victim(site, "free")
    assert kept.host == free.host
    budget(site, "stays", {"workflows.argoproj.io/workflow": kept.workflow})
    with pytest.raises(Exception, match=r"is cordoned, but not empty: default/kept.* refused: .*429"):
        hitting.land(site, tmp_path, "drain", raw(site, kept), grace="1s", patience="2s")
    hitting.await_gone(site, free.pod)
    assert site.api.get(f"{breaking.PODS}/{kept.pod}")["metadata"]["uid"] == kept.uid
    breaking.undo(site)
    site.api.delete(f"{BUDGETS}/stays")
    for victim in (kept, free):
        breaking.end_victim(site, victim)


def test_an_eviction_that_a_budget_refuses_lands_when_the_budget_gives_way(site: Site, tmp_path: Path) -> None:
    pod = hitting.running(site, "patient")
    budget(site, "for-a-while", {"workflows.argoproj.io/workflow": "patient"})
    threading.Timer(2.0, site.api.delete, (f"{BUDGETS}/for-a-while",)).start()
    landed = hitting.land(site, tmp_path, "evict-pod", pod, grace="1s", patience="20s")
    assert landed.seconds > 1.5
    assert "patient" in landed.proof
    hitting.end(site, pod["metadata"]["name"])
