"""The images of a cluster that cannot reach a registry: stand-ins for the usual small ones, and Argo's own.

`alpine` and `busybox` are one and the same stand-in: Debian's static busybox with all of its commands.
"""

from __future__ import annotations

import hashlib
import subprocess
from typing import TYPE_CHECKING

from harness.build import cache
from harness.cluster.local.archive import FileEntry, FolderEntry, Image, LinkEntry, write
from harness.cluster.local.node import PAUSE_IMAGE

if TYPE_CHECKING:
    from pathlib import Path

    from harness.build.progress import Progress
    from harness.cluster.local.archive import Entry

BASE_NAMES = ("alpine:3.18", "alpine:latest", "busybox:latest")
_RECIPE = "2"
_ARGO_USER = "8737"
"""As in Argo's own images; their manifests say `runAsNonRoot`, which needs a number here."""
_PASSWD = """\
root:x:0:0:root:/root:/bin/sh
argo:x:8737:8737:argo:/home/argo:/sbin/nologin
nobody:x:65534:65534:nobody:/:/sbin/nologin
"""
_GROUP = "root:x:0:\nargo:x:8737:\nnobody:x:65534:\n"


def ensure_base(busybox: Path, progress: Progress) -> Path:
    """The archive with the small images and the one that holds a pod's namespaces."""
    files = _busybox_files(busybox)
    images = (
        Image(names=BASE_NAMES, entries=files, command=("/bin/sh",)),
        Image(names=(PAUSE_IMAGE,), entries=files, entrypoint=("/bin/sleep", "infinity"), user="65535"),
    )
    return _ensure(f"base-{_digest(busybox)}", images, progress)


def ensure_argo(
    version: str, *, controller: Path, argoexec: Path, cli: Path, build_id: str, progress: Progress
) -> Path:
    """The archive with a release's three images; `build_id` is what tells one build of it from another."""
    images = (
        _argo_image("argoexec", version, argoexec, "argoexec", user=""),
        _argo_image("workflow-controller", version, controller, "workflow-controller", user=_ARGO_USER),
        _argo_image("argocli", version, cli, "argo", user=_ARGO_USER),
    )
    return _ensure(f"argo-{version}-{build_id[:12]}", images, progress)


def _ensure(name: str, images: tuple[Image, ...], progress: Progress) -> Path:
    entry = cache.ensure(
        f"images/{name}", lambda folder: write(images, folder / "image.tar"), recipe=_RECIPE, progress=progress
    )
    return entry / "image.tar"


def _argo_image(image: str, version: str, binary: Path, command: str, *, user: str) -> Image:
    program = FileEntry(path=f"bin/{command}", source=binary, mode=0o755)
    return Image(
        names=(f"quay.io/argoproj/{image}:{version}",),
        entries=(*_skeleton(), program),
        entrypoint=(command,),
        user=user,
    )


def _busybox_files(busybox: Path) -> tuple[Entry, ...]:
    listing = subprocess.run([busybox, "--list-full"], check=True, capture_output=True, text=True).stdout.split()
    links = (LinkEntry(path=path, target="/bin/busybox") for path in listing if path != "bin/busybox")
    folders = (
        FolderEntry(path=path) for path in ("sbin", "usr", "usr/bin", "usr/sbin", "var", "var/run", "home", "opt")
    )
    return (*_skeleton(), *folders, FileEntry(path="bin/busybox", source=busybox, mode=0o755), *links)


def _skeleton() -> tuple[Entry, ...]:
    return (
        FolderEntry(path="bin"),
        FolderEntry(path="etc"),
        FolderEntry(path="root", mode=0o700),
        FolderEntry(path="tmp", mode=0o1777),
        FileEntry(path="etc/group", text=_GROUP),
        FileEntry(path="etc/passwd", text=_PASSWD),
    )


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:12]
