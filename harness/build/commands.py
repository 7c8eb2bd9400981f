"""Builds are other programs: they must not outlive the harness, and their last words must be at hand on failure."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

_TAIL_LINES: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What a program left behind."""

    code: int
    stdout: str
    stderr: tuple[str, ...]
    """Its last lines."""

    @property
    def tail(self) -> str:
        return " | ".join(line.strip() for line in self.stderr[-6:] if line.strip())


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    watch: Callable[[str], None] | None = None,
) -> Output:
    """Runs a program to its end; `watch` sees every line of its standard error."""
    tail: deque[str] = deque(maxlen=_TAIL_LINES)
    with tempfile.TemporaryFile("w+") as stdout, _started(command, cwd, env, stdout.fileno()) as process:
        assert process.stderr is not None
        for line in process.stderr:
            tail.append(line.rstrip("\n"))
            if watch:
                watch(tail[-1])
        code = process.wait()
        stdout.seek(0)
        return Output(code=code, stdout=stdout.read(), stderr=tuple(tail))


@contextmanager
def _started(
    command: Sequence[str | Path], cwd: Path | None, env: Mapping[str, str] | None, stdout: int
) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [*_bound_to_us(), *command],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            _kill_group(process)


def _bound_to_us() -> tuple[str, ...]:
    """The kernel kills the program when the harness dies, by whatever signal."""
    return ("setpriv", "--pdeathsig", "KILL", "--") if shutil.which("setpriv") else ()


def _kill_group(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
