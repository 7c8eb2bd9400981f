"""What dead runs left on the machine: for the day on which the keeper, which leaves nothing, was killed too.

A cluster is alive while its keeper is, or while the process that is just starting it is. All else is left over.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from harness.build import cache
from harness.cluster.kernel import cgroups, processes
from harness.cluster.kernel.processes import ProcessId
from harness.cluster.local import keeper, launch, layout
from harness.model.errors import ClusterFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

_KILLED_WITHIN = 10.0


class Kind(StrEnum):
    """In the order of removal: what is in use cannot be removed."""

    PROCESS = "process"
    MOUNT = "mount"
    CGROUP = "cgroup"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    kind: Kind
    cluster: str
    what: str
    process: ProcessId | None = None

    def __str__(self) -> str:
        return f"{self.kind} {self.what} (cluster {self.cluster})"


def find() -> tuple[Leftover, ...]:
    """Everything that is left, in the order in which it has to be removed."""
    dead = {name for name in _known() if not is_alive(name)}
    parts = (_processes, _mounts, _cgroups, _folders)
    return tuple(leftover for part in parts for leftover in part(dead))


def remove() -> tuple[Leftover, ...]:
    """Removes all of it and says what it was; raises if something would not go."""
    found = find()
    for leftover in found:
        _remove(leftover)
    if found:
        cgroups.remove_base()
    if stubborn := find():
        raise ClusterFailed(f"could not be removed: {'; '.join(map(str, stubborn))}")
    return found


def clusters() -> tuple[str, ...]:
    """The clusters that are alive."""
    return tuple(sorted(name for name in _known() if is_alive(name)))


def is_alive(cluster: str) -> bool:
    run = layout.RUNS / cluster
    watcher = recorded(run, "keeper")
    if watcher is not None:
        return processes.alive(watcher)
    starter = recorded(run, "owner")
    return starter is not None and processes.alive(starter)


def end_keeper(run: Path, timeout: float) -> None:
    """Ends a cluster that another process started."""
    watcher = recorded(run, "keeper")
    if watcher is None or not processes.alive(watcher):
        remove()
    elif not processes.end(watcher, timeout, keeper.TERMINATE):
        raise ClusterFailed(f"the keeper of {run.name} (process {watcher.pid}) did not end within {timeout:.0f} s")


def last_words(logs: Path) -> str:
    """The end of the keeper's log, which the cluster's first process writes to as well."""
    path = logs / "keeper.log"
    return path.read_text(errors="replace")[-500:].strip() if path.exists() else "nothing"


def _known() -> set[str]:
    return {*_names(layout.RUNS), *_names(cache.root() / "run"), *cgroups.clusters()}


def _names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir() if entry.is_dir()} if folder.is_dir() else set()


def recorded(run: Path, role: str) -> ProcessId | None:
    """A process that the cluster's run folder names: its owner, its keeper, or its first process (`init`)."""
    try:
        record = json.loads((run / (launch.OWNER if role == "owner" else keeper.STATE)).read_text())[role]
    except (OSError, ValueError, KeyError):
        return None
    return ProcessId(pid=record["pid"], started=record["started"])


def _processes(dead: set[str]) -> Iterator[Leftover]:
    """A cluster's processes name its folder and live in other namespaces; those of a container are in its cgroup."""
    ours = _pid_namespace(os.getpid())
    for name in sorted(dead):
        inside = {pid for pid in processes.every() if f"{layout.RUNS / name}/" in processes.command(pid)}
        foreign = {pid for pid in inside if _pid_namespace(pid) not in (ours, None)}
        for pid in sorted(foreign | set(cgroups.processes(f"{cgroups.BASE}/{name}"))):
            if who := processes.identify(pid):
                yield Leftover(kind=Kind.PROCESS, cluster=name, what=f"{pid} {processes.name(pid)}", process=who)


def _mounts(dead: set[str]) -> Iterator[Leftover]:
    mounted = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    for name in sorted(dead):
        for point in reversed(mounted):
            if any(Path(point).is_relative_to(folder) for folder in _places(name)):
                yield Leftover(kind=Kind.MOUNT, cluster=name, what=point)


def _cgroups(dead: set[str]) -> Iterator[Leftover]:
    for name in sorted(dead & set(cgroups.clusters())):
        yield Leftover(kind=Kind.CGROUP, cluster=name, what=f"{cgroups.BASE}/{name}")


def _folders(dead: set[str]) -> Iterator[Leftover]:
    for name in sorted(dead):
        for folder in _places(name):
            if folder.is_dir():
                yield Leftover(kind=Kind.FOLDER, cluster=name, what=str(folder))


def _places(name: str) -> tuple[Path, Path]:
    return (cache.root() / "run" / name, layout.RUNS / name)


def _remove(leftover: Leftover) -> None:
    match leftover.kind:
        case Kind.PROCESS if leftover.process is not None:
            processes.end(leftover.process, _KILLED_WITHIN)
        case Kind.MOUNT:
            subprocess.run(("umount", "--lazy", leftover.what), check=False, capture_output=True)
        case Kind.CGROUP:
            cgroups.remove(leftover.what)
        case _:
            shutil.rmtree(leftover.what, ignore_errors=True)


def _pid_namespace(pid: int) -> str | None:
    try:
        return str(Path(f"/proc/{pid}/ns/pid").readlink())
    except OSError:
        return None
