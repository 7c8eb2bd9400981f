"""Faults of memory."""

from typing import ClassVar, Literal

from harness.scenario.verbs.process import Process
from harness.scenario.verbs.verb import Capability, ContainerVerb


class Oom(ContainerVerb):
    """The container outgrows its memory limit and the kernel kills it. The workload provides the memory; the step
    demands the kernel's own record of the kill and exit 137 from the container."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.KERNEL_LOG})
    living: ClassVar[bool] = False
    running: ClassVar[bool] = False


class OomKill(ContainerVerb):
    """Fills the memory of a container from outside until the kernel's OOM killer strikes: the workload need not do
    anything for it, nor have a limit. Limit and processes are as before afterwards, but for what was killed."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.PROCESSES, Capability.KERNEL_LOG})
    process: Process = "first"
    """The process that the kernel is made to choose: `first`, `child` or a pattern, as for kill-process."""
    kill: Literal["process", "group"] = "process"
    """`process`: that one alone. `group`: every process of the container, as with `memory.oom.group`."""
