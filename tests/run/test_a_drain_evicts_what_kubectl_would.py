"""Which pods of a node a drain evicts: those with an emptyDir too, since every step pod of Argo has one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from harness.faults.drain import evict, evictable
from harness.faults.eviction import Fate
from harness.scenario.verbs import Drain

if TYPE_CHECKING:
    from harness.faults.context import Context


def pod(phase: str = "Running", **meta: Any) -> dict[str, Any]:
    volumes = [{"name": "var-run-argo", "emptyDir": {}}]
    return {"metadata": meta, "spec": {"volumes": volumes}, "status": {"phase": phase}}


@pytest.mark.parametrize("phase", ["Pending", "Running"])
def test_a_step_pod_with_an_empty_dir_is_evicted(phase: str) -> None:
    assert evictable(pod(phase))


@pytest.mark.parametrize(
    "left_alone",
    [
        pod("Succeeded"),
        pod("Failed"),
        pod(ownerReferences=[{"kind": "DaemonSet", "name": "agent"}]),
        pod(annotations={"kubernetes.io/config.mirror": "x"}),
    ],
    ids=["succeeded", "failed", "of a daemon set", "static"],
)
def test_what_a_drain_leaves_alone(left_alone: dict[str, Any]) -> None:
    assert not evictable(left_alone)


@pytest.mark.parametrize(
    ("fate", "going", "became"),
    [
        (Fate.EVICTED, {}, "evicted"),
        (Fate.EVICTED, {"deletionTimestamp": "2026-01-01T00:00:00Z"}, "told to go before"),
        (Fate.GOING, {}, "told to go before"),
        (Fate.GONE, {}, "gone before"),
    ],
)
def test_what_became_of_a_pod(monkeypatch: pytest.MonkeyPatch, fate: Fate, going: dict[str, str], became: str) -> None:
    """The eviction of a pod that somebody else has told to go is granted, too."""
    monkeypatch.setattr("harness.faults.eviction.evict", lambda *_, **__: fate)
    context = cast("Context", SimpleNamespace(cluster=SimpleNamespace(api=None)))
    assert evict(context, pod(name="a", namespace="n", uid="u", **going), Drain()) == became
