"""What can still move a workflow without anybody's help: the reasons why silence is not yet a hang."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from harness.history.state import State
from harness.model.events import Resource
from harness.model.workflow import Backoff, Node, Workflow
from harness.oracles import healing, held_back, locks
from harness.oracles.backoffs import wait_before
from harness.oracles.timers import Timers, timers_now
from harness.oracles.unschedulable import ought_to_be_gone

_PART: Final = re.compile(r"(\d+) (second|minute|hour|day)")
_UNITS: Final = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0}
_WAITS: Final = ("waiting for", "Waiting for")
_TELLING: Final = frozenset({Resource.WORKFLOW, Resource.POD, Resource.TASK_RESULT})
_POSTPONED: Final = "postponed due to"
_QUOTA: Final = "exceeded quota"
"""Argo takes the API server's refusal for one that passes, and makes the pod at a later requeue (`IsTransientErr`)."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """One reason; `until` is the time (`t`) at which it is over by itself, None where that cannot be told."""

    text: str
    until: float | None = None


def blockers(state: State, workflow: Workflow, now: float) -> Iterator[Blocker]:
    """Everything that will or may move the workflow, or that keeps the controller from moving it."""
    wall, timers = state.wall_at(now), timers_now(state)
    yield from _pods(state, workflow, wall)
    yield from _former(state)
    yield from _controller(state, timers, now)
    yield from _admission(state, workflow)
    yield from _heals(state, timers)
    for why, until in (*held_back.holding(state), *held_back.blind(state)):
        if until > now:
            yield Blocker(why, until)
    for gap in state.gaps:
        if gap.resource in _TELLING:
            yield Blocker(f"the watch of {gap.resource} lost its place: what happened since is unknown")
    for text, until in _timed(state, workflow, timers):
        if until > wall:
            yield Blocker(f"{text} in {until - wall:.1f} s", state.t_at(until))


def _pods(state: State, workflow: Workflow, wall: float) -> Iterator[Blocker]:
    for trace in state.living():
        if not ought_to_be_gone(trace, workflow, wall):
            yield Blocker(f"pod {trace.pod.name} is {trace.pod.phase or 'new'}")


def _former(state: State) -> Iterator[Blocker]:
    """Its own pods have the same names, so it may have to wait until Kubernetes collects what has lost its owner."""
    for former in state.former:
        for trace in former.pods.values():
            if trace.gone is None:
                yield Blocker(f"pod {trace.pod.name} of the workflow before is still there")


def _controller(state: State, timers: Timers, now: float) -> Iterator[Blocker]:
    """A dead controller makes no workflow stuck."""
    lease = state.lease
    if timers.lease is None:
        yield Blocker("without a lease nobody can tell whether the controller lives")
    elif lease is None:
        yield Blocker("the controller's lease was never seen")
    elif not lease.holder:
        yield Blocker("nobody holds the controller's lease")
    elif now - lease.at.t > timers.lease_age:
        yield Blocker(f"the controller's lease was last renewed {now - lease.at.t:.1f} s ago")


def _heals(state: State, timers: Timers) -> Iterator[Blocker]:
    """What the harness itself broke for a while, and the time the controller then needs to notice."""
    for step in healing.due(state):
        yield Blocker(f"{step.name} is undone at {step.at:.1f} s", step.at + timers.quiet)


def _admission(state: State, workflow: Workflow) -> Iterator[Blocker]:
    """What waits for somebody else; a suspension waits for nobody once a shutdown was asked for."""
    if workflow.suspended and not workflow.shutdown:
        yield Blocker("the workflow is suspended")
    if _POSTPONED in workflow.message:
        yield Blocker(f"the workflow waits its turn: {workflow.message}")
    if _waits(workflow.message, state):
        yield Blocker(f"the workflow: {workflow.message}")
    for node in workflow.nodes.values():
        if node.phase.terminal:
            continue
        template = workflow.templates.get(node.template)
        endless = template is None or template.suspend_duration is None
        if node.type == "Suspend" and endless and not workflow.shutdown:
            yield Blocker(f"node {node.display_name} is suspended")
        if _waits(node.message, state) or _QUOTA in node.message:
            yield Blocker(f"node {node.display_name}: {node.message}")


def _waits(message: str, state: State) -> bool:
    """For a lock, and for all that can be seen somebody has it."""
    if not message.startswith(_WAITS):
        return False
    wait = locks.announced(message)
    return wait is None or not locks.nobody_holds(wait, state)


def _timed(state: State, workflow: Workflow, timers: Timers) -> Iterator[tuple[str, float]]:
    """What happens by itself at a known time of the wall clock."""
    slack = timers.requeue + 1.0
    if workflow.active_deadline and workflow.started_at:
        yield "the workflow's deadline ends it", workflow.started_at + workflow.active_deadline + slack
    for node in workflow.nodes.values():
        if node.phase.terminal:
            yield from _result_timers(state, workflow, node, timers)
            continue
        yield from ((text, until + slack) for text, until in _node_timers(state, workflow, node, timers))


def _node_timers(state: State, workflow: Workflow, node: Node, timers: Timers) -> Iterator[tuple[str, float]]:
    template, started = workflow.templates.get(node.template), node.started_at
    if started is None:
        return
    if template is not None and template.active_deadline:
        yield f"the deadline of node {node.display_name} ends it", started + template.active_deadline
    if template is not None and node.type == "Suspend" and template.suspend_duration:
        yield f"node {node.display_name} resumes", started + template.suspend_duration
    if node.type == "Retry":
        yield from _backoff(state, workflow, node, template.backoff if template else None)
    if node.type == "Pod" and not any(trace.alive for trace in state.pods_of(node.id)):
        yield f"the missing pod of node {node.display_name} is noticed", started + timers.recently_started


def _backoff(state: State, workflow: Workflow, node: Node, backoff: Backoff | None) -> Iterator[tuple[str, float]]:
    attempts = list(workflow.attempts(node))
    if not attempts or attempts[-1].finished_at is None:
        return
    wait = _announced(node.message) or (wait_before(backoff, len(attempts)) if backoff else None)
    if wait is not None:
        noticed = _noticed(state, attempts[-1].id, attempts[-1].finished_at)
        yield f"the backoff of node {node.display_name} is over", noticed + wait


def _noticed(state: State, node: str, finished: float) -> float:
    """The controller waits the whole backoff from when it saw the attempt ended, and anew when it is started itself."""
    versions = state.nodes[node].versions if node in state.nodes else ()
    ended = (version.at.wall for version in versions if version.value and version.value.phase.terminal)
    began = state.lease.taken.wall if state.lease else 0.0
    return max(finished, next(ended, 0.0), began)


def _announced(message: str) -> float | None:
    """Argo's own announcement, "Backoff for 1 minutes 30 seconds"."""
    if not message.startswith("Backoff for"):
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(message)) or None


def _result_timers(state: State, workflow: Workflow, node: Node, timers: Timers) -> Iterator[tuple[str, float]]:
    """How long newer releases wait for the result of a node that has ended."""
    result = state.task_results.get(node.id)
    open_result = node.id in workflow.incomplete_results or (result is not None and result.result.completed is False)
    if not open_result:
        return
    waits = [wait for wait in (timers.recently_deleted, timers.result_timeout) if wait is not None]
    if waits:
        until = _ended(state, node) + max(waits) + timers.requeue + 1.0
        yield f"the task result of node {node.display_name} is given up", until


def _ended(state: State, node: Node) -> float:
    """Newer releases may write the stamp later than the phase; then it is when the node was last seen to change."""
    if node.finished_at is not None:
        return node.finished_at
    trace = state.nodes.get(node.id)
    return trace.versions[-1].at.wall if trace is not None and trace.versions else state.wall
