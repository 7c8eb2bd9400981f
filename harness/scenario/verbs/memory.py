"""Faults of memory."""

from typing import ClassVar

from harness.scenario.verbs.verb import Capability, ContainerVerb


class Oom(ContainerVerb):
    """The container outgrows its memory limit and the kernel kills it. The workload provides the memory; the step
    demands the kernel's own record of the kill and exit 137 from the container."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.KERNEL_LOG})
    living: ClassVar[bool] = False
    running: ClassVar[bool] = False
