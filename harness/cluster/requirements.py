"""What a machine must have for a local cluster. Each lack is one line with its cure, found before anything starts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.build import debian
from harness.cluster.kernel import cgroups
from harness.model.errors import MachineUnfit

if TYPE_CHECKING:
    from collections.abc import Callable

_LINKS = ("unshare", "--net", "ip", "-batch", "-")
_LINK_KINDS = "link add bridge0 type bridge\nlink add veth0 type veth peer name veth1\n"
_ASKED = 10.0
"""Seconds for the kernel to make links; it takes some ten milliseconds."""
_ROOM = 1 << 30
"""Bytes; a cluster itself writes some 100 MB."""
_SYS_ADMIN = 21
_NET_ADMIN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    what: str
    cure: str


def lacks(data: Path) -> tuple[Lack, ...]:
    """Everything that this machine lacks; `data` is the folder that nodes will live in."""
    if not sys.platform.startswith("linux"):
        return (Lack(what=f"this is {sys.platform}, not Linux", cure="use a Linux machine, or `--provider kind`"),)
    checks: tuple[Callable[[], Lack | None], ...] = (
        _root,
        _memory_controller,
        _overlay,
        _tools,
        _network,
        _kernel_messages,
        lambda: _room(data),
        lambda: _file_system(data),
    )
    return tuple(lack for check in checks if (lack := check()) is not None)


def check(data: Path) -> None:
    """Raises MachineUnfit with the first lack."""
    for lack in lacks(data):
        raise MachineUnfit(f"this machine cannot run a local cluster: {lack.what}", cure=lack.cure)


def _root() -> Lack | None:
    if os.geteuid() != 0:
        return Lack(what="you are not root", cure="run it as root (sudo), or use `--provider kind`")
    capabilities = int(_status("CapEff"), 16)
    if all(capabilities >> needed & 1 for needed in (_SYS_ADMIN, _NET_ADMIN)):
        return None
    return Lack(what="root may not make namespaces here", cure="in a container, start it with --privileged")


def _memory_controller() -> Lack | None:
    cure = "boot with cgroup_enable=memory, or in a container mount /sys/fs/cgroup writable"
    found = cgroups.hierarchies()
    if not found:
        return Lack(what="no cgroup hierarchy is mounted", cure="mount /sys/fs/cgroup")
    memory = cgroups.memory_hierarchy()
    controllers = memory / "cgroup.controllers"
    if controllers.exists() and "memory" not in controllers.read_text().split():
        return Lack(what="the cgroup memory controller is off", cure=cure)
    if not os.access(memory, os.W_OK) or os.statvfs(memory).f_flag & os.ST_RDONLY:
        return Lack(what=f"{memory} is read-only", cure=cure)
    return None


def _overlay() -> Lack | None:
    if "\toverlay\n" in Path("/proc/filesystems").read_text() or Path("/sys/module/overlay").exists():
        return None
    if shutil.which("modprobe") and os.system("modprobe overlay 2>/dev/null") == 0:
        return None
    return Lack(what="the kernel has no overlay file system", cure="`modprobe overlay`, or another kernel")


def _tools() -> Lack | None:
    missing = {tool: package for tool, package in debian.TOOLS.items() if shutil.which(tool) is None}
    if not missing:
        return None
    packages = " ".join(sorted(set(missing.values())))
    return Lack(what=f"there is no {' and no '.join(missing)}", cure=f"`apt-get install {packages}`")


def _network() -> Lack | None:
    """Asked of the kernel itself, in a network namespace that goes again: modules may be built in, or be missing."""
    if _root() or _tools():
        return None
    try:
        done = subprocess.run(_LINKS, input=_LINK_KINDS, capture_output=True, text=True, timeout=_ASKED, check=False)
    except subprocess.TimeoutExpired:
        said = f"no answer within {_ASKED:g} s"
    else:
        if done.returncode == 0:
            return None
        said = " ".join(done.stderr.split())
    return Lack(
        what=f"the kernel makes no bridge or no veth pair: {said}", cure="`modprobe -a bridge veth`, or another kernel"
    )


def _kernel_messages() -> Lack | None:
    try:
        os.close(os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK))
    except OSError as error:
        return Lack(what=f"kernel messages cannot be read: {error}", cure="in a container, start it with --privileged")
    return None


def _room(data: Path) -> Lack | None:
    free = shutil.disk_usage(_existing(data)).free
    if free >= _ROOM:
        return None
    return Lack(
        what=f"{data} has {free >> 20} MB free, and {_ROOM >> 20} MB are needed",
        cure="free some, or set SHAKEDOWN_CACHE to a folder on another disk",
    )


def _file_system(data: Path) -> Lack | None:
    """Containers are overlays, and an overlay cannot be written on top of another one."""
    kind = _file_system_of(_existing(data).resolve())
    if kind not in ("overlay", "nfs", "nfs4", "fuse", "9p"):
        return None
    return Lack(what=f"{data} is on a {kind} file system", cure="set SHAKEDOWN_CACHE to a folder on ext4, xfs or tmpfs")


def _file_system_of(path: Path) -> str:
    best, kind = Path("/"), "unknown"
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        fields = line.split()
        mounted = Path(fields[4].encode().decode("unicode_escape"))
        if path.is_relative_to(mounted) and len(mounted.parts) >= len(best.parts):
            best, kind = mounted, fields[fields.index("-") + 1]
    return kind


def _existing(path: Path) -> Path:
    return next(parent for parent in (path, *path.parents) if parent.exists())


def _status(field: str) -> str:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(line.split()[1] for line in lines if line.startswith(f"{field}:"))
