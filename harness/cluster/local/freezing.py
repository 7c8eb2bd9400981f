"""Stops every process below one with SIGSTOP, and lets them go on: a freezer that every kernel has.

The freezer of cgroups v1 would hold even the SIGKILL back with which a cluster ends.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from typing import TYPE_CHECKING, Final

from harness.cluster.kernel import processes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from harness.cluster.kernel.processes import ProcessId

_STILL_WITHIN: Final = 10.0
"""Seconds; one that waits for its disk stops only afterwards."""
_LOOK: Final = 0.002
_STILL: Final = frozenset({"T", "t", ""})
"""Stopped, or not there any more; `t` is one that a debugger holds."""


class StillRunning(OSError):
    """Something would not stop."""


def freeze(root: int) -> frozenset[ProcessId]:
    """Returns what it stopped when nothing runs any more: whoever was just born is found by another look."""
    stopped: set[ProcessId] = set()
    deadline = time.monotonic() + _STILL_WITHIN
    while moving := _moving(root):
        if time.monotonic() > deadline:
            thaw(stopped)
            raise StillRunning(f"processes {', '.join(map(str, moving))} do not stop within {_STILL_WITHIN:g} s")
        for pid in moving:
            who = processes.identify(pid)
            if who is not None and _send(who, signal.SIGSTOP):
                stopped.add(who)
        time.sleep(_LOOK)  # a stop is not announced to those who are no parents
    return frozenset(stopped)


def thaw(stopped: Iterable[ProcessId]) -> None:
    for who in stopped:
        _send(who, signal.SIGCONT)


def is_frozen(root: int) -> bool:
    return not _moving(root)


def _moving(root: int) -> list[int]:
    return [pid for pid in tree(root) if processes.state(pid) not in _STILL]


def tree(root: int) -> Iterator[int]:
    """The process and all that descend from it; parents before their children."""
    below: dict[int, list[int]] = {}
    for pid in processes.every():
        parent = processes.parent(pid)
        if parent is not None:
            below.setdefault(parent, []).append(pid)
    waiting = [root]
    for pid in waiting:
        yield pid
        waiting += below.get(pid, [])


def _send(who: ProcessId, sign: signal.Signals) -> bool:
    """A pidfd, so that nobody else is hit who has the number by now."""
    with contextlib.suppress(ProcessLookupError):
        handle = os.pidfd_open(who.pid)
        try:
            if processes.alive(who):
                signal.pidfd_send_signal(handle, sign)
                return True
        finally:
            os.close(handle)
    return False
