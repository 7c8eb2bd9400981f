"""Points in time of a run on one clock. Argo's and the kubelet's stamps are whole seconds: such a moment is a span."""

from collections.abc import Iterable
from dataclasses import dataclass

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles import selectors
from harness.scenario.expectation import ContainerMoment, Moment, NodeMoment


@dataclass(frozen=True, slots=True)
class Instant:
    """Between `earliest` and `latest`, on the history's clock."""

    earliest: float
    latest: float


def step_named(name: str, state: State) -> StepTrace | None:
    return next((trace for index, trace in state.steps.items() if state.step_name(index) == name), None)


def moment(wanted: Moment, state: State) -> Instant | None:
    """The moment, None where it never came. Of several matching nodes or containers: first start, last finish."""
    if wanted.landed is not None:
        trace = step_named(wanted.landed, state)
        return _exact(trace.landed.t if trace and trace.landed else None)
    if wanted.triggered is not None:
        trace = step_named(wanted.triggered, state)
        return _exact(trace.triggered.t if trace and trace.triggered else None)
    if wanted.node is not None:
        return _node(wanted.node, state)
    if wanted.container is not None:
        return _container(wanted.container, state)
    return _workflow(wanted.workflow or "", state)


def describe(wanted: Moment) -> str:
    if wanted.node is not None:
        return f"node {selectors.describe(wanted.node)} {wanted.node.at}"
    if wanted.container is not None:
        return f"container {wanted.container.name} of {selectors.describe(wanted.container)} {wanted.container.at}"
    if wanted.workflow is not None:
        return f"workflow {wanted.workflow}"
    return f"{wanted.landed} landed" if wanted.landed else f"{wanted.triggered} triggered"


def _exact(t: float | None) -> Instant | None:
    return None if t is None else Instant(t, t)


def _stamped(wall: float | None, state: State) -> Instant | None:
    if wall is None:
        return None
    t = state.t_at(wall)
    return Instant(t, t + 1.0) if wall == int(wall) else Instant(t, t)


def _node(wanted: NodeMoment, state: State) -> Instant | None:
    found = list(selectors.nodes(wanted, state))
    if wanted.at == "started":
        return _stamped(_first(node.started_at for node in found), state)
    return _stamped(_last(node.finished_at for node in found), state)


def _container(wanted: ContainerMoment, state: State) -> Instant | None:
    pods = list(selectors.pods(wanted, state))
    if wanted.at == "finished":
        ends = (trace.ends.get(wanted.name) for trace in pods)
        return _stamped(_last(end.value.finished_at if end else None for end in ends), state)
    containers = (version.value.container(wanted.name) for trace in pods for version in trace.versions)
    started = [c.started_at for c in containers if c is not None and c.started_at is not None]
    return _stamped(min(started, default=None), state)


def _workflow(which: str, state: State) -> Instant | None:
    workflow = state.workflow
    match which:
        case "submitted":
            return _exact(state.submitted.t if state.submitted else None)
        case "final":
            return _exact(state.final_since.t if state.final_since else None)
        case "started" if workflow is not None:
            return _stamped(workflow.started_at, state)
        case "finished" if workflow is not None:
            return _stamped(workflow.finished_at, state)
        case _:
            return None


def _first(stamps: Iterable[float | None]) -> float | None:
    return min((stamp for stamp in stamps if stamp is not None), default=None)


def _last(stamps: Iterable[float | None]) -> float | None:
    """None while one of them has not finished."""
    known = list(stamps)
    return max((stamp for stamp in known if stamp is not None), default=None) if None not in known else None
