"""Whether the nodes' kernel is this machine's own, and this user may act on it: containers are reached through it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from harness.cluster.kind import engine
from harness.scenario.verbs import Capability

if TYPE_CHECKING:
    from collections.abc import Mapping

_ELSEWHERE: Final = "the Docker engine runs its containers on another machine or in a virtual one"
_NOT_ROOT: Final = "the processes of its nodes belong to root, and you are not (sudo -E)"
_NO_LOG: Final = "the kernel's log cannot be read here: {}"


def lacking() -> Mapping[Capability, str]:
    """Nothing where no engine answers: then nothing is known, and nothing can be run either."""
    if engine.silent():
        return {}
    if not _here():
        return {Capability.PROCESSES: _ELSEWHERE, Capability.KERNEL_LOG: _ELSEWHERE}
    if os.geteuid() != 0:
        return {Capability.PROCESSES: _NOT_ROOT, Capability.KERNEL_LOG: _NOT_ROOT}
    try:
        os.close(os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK))
    except OSError as error:
        return {Capability.KERNEL_LOG: _NO_LOG.format(error.strerror)}
    return {}


def _here() -> bool:
    """An engine in a virtual machine has a kernel of its own, or another name."""
    told = engine.call("info", "--format", "{{.KernelVersion}} {{.Name}}").split()
    return told == [os.uname().release, os.uname().nodename]
