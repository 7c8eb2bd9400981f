"""Signals to the processes of a container, from outside.

A pid is only trusted while its process is held by a pidfd and still is in the container's cgroup.
"""

from __future__ import annotations

import contextlib
import os
import signal as signals
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.cluster.container import Child, ContainerGone, Disposition, SignalledProcess
from harness.cluster.kernel import containers, membership, picking, processes
from harness.model.errors import ClusterFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.cluster.container import ContainerProcess

_ROUNDS: Final = 50
"""How often all are stopped until none is left that was just started; each takes less than a millisecond."""


def send(folder: Path, signal: int, process: str, patience: float) -> SignalledProcess:
    """Waits for the end of the process for `patience` seconds."""
    pid = picking.pick(folder, process)
    with _held(folder, pid) as handle:
        command, disposed = processes.command(pid), disposition(pid, signal)
        child = _child(folder, signal) if process == "first" else None
        signals.pidfd_send_signal(handle, signal)
        monotonic, wall = time.monotonic(), time.time()
        ended = processes.ended(handle, patience)
    return SignalledProcess(
        pid=pid,
        command=command,
        signal=signal,
        monotonic=monotonic,
        wall=wall,
        disposition=disposed,
        ended=ended,
        child=child,
    )


def _child(folder: Path, signal: int) -> Child | None:
    pid = picking.child(folder)
    return None if pid is None else Child(pid=pid, disposition=disposition(pid, signal))


def disposition(pid: int, signal: int) -> Disposition:
    """What the process does with the signal, as the kernel has it."""
    bit = 1 << (signal - 1)
    for mask, answer in (("SigBlk", Disposition.BLOCKED), ("SigIgn", Disposition.IGNORED)):
        if _mask(pid, mask) & bit:
            return answer
    return Disposition.CAUGHT if _mask(pid, "SigCgt") & bit else Disposition.DEFAULT


def stop(folder: Path, process: str) -> tuple[ContainerProcess, ...]:
    """Returns what is stopped then, as the kernel shows it; `all` goes on until nothing new has been started."""
    if process != "all":
        pids: tuple[int, ...] = (picking.pick(folder, process),)
        _signal_each(folder, pids, signals.SIGSTOP)
        return await_state(pids, "T")
    return stop_all(folder)


def stop_all(folder: Path) -> tuple[ContainerProcess, ...]:
    shown: tuple[ContainerProcess, ...] = ()
    for _ in range(_ROUNDS):
        pids = membership.members(folder)
        _signal_each(folder, pids, signals.SIGSTOP)
        shown = await_state(pids, "T")
        if set(membership.members(folder)) == set(pids):
            return shown
    return shown


def resume(folder: Path) -> tuple[ContainerProcess, ...]:
    """Every process of the container goes on."""
    go_on(folder)
    return tuple(map(containers.describe, membership.members(folder)))


def go_on(folder: Path) -> None:
    _signal_each(
        folder, tuple(pid for pid in membership.members(folder) if processes.state(pid) == "T"), signals.SIGCONT
    )


def await_state(pids: tuple[int, ...], state: str) -> tuple[ContainerProcess, ...]:
    """A signal is taken when the process next runs; until then the kernel shows the state of before."""
    deadline = time.monotonic() + 1.0
    while any(processes.state(pid) not in (state, "") for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.001)  # the kernel tells only the parent
    return tuple(shown for shown in map(containers.describe, pids) if shown.state)


def _signal_each(folder: Path, pids: tuple[int, ...], signal: int) -> None:
    for pid in pids:
        with contextlib.suppress(ContainerGone), _held(folder, pid) as handle:
            signals.pidfd_send_signal(handle, signal)


@contextlib.contextmanager
def _held(folder: Path, pid: int) -> Iterator[int]:
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError as error:
        raise ContainerGone(f"process {pid} of container {folder.name} ended just now") from error
    try:
        # a process that has ended and is not buried yet takes every signal
        if pid not in membership.members(folder) or processes.identify(pid) is None:
            raise ContainerGone(f"process {pid} of container {folder.name} ended just now")
        yield handle
    except ProcessLookupError as error:
        raise ContainerGone(f"process {pid} of container {folder.name} ended just now") from error
    except PermissionError as error:
        raise ClusterFailed(f"the kernel does not let this user signal process {pid}: {error}") from error
    finally:
        os.close(handle)


def _mask(pid: int, name: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1], 16) for line in lines if line.startswith(f"{name}:")), 0)
