"""The Docker engine, through the `docker` on PATH: whichever engine that talks to is the one that is used."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any, Final

from harness.model.errors import ClusterFailed, MachineUnfit

PATIENCE: Final = 120.0
"""Seconds for one command; a busy engine takes some for the end of a container."""
_ANSWERS_WITHIN: Final = 10.0
_SAID: Final = 400


class EngineFailed(ClusterFailed):
    """The engine refused, or did not answer."""


def call(*arguments: str, timeout: float = PATIENCE) -> str:
    """What `docker ARGUMENTS` printed. Raises EngineFailed."""
    done = attempt(*arguments, timeout=timeout)
    if done.returncode != 0:
        raise EngineFailed(f"`docker {' '.join(arguments[:3])} ...` failed: {said(done)}")
    return done.stdout


def attempt(*arguments: str, timeout: float = PATIENCE) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            ("docker", *arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except FileNotFoundError as error:
        raise MachineUnfit("there is no docker on PATH", cure="install Docker, or use `--provider local`") from error
    except subprocess.TimeoutExpired as error:
        raise EngineFailed(f"`docker {' '.join(arguments[:3])} ...` did not answer within {timeout:g} s") from error


def said(done: subprocess.CompletedProcess[str]) -> str:
    return " ".join((done.stderr or done.stdout).split())[-_SAID:] or f"exit code {done.returncode}"


def silent() -> str | None:
    """Why no engine answers; None where one does."""
    if shutil.which("docker") is None:
        return "there is no docker on PATH"
    try:
        done = attempt("version", "--format", "{{.Server.Version}}", timeout=_ANSWERS_WITHIN)
    except EngineFailed as error:
        return error.message
    return None if done.returncode == 0 else said(done)


def inspect(*names: str, kind: str = "container") -> list[dict[str, Any]]:
    """What the engine knows of those that exist."""
    if not names:
        return []
    done = attempt("inspect", "--type", kind, *names)
    try:
        found: list[dict[str, Any]] = json.loads(done.stdout or "[]")
    except ValueError as error:
        raise EngineFailed(f"`docker inspect` printed no JSON: {said(done)}") from error
    if done.returncode != 0 and "no such" not in done.stderr.lower():
        raise EngineFailed(f"`docker inspect {' '.join(names)}` failed: {said(done)}")
    return found


def inside(node: str, script: str, *arguments: str, timeout: float = PATIENCE) -> str:
    """What a shell script printed in the container of a node."""
    return call("exec", node, "sh", "-c", script, "sh", *arguments, timeout=timeout)
