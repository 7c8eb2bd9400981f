"""Faults of cluster nodes."""

from typing import ClassVar

from harness.scenario.duration import Duration
from harness.scenario.verbs.verb import Capability, NodeVerb


class Drain(NodeVerb):
    """Cordons the node and evicts every workflow pod from it through the Eviction API, those with emptyDir volumes
    too (chaosk8s skips them silently). Healed by uncordon."""

    grace: Duration | None = None
    """Grace period given to the evicted pods; their own terminationGracePeriodSeconds where not set."""


class PowerOff(NodeVerb):
    """Kills everything on the node at once: kubelet, container runtime, containers. Healed by power-on."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.POWER})


class PowerOn(NodeVerb):
    """Starts a node that an earlier step switched off."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.POWER})
    living: ClassVar[bool] = False
