"""The one fold over a history: triggers, proofs and judges ask it, live and afterwards, and so see the same."""

from collections.abc import Callable, Mapping
from itertools import compress, product
from typing import Any, Final

from harness.history import controller
from harness.history.memory import NO_NEWS, Memory
from harness.history.traces import (
    Course,
    HostTrace,
    HostView,
    LeaseView,
    NodeTrace,
    NudgeTrace,
    PodTrace,
    ResultTrace,
    StepTrace,
    Version,
    node_changes,
)
from harness.history.wake import Wake
from harness.model.events import (
    AnyEntry,
    ApiTouched,
    Command,
    ControllerLog,
    Ended,
    Gap,
    KernelKill,
    MachineLoad,
    NodePower,
    Nudged,
    ReadBack,
    Seen,
    Stage,
    StepChanged,
    Verb,
)
from harness.model.objects import ClusterNode, Lease, TaskResult
from harness.model.pods import Pod
from harness.model.workflow import Workflow

CONTROLLER_LEASE: Final = "workflow-controller"
_DELETED: Final = Verb.DELETED
_BAD: Final = frozenset({Stage.MISSED, Stage.REFUSED, Stage.UNPROVEN, Stage.HEAL_FAILED})
_OF_VERSION: Final = (Wake.NODES, Wake.NEW_NODE, Wake.UNDONE, Wake.COMPLETED)
_VERSION: Final = {
    told: frozenset({Wake.WORKFLOW, *compress(_OF_VERSION, told)}) for told in product((False, True), repeat=4)
}
_RIVAL: Final = frozenset({Wake.RIVAL})
_POD: Final = frozenset({Wake.POD})
_NEW_POD: Final = frozenset({Wake.POD, Wake.NEW_POD})
_LOG: Final = frozenset({Wake.CONTROLLER_LOG})


class State(Memory):
    """Everything seen so far of one workflow and of the cluster it runs on."""

    def apply(self, entry: AnyEntry) -> None:
        self.seq, self.t, self.wall = entry.seq, entry.t, entry.wall
        self.changes, self.news, self._at = (), NO_NEWS, None
        # Looked up by type: a `match` asks one class after the other, which was most of what an entry costs.
        if isinstance(entry, Seen):
            see = _SEES.get(type(entry.object))
            if see is not None:
                see(self, entry.object, entry.verb is _DELETED)
        elif (take := _TAKES.get(type(entry))) is not None:
            take(self, entry)

    def _ours(self, workflow: str) -> bool:
        return bool(workflow) and (not self.name or workflow == self.name)

    def _see_workflow(self, new: Workflow, gone: bool) -> None:
        self.name = self.name or new.name
        if new.holds:
            self.once_held.update(hold.lock for hold in new.holds)
        if new.name != self.name:
            self._see_rival(new, gone)
            return
        if self.nudges and self.nudges[-1].echoed is None:
            self.nudges[-1].echoed = self.at
        old = self.workflow
        if self.former and self.former_of(new.uid) is not None:
            return
        if old is not None and "" != old.uid != new.uid != "":
            old = self.begin_anew(old.uid, new.uid)
        if gone:
            self.deleted = self.at
        elif old is not None and old.fingerprint == new.fingerprint and old.fingerprint:
            return
        self._follow(old, new)

    def _follow(self, old: Workflow | None, new: Workflow) -> None:
        self.faces.setdefault(new.fingerprint, self.at)
        self.submitted = self.submitted or self.at
        self.workflow = new
        self.final_since = (self.final_since or self.at) if new.final else None
        self._follow_course(new)
        self.news = _VERSION[*self._follow_nodes(old, new), new.completed is True]
        self._changed()

    def _see_rival(self, new: Workflow, gone: bool) -> None:
        self.news = _RIVAL
        self.arrivals.setdefault(new.name, self.at)
        old = self.rivals.get(new.name)
        if gone or old is None or (old.holds, old.completed) != (new.holds, new.completed):
            self.rivalry = self.at
        if gone:
            self.rivals.pop(new.name, None)
        else:
            self.rivals[new.name] = new

    def _follow_nodes(self, old: Workflow | None, new: Workflow) -> tuple[bool, bool, bool]:
        """Whether nodes changed, whether some are new, and whether some are gone or their end is undone."""
        # An offloaded table is unknown, not empty.
        if new.offloaded:
            return False, False, False
        known = self.known_nodes() if old is None or old.offloaded else old.nodes
        self.changes = node_changes(known, new.nodes)
        added = undone = False
        for key, before, after in self.changes:
            trace = self.nodes.get(key)
            if trace is None:
                trace = self.nodes[key] = NodeTrace()
            trace.versions.append(Version(self.at, after))
            if before is None:
                added = True
            elif after is None or (before.phase.terminal and after.phase is not before.phase):
                undone = True
        return bool(self.changes), added, undone

    def _follow_course(self, new: Workflow) -> None:
        course = Course(new.phase, new.message, new.final, new.suspended, new.shutdown)
        if not self.course or self.course[-1].value != course:
            self.course.append(Version(self.at, course))

    def _see_pod(self, pod: Pod, gone: bool) -> None:
        if not self._ours(pod.workflow):
            if controller.is_controller(pod, self.argo_namespace):
                controller.see(pod, self.controllers, self.at, gone=gone)
            return
        if self.former and self.is_formers(pod, gone=gone):
            return
        trace = self.pods.get(pod.uid)
        if trace is None:
            trace = self.pods[pod.uid] = PodTrace(pod=pod, born=self.at)
            self._of_node.setdefault(pod.node_id, []).append(trace)
            self.news = _NEW_POD
        elif trace.pod == pod and not gone:
            return
        else:
            self.news = _POD
        trace.see(pod, self.at, gone=gone)
        self._changed()

    def _see_result(self, result: TaskResult, gone: bool) -> None:
        if not self._ours(result.workflow):
            return
        if self.former and self.former_of(result.owner) is not None:
            return
        trace = self.task_results.get(result.name)
        if trace is None:
            trace = self.task_results[result.name] = ResultTrace(result=result)
        trace.see(result, self.at, gone=gone)
        self._changed()

    def _see_host(self, node: ClusterNode, gone: bool) -> None:
        trace = self.hosts.get(node.name)
        if trace is None:
            trace = self.hosts[node.name] = HostTrace()
        last = trace.versions[-1].value if trace.versions else None
        if last is None or last.exists is gone or (last.node is not node and node.says_more_than(last.node)):
            trace.versions.append(Version(self.at, HostView(node, exists=not gone)))
        known = trace.beats[-1].value if trace.beats else None
        if node.ready == "True" and node.heartbeat is not None and node.heartbeat != known:
            trace.beats.append(Version(self.at, node.heartbeat))

    def _see_lease(self, lease: Lease, gone: bool) -> None:
        if lease.name != CONTROLLER_LEASE:
            return
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
            case Stage.NOT_DRAWN:
                trace.not_drawn = self.at
            case Stage.ARMED | Stage.TRIGGERED | Stage.ACCEPTED | Stage.HEALED as stage:
                setattr(trace, stage, self.at)
                if stage is Stage.TRIGGERED and trace.verb == "retry" and trace not in self.retries:
                    self.retries.append(trace)
            case bad if bad in _BAD:
                trace.problem = entry.detail or bad

    def _changed(self) -> None:
        self.last_change = self.at
        if self.nudges and self.nudges[-1].moved is None:
            self.nudges[-1].moved = self.at

    def _kill(self, entry: KernelKill) -> None:
        self.kernel_kills.setdefault(entry.container_id, []).append(Version(self.at, entry))

    def _nudge(self, entry: Nudged) -> None:
        self.nudges.append(NudgeTrace(at=self.at, accepted=entry.accepted))

    def _log(self, entry: ControllerLog) -> None:
        self.controller_log.append(entry)
        self.news = _LOG

    def _load(self, entry: MachineLoad) -> None:
        self.machine = entry

    def _end(self, entry: Ended) -> None:
        self.ended = entry


_SEES: Final[Mapping[type, Callable[[State, Any, bool], None]]] = {
    Workflow: State._see_workflow,
    Pod: State._see_pod,
    TaskResult: State._see_result,
    ClusterNode: State._see_host,
    Lease: State._see_lease,
}
_TAKES: Final[Mapping[type, Callable[[State, Any], None]]] = {
    StepChanged: State._step,
    KernelKill: State._kill,
    NodePower: lambda state, entry: state.power.append(entry),
    Command: lambda state, entry: state.commands.append(entry),
    ReadBack: lambda state, entry: state.read_backs.append(entry),
    ApiTouched: lambda state, entry: state.api_touches.append(entry),
    Nudged: State._nudge,
    Gap: lambda state, entry: state.gaps.append(entry),
    ControllerLog: State._log,
    MachineLoad: State._load,
    Ended: State._end,
}
