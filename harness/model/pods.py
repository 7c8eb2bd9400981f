"""Pods and their containers, reduced to what triggers, proofs and judges read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ContainerState(StrEnum):
    """State of a container as its status has it."""

    WAITING = "waiting"
    RUNNING = "running"
    TERMINATED = "terminated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """One container status of a pod. `id` is the runtime's id without its scheme, "" before creation; `last_exit` is
    the exit code of the container before it, where it was started anew."""

    name: str
    state: ContainerState
    id: str = ""
    init: bool = False
    image: str = ""
    restarts: int = 0
    last_exit: int | None = None
    exit_code: int | None = None
    reason: str = ""
    message: str = ""
    started_at: float | None = None
    finished_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pod:
    """One version of a pod. `node_id` and `template` tie it to its workflow node; `host` is the cluster node."""

    name: str
    namespace: str
    uid: str
    phase: str
    reason: str = ""
    message: str = ""
    workflow: str = ""
    owner: str = ""
    """UID of the workflow that made it."""
    node_id: str = ""
    node_name: str = ""
    template: str = ""
    host: str = ""
    deleting: bool = False
    grace: int | None = None
    """Seconds that it is given to end, once it is told to go."""
    told_at: float | None = field(default=None, compare=False)
    """When it was told to go, by the clock of the API server, which cuts to seconds."""
    created_at: float | None = None
    finalizers: tuple[str, ...] = ()
    conditions: Mapping[str, str] = field(default_factory=dict)
    """Status of each, by type."""
    reasons: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Why a condition is as it is, by type."""
    containers: tuple[Container, ...] = ()

    @property
    def alive(self) -> bool:
        return self.phase in ("Pending", "Running", "Unknown", "")

    def container(self, name: str) -> Container | None:
        return next((c for c in self.containers if c.name == name), None)
