"""Joins a container's memory cgroup and takes memory there until the given process is dead.

A process of its own, because memory is charged to a whole process. It is started as a plain file, without the harness:
`hog.py FOLDER SECONDS PID`. It ends at once when its standard input does, so that nothing outlives the harness.
"""

import mmap
import os
import select
import sys
import time

BLOCK = bytes(1 << 18)
"""What is taken between two looks at the victim."""
ROOM = 1 << 30
"""Address space for the memory that is taken: one piece, so that the kernel may use large pages."""
WORST = "1000"
"""The score by which the kernel takes this process before any other, however small it is."""
READY = b"ready\n"
"""Said when this process is in the container's group and its victim chosen: what is left is up to the kernel."""


def main(folder: str, seconds: float, victim: int) -> int:
    # the victim comes first for its score; for its size this comes before all others
    write("/proc/self/oom_score_adj", "0")
    write(f"{folder}/cgroup.procs", "0")
    deadline = time.monotonic() + seconds
    memory, used = mmap.mmap(-1, ROOM, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS), 0
    memory.madvise(mmap.MADV_HUGEPAGE)
    poller = watch(victim)
    write(f"/proc/{victim}/oom_score_adj", WORST)
    os.write(1, READY)
    while not poller.poll(0):
        if time.monotonic() > deadline or used == ROOM:
            return 1
        memory[used : used + len(BLOCK)] = BLOCK
        used += len(BLOCK)
    return 0


def write(path: str, text: str) -> None:
    """Without pathlib, whose import alone takes longer than all the rest."""
    handle = os.open(path, os.O_WRONLY)
    os.write(handle, text.encode())
    os.close(handle)


def watch(pid: int) -> select.poll:
    """Answers when the process is dead or the harness is."""
    poller = select.poll()
    poller.register(os.pidfd_open(pid), select.POLLIN)
    poller.register(0, select.POLLIN | select.POLLHUP)
    return poller


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3])))
