"""Calls of code that is not ours, each in a process of its own that knows one cluster only.

In our own process it could not be pointed at a cluster: the Kubernetes client reads KUBECONFIG once, when it is
imported, so an action would hit whatever cluster the user's own settings name. And a process can be ended.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

from harness.model.errors import HarnessError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CHILD: Final = "harness.cluster.foreign_child"
SHOWN: Final = 500
_OF_OTHERS: Final = ("KUBE", "CHAOSTOOLKIT_")


class CallFailed(HarnessError):
    """The action raised, did not come back in time, or could not be called at all."""


def call(module: str, function: str, arguments: Mapping[str, Any], kubeconfig: Path, timeout: float) -> str:
    """What it returned, as JSON and cut to a line. Raises CallFailed."""
    asked = json.dumps({"module": module, "func": function, "arguments": arguments})
    try:
        done = subprocess.run(
            (sys.executable, "-m", CHILD),
            input=asked,
            env=environment(kubeconfig),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CallFailed(f"it had not come back after {timeout:g} s") from error
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        said = " ".join(done.stderr.split())[-SHOWN:] or "nothing"
        raise CallFailed(f"its process ended with exit code {done.returncode}; it said: {said}") from error
    if "failed" in answer:
        raise CallFailed(str(answer["failed"]))
    return json.dumps(answer["returned"])[:SHOWN]


def environment(kubeconfig: Path) -> dict[str, str]:
    """Nothing in it names another cluster."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_OF_OTHERS)}
    paths = [path for path in sys.path if path]
    return {**kept, "KUBECONFIG": str(kubeconfig), "PYTHONPATH": os.pathsep.join(paths)}
