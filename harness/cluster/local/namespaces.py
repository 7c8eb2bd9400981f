"""Private namespaces and mounts, by the system calls themselves: one process less, and the child's pid is known."""

from __future__ import annotations

import ctypes
import os
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

NEW_MOUNTS = 0x00020000
NEW_PIDS = 0x20000000
NEW_NETWORK = 0x40000000
_BIND, _RECURSIVE, _PRIVATE = 0x1000, 0x4000, 0x40000
_PARENT_DEATH_SIGNAL = 1

_libc = ctypes.CDLL(None, use_errno=True)


def fork_isolated() -> int:
    """As os.fork, but the child is process 1 of new pid, mount and network namespaces and dies with its parent.

    The parent goes on when the child's namespaces are made.
    """
    _check(_libc.unshare(NEW_PIDS), "unshare")  # for children only; the rest would take the parent along
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        _isolate()
    os.close(writer)
    if pid != 0:
        os.read(reader, 1)  # ends when the child has closed its end
        os.close(reader)
    return pid


def _isolate() -> None:
    _check(_libc.prctl(_PARENT_DEATH_SIGNAL, int(signal.SIGKILL), 0, 0, 0), "prctl")
    _check(_libc.unshare(NEW_MOUNTS | NEW_NETWORK), "unshare")
    _mount("none", "/", None, _RECURSIVE | _PRIVATE)
    _mount("proc", "/proc", "proc", 0)


def hide(folders: Iterable[str], keep: Iterable[Path]) -> None:
    """Lays an empty tmpfs over each folder, so that nothing written there reaches the machine, save for `keep`."""
    covered = tuple(folders)
    kept = [(path, os.open(path, os.O_PATH)) for path in keep if _below(path, covered)]
    for folder in covered:
        _mount("tmpfs", folder, "tmpfs", 0)
    for path, handle in kept:
        path.mkdir(parents=True, exist_ok=True)
        bind(f"/proc/self/fd/{handle}", str(path))
        os.close(handle)


def bind(source: str, target: str) -> None:
    _mount(source, target, None, _BIND | _RECURSIVE)


def _below(path: Path, folders: tuple[str, ...]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def _mount(source: str, target: str, kind: str | None, flags: int) -> None:
    encoded = kind.encode() if kind else None
    _check(_libc.mount(source.encode(), target.encode(), encoded, flags, None), f"mount {source} on {target}")


def _check(result: int, what: str) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
