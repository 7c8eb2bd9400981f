"""Faults of processes."""

from typing import ClassVar, Literal

from harness.scenario.verbs.verb import Capability, ContainerVerb


class KillProcess(ContainerVerb):
    """Sends a signal to the first process of a container, from outside the container."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.PROCESSES})
    signal: Literal["KILL", "TERM", "INT", "QUIT", "HUP"] = "KILL"
