"""Which pods of a node a drain evicts: those with an emptyDir too, since every step pod of Argo has one."""

from typing import Any

import pytest

from harness.faults.drain import evictable


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
