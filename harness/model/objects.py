"""The other watched kinds, each reduced to what somebody asks of it."""

from dataclasses import dataclass, replace
from typing import Final

MEMORY_PRESSURE: Final = "node.kubernetes.io/memory-pressure"
"""Key of the taint by which the node lifecycle controller keeps pods without memory requests away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskResult:
    """A WorkflowTaskResult. `completed` is its label `report-outputs-completed`: True, False or None where absent.
    `owner` is the UID of the workflow that it belongs to, where it says so."""

    name: str
    namespace: str
    uid: str
    workflow: str
    completed: bool | None
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterNode:
    """A Kubernetes node. `ready` is the status of its Ready condition: "True", "False" or "Unknown"; likewise
    `memory_pressure`. `heartbeat` is when its kubelet last said so, in seconds since the epoch."""

    name: str
    uid: str
    ready: str
    unschedulable: bool
    taints: tuple[str, ...]
    memory_pressure: str = "Unknown"
    heartbeat: float | None = None

    def says_more_than(self, other: "ClusterNode") -> bool:
        """Whether anything but the heartbeat differs."""
        return self != other and replace(self, heartbeat=other.heartbeat) != other


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    name: str
    namespace: str
    uid: str
    holder: str
    renewed: str
    transitions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterEvent:
    """A Kubernetes Event (core/v1): what happened to which object, in the cluster's own words."""

    name: str
    namespace: str
    uid: str
    about: str
    reason: str
    message: str
    type: str
