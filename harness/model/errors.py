"""What goes wrong for a user or on a machine is one clear line and an exit code, so every such error starts here."""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class Exit(IntEnum):
    """Exit codes of the command line; the worst of a run wins."""

    OK = 0
    FAIL = 1
    USAGE = 2
    INCONCLUSIVE = 3
    INFRA = 4


class HarnessError(Exception):
    """The harness cannot go on, and the reason is not a bug of its own.

    `message` says what failed and why; `cure` is what the user can do about it, best a command.
    """

    exit_code: ClassVar[Exit] = Exit.INFRA

    def __init__(self, message: str, *, cure: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.message}; {self.cure}" if self.cure else self.message

    def __reduce__(self) -> tuple[object, ...]:
        return _revive, (type(self), self.message, self.cure)


def _revive(kind: type[HarnessError], message: str, cure: str | None) -> HarnessError:
    return kind(message, cure=cure)


class UsageError(HarnessError):
    """The command or a file given to it is wrong."""

    exit_code = Exit.USAGE


class MachineUnfit(HarnessError):
    """This machine lacks something that a run needs: root, a cgroup controller, a tool."""


class DiskFull(MachineUnfit):
    """There is too little room for what has to be made."""


class BuildFailed(HarnessError):
    """A build ran and did not succeed."""


class ReleaseUnavailable(HarnessError):
    """This release of Argo or Kubernetes cannot be had here; asking again gives the same answer."""


class RegistryUnreachable(HarnessError):
    """A package registry could not be reached; trying again may help."""


class ClusterFailed(HarnessError):
    """The cluster did not start, or a part of it died."""


class InstallFailed(HarnessError):
    """Argo did not become ready."""


class GaveUpWaiting(HarnessError):
    """A deadline passed; says what was waited for and what was seen last."""


__all__ = [
    "BuildFailed",
    "ClusterFailed",
    "DiskFull",
    "Exit",
    "GaveUpWaiting",
    "HarnessError",
    "InstallFailed",
    "MachineUnfit",
    "RegistryUnreachable",
    "ReleaseUnavailable",
    "UsageError",
]
