"""Faults of processes."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from harness.scenario.verbs.verb import Capability, ContainerVerb

Process = Annotated[str, Field(min_length=1, max_length=200)]
"""`first`, `child`, or a pattern such as `*python*` for the command line."""
Signal = Literal[
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
    "STKFLT", "XCPU", "XFSZ", "VTALRM", "PROF", "IO", "PWR", "SYS",
]  # fmt: skip
"""Every one that ends a process that does nothing about it; those that stop one are freeze-process."""


class KillProcess(ContainerVerb):
    """Sends a signal to a process of a container, from outside the container."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.PROCESSES})
    signal: Signal = "KILL"
    """What is ignored, or left to its default by the first process of a container, does nothing and proves nothing."""
    process: Process = "first"
    """`first`: what the runtime started, Argo's own `argoexec` in wait, init and, as emissary, in main and sidecars.
    `child`: the oldest child of that, in main the workload's own command. Else a pattern for the command line; the
    oldest process that fits is taken."""


class FreezeProcess(ContainerVerb):
    """Stops processes of a container with SIGSTOP: they live and hold what they hold, but do nothing. Healed
    by SIGCONT."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.PROCESSES})
    process: Process = "all"
    """`all` of the container, or one: `first`, `child` or a pattern, as for kill-process."""
