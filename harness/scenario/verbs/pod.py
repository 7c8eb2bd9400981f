"""Faults of pods."""

from typing import Annotated, ClassVar

from pydantic import Field, StrictBool

from harness.scenario.duration import Duration, WholeSeconds
from harness.scenario.verbs.verb import Capability, ContainerVerb, PodVerb, Scope, Verb

Reason = Annotated[str, Field(pattern=r"^[A-Z][A-Za-z]*$", max_length=60)]
Line = Annotated[str, Field(min_length=1, max_length=300)]


class DeletePod(PodVerb):
    """Deletes the pod; `force` removes the object at once (grace 0), as `kubectl delete --force` does."""

    force: StrictBool = False
    """Whether the object goes at once, whatever `grace` says."""
    grace: WholeSeconds | None = None
    """Grace period in whole seconds; the pod's own terminationGracePeriodSeconds where not set."""


class EvictPod(PodVerb):
    """Evicts the pod through the Eviction API, as a drain, an autoscaler or a descheduler does."""

    grace: WholeSeconds | None = None
    """Grace period in whole seconds; the pod's own terminationGracePeriodSeconds where not set."""
    patience: Duration = 30.0
    """How long an eviction that a PodDisruptionBudget refuses (429) is tried again."""


class FailPod(PodVerb):
    """Writes the phase Failed into the pod's status, as the kubelet does under pressure and the node lifecycle for a
    lost node. A kubelet that lives may write its own truth over it; one that is away, as in a real loss, cannot."""

    reason: Reason = "Evicted"
    """`status.reason` of the pod."""
    message: Line = "The node was low on resource: memory. (status written by argo-shakedown)"
    """`status.message` of the pod."""


class HoldFinalizer(PodVerb):
    """Puts a finalizer on the pod, so that it cannot go when it is deleted. Healed by taking it away."""


class BreakImage(ContainerVerb):
    """Gives a container of a pod that is still pending an image that cannot be pulled. Healed by its own image."""

    running: ClassVar[bool] = False


class MakeUnschedulable(Verb):
    """Cordons every cluster node, so that the next pod finds no place. Healed by uncordoning those that were not."""

    scope: ClassVar[Scope] = Scope.CLUSTER
    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API})


class StarveCpu(ContainerVerb):
    """Takes the processor away from a container: its quota is cut to a small share. Healed by its own quota."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.PROCESSES})
    percent: Annotated[int, Field(ge=1, le=50)] = 1
    """Of one processor. Proven once the kernel has held the container back, so it must want to work."""


class FillDisk(ContainerVerb):
    """Fills a volume of the container until the kernel says ENOSPC. Only a volume with a size of its own is filled,
    such as an emptyDir of `medium: Memory` with a `sizeLimit`. Healed by taking the filling away."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.PROCESSES})
    path: Annotated[str, Field(pattern=r"^/[^\x00]*$", max_length=200)]
    """Where the volume is mounted in the container."""
