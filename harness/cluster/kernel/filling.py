"""Fills a volume of a container through the first process's own view of its files.

Only a filesystem with a size of its own is filled: a folder of the machine's disk would take the machine along.
"""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path
from typing import Final

from harness.cluster.container import CannotBeFilled, Filling
from harness.cluster.kernel import membership

NAME: Final = ".shakedown-filling"
LARGEST: Final = 1 << 30
_BLOCK: Final = bytes(1 << 20)


def fill(folder: Path, path: str) -> Filling:
    volume = _volume(folder, path)
    handle = os.open(volume / NAME, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        os.lseek(handle, 0, os.SEEK_END)
        refused = _write_to_the_end(handle)
    finally:
        os.close(handle)
    return _look(volume, refused=refused)


def empty(folder: Path, path: str) -> Filling:
    volume = _volume(folder, path)
    with contextlib.suppress(FileNotFoundError):
        (volume / NAME).unlink()
    return _look(volume, refused=False)


def _volume(folder: Path, path: str) -> Path:
    root = Path(f"/proc/{membership.first(folder)}/root")
    volume = root / path.lstrip("/")
    try:
        own = volume.stat().st_dev not in {place.stat().st_dev for place in (root, Path("/"), Path("/var"))}
        size = os.statvfs(volume)
    except OSError as error:
        raise CannotBeFilled(f"{path} of container {folder.name} cannot be looked at: {error.strerror}") from error
    if not own or size.f_blocks * size.f_frsize > LARGEST:
        raise CannotBeFilled(
            f"{path} is no volume with a size of its own below {LARGEST >> 20} MiB, so to fill it would fill the node",
            cure="give the volume `emptyDir: {medium: Memory, sizeLimit: 16Mi}`",
        )
    return volume


def _write_to_the_end(handle: int) -> bool:
    """Whole blocks, then single bytes of a page: the last one that is refused is the kernel's word for full."""
    for size in (len(_BLOCK), 4096, 1):
        try:
            while True:
                os.write(handle, _BLOCK[:size])
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise CannotBeFilled(f"filling stopped early: {error.strerror}") from error
    return True


def _look(volume: Path, *, refused: bool) -> Filling:
    found = os.statvfs(volume)
    return Filling(size=found.f_blocks * found.f_frsize, free=found.f_bavail * found.f_frsize, refused=refused)
