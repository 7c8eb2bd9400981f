"""When a condition held, over the whole of a history, also if only for a moment.

What happens between a call and its answer is over when the answer is there, so the present state is not enough.
"""

from collections.abc import Iterator, Sequence
from math import inf
from typing import NamedTuple, TypeVar

from harness.history.state import State
from harness.history.traces import At, Version
from harness.oracles import selectors
from harness.oracles.subjects import node_is, pod_is
from harness.scenario.conditions import Condition, NodeCondition, PodCondition, TaskResultCondition, WorkflowCondition

V = TypeVar("V")


class Span(NamedTuple):
    """It held from entry `start` until just before entry `end`; `node` is the workflow node that it was about."""

    start: int
    end: float
    node: str
    text: str


def spans(condition: Condition, state: State) -> list[Span]:
    """In their order. Parts side by side are about the same workflow node, those of `all` and `any` need not be."""
    parts: list[list[Span]] = []
    if condition.node is not None:
        parts.append(list(_nodes(condition.node, state)))
    if condition.pod is not None:
        parts.append(list(_pods(condition.pod, state)))
    if condition.task_result is not None:
        parts.append(list(_task_results(condition.task_result, state)))
    if condition.workflow is not None:
        parts.append(list(_workflow(condition.workflow, state)))
    parts += [_of_anything(spans(part, state)) for part in condition.all or ()]
    if condition.any is not None:
        parts.append(_of_anything([span for part in condition.any for span in spans(part, state)]))
    return sorted(_all_at_once(parts))


def _all_at_once(parts: list[list[Span]]) -> list[Span]:
    whole = parts[0] if parts else []
    for part in parts[1:]:
        whole = _overlaps(whole, part)
    return whole


def _overlaps(some: list[Span], others: list[Span]) -> list[Span]:
    return [
        Span(max(one.start, two.start), min(one.end, two.end), one.node or two.node, f"{one.text}; {two.text}")
        for one in some
        for two in others
        if max(one.start, two.start) < min(one.end, two.end) and (one.node == two.node or not one.node or not two.node)
    ]


def _of_anything(found: list[Span]) -> list[Span]:
    return [span._replace(node="") for span in found]


def _nodes(part: NodeCondition, state: State) -> Iterator[Span]:
    for key, trace in state.nodes.items():
        for version, end in _in_force(trace.versions, None):
            if version.value is not None and node_is(part, version.value):
                node = version.value
                yield Span(version.at.seq, end, key, f"node {node.display_name} {node.phase or 'exists'}")


def _pods(part: PodCondition, state: State) -> Iterator[Span]:
    for trace in selectors.pods(part, state):
        for version, end in _in_force(trace.versions, trace.gone):
            if pod_is(part, version.value):
                pod = version.value
                text = f"pod {pod.name} {pod.phase or 'new'}{' deleting' if pod.deleting else ''}"
                yield Span(version.at.seq, end, pod.node_id, text)


def _task_results(part: TaskResultCondition, state: State) -> Iterator[Span]:
    for trace in selectors.task_results(part, state):
        for version, end in _in_force(trace.versions, trace.gone):
            if part.completed in (None, version.value):
                name = trace.result.name
                yield Span(version.at.seq, end, name, f"task result {name} completed {version.value}")


def _workflow(part: WorkflowCondition, state: State) -> Iterator[Span]:
    for version, end in _in_force(state.course, state.deleted):
        course = version.value
        if part.phase in (None, course.phase) and part.final in (None, course.final):
            yield Span(version.at.seq, end, "", f"workflow {course.phase or 'submitted'}")


def _in_force(versions: Sequence[Version[V]], gone: At | None) -> Iterator[tuple[Version[V], float]]:
    """Each version with the entry that ended it."""
    last = gone.seq if gone else inf
    ends: list[float] = [version.at.seq for version in versions[1:]] + [last]
    for version, end in zip(versions, ends, strict=True):
        if version.at.seq < min(end, last):
            yield version, min(end, last)
