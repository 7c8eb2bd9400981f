"""Every container of a cluster lives below one folder per cluster, so that it can be found, measured and removed.

Cgroups outlive their processes and namespaces: they are the one thing of a cluster that has to be removed on purpose.
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

BASE = "shakedown"


def hierarchies() -> tuple[Path, ...]:
    """Where cgroup hierarchies are mounted: one on a v2 machine, one for each controller on v1, both on a hybrid."""
    mounts = (line.split() for line in Path("/proc/self/mountinfo").read_text().splitlines())
    return tuple(Path(fields[4]) for fields in mounts if fields[fields.index("-") + 1] in ("cgroup", "cgroup2"))


def memory_hierarchy() -> Path:
    """The hierarchy that limits memory: the v1 controller where it is mounted, else v2."""
    found = hierarchies()
    return next((path for path in found if (path / "memory.limit_in_bytes").exists()), found[-1])


def create(folder: str) -> None:
    for hierarchy in hierarchies():
        (hierarchy / folder).mkdir(parents=True, exist_ok=True)
        for above in reversed((hierarchy / folder).relative_to(hierarchy).parents):
            _hand_down(hierarchy / above)


def clusters() -> tuple[str, ...]:
    """Names of the clusters that have a folder in some hierarchy."""
    bases = (hierarchy / BASE for hierarchy in hierarchies())
    return tuple(sorted({entry.name for base in bases if base.is_dir() for entry in base.iterdir() if entry.is_dir()}))


def processes(folder: str) -> tuple[int, ...]:
    """Everything that runs in the folder or below it."""
    found: set[int] = set()
    for hierarchy in hierarchies():
        for members in (hierarchy / folder).rglob("cgroup.procs"):
            with contextlib.suppress(OSError):
                found.update(map(int, members.read_text().split()))
    return tuple(sorted(found))


def remove(folder: str, patience: float = 2.0) -> bool:
    """Removes the folder from every hierarchy, deepest first; False if some process still is in it."""
    return all([_remove_tree(hierarchy / folder, time.monotonic() + patience) for hierarchy in hierarchies()])


def remove_base() -> None:
    """The folder above all clusters goes with the last of them."""
    for hierarchy in hierarchies():
        with contextlib.suppress(OSError):
            (hierarchy / BASE).rmdir()


def _hand_down(folder: Path) -> None:
    """On v2 a folder has only the controllers that the one above hands down; on v1 there is nothing of the kind."""
    controllers = folder / "cgroup.controllers"
    if controllers.exists() and (offered := controllers.read_text().split()):
        (folder / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in offered))


def _remove_tree(top: Path, deadline: float) -> bool:
    for folder, _, _ in os.walk(top, topdown=False):
        while not _rmdir(Path(folder)):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.005)  # the kernel takes the last process out a moment after its end, and tells nobody
    return True


def _rmdir(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
