"""A real out-of-memory kill of a chosen process, with no help from the workload.

The container's limit is drawn down, a process of ours joins it and takes memory, and the score of the victim is raised,
so that the kernel's choice is the one that is wanted. Raising a score takes no privilege. Everything that can be set is
set back at once.

To the score the kernel adds what a process has mapped, also where that is charged elsewhere. So the limit leaves our
process room to outgrow all others: should the kernel strike twice, it takes ours and no bystander.
"""

from __future__ import annotations

import contextlib
import functools
import mmap
import os
import select
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.cluster.container import ContainerGone, MemoryGrip, Squeezed
from harness.cluster.kernel import containers, membership, picking, processes, signalling
from harness.model.errors import ClusterFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SLACK: Final = 2 << 20
_TRIES: Final = 3
_FILLED_WITHIN: Final = 10.0
_DEAD_WITHIN: Final = 2.0
"""Seconds from the kernel's choice to the end of the process: some milliseconds, unless the machine is starved."""
_HOG: Final = Path(__file__).with_name("hog.py")


def squeeze(folder: Path, process: str, *, whole: bool, taken: Callable[[], None]) -> Squeezed:
    """Returns when the kernel has killed, or could not be brought to it; its log says whom. `taken` is called when the
    limit is drawn down, a victim chosen, and a process of ours begins to take memory."""
    victim = picking.pick(folder, process)
    with _as_before(folder, grip(folder)):
        if whole and not (folder / "memory.oom.group").exists():
            # stopped, for none must end by itself when another is killed; the first goes last, or it takes all along
            signalling.stop_all(folder)
            pids = tuple(sorted(membership.members(folder), key=processes.age, reverse=True))
        else:
            _set_group(folder, whole=whole)
            pids = membership.members(folder) if whole else (victim,)
        shown = tuple(map(containers.describe, pids))
        _spare(membership.members(folder))
        wanted = (victim,) if (folder / "memory.oom.group").exists() else pids
        once = functools.cache(taken)
        ours = tuple(hog for pid in wanted for hog in _kill(folder, pid, once))
        left = tuple(pid for pid in pids if not _gone(pid, _DEAD_WITHIN))
    return Squeezed(victims=shown, alive=left, ours=ours)


def grip(folder: Path) -> MemoryGrip:
    group = folder / "memory.oom.group"
    scores = ((pid, _score(pid)) for pid in membership.members(folder))
    return MemoryGrip(
        limit=containers.counters(folder).limit,
        group=group.read_text().strip() == "1" if group.exists() else None,
        scores={pid: score for pid, score in scores if score is not None},
    )


def restore(folder: Path, before: MemoryGrip) -> MemoryGrip:
    """Sets back what a squeeze that was cut short has left; returns what is there then."""
    _release(folder, before)
    signalling.resume(folder)
    return grip(folder)


@contextlib.contextmanager
def _as_before(folder: Path, before: MemoryGrip) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if membership.members(folder):
            raise ClusterFailed(f"the memory of container {folder.name} could not be drawn down: {error}") from error
        raise ContainerGone(f"container {folder.name} ended while its memory was drawn down") from error
    finally:
        with contextlib.suppress(OSError):
            _release(folder, before)
        signalling.go_on(folder)


def _release(folder: Path, before: MemoryGrip) -> None:
    """A container that has ended has nothing to be set back."""
    if not folder.exists():
        return
    limit = _limit_file(folder)
    unlimited = "-1" if limit.name == "memory.limit_in_bytes" else "max"
    limit.write_text(unlimited if before.limit is None else str(before.limit))
    if before.group is not None:
        _set_group(folder, whole=before.group)
    for pid in membership.members(folder):
        _set_score(pid, before.scores.get(pid, max(before.scores.values(), default=0)))


def _tighten(folder: Path, victim: int) -> None:
    """A limit that is lower already stays, and so does one that the kernel cannot reach."""
    found = containers.counters(folder)
    bystanders = (pid for pid in membership.members(folder) if pid != victim)
    wanted = found.usage + max(map(_mapped, bystanders), default=0) + _SLACK
    if found.limit is None:
        _limit_file(folder).write_text(str(wanted))
    elif found.limit > wanted:
        with contextlib.suppress(OSError):
            _limit_file(folder).write_text(str(wanted))


def _mapped(pid: int) -> int:
    """Bytes of memory that the process has mapped, of whatever kind."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * mmap.PAGESIZE
    except OSError:
        return 0


def _spare(pids: tuple[int, ...]) -> None:
    """Where the kernel does not let a score be lowered it may choose another; then the proof fails, and says so."""
    for pid in pids:
        _set_score(pid, 0)


def _kill(folder: Path, victim: int, taken: Callable[[], None]) -> tuple[int, ...]:
    """The kernel may take our process, too, where the victim is slow to give back what it had. Returns all of ours."""
    ours: list[int] = []
    _tighten(folder, victim)
    while not ours or (len(ours) < _TRIES and not _gone(victim, _DEAD_WITHIN)):
        ours.append(_fill(folder, victim, taken))
    return tuple(ours)


def _gone(pid: int, patience: float) -> bool:
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return processes.ended(handle, patience)
    finally:
        os.close(handle)


def _fill(folder: Path, victim: int, taken: Callable[[], None]) -> int:
    argv = (sys.executable, "-I", "-S", str(_HOG), str(folder), str(_FILLED_WITHIN), str(victim))
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as hog:
        assert hog.stdout is not None
        said, _, _ = select.select([hog.stdout], [], [], _FILLED_WITHIN)
        if said and hog.stdout.readline():
            taken()
        if not _gone(hog.pid, _FILLED_WITHIN + 5):
            hog.kill()
    return hog.pid


def _limit_file(folder: Path) -> Path:
    first_version = folder / "memory.limit_in_bytes"
    return first_version if first_version.exists() else folder / "memory.max"


def _set_group(folder: Path, *, whole: bool) -> None:
    group = folder / "memory.oom.group"
    if group.exists():
        group.write_text(str(int(whole)))


def _score(pid: int) -> int | None:
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/oom_score_adj").read_text())
    return None


def _set_score(pid: int, score: int) -> None:
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/oom_score_adj").write_text(str(score))
