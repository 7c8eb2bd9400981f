"""An out-of-memory kill is believed when the kernel says so: it names the cgroup, and that names the container."""

from __future__ import annotations

import os
import re
import select
import time
from typing import TYPE_CHECKING

from harness.cluster.protocol import KernelOom

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_RECORD = 16384
_KILL = re.compile(
    r"^(?P<prefix>\d+),\d+,(?P<microseconds>\d+),[^;]*;(?P<line>oom-kill:.*"
    r"task_memcg=(?P<cgroup>[^,]+),task=(?P<task>.*),pid=(?P<pid>\d+),uid=\d+)"
)
_FACILITY = 3
"""Bits of the prefix below the facility: the level."""
_CONTAINER = re.compile(r"(?:.*/)?(?:cri-containerd-)?(?P<id>[^/]+?)(?:\.scope)?$")


class KernelOoms:
    """Kills in the containers of some nodes, from the moment it is made; each node is named by its part of a cgroup's
    path, such as `/shakedown/dev/node-1/`."""

    def __init__(self, nodes: Mapping[str, str]) -> None:
        self._nodes = dict(nodes)
        self._log = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        os.lseek(self._log, 0, os.SEEK_END)
        self._wake, self._waker = os.pipe2(os.O_CLOEXEC)

    def __iter__(self) -> Iterator[KernelOom]:
        poller = select.poll()
        poller.register(self._log, select.POLLIN)
        poller.register(self._wake, select.POLLIN | select.POLLHUP)
        try:
            closed = False
            while not closed:
                closed = any(descriptor == self._wake for descriptor, _ in poller.poll())
                yield from (kill for record in self._records() if (kill := parse(record, self._nodes)))
        finally:
            os.close(self._log)
            os.close(self._wake)

    def close(self) -> None:
        """Closing the other end of the pipe wakes whoever iterates, and that one closes the rest."""
        if self._waker >= 0:
            os.close(self._waker)
            self._waker = -1

    def _records(self) -> Iterator[str]:
        while True:
            try:
                yield os.read(self._log, _RECORD).decode(errors="replace")
            except BlockingIOError:
                return
            except BrokenPipeError:
                continue  # the kernel overwrote records that were not read in time; the next read goes on behind them


def parse(record: str, nodes: Mapping[str, str]) -> KernelOom | None:
    """A kill from one record of /dev/kmsg, if it is one and is below one of the nodes.

    What user space writes there has a facility above 0 in its prefix: only the kernel's own word is taken.
    """
    found = _KILL.match(record)
    if found is None or int(found["prefix"]) >> _FACILITY:
        return None
    node = next((name for part, name in nodes.items() if part in found["cgroup"]), None)
    container = _CONTAINER.match(found["cgroup"])
    if node is None or container is None:
        return None
    return KernelOom(
        container_id=container["id"],
        node=node,
        pid=int(found["pid"]),
        task=found["task"],
        monotonic=int(found["microseconds"]) / 1e6,
        wall=time.time(),
        line=found["line"],
    )
