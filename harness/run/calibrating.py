"""What this machine and this cluster take for nothing at all, measured once per cluster before its first cell."""

import os
import time
from contextlib import suppress
from typing import Any, Final

from harness.cluster.api import Api
from harness.model.errors import HarnessError
from harness.model.header import Calibration
from harness.run import machine

PODS: Final = "/api/v1/namespaces/default/pods"
NAME: Final = "shakedown-calibration"
POD: Final[dict[str, Any]] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": NAME},
    "spec": {
        "automountServiceAccountToken": False,
        "restartPolicy": "Never",
        "terminationGracePeriodSeconds": 0,
        "containers": [
            {"name": "main", "image": "alpine:3.18", "imagePullPolicy": "IfNotPresent", "command": ["sleep", "60"]}
        ],
    },
}
PATIENCE: Final = 45
"""Seconds that the pod is waited for; it takes that long at the least where it does not run by then."""
HOPELESS: Final = frozenset({"ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "CreateContainerConfigError"})
"""What a container waits for that cannot run here: its image is not to be had, or a policy forbids it."""


def calibrate(api: Api | None) -> Calibration:
    """Never fails: what could not be measured is None, and without `api` that is how quick the cluster is."""
    before = machine.ticks()
    pod_start, watch_lag = start_pod(api) if api else (None, None)
    spin = machine.spin()
    busy, steal = machine.shares(before, machine.ticks())
    return Calibration(
        cores=os.cpu_count() or 1,
        pod_start=pod_start,
        watch_lag=watch_lag,
        steal=round(steal, 3),
        busy=round(busy, 3),
        load=round(os.getloadavg()[0], 2),
        spin=round(spin, 4),
    )


def start_pod(api: Api) -> tuple[float | None, float | None]:
    """Seconds until a pod that does nothing runs, `PATIENCE` where it takes longer, and until the watch has told of its
    creation; None where that cannot be told."""
    try:
        return _start_pod(api)
    except HarnessError:
        return None, None
    finally:
        with suppress(HarnessError):
            api.delete(f"{PODS}/{NAME}", grace=0)


def _start_pod(api: Api) -> tuple[float | None, float | None]:
    version = api.get(PODS)["metadata"]["resourceVersion"]
    stream = api.watch(PODS, resource_version=version, timeout=PATIENCE)
    began = time.monotonic()
    api.create(PODS, POD)
    accepted, lag = time.monotonic(), None
    try:
        for event in stream:
            now = time.monotonic()
            lag = round(max(0.0, now - accepted), 4) if lag is None else lag
            if running(event.object):
                return round(now - began, 3), lag
            if hopeless(event.object):
                return None, lag
    finally:
        stream.close()
    # One that takes longer is slow for certain; a watch that ended before says nothing.
    return (float(PATIENCE) if time.monotonic() - began >= PATIENCE - 1 else None), lag


def running(pod: dict[str, Any]) -> bool:
    return any("running" in state for state in _states(pod))


def hopeless(pod: dict[str, Any]) -> bool:
    return any(state.get("waiting", {}).get("reason") in HOPELESS for state in _states(pod))


def _states(pod: dict[str, Any]) -> list[dict[str, Any]]:
    statuses = pod.get("status", {}).get("containerStatuses", [])
    return [status.get("state", {}) for status in statuses] if pod["metadata"].get("name") == NAME else []
