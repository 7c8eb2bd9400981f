"""How many more clusters the kernel lets watch files: each user has a fixed number of inotify instances for everything.

Where they have run out, a kubelet or a runtime ends at its start with "too many open files", which names no cure.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

OF_CONTROL_PLANE: Final = 4
"""kube-apiserver 3, kube-controller-manager 1. From one observation: an embedded cluster, Kubernetes v1.33.13."""
OF_NODE: Final = 7
"""kubelet 6, containerd 1. From the same observation; a node of kind, with its systemd, was not looked at."""
_LIMIT: Final = Path("/proc/sys/fs/inotify/max_user_instances")
_PLENTY: Final = 512
"""What is asked for at least: it costs nothing as long as it is not used."""
_LINK: Final = "anon_inode:inotify"
_RAN_OUT: Final = re.compile(r"(inotify|fsnotify|watch)[^\n]*too many open files", re.IGNORECASE)
_KEY: Final = "fs.inotify.max_user_instances"


def need(clusters: int, nodes: int) -> int:
    """Of that many clusters side by side, with that many nodes each."""
    return clusters * (OF_CONTROL_PLANE + nodes * OF_NODE)


def limit() -> int | None:
    """None where the kernel does not say."""
    try:
        return int(_LIMIT.read_text())
    except (OSError, ValueError):
        return None


def used(proc: Path = Path("/proc")) -> int:
    """By this user's processes; one that several of them hold is counted for each."""
    return sum(_held(folder) for folder in proc.glob("[0-9]*"))


def ran_out(text: str) -> bool:
    """Whether a log says that there were too few."""
    return _RAN_OUT.search(text) is not None


def cure(clusters: int = 1, nodes: int = 1) -> str:
    """The command that makes room for these clusters beside what runs now."""
    return f"sysctl {_KEY}={max(_PLENTY, used() + need(clusters, nodes))}"


def explained() -> str:
    """The cure for a cluster that did not start for want of them."""
    return f"the kernel's {_KEY} ({limit()}, {used()} in use) has run out: {cure()}, or fewer --clusters"


def _held(process: Path) -> int:
    try:
        if process.stat().st_uid != os.geteuid():
            return 0
        return sum(_is_one(link) for link in (process / "fd").iterdir())
    except OSError:
        return 0  # it has ended meanwhile


def _is_one(link: Path) -> bool:
    try:
        return str(link.readlink()) == _LINK
    except OSError:
        return False
