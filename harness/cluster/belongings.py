"""What a run has put into a cluster that is not the harness's own: all of it carries the name of the run, and a note on
disk, written before the first of it, says in which cluster; so it is found and taken away, also after `kill -9`."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from harness.build import cache
from harness.cluster import waiting
from harness.cluster.api import ApiNotFound
from harness.cluster.kernel.processes import ProcessId, alive, identify
from harness.cluster.ownership import MADE_BY
from harness.model.errors import ClusterFailed, GaveUpWaiting, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from harness.cluster.api import Api

RUN: Final = "shakedown/run"
"""Label with the name of the run."""
ARGO: Final = "-argo"
"""The namespace of its own install is called like the run, with this; it goes last, since the controller has to let go
of the pods."""
NAMESPACES: Final = "/api/v1/namespaces"
_WORKFLOWS: Final = "/apis/argoproj.io/v1alpha1/namespaces/{}/workflows"
CLUSTER_WIDE: Final = (
    "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
    "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "/apis/scheduling.k8s.io/v1/priorityclasses",
    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
)
"""Where what carries the label of a run is looked for besides its namespaces."""
_END: Final = "the end of what a run has made"
_PATIENCE: Final = 30.0
"""Seconds for a namespace to go; then its pods and workflows lose the finalizers that hold it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """`owner` is the harness that was to take everything away."""

    run: str
    context: str
    owner: ProcessId

    @property
    def orphaned(self) -> bool:
        return not alive(self.owner)

    @property
    def path(self) -> Path:
        return _file(self.run)

    def __str__(self) -> str:
        return f"what run {self.run} left in the cluster of context {self.context}"


def labels(run: str) -> dict[str, str]:
    return {**MADE_BY, RUN: run}


def write(run: str, context: str) -> Note:
    """Returns when it is on the disk."""
    owner = identify(os.getpid())
    assert owner is not None
    note = Note(run=run, context=context, owner=owner)
    path = _file(run)
    path.parent.mkdir(parents=True, exist_ok=True)
    partly = path.with_suffix(".part")
    with partly.open("w", encoding="utf-8") as out:
        json.dump(asdict(note), out)
        out.flush()
        os.fsync(out.fileno())
    partly.rename(path)
    return note


def drop(note: Note) -> None:
    note.path.unlink(missing_ok=True)


def orphans() -> Iterator[Note]:
    """Notes whose harness is dead. Raises UsageError at one that cannot be read."""
    for path in sorted(_folder().glob("*.json")) if _folder().is_dir() else ():
        try:
            raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            note = Note(run=raw["run"], context=raw["context"], owner=ProcessId(**raw["owner"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"{path} cannot be read: {error}", cure=f"look for label {RUN}, delete the file"
            ) from error
        if note.orphaned:
            yield note


def remove(api: Api, run: str) -> tuple[str, ...]:
    """Takes everything away and returns what it was, when it is gone. Raises ClusterFailed where something stays."""
    found = [each["metadata"]["name"] for each in _labelled(api, NAMESPACES, run)]
    cells = [name for name in found if name != f"{run}{ARGO}"]
    argo = [name for name in found if name == f"{run}{ARGO}"]
    _end_namespaces(api, cells)
    wide = list(_remove_cluster_wide(api, run))
    _end_namespaces(api, argo)
    return (*(f"namespace {name}" for name in (*cells, *argo)), *wide)


def _end_namespaces(api: Api, names: list[str]) -> None:
    for name in names:
        with contextlib.suppress(ApiNotFound):
            api.delete(f"{NAMESPACES}/{name}/pods", grace=1)
        with contextlib.suppress(ApiNotFound):
            api.delete(f"{NAMESPACES}/{name}")
    try:
        waiting.until_gone(api, NAMESPACES, set(names), seconds=_PATIENCE, what=_END)
    except GaveUpWaiting:
        for name in names:
            _let_go(api, f"{NAMESPACES}/{name}/pods")
            _let_go(api, _WORKFLOWS.format(name))
        _await_end(api, set(names))


def _await_end(api: Api, names: set[str]) -> None:
    try:
        waiting.until_gone(api, NAMESPACES, names, seconds=_PATIENCE, what=_END)
    except GaveUpWaiting as error:
        raise ClusterFailed(
            f"namespaces would not go: {error.message}", cure="see what holds them, then: shakedown clean"
        ) from error


def _let_go(api: Api, path: str) -> None:
    """What nobody is left to finish."""
    with contextlib.suppress(ApiNotFound):
        for each in api.get(path)["items"]:
            if each["metadata"].get("finalizers"):
                with contextlib.suppress(ApiNotFound):
                    api.patch(f"{path}/{each['metadata']['name']}", {"metadata": {"finalizers": None}})


def _remove_cluster_wide(api: Api, run: str) -> Iterator[str]:
    for path in CLUSTER_WIDE:
        names = {each["metadata"]["name"] for each in _labelled(api, path, run)}
        for name in sorted(names):
            with contextlib.suppress(ApiNotFound):
                api.delete(f"{path}/{name}")
            yield f"{path.rpartition('/')[2]} {name}"
        waiting.until_gone(api, path, names, seconds=_PATIENCE, what=_END)


def _labelled(api: Api, path: str, run: str) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = api.get(path, labelSelector=f"{RUN}={run}")["items"]
    return found


def _folder() -> Path:
    return cache.root() / "guests"


def _file(run: str) -> Path:
    return _folder() / f"{run}.json"
