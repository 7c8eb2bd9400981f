"""What a machine must have for clusters of kind. Each lack is one line with its cure, found before anything starts."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Final

from packaging.version import Version

from harness.cluster.kind import engine
from harness.cluster.requirements import Lack
from harness.model.errors import MachineUnfit

if TYPE_CHECKING:
    from collections.abc import Iterator

OLDEST: Final = Version("0.20")
"""The first that gives its nodes a private view of cgroups on every machine."""
_INSTALL: Final = "install kind (https://kind.sigs.k8s.io), or use `--provider local`"
_ANSWERS_WITHIN: Final = 20.0


def lacks() -> tuple[Lack, ...]:
    return tuple(_lacks())


def check() -> None:
    """Raises MachineUnfit with the first lack."""
    for lack in _lacks():
        raise MachineUnfit(f"this machine cannot run clusters of kind: {lack.what}", cure=lack.cure)


def version() -> Version | None:
    """Of the kind on PATH; None where there is none, or none that says its version."""
    if shutil.which("kind") is None:
        return None
    try:
        done = subprocess.run(("kind", "version"), capture_output=True, text=True, timeout=_ANSWERS_WITHIN, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"v?(\d+\.\d+\.\d+)", done.stdout)
    return Version(found[1]) if found else None


def _lacks() -> Iterator[Lack]:
    if shutil.which("kind") is None:
        yield Lack(what="there is no kind on PATH", cure=_INSTALL)
    elif (found := version()) is None:
        yield Lack(what="`kind version` says no version", cure=_INSTALL)
    elif found < OLDEST:
        yield Lack(what=f"kind {found} is older than {OLDEST}", cure=f"install kind {OLDEST} or newer")
    if why := engine.silent():
        yield Lack(what=f"no Docker engine answers: {why}", cure="start Docker, or use `--provider local`")
