"""Which process of a container is meant: the first, its child, or the one whose command line fits.

A child may be a moment away: the runtime reports a container as running when its first process is, and that one starts
the workload.
"""

from __future__ import annotations

import time
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from harness.cluster.container import ContainerGone
from harness.cluster.kernel import membership, processes

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE: Final = 15.0
"""Seconds for a child, or what fits, to be started: no time on an idle machine, and many seconds on a starved one."""


def pick(folder: Path, process: str) -> int:
    """Raises ContainerGone where there is none, or none within a moment."""
    if process == "first":
        return membership.first(folder)
    deadline = time.monotonic() + PATIENCE
    while (pid := _find(folder, process)) is None:
        if time.monotonic() > deadline:
            raise ContainerGone(f"container {folder.name} has no process {process!r}; it has: {_listed(folder)}")
        time.sleep(0.005)  # the kernel tells nobody of a new process, unless with more rights than are needed here
    return pid


def child(folder: Path) -> int | None:
    """The child of the first process, if it has been started by now."""
    return _find(folder, "child")


def _find(folder: Path, process: str) -> int | None:
    there, head = membership.members(folder), membership.first(folder)
    wanted = _children(there, head) if process == "child" else _like(there, process)
    return min(wanted, key=processes.age, default=None)


def _children(there: tuple[int, ...], head: int) -> list[int]:
    """What has its own command line by now: Go's runtime forks for tests of its own, and all forks begin as a copy."""
    copies = ("", processes.command(head))
    return [pid for pid in there if processes.parent(pid) == head and processes.command(pid) not in copies]


def _like(there: tuple[int, ...], pattern: str) -> list[int]:
    return [pid for pid in there if fnmatchcase(processes.command(pid), pattern)]


def _listed(folder: Path) -> str:
    return ", ".join(processes.command(pid) or str(pid) for pid in membership.members(folder)) or "none"
