"""What dead runs left in the engine and in the cache: for the day on which the keeper was killed too.

A cluster is alive while its keeper is, or while the process that is just starting it is. What another machine's process
keeps is none of ours.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from harness.cluster.kernel import processes
from harness.cluster.kernel.processes import ProcessId
from harness.cluster.kind import engine, records, removal
from harness.cluster.kind.layout import PREFIX, Layout, folder
from harness.model.errors import ClusterFailed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from harness.cluster.kind.records import Record


class Kind(StrEnum):
    CONTAINER = "container"
    NETWORK = "network"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    kind: Kind
    cluster: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind} {self.what} (cluster {self.cluster} of kind)"


def find() -> tuple[Leftover, ...]:
    """In the order of removal. Where no engine answers only folders can be told."""
    return tuple(_find())


def remove() -> tuple[Leftover, ...]:
    """Removes all of it and says what it was. Raises ClusterFailed if something would not go."""
    found = find()
    for cluster in dict.fromkeys(each.cluster for each in found if each.kind is not Kind.FOLDER):
        removal.remove(f"{PREFIX}{cluster}", half_made=True)
    for each in found:
        if each.kind is Kind.FOLDER:
            shutil.rmtree(each.what, ignore_errors=True)
    if stubborn := find():
        raise ClusterFailed(f"could not be removed: {'; '.join(map(str, stubborn))}")
    return found


def clusters() -> tuple[str, ...]:
    """The clusters of this machine that are alive."""
    return tuple(sorted(record.cluster for record in _records() if record.here and record.alive))


def is_alive(cluster: str) -> bool:
    return any(record.alive for record in _records() if record.cluster == cluster) or _starting(cluster)


def record(cluster: str) -> Record | None:
    return next((found for found in _records() if found.cluster == cluster), None)


def _find() -> Iterator[Leftover]:
    known = _records()
    for dead in (record for record in known if not record.alive):
        for name in removal.containers(f"{PREFIX}{dead.cluster}"):
            yield Leftover(kind=Kind.CONTAINER, cluster=dead.cluster, what=name)
        yield Leftover(kind=Kind.NETWORK, cluster=dead.cluster, what=f"{PREFIX}{dead.cluster}")
    alive = {record.cluster for record in known if record.alive}
    for place in _folders():
        if place.name not in alive and not _starting(place.name):
            yield Leftover(kind=Kind.FOLDER, cluster=place.name, what=str(place))


def _records() -> tuple[Record, ...]:
    """Without an engine nothing of a cluster is left but folders."""
    return records.every() if engine.silent() is None else ()


def _folders() -> tuple[Path, ...]:
    return tuple(sorted(place for place in folder().iterdir() if place.is_dir())) if folder().is_dir() else ()


def _starting(cluster: str) -> bool:
    """Whether the process that made the folder lives, which is so before there is a keeper's record."""
    try:
        owner = json.loads(Layout(name=cluster).owner.read_text())
        return processes.alive(ProcessId(pid=owner["pid"], started=owner["started"]))
    except (OSError, ValueError, KeyError):
        return False
