"""Faults of cluster nodes."""

from typing import ClassVar, Literal

from harness.scenario.conditions import Name
from harness.scenario.duration import Duration
from harness.scenario.verbs.verb import Capability, NodeVerb


class Drain(NodeVerb):
    """Cordons the node and evicts every workflow pod from it through the Eviction API, those with emptyDir volumes
    too (chaosk8s skips them silently). Healed by uncordon."""

    grace: Duration | None = None
    """Grace period given to the evicted pods; their own terminationGracePeriodSeconds where not set."""


class Cordon(NodeVerb):
    """Marks the node as unschedulable; what runs there goes on. Healed by uncordon."""


class PowerOff(NodeVerb):
    """Kills everything on the node at once: kubelet, container runtime, containers. Healed by power-on."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.POWER})


class Reboot(NodeVerb):
    """Switches the node off and on again at once: its containers are gone, before the cluster can notice that the node
    was."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.POWER})


class CutNetwork(NodeVerb):
    """Cuts the node off from the API server and from the other nodes while its containers go on. Proven when the
    cluster takes the node for lost. Healed by plugging it in again: what the node did meanwhile then comes to light."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.NETWORK})


class StopKubelet(NodeVerb):
    """Stops the kubelet while its containers go on: `freeze` with SIGSTOP, `kill` for good. Proven when the cluster
    takes the node for lost. Healed by SIGCONT or a new start."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.COMPONENTS})
    how: Literal["freeze", "kill"] = "freeze"


class StopRuntime(NodeVerb):
    """Stops the container runtime (containerd) while its containers go on: `freeze` with SIGSTOP, `kill` for good; the
    kubelet can neither start nor end anything. Healed by SIGCONT or a new start."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.COMPONENTS})
    how: Literal["freeze", "kill"] = "freeze"


class DeleteNode(NodeVerb):
    """Deletes the Node object, as a cloud does with a machine that it took back; here the machine lives on. Healed by a
    restart of its kubelet, which registers the node anew."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.COMPONENTS})


class TaintNode(NodeVerb):
    """Puts a taint on the node; NoExecute evicts, at once and without asking any disruption budget, every pod that does
    not tolerate it. Healed by taking it off."""

    key: Name = "shakedown/taint"
    value: str = ""
    effect: Literal["NoExecute", "NoSchedule"] = "NoExecute"


class PowerOn(NodeVerb):
    """Starts a node that an earlier step switched off."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.POWER})
    living: ClassVar[bool] = False
