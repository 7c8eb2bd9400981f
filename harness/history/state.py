"""The one fold over a history: triggers, proofs and judges ask it, live and afterwards, and so see the same."""

from collections.abc import Iterator
from typing import Final, Self

from harness.history.traces import (
    At,
    Course,
    HostTrace,
    HostView,
    LeaseView,
    NodeChange,
    NodeTrace,
    NudgeTrace,
    PodTrace,
    ResultTrace,
    StepTrace,
    Version,
    node_changes,
)
from harness.model.events import (
    AnyEntry,
    Command,
    ControllerLog,
    Ended,
    Gap,
    KernelKill,
    MachineLoad,
    NodePower,
    Noted,
    Nudged,
    Resource,
    Seen,
    Stage,
    StepChanged,
    Verb,
)
from harness.model.header import Header
from harness.model.objects import ClusterNode, Lease, TaskResult
from harness.model.pods import Pod
from harness.model.workflow import Node, Workflow

CONTROLLER_LEASE: Final = "workflow-controller"
_BAD: Final = frozenset({Stage.MISSED, Stage.REFUSED, Stage.UNPROVEN, Stage.HEAL_FAILED})


class State:
    """Everything seen so far of one workflow and of the cluster it runs on.

    `name` is the workflow; where it is empty the first workflow that is seen is taken. `changes` are the nodes of the
    workflow that the last entry changed; `rivals` are the other workflows of the namespace that exist; `once_held` are
    locks that some workflow was seen to hold. Nothing here is forgotten, also not what is gone.
    """

    def __init__(self, name: str = "", *, header: Header | None = None) -> None:
        self.name = name
        self.header = header
        self.seq = 0
        self.t = 0.0
        self.wall = 0.0
        self.workflow: Workflow | None = None
        self.rivals: dict[str, Workflow] = {}
        self.deleted: At | None = None
        self.submitted: At | None = None
        self.final_since: At | None = None
        self.course: list[Version[Course]] = []
        self.nodes: dict[str, NodeTrace] = {}
        self.pods: dict[str, PodTrace] = {}
        self.task_results: dict[str, ResultTrace] = {}
        self.hosts: dict[str, HostTrace] = {}
        self.lease: LeaseView | None = None
        self.once_held: set[str] = set()
        self.steps: dict[int, StepTrace] = {}
        self.kernel_kills: dict[str, list[Version[KernelKill]]] = {}
        self.power: list[NodePower] = []
        self.commands: list[Command] = []
        self.nudges: list[NudgeTrace] = []
        self.controller_log: list[ControllerLog] = []
        self.machine: MachineLoad | None = None
        self.gaps: list[Gap] = []
        self.ended: Ended | None = None
        self.last_change: At | None = None
        self.changes: tuple[NodeChange, ...] = ()

    @classmethod
    def of(cls, header: Header) -> Self:
        return cls(header.workflow, header=header)

    @property
    def at(self) -> At:
        return At(self.seq, self.t, self.wall)

    def wall_at(self, t: float) -> float:
        """The wall clock at `t`, by the last entry's pair of clocks."""
        return self.wall + (t - self.t)

    def t_at(self, wall: float) -> float:
        return self.t + (wall - self.wall)

    def apply(self, entry: AnyEntry) -> None:
        self.seq, self.t, self.wall = entry.seq, entry.t, entry.wall
        self.changes = ()
        match entry:
            case Seen():
                self._see(entry)
            case StepChanged():
                self._step(entry)
            case KernelKill():
                self.kernel_kills.setdefault(entry.container_id, []).append(Version(self.at, entry))
            case NodePower():
                self.power.append(entry)
            case Command():
                self.commands.append(entry)
            case Nudged():
                self.nudges.append(NudgeTrace(at=self.at, accepted=entry.accepted))
            case Gap():
                self.gaps.append(entry)
            case ControllerLog():
                self.controller_log.append(entry)
            case MachineLoad():
                self.machine = entry
            case Ended():
                self.ended = entry
            case Noted():
                pass

    def living(self) -> Iterator[PodTrace]:
        return (trace for trace in self.pods.values() if trace.alive)

    def step_name(self, index: int) -> str:
        """What the scenario calls the step: its name, or its verb where it has none."""
        method = self.header.scenario.spec.get("method") if self.header else None
        step = method[index] if isinstance(method, list) and index < len(method) else None
        name = step.get("name") if isinstance(step, dict) else None
        trace = self.steps.get(index)
        return str(name or (trace.verb if trace else index))

    def gap(self, resource: Resource, since: float) -> Gap | None:
        """A hole in the watch of this kind, at or after `since`."""
        return next((gap for gap in reversed(self.gaps) if gap.resource is resource and gap.t >= since), None)

    def _see(self, entry: Seen) -> None:
        gone = entry.verb is Verb.DELETED
        match entry.object:
            case Workflow() as workflow:
                self._see_workflow(workflow, gone=gone)
            case Pod() as pod if self._ours(pod.workflow):
                self._see_pod(pod, gone=gone)
            case TaskResult() as result if self._ours(result.workflow):
                self._see_result(result, gone=gone)
            case ClusterNode() as node:
                self._see_host(node, exists=not gone)
            case Lease() as lease if lease.name == CONTROLLER_LEASE:
                self._see_lease(lease)

    def _ours(self, workflow: str) -> bool:
        return bool(workflow) and (not self.name or workflow == self.name)

    def _see_workflow(self, new: Workflow, *, gone: bool) -> None:
        self.name = self.name or new.name
        self.once_held.update(hold.lock for hold in new.holds)
        if new.name != self.name:
            self._see_rival(new, gone=gone)
            return
        if self.nudges and self.nudges[-1].echoed is None:
            self.nudges[-1].echoed = self.at
        old = self.workflow
        if gone:
            self.deleted = self.at
        elif old is not None and old.fingerprint == new.fingerprint and old.fingerprint:
            return
        self.submitted = self.submitted or self.at
        self.workflow = new
        self.final_since = (self.final_since or self.at) if new.final else None
        self._follow_nodes(old, new)
        self._follow_course(new)
        self._changed()

    def _see_rival(self, new: Workflow, *, gone: bool) -> None:
        if gone:
            self.rivals.pop(new.name, None)
        else:
            self.rivals[new.name] = new

    def _follow_nodes(self, old: Workflow | None, new: Workflow) -> None:
        # An offloaded table is unknown, not empty.
        if new.offloaded:
            return
        known = self._known_nodes() if old is None or old.offloaded else old.nodes
        self.changes = node_changes(known, new.nodes)
        for change in self.changes:
            self.nodes.setdefault(change.id, NodeTrace()).versions.append(Version(self.at, change.after))

    def _known_nodes(self) -> dict[str, Node]:
        return {key: node for key, trace in self.nodes.items() if (node := trace.now) is not None}

    def _follow_course(self, new: Workflow) -> None:
        course = Course(new.phase, new.message, new.final, new.suspended, new.shutdown)
        if not self.course or self.course[-1].value != course:
            self.course.append(Version(self.at, course))

    def _see_pod(self, pod: Pod, *, gone: bool) -> None:
        trace = self.pods.get(pod.uid)
        if trace is None:
            trace = self.pods[pod.uid] = PodTrace(pod=pod, born=self.at)
        elif trace.pod == pod and not gone:
            return
        trace.see(pod, self.at, gone=gone)
        self._changed()

    def _see_result(self, result: TaskResult, *, gone: bool) -> None:
        trace = self.task_results.get(result.name)
        if trace is None:
            trace = self.task_results[result.name] = ResultTrace(result=result)
        trace.result = result
        trace.gone = self.at if gone else None
        if not trace.versions or trace.versions[-1].value != result.completed:
            trace.versions.append(Version(self.at, result.completed))
        self._changed()

    def _see_host(self, node: ClusterNode, *, exists: bool) -> None:
        view = HostView(node, exists)
        trace = self.hosts.get(node.name)
        if trace is None:
            self.hosts[node.name] = HostTrace(versions=[Version(self.at, view)], seen=self.at)
            return
        trace.seen = self.at
        if trace.now != view:
            trace.versions.append(Version(self.at, view))

    def _see_lease(self, lease: Lease) -> None:
        known = self.lease
        if known is None:
            self.lease = LeaseView(lease.holder, lease.renewed, self.at, self.at)
        elif (known.renewed, known.holder) != (lease.renewed, lease.holder):
            self.lease = known.renew(lease.holder, lease.renewed, self.at)

    def _step(self, entry: StepChanged) -> None:
        trace = self.steps.setdefault(entry.step, StepTrace(step=entry.step, verb=entry.verb))
        trace.stage = entry.stage
        trace.target = entry.target or trace.target
        match entry.stage:
            case Stage.LANDED:
                trace.landed, trace.proof = self.at, entry.detail
            case Stage.ARMED | Stage.TRIGGERED | Stage.ACCEPTED | Stage.HEALED as stage:
                setattr(trace, stage, self.at)
            case bad if bad in _BAD:
                trace.problem = entry.detail or bad

    def _changed(self) -> None:
        self.last_change = self.at
        if self.nudges and self.nudges[-1].moved is None:
            self.nudges[-1].moved = self.at
