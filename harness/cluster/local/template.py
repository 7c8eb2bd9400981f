"""Importing images takes most of a node's first seconds, so it is done once; nodes start from a copy of that.

The copy is made of hard links. Only containerd's databases are really copied: they alone are ever written in place.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from harness.build import cache
from harness.model.errors import ClusterFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.build.progress import Progress
    from harness.cluster.local.tools import Tools

PACKAGES = Path(__file__).parents[3]
"""The folder that Python finds `harness` in."""
_RECIPE = "1"


def ensure(tools: Tools, archives: Sequence[Path], progress: Progress) -> Path:
    """A containerd root with the images of all archives in it."""

    def make(folder: Path) -> None:
        with progress.step(f"importing {len(archives)} image archives"):
            _import(tools, archives, folder / "containerd")

    size = sum(archive.stat().st_size for archive in archives)
    key = f"templates/{_key(tools, archives)}"
    return cache.ensure(key, make, recipe=_RECIPE, needs_bytes=3 * size, progress=progress) / "containerd"


def copy(template: Path, target: Path) -> None:
    for folder, _, files in os.walk(template):
        place = target / Path(folder).relative_to(template)
        place.mkdir()
        shutil.copystat(folder, place)
        for file in files:
            _copy_file(f"{folder}/{file}", f"{place}/{file}")


def _copy_file(source: str, target: str) -> None:
    if source.endswith(".db"):
        shutil.copy2(source, target)
    else:
        os.link(source, target, follow_symlinks=False)


def _import(tools: Tools, archives: Sequence[Path], root: Path) -> None:
    module = (sys.executable, "-S", "-E", "-m", "harness.cluster.local.importer")
    argv = (*module, str(root), tools.containerd, tools.ctr, *map(str, archives))
    with subprocess.Popen(
        argv, cwd=PACKAGES, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as importer:
        assert importer.stderr is not None
        complaint = importer.stderr.read()
    if importer.returncode != 0:
        raise ClusterFailed(f"the images could not be imported: {complaint.strip()[-1500:]}")


def _key(tools: Tools, archives: Sequence[Path]) -> str:
    """Archives in the cache never change in place, so size and time stand for their content."""
    digest = hashlib.sha256(tools.containerd.encode())
    for archive in sorted(archives):
        status = archive.stat()
        digest.update(f"{archive}:{status.st_size}:{status.st_mtime_ns}".encode())
    return digest.hexdigest()[:16]
