"""Faults of cluster nodes."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from harness.scenario.conditions import Name
from harness.scenario.duration import Duration, WholeSeconds
from harness.scenario.verbs.verb import Capability, NodeVerb


class Drain(NodeVerb):
    """Cordons the node and evicts every workflow pod from it through the Eviction API, those with emptyDir volumes
    too (chaosk8s skips them silently). Healed by uncordon."""

    grace: WholeSeconds | None = None
    """Grace period given to the evicted pods; their own terminationGracePeriodSeconds where not set."""
    patience: Duration = 30.0
    """How long an eviction that a PodDisruptionBudget refuses (429) is tried again."""


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


class FreezeNode(NodeVerb):
    """Freezes everything on the node at once, as a paused or migrating virtual machine does: kubelet, container runtime
    and containers stand still, with their connections open. Proven when the cluster takes the node for lost. Healed by
    letting it go on: what it did not do meanwhile it does then."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.POWER})


class StopKubelet(NodeVerb):
    """Stops the kubelet while its containers go on: `freeze` with SIGSTOP, `kill` for good. Proven when the cluster
    takes the node for lost. Healed by SIGCONT or a new start."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.COMPONENTS})
    how: Literal["freeze", "kill"] = "freeze"
    """With SIGSTOP, or for good."""


class StopRuntime(NodeVerb):
    """Stops the container runtime (containerd) while its containers go on: `freeze` with SIGSTOP, `kill` for good; the
    kubelet can neither start nor end anything. Healed by SIGCONT or a new start."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.COMPONENTS})
    how: Literal["freeze", "kill"] = "freeze"
    """With SIGSTOP, or for good."""


class DeleteNode(NodeVerb):
    """Deletes the Node object, as a cloud does with a machine that it took back; here the machine lives on. Healed by a
    restart of its kubelet, which registers the node anew."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.COMPONENTS})


class TaintNode(NodeVerb):
    """Puts a taint on the node; NoExecute evicts, at once and without asking any disruption budget, every pod that does
    not tolerate it. Healed by taking it off."""

    key: Name = "shakedown/taint"
    """Key of the taint."""
    value: str = ""
    """Its value."""
    effect: Literal["NoExecute", "NoSchedule"] = "NoExecute"
    """What it does to pods that do not tolerate it."""


class StarveMemory(NodeVerb):
    """Makes the node run short of memory for its kubelet, by a threshold above what is available: it says
    MemoryPressure, is tainted, turns pods without memory requests away, and evicts the others one after the other.
    Proven when the target was evicted so. Healed by the thresholds of before."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.COMPONENTS, Capability.KUBELET})
    threshold: Annotated[str, Field(pattern=r"^\d+(\.\d+)?(%|[KMGT]i?)?$", max_length=20)] = "99.99%"
    """Of memory available, below which the kubelet evicts: a quantity, or a share of the machine's."""

    @field_validator("threshold")
    @classmethod
    def is_one(cls, threshold: str) -> str:
        number, percent, _ = threshold.partition("%")
        if percent and not 0 < float(number) < 100:
            raise ValueError(f"{threshold} is no threshold for the kubelet: more than 0 % and less than 100 % is")
        return threshold


class PowerOn(NodeVerb):
    """Starts a node that an earlier step switched off."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.POWER})
    living: ClassVar[bool] = False
