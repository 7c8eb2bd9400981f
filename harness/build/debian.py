"""containerd, runc and etcd come from Debian, unpacked into the cache: installed, they would fight with a Docker."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.build import cache, commands
from harness.model.errors import BuildFailed, HarnessError, MachineUnfit, RegistryUnreachable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.build.progress import Progress

STEP: Final = "Debian packages"
_PACKAGES: Final = ("busybox-static", "containerd", "containernetworking-plugins", "etcd-server", "runc")
_UNPACKED: Final = ("containerd", "containerd-shim-runc-v2", "ctr", "runc", "etcd", "bridge", "host-local", "busybox")
TOOLS: Final = {"ip": "iproute2", "mount": "mount", "setpriv": "util-linux", "unshare": "util-linux"}
"""Programs that a local cluster calls, with the package of each."""
_LIBRARIES: Final = ("libseccomp2",)


def ensure(progress: Progress) -> Path:
    """The root of the unpacked tree (`usr/bin/containerd`, `usr/lib/cni/...`)."""
    install_tools(progress)

    def make(folder: Path) -> None:
        with progress.step(STEP):
            _unpack(folder)

    return cache.ensure(_key(), make, needs_bytes=1 << 29, progress=progress)


def find() -> Path | None:
    """The root of the unpacked tree, if it is there."""
    return cache.find(_key())


def install_tools(progress: Progress) -> None:
    """Small tools that have to be on the machine itself; almost every machine has them."""
    if missing := missing_packages():
        with progress.step(f"installing {' '.join(missing)}"):
            _install(missing)


def install_program(program: str, package: str, progress: Progress) -> Path:
    """A program that not every machine has, installed where it is missing."""
    if shutil.which(program) is None:
        with progress.step(f"installing {package}"):
            _install([package])
    if found := shutil.which(program):
        return Path(found)
    raise MachineUnfit(f"{program} is missing although {package} is installed", cure=f"put {program} on the PATH")


def missing_packages() -> list[str]:
    """The packages whose tools or libraries this machine lacks."""
    tools = {package for tool, package in TOOLS.items() if shutil.which(tool) is None}
    libraries = {package for package in _LIBRARIES if not _has_library(package)}
    return sorted(tools | libraries)


def _has_library(package: str) -> bool:
    name = package.rstrip("0123456789")
    folders = (Path("/usr/lib"), Path("/lib"), *Path("/usr/lib").glob("*-linux-gnu"))
    return any(next(folder.glob(f"{name}.so.*"), None) for folder in folders)


def _key() -> str:
    try:
        system = platform.freedesktop_os_release()
    except OSError as error:
        raise MachineUnfit("this is no Debian: it has no os-release file", cure="use Debian or Ubuntu") from error
    facts = [system.get("ID", ""), system.get("VERSION_ID", ""), platform.machine(), *_PACKAGES]
    return f"debian/{hashlib.sha256(' '.join(facts).encode()).hexdigest()[:12]}"


def _unpack(folder: Path) -> None:
    packages = folder / ".packages"
    packages.mkdir()
    _download(packages)
    for package in sorted(packages.glob("*.deb")):
        output = commands.run(["dpkg", "-x", package, folder])
        if output.code:
            raise _explain(output, [package.name])
    cache.remove(packages)
    _check(folder)


def _check(folder: Path) -> None:
    there = {path.name for path in folder.rglob("*")}
    if missing := [name for name in _UNPACKED if name not in there]:
        raise BuildFailed(f"this system's packages {' '.join(_PACKAGES)} lack {' '.join(missing)}")


def _download(folder: Path) -> None:
    """Package lists may be missing, or name versions that the mirror has replaced: then they are fetched anew."""
    apt = _apt()
    output = commands.run([apt, "-q", "download", *_PACKAGES], cwd=folder)
    if output.code:
        _update(apt)
        output = commands.run([apt, "-q", "download", *_PACKAGES], cwd=folder)
    if output.code:
        raise _explain(output, _PACKAGES)


def _apt() -> str:
    if apt := shutil.which("apt-get"):
        return apt
    raise MachineUnfit("apt-get is missing, and the local cluster's parts come from it", cure="use Debian or Ubuntu")


def _update(apt: str) -> None:
    if os.geteuid() != 0:
        raise MachineUnfit("the lists of Debian packages are missing or old", cure="apt-get update, as root")
    output = commands.run([apt, "-q", "update"])
    if output.code:
        raise RegistryUnreachable(f"apt-get update failed: {output.tail}", cure="check the network and try again")


def _install(packages: Sequence[str]) -> None:
    if os.geteuid() != 0:
        raise MachineUnfit(f"{' '.join(packages)} missing", cure=f"apt-get install {' '.join(packages)}, as root")
    apt = _apt()
    install = [apt, "-q", "-y", "-o", "DPkg::Lock::Timeout=300", "install", "--no-install-recommends", *packages]
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    output = commands.run(install, env=env)
    if output.code:
        _update(apt)
        output = commands.run(install, env=env)
    if output.code:
        raise _explain(output, packages)


def _explain(output: commands.Output, packages: Sequence[str]) -> HarnessError:
    names = " ".join(packages)
    if cache.is_full(output.tail):
        return cache.full(cache.root())
    if "Unable to locate" in output.tail or "no installation candidate" in output.tail:
        return MachineUnfit(f"this system does not offer all of {names}: {output.tail}", cure="use Debian 12 or Ubuntu")
    return RegistryUnreachable(f"{names}: apt-get failed: {output.tail}", cure="check the network and try again")
