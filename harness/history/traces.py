"""What is remembered of each thing that a history tells about: its versions, when it came and when it went."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, NamedTuple, TypeVar

from harness.model.events import Stage, Target
from harness.model.objects import ClusterNode, TaskResult
from harness.model.phases import Phase
from harness.model.pods import Container, ContainerState, Pod
from harness.model.workflow import Node

T = TypeVar("T")

LONG: Final = 10.0
"""Seconds without a renewal of a lease that are worth remembering: twice Argo's usual period."""


class At(NamedTuple):
    """A point of the history; a tuple, because one is made for almost every entry."""

    seq: int
    t: float
    wall: float


class Version(NamedTuple, Generic[T]):
    """What a thing was from `at` on; None while it did not exist. A tuple for the same reason."""

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
    """One WorkflowTaskResult by name, which is the id of its node. A version is kept only where the label changed.

    `born` and `ended` are of each object that had the name, by UID.
    """

    result: TaskResult
    gone: At | None = None
    versions: list[Version[bool | None]] = field(default_factory=list)
    born: dict[str, At] = field(default_factory=dict)
    ended: dict[str, At] = field(default_factory=dict)

    def see(self, result: TaskResult, at: At, *, gone: bool) -> None:
        self.result = result
        self.gone = at if gone else None
        self.born.setdefault(result.uid, at)
        if gone:
            self.ended.setdefault(result.uid, at)
        if not self.versions or self.versions[-1].value != result.completed:
            self.versions.append(Version(at, result.completed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """A workflow of the same name that was there before, with what was its own. `deleted` is None where nobody saw it
    go."""

    uid: str
    deleted: At | None
    nodes: Mapping[str, NodeTrace]
    pods: Mapping[str, PodTrace]
    task_results: Mapping[str, ResultTrace]


@dataclass(frozen=True, slots=True)
class HostView:
    """What a cluster node looked like, and whether it existed."""

    node: ClusterNode
    exists: bool


@dataclass(slots=True)
class HostTrace:
    """One cluster node. A version is kept only where something but its heartbeat changed; `beats` are the entries that
    showed a new word of its kubelet that it is Ready, each with the stamp of it."""

    versions: list[Version[HostView]] = field(default_factory=list)
    beats: list[Version[float]] = field(default_factory=list)

    @property
    def now(self) -> HostView:
        return self.versions[-1].value


class LeaseView(NamedTuple):
    """A lease at its last real renewal; `at` is when that was seen, `taken` when its holder came, `former` who had it
    before.

    `silence` is the longest time, in seconds, that went by without a renewal; `pauses` are the ends of the long ones.
    """

    holder: str
    renewed: str
    at: At
    taken: At
    silence: float = 0.0
    pauses: tuple["Version[float]", ...] = ()
    former: str = ""

    def renew(self, holder: str, renewed: str, at: At) -> "LeaseView":
        taken = self.taken if holder == self.holder else at
        pause = at.t - self.at.t
        pauses = (*self.pauses, Version(at, pause)) if pause > LONG else self.pauses
        former = self.former if holder == self.holder else self.holder
        return LeaseView(holder, renewed, at, taken, max(self.silence, pause), pauses, former)


class Course(NamedTuple):
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
    not_drawn: At | None = None
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


class NodeChange(NamedTuple):
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
