"""Joins a container's memory cgroup and takes memory there until the given process is dead.

A process of its own, because memory is charged to a whole process. It is started as a plain file, without the harness:
`hog.py FOLDER SECONDS PID`. It ends at once when its standard input does, so that nothing outlives the harness.
"""

import mmap
import os
import select
import sys
import time
from pathlib import Path

BLOCK = bytes(1 << 18)
"""What is taken between two looks at the victim."""
WORST = "1000"
"""The score by which the kernel takes this process before any other, however small it is."""


def main(folder: str, seconds: float, victim: int) -> int:
    # the victim comes first for its score; for its size this comes before all others
    Path("/proc/self/oom_score_adj").write_text("0")
    Path(folder, "cgroup.procs").write_text("0")
    deadline = time.monotonic() + seconds
    taken: list[mmap.mmap] = []
    poller = watch(victim)
    Path(f"/proc/{victim}/oom_score_adj").write_text(WORST)
    while not poller.poll(0):
        if time.monotonic() > deadline:
            return 1
        taken.append(mmap.mmap(-1, len(BLOCK)))
        taken[-1][:] = BLOCK
    return 0


def watch(pid: int) -> select.poll:
    """Answers when the process is dead or the harness is."""
    poller = select.poll()
    poller.register(os.pidfd_open(pid), select.POLLIN)
    poller.register(0, select.POLLIN | select.POLLHUP)
    return poller


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3])))
