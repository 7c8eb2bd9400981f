"""What is remembered of each thing that a history tells about: its versions, when it came and when it went."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from harness.model.events import Stage, Target
from harness.model.objects import ClusterNode, TaskResult
from harness.model.phases import Phase
from harness.model.pods import Container, ContainerState, Pod
from harness.model.workflow import Node

T = TypeVar("T")


class At(NamedTuple):
    """A point of the history; a tuple, because one is made for almost every entry."""

    seq: int
    t: float
    wall: float


@dataclass(frozen=True, slots=True)
class Version(Generic[T]):
    """What a thing was from `at` on; None while it did not exist."""

    at: At
    value: T


@dataclass(slots=True)
class PodTrace:
    """One pod by UID. `deleting` and `gone` are when its deletion was first seen asked for and done."""

    pod: Pod
    born: At
    versions: list[Version[Pod]] = field(default_factory=list)
    deleting: At | None = None
    finished: At | None = None
    gone: At | None = None
    ends: dict[str, Version[Container]] = field(default_factory=dict)

    @property
    def alive(self) -> bool:
        return self.gone is None and self.pod.alive

    def see(self, pod: Pod, at: At, *, gone: bool) -> None:
        self.pod = pod
        self.versions.append(Version(at, pod))
        if (pod.deleting or gone) and self.deleting is None:
            self.deleting = at
        if not pod.alive and self.finished is None:
            self.finished = at
        if gone and self.gone is None:
            self.gone = at
        for container in pod.containers:
            if container.state is ContainerState.TERMINATED and container.name not in self.ends:
                self.ends[container.name] = Version(at, container)


@dataclass(slots=True)
class NodeTrace:
    """One node of the workflow by id; None in between stands for a version of the workflow without it."""

    versions: list[Version[Node | None]] = field(default_factory=list)

    @property
    def now(self) -> Node | None:
        return self.versions[-1].value if self.versions else None

    @property
    def last(self) -> Node:
        return next(version.value for version in reversed(self.versions) if version.value is not None)

    def before(self, seq: int) -> Node | None:
        """What it was just before the entry `seq`."""
        earlier = (version.value for version in reversed(self.versions) if version.at.seq < seq)
        return next(earlier, None)

    def since(self, seq: int) -> Iterator[Version[Node | None]]:
        return (version for version in self.versions if version.at.seq > seq)


@dataclass(slots=True)
class ResultTrace:
    """One WorkflowTaskResult by name, which is the id of its node. A version is kept only where the label changed."""

    result: TaskResult
    gone: At | None = None
    versions: list[Version[bool | None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class HostView:
    """What a cluster node looked like, and whether it existed."""

    node: ClusterNode
    exists: bool


@dataclass(slots=True)
class HostTrace:
    """One cluster node. A version is kept only where something changed; `seen` is the last sign of life."""

    versions: list[Version[HostView]]
    seen: At

    @property
    def now(self) -> HostView:
        return self.versions[-1].value


@dataclass(frozen=True, slots=True)
class LeaseView:
    """A lease at its last real renewal; `at` is when that was seen, `taken` when its holder came.

    `silence` is the longest time, in seconds, that went by without a renewal.
    """

    holder: str
    renewed: str
    at: At
    taken: At
    silence: float = 0.0

    def renew(self, holder: str, renewed: str, at: At) -> "LeaseView":
        taken = self.taken if holder == self.holder else at
        return LeaseView(holder, renewed, at, taken, max(self.silence, at.t - self.at.t))


@dataclass(frozen=True, slots=True)
class Course:
    """The workflow as a whole, kept where any of this changed."""

    phase: Phase
    message: str
    final: bool
    suspended: bool
    shutdown: str


@dataclass(slots=True)
class StepTrace:
    """How far one step of the method has come."""

    step: int
    verb: str
    stage: Stage = Stage.ARMED
    target: Target | None = None
    armed: At | None = None
    triggered: At | None = None
    accepted: At | None = None
    landed: At | None = None
    healed: At | None = None
    proof: str = ""
    problem: str = ""


@dataclass(slots=True)
class NudgeTrace:
    """A nudge, the first version of the workflow seen after it, and the first change after it.

    What shows the nudge itself is an echo and no change; without one the watch is late, and silence says nothing.
    """

    at: At
    accepted: bool
    moved: At | None = None
    echoed: At | None = None


@dataclass(frozen=True, slots=True)
class NodeChange:
    """A node that the last entry changed."""

    id: str
    before: Node | None
    after: Node | None


def node_changes(old: Mapping[str, Node], new: Mapping[str, Node]) -> tuple[NodeChange, ...]:
    if old is new:
        return ()
    get = old.get
    changed = [NodeChange(key, was, node) for key, node in new.items() if (was := get(key)) is not node and was != node]
    if len(old) + sum(change.before is None for change in changed) != len(new):
        changed += [NodeChange(key, node, None) for key, node in old.items() if key not in new]
    return tuple(changed)
