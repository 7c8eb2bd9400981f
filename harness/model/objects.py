"""The other watched kinds, each reduced to what somebody asks of it."""

from dataclasses import dataclass


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
    """A Kubernetes node. `ready` is the status of its Ready condition: "True", "False" or "Unknown"."""

    name: str
    uid: str
    ready: str
    unschedulable: bool
    taints: tuple[str, ...]


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
