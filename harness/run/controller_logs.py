"""What Argo's controllers said while a cell ran, also before a restart; and what of it nobody can read any more.

A controller that panics is started anew, and says of it nothing: the panic stands in the log of the container before.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from harness.history.raw import items, mapping, text, whole
from harness.history.stamps import epoch
from harness.model.errors import HarnessError
from harness.run.site import Site

Raw = dict[str, Any]
ROUNDING: Final = 1.0
"""The stamps of Kubernetes are whole seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The lines of one controller pod, the oldest first; `lost` says why they are not all that it said."""

    pod: str
    lines: tuple[str, ...] = ()
    lost: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Containers:
    """Which containers of a pod spoke: whether also the one before; `lost` tells of those before that."""

    previous: bool = False
    lost: str = ""


def said(site: Site, since: float) -> tuple[Said, ...]:
    """In the last `since` seconds. Raises HarnessError where nobody can say which controllers there are."""
    pods, began = site.controller_pods(), time.time() - since
    return (*(_read(site, pod, since, began) for pod in pods), *_gone(pods, began))


def _gone(pods: Sequence[Raw], began: float) -> Iterator[Said]:
    """A pod takes its log with it."""
    created = [epoch(mapping(pod, "metadata").get("creationTimestamp")) or 0.0 for pod in pods]
    if not pods:
        yield Said(pod="the controller", lost="no pod of it is there")
    elif min(created) > began + ROUNDING:
        yield Said(pod="the controller", lost="the pod that it ran in before is gone")


def containers(pod: Raw, began: float) -> Containers:
    """By the status of the pod: Kubernetes keeps the log of the container before the present one, and no other."""
    status = next(iter(items(mapping(pod, "status"), "containerStatuses")), {})
    restarts, last = whole(status.get("restartCount")) or 0, mapping(mapping(status, "lastState"), "terminated")
    started, ended = epoch(last.get("startedAt")), epoch(last.get("finishedAt"))
    if not restarts or (ended is not None and ended < began - ROUNDING):
        return Containers()
    older = restarts > 1 and (started is None or started > began - ROUNDING)
    return Containers(previous=True, lost=f"it was started {restarts} times anew" if older else "")


def _read(site: Site, pod: Raw, since: float, began: float) -> Said:
    name, spoke = text(mapping(pod, "metadata"), "name"), containers(pod, began)
    lines: list[str] = []
    lost = [spoke.lost] if spoke.lost else []
    for previous in (True, False) if spoke.previous else (False,):
        try:
            lines += _lines(site, name, since, previous=previous)
        except HarnessError as error:
            lost.append(error.message)
    return Said(pod=name, lines=tuple(lines), lost="; ".join(lost))


def _lines(site: Site, pod: str, since: float, *, previous: bool) -> list[str]:
    path = f"/api/v1/namespaces/{site.argo_namespace}/pods/{pod}/log"
    before = {"previous": "true"} if previous else {}
    return site.api.text(path, sinceSeconds=max(1, round(since)), timestamps="true", **before).splitlines()
