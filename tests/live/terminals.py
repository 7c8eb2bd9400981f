"""A command on a terminal of its own: everything it writes, what it leaves behind, and a Ctrl-C in between."""

from __future__ import annotations

import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from dataclasses import dataclass
from fcntl import ioctl
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HIDDEN, SHOWN = "\x1b[?25l", "\x1b[?25h"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    code: int
    text: str
    before: list[Any]
    after: list[Any]

    @property
    def restored(self) -> bool:
        """The cursor is visible, and the line settings are those from before."""
        return self.text.rfind(SHOWN) >= self.text.rfind(HIDDEN) and self.before == self.after


def run(
    *arguments: str, cwd: Path, env: Mapping[str, str] | None = None, stop_at: str = "", patience: float = 60.0
) -> Session:
    """`shakedown` with these arguments, until it ends; a Ctrl-C is typed once `stop_at` was written."""
    near, far = pty.openpty()
    ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 120, 0, 0))
    before = termios.tcgetattr(far)
    surroundings = {**os.environ, "TERM": "xterm-256color", **(env or {})}
    command = [sys.executable, "-m", "harness.cli", *arguments]
    # a session of its own with this as its terminal, or else a Ctrl-C would reach nobody
    login = f"import os, sys; os.login_tty({far}); os.execvp(sys.argv[1], sys.argv[1:])"
    with subprocess.Popen(
        [sys.executable, "-c", login, *command], cwd=cwd, env=surroundings, pass_fds=(far,)
    ) as process:
        text = _read(near, process, stop_at, time.monotonic() + patience)
        code = process.wait(patience)
    after = termios.tcgetattr(far)
    os.close(near)
    os.close(far)
    return Session(code=code, text=text, before=before, after=after)


def _read(near: int, process: subprocess.Popen[bytes], stop_at: str, deadline: float) -> str:
    text, stopped = "", not stop_at
    while time.monotonic() < deadline:
        ready, _, _ = select.select([near], [], [], 0.2)
        if ready:
            text += os.read(near, 65536).decode("utf-8", "replace")
        elif process.poll() is not None:
            return text
        if not stopped and stop_at in text:
            os.write(near, b"\x03")
            stopped = True
    process.kill()
    raise AssertionError(f"it did not end; the last it wrote: {text[-2000:]!r}")
