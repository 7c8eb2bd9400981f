"""Part of Argo lives in its command line (retry decides there what to reset), so each release's own binary is run."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from harness.model.errors import GaveUpWaiting

if TYPE_CHECKING:
    from pathlib import Path

    from harness.argo.build import ArgoBuild

PATIENCE: Final = 60.0
"""Seconds for one command; it does a few API calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CliResult:
    """One run of the command line."""

    command: tuple[str, ...]
    exit_code: int
    stdout: str
    stderr: str
    seconds: float


@dataclass(frozen=True, slots=True)
class ArgoCli:
    """The command line of one release, pointed at one cluster."""

    build: ArgoBuild
    kubeconfig: Path

    def run(
        self, verb: str, workflow: str | Path, namespace: str, *arguments: str, timeout: float = PATIENCE
    ) -> CliResult:
        """`argo VERB WORKFLOW -n NAMESPACE ARGUMENTS`; for `submit` the workflow is a file."""
        command = ("argo", verb, str(workflow), "--namespace", namespace, *arguments)
        started = time.monotonic()
        try:
            done = self._call(command, timeout)
        except subprocess.TimeoutExpired as error:
            raise GaveUpWaiting(
                f"`{' '.join(command)}` took longer than {timeout:g} s; it said: {_said(error)}",
                cure="see whether the API server answers",
            ) from error
        return CliResult(
            command=command,
            exit_code=done.returncode,
            stdout=done.stdout,
            stderr=done.stderr,
            seconds=time.monotonic() - started,
        )

    def _call(self, command: tuple[str, ...], timeout: float) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            executable=self.build.cli,
            env={
                "HOME": str(self.kubeconfig.parent),
                "KUBECONFIG": str(self.kubeconfig),
                "PATH": os.environ.get("PATH", ""),
                "NO_COLOR": "1",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )


def _said(error: subprocess.TimeoutExpired) -> str:
    said = error.stderr or error.output or b""
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return text.strip()[-500:] or "nothing"
