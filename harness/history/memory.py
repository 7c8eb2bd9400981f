"""What is remembered of a history, with the questions that many ask of it; `State` is the fold that fills it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

from harness.history.raw import NOTHING
from harness.history.traces import (
    At,
    Course,
    Former,
    HostTrace,
    LeaseView,
    NodeChange,
    NodeTrace,
    NudgeTrace,
    PodTrace,
    ResultTrace,
    StepTrace,
    Version,
)
from harness.model.header import ARGO_NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from harness.history.wake import Wake
    from harness.model.events import (
        ApiTouched,
        Command,
        ControllerLog,
        Ended,
        Gap,
        KernelKill,
        MachineLoad,
        NodePower,
        ReadBack,
        Resource,
    )
    from harness.model.header import Header
    from harness.model.pods import Pod
    from harness.model.workflow import Node, Workflow

NO_NEWS: Final[frozenset[Wake]] = frozenset()


class Memory:
    """Everything seen so far of one workflow and of the cluster it runs on.

    `name` is the workflow; where it is empty the first workflow that is seen is taken. `news` is what the last entry
    was, and `changes` are the nodes of the workflow that it changed; `rivals` are the other workflows of the namespace
    that exist, `arrivals` when each was first seen, `rivalry` when one of them, or of the `former`, last took or gave;
    `once_held` are locks that some workflow was seen to hold; `retries` are manual retries that were fired;
    `controllers` are Argo's own pods by UID. `former` are workflows of the same name that made way for this one,
    `faces` when each fingerprint of it was first seen. Nothing here is forgotten, also not what is gone.
    """

    def __init__(self, name: str = "", *, header: Header | None = None) -> None:
        self.name = name
        self.header = header
        self.argo_namespace = header.argo_namespace if header else ARGO_NAMESPACE
        self.seq = 0
        self.t = 0.0
        self.wall = 0.0
        self.workflow: Workflow | None = None
        self.rivals: dict[str, Workflow] = {}
        self.rivalry: At | None = None
        self.arrivals: dict[str, At] = {}
        self.deleted: At | None = None
        self.former: list[Former] = []
        self.faces: dict[str, At] = {}
        self.submitted: At | None = None
        self.final_since: At | None = None
        self.course: list[Version[Course]] = []
        self.nodes: dict[str, NodeTrace] = {}
        self.pods: dict[str, PodTrace] = {}
        self._of_node: dict[str, list[PodTrace]] = {}
        self.task_results: dict[str, ResultTrace] = {}
        self.hosts: dict[str, HostTrace] = {}
        self.lease: LeaseView | None = None
        self.controllers: dict[str, PodTrace] = {}
        self.once_held: set[str] = set()
        self.steps: dict[int, StepTrace] = {}
        self.retries: list[StepTrace] = []
        self.kernel_kills: dict[str, list[Version[KernelKill]]] = {}
        self.power: list[NodePower] = []
        self.commands: list[Command] = []
        self.read_backs: list[ReadBack] = []
        self.api_touches: list[ApiTouched] = []
        self.nudges: list[NudgeTrace] = []
        self.controller_log: list[ControllerLog] = []
        self.machine: MachineLoad | None = None
        self.gaps: list[Gap] = []
        self.ended: Ended | None = None
        self.last_change: At | None = None
        self.changes: tuple[NodeChange, ...] = ()
        self.news: frozenset[Wake] = NO_NEWS
        self._at: At | None = None

    @classmethod
    def of(cls, header: Header) -> Self:
        return cls(header.workflow, header=header)

    def begin_anew(self, old: str, new: str) -> Workflow | None:
        """Another workflow under the same name: what the one before it left is none of its own. Its pods may be seen
        before it is."""
        pods = {uid: trace for uid, trace in self.pods.items() if trace.pod.owner != new}
        results = {name: trace for name, trace in self.task_results.items() if trace.result.owner != new}
        self.former.append(Former(uid=old, deleted=self.deleted, nodes=self.nodes, pods=pods, task_results=results))
        self.nodes, self._of_node = {}, {}
        self.pods = {uid: trace for uid, trace in self.pods.items() if uid not in pods}
        self.task_results = {name: trace for name, trace in self.task_results.items() if name not in results}
        for trace in self.pods.values():
            self._of_node.setdefault(trace.pod.node_id, []).append(trace)
        self.workflow = self.deleted = self.submitted = self.final_since = None
        return self.workflow

    def former_of(self, owner: str) -> Former | None:
        """The workflow of the same name that was deleted and owns it."""
        return next((each for each in self.former if each.uid == owner), None) if owner else None

    def seen_nodes(self) -> Iterator[tuple[str, NodeTrace]]:
        """By their ids: those of this workflow, then of those that were deleted, the latest first."""
        for table in (self.nodes, *(each.nodes for each in reversed(self.former))):
            yield from ((key, trace) for key, trace in table.items() if trace.versions)

    def is_formers(self, pod: Pod, *, gone: bool) -> bool:
        """Whether the pod is none of this workflow's; what becomes of it is noted where it belongs."""
        former = self.former_of(pod.owner)
        if former is not None and pod.uid in former.pods:
            former.pods[pod.uid].see(pod, self.at, gone=gone)
            self.rivalry = self.at
        return former is not None

    def known_nodes(self) -> dict[str, Node]:
        return {key: node for key, trace in self.nodes.items() if (node := trace.now) is not None}

    @property
    def at(self) -> At:
        if self._at is None:
            self._at = At(self.seq, self.t, self.wall)
        return self._at

    def wall_at(self, t: float) -> float:
        """The wall clock at `t`, by the last entry's pair of clocks."""
        return self.wall + (t - self.t)

    def t_at(self, wall: float) -> float:
        return self.t + (wall - self.wall)

    def pods_of(self, node_id: str) -> Sequence[PodTrace]:
        """Every pod there ever was for one workflow node, in the order in which they were first seen."""
        return self._of_node.get(node_id, ())

    def resubmitted(self) -> Iterator[Workflow]:
        """Workflows of the namespace that do the work of this one anew."""
        return (rival for rival in self.rivals.values() if rival.resubmitted_from == self.name)

    def living(self) -> Iterator[PodTrace]:
        return (trace for trace in self.pods.values() if trace.alive)

    def step_name(self, index: int) -> str:
        """What the scenario calls the step: its name, or its verb where it has none."""
        name, trace = self.declared(index).get("name"), self.steps.get(index)
        return str(name or (trace.verb if trace else index))

    def declared(self, index: int) -> Mapping[str, Any]:
        """The step as the scenario in the header says it, in the file's own words; empty where it says none."""
        method = self.header.scenario.spec.get("method") if self.header else None
        step = method[index] if isinstance(method, list) and index < len(method) else None
        return step if isinstance(step, dict) else NOTHING

    def gap(self, resource: Resource, since: float) -> Gap | None:
        """A hole in the watch of this kind, at or after `since`."""
        return next((gap for gap in reversed(self.gaps) if gap.resource is resource and gap.t >= since), None)
