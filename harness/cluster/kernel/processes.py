"""A pid alone names nothing after its process died, so processes are known by pid and start time and held by pidfd."""

from __future__ import annotations

import contextlib
import os
import select
import signal
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessId:
    """One process for good: the pid may be used again, the pair may not."""

    pid: int
    started: int
    """Clock ticks after boot, as the kernel counts them."""


def identify(pid: int) -> ProcessId | None:
    fields = _stat(pid)
    return None if fields is None or fields[0] in "ZX" else ProcessId(pid=pid, started=int(fields[19]))


def alive(process: ProcessId) -> bool:
    return identify(process.pid) == process


def state(pid: int) -> str:
    """One letter as the kernel has it, T for stopped by a signal; empty where there is no such process any more."""
    fields = _stat(pid)
    return "" if fields is None or fields[0] in "ZX" else fields[0]


def age(pid: int) -> tuple[int, int]:
    """The smaller, the older; what is gone counts as young."""
    who = identify(pid)
    return (who.started, pid) if who else (1 << 62, pid)


def parent(pid: int) -> int | None:
    fields = _stat(pid)
    return None if fields is None else int(fields[1])


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def children(pid: int) -> tuple[int, ...]:
    return tuple(child for child in every() if parent(child) == pid)


def every() -> tuple[int, ...]:
    return tuple(int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def end(process: ProcessId, timeout: float, sign: signal.Signals = signal.SIGKILL) -> bool:
    """Signals the process and waits until it is gone; False if it still is there after `timeout` seconds."""
    try:
        handle = os.pidfd_open(process.pid)
    except ProcessLookupError:
        return True
    try:
        if not alive(process):
            return True
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(handle, sign)
        return ended(handle, timeout)
    finally:
        os.close(handle)


def ended(handle: int, timeout: float) -> bool:
    """A pid namespace's first process ends only when all others in it have, so its pidfd speaks for the lot."""
    poller = select.poll()
    poller.register(handle, select.POLLIN)
    return bool(poller.poll(timeout * 1000))


def _stat(pid: int) -> list[str] | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return text.rpartition(")")[2].split()
