"""Removes the half-made folders of a cluster whose harness died before there was a keeper: a cluster leaves nothing.

Its standard input is a pipe from the harness. A byte means that the keeper takes over; the end of the pipe, without
one, that the harness is gone. Only folders that name that harness as their owner are touched.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.cluster.kernel.processes import ProcessId

HANDED_OVER = b"k"


@contextlib.contextmanager
def guarding(owner: ProcessId, record: Path, *folders: Path) -> Iterator[None]:
    """While this is open, the death of this process takes the folders with it, if `record` names it as their owner."""
    argv = (sys.executable, "-S", "-E", "-m", "harness.cluster.local.guard", str(owner.pid), str(owner.started))
    process = subprocess.Popen(
        (*argv, str(record), *map(str, folders)),
        cwd=Path(__file__).parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            process.communicate(HANDED_OVER)


def main(pid: str, started: str, record: str, *folders: str) -> None:
    if sys.stdin.buffer.read(1) or _owner(record) != {"pid": int(pid), "started": int(started)}:
        return
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _owner(record: str) -> object:
    try:
        return json.loads(Path(record).read_text(encoding="utf-8"))["owner"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


if __name__ == "__main__":
    main(*sys.argv[1:])
