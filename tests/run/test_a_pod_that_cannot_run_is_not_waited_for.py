"""The pod that tells how quick a cluster is: waited for while it may still run, and given up where it cannot."""

from typing import Any

import pytest

from harness.run.calibrating import NAME, hopeless, running


def pod(state: dict[str, Any] | None, name: str = NAME) -> dict[str, Any]:
    statuses = [] if state is None else [{"name": "main", "state": state}]
    return {"metadata": {"name": name}, "status": {"containerStatuses": statuses}}


@pytest.mark.parametrize(
    "reason", ["ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "CreateContainerConfigError"]
)
def test_what_cannot_run_is_given_up(reason: str) -> None:
    assert hopeless(pod({"waiting": {"reason": reason}}))
    assert not hopeless(pod({"waiting": {"reason": reason}}, name="another"))


@pytest.mark.parametrize("state", [None, {"waiting": {"reason": "ContainerCreating"}}, {"running": {}}])
def test_what_may_run_is_waited_for(state: dict[str, Any] | None) -> None:
    assert not hopeless(pod(state))


def test_only_its_own_container_counts_as_running() -> None:
    assert running(pod({"running": {"startedAt": "2026-11-28T00:00:00Z"}}))
    assert not running(pod({"running": {}}, name="another"))
    assert not running(pod({"waiting": {"reason": "ContainerCreating"}}))
