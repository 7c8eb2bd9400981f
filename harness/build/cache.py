"""What was made is kept and shared by several runs: an entry is whole or absent, whatever was killed meanwhile."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.build import progress as progresses
from harness.model.errors import DiskFull, MachineUnfit

if TYPE_CHECKING:
    from collections.abc import Iterator

Make = Callable[[Path], None]
_MARK: Final = ".made.json"
_GIB: Final = 1 << 30


def root() -> Path:
    """The cache folder: `SHAKEDOWN_CACHE`, or `argo-shakedown` among the user's caches."""
    if chosen := os.environ.get("SHAKEDOWN_CACHE"):
        return Path(chosen).expanduser().absolute()
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "argo-shakedown"


def find(key: str, *, recipe: str = "1") -> Path | None:
    """The entry, if it is there and was made by this recipe."""
    entry = root() / key
    try:
        with _machine_errors(entry):
            mark = json.loads((entry / _MARK).read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    return entry if mark["recipe"] == recipe else None


def ensure(
    key: str,
    make: Make,
    *,
    recipe: str = "1",
    needs_bytes: int = 0,
    progress: progresses.Progress | None = None,
) -> Path:
    """The folder of an entry, made by `make(folder)` if it is missing.

    A new `recipe` replaces an entry made by an older one. `needs_bytes` of disk are asked for before `make` starts.
    """
    if entry := find(key, recipe=recipe):
        return entry
    with locked(key, progress=progress):
        return find(key, recipe=recipe) or _make(root() / key, make, recipe=recipe, needs_bytes=needs_bytes)


@contextmanager
def locked(key: str, *, progress: progresses.Progress | None = None) -> Iterator[None]:
    """One process at a time; the others say for whom they wait. A process that dies gives its lock up."""
    path = root() / ".locks" / f"{key.replace('/', '_')}.lock"
    with _machine_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.open("a+")
    with lock:
        _lock(lock.fileno(), path, key, progress or progresses.Silent())
        yield


def _lock(file: int, path: Path, key: str, progress: progresses.Progress) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = path.read_text().strip() or "unknown"
        with progress.step(f"waiting for process {holder}, which is making {key}"):
            fcntl.flock(file, fcntl.LOCK_EX)
    os.ftruncate(file, 0)
    os.write(file, str(os.getpid()).encode())


def _make(entry: Path, make: Make, *, recipe: str, needs_bytes: int) -> Path:
    started = time.monotonic()
    with _machine_errors(entry):
        entry.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(entry)
        _check_room(entry.parent, needs_bytes)
        made = Path(tempfile.mkdtemp(dir=entry.parent, prefix=f".{entry.name}.making-"))
        try:
            made.chmod(0o755)
            make(made)
            _write_mark(made, recipe, time.monotonic() - started)
            _sync(made)
            _put(made, entry)
        except BaseException:
            remove(made)
            raise
    return entry


def _put(made: Path, entry: Path) -> None:
    """What is there already was not made by this recipe, or is not the cache's own; it gives way."""
    if entry.is_symlink() or entry.exists():
        entry.rename(Path(tempfile.mkdtemp(dir=entry.parent, prefix=f".{entry.name}.old-")) / "entry")
    made.rename(entry)
    _sync_folder(entry.parent)
    _remove_leftovers(entry)


def _remove_leftovers(entry: Path) -> None:
    """Under the entry's lock nobody else can be making it, so every temporary folder is a dead one's."""
    for state in ("making", "old"):
        for leftover in entry.parent.glob(f".{entry.name}.{state}-*"):
            remove(leftover)


def remove(folder: Path) -> None:
    """Removes a tree, also while the orphans of a killed build still write into it."""
    for _ in range(5):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
    shutil.rmtree(folder)


def _check_room(folder: Path, needs_bytes: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needs_bytes:
        raise DiskFull(
            f"{folder} has {free / _GIB:.1f} GiB free, and {needs_bytes / _GIB:.1f} GiB are needed",
            cure="free some, or set SHAKEDOWN_CACHE to a folder on a larger disk",
        )


@contextmanager
def _machine_errors(path: Path) -> Iterator[None]:
    """Disk and permission errors are the machine's, and are said in one line."""
    try:
        yield
    except OSError as error:
        match error.errno:
            case errno.ENOSPC | errno.EDQUOT:
                raise full(path) from error
            case errno.EACCES | errno.EPERM | errno.EROFS:
                raise MachineUnfit(
                    f"{error.filename or path} cannot be used: {error.strerror}",
                    cure="set SHAKEDOWN_CACHE to a folder that can",
                ) from error
            case _ if is_full(str(error)):
                raise full(path) from error
            case _:
                raise


def is_full(said: str) -> bool:
    """Whether a program's complaint is about a full disk."""
    return any(sign in said.lower() for sign in ("no space left on device", "disk quota exceeded"))


def full(path: Path) -> DiskFull:
    """The error for a disk that ran full while something was being made."""
    return DiskFull(
        f"the disk of {path} is full; what was half made was removed",
        cure="free some space, or set SHAKEDOWN_CACHE to a folder on a larger disk",
    )


def _write_mark(folder: Path, recipe: str, seconds: float) -> None:
    (folder / _MARK).write_text(json.dumps({"recipe": recipe, "seconds": round(seconds, 1)}) + "\n")


def _sync(folder: Path) -> None:
    """Everything on the disk before the rename, or a power cut could leave a whole name with half a content."""
    for parent, _, names in os.walk(folder):
        for name in names:
            _sync_file(Path(parent) / name)
        _sync_folder(Path(parent))


def _sync_file(path: Path) -> None:
    if path.is_symlink():
        return
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
