"""What a part of a condition is about right now: the nodes, pods or task results for which it holds."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.history.state import State
from harness.history.traces import PodTrace
from harness.model.pods import Pod
from harness.model.workflow import Node
from harness.oracles import selectors
from harness.scenario.conditions import NodeCondition, PodCondition, TaskResultCondition


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One thing for which a part holds; `seq` is the entry that shows it."""

    node_id: str
    pod_uid: str = ""
    text: str
    seq: int


def nodes(part: NodeCondition, state: State) -> list[Subject]:
    found = []
    for node in selectors.nodes(part, state):
        if part.phase is None or node.phase is part.phase:
            versions = state.nodes[node.id].versions
            text = f"node {node.display_name} {node.phase or 'exists'}"
            found.append(Subject(node_id=node.id, text=text, seq=versions[-1].at.seq))
    return found


def pods(part: PodCondition, state: State) -> list[Subject]:
    found = []
    for trace in selectors.pods(part, state):
        if trace.gone is None and pod_is(part, trace.pod):
            pod = trace.pod
            found.append(
                Subject(
                    node_id=pod.node_id,
                    pod_uid=pod.uid,
                    text=f"pod {pod.name} {_shown(part, pod)}",
                    seq=trace.versions[-1].at.seq,
                )
            )
    return found


def task_results(part: TaskResultCondition, state: State) -> list[Subject]:
    found = []
    for trace in selectors.task_results(part, state):
        if trace.gone is None and part.completed in (None, trace.result.completed):
            text = f"task result {trace.result.name} completed {trace.result.completed}"
            found.append(Subject(node_id=trace.result.name, text=text, seq=trace.versions[-1].at.seq))
    return found


def so_far(part: NodeCondition | PodCondition | TaskResultCondition, state: State) -> Iterator[tuple[int, str]]:
    """(entry, key) of everything that this part has ever held for, also of what has moved on since."""
    match part:
        case NodeCondition():
            for key, node in state.nodes.items():
                for version in node.versions:
                    if version.value is not None and node_is(part, version.value):
                        yield version.at.seq, key
                        break
        case PodCondition():
            for pod in selectors.pods(part, state):
                yield from _first_of_pod(part, pod)
        case TaskResultCondition():
            for result in selectors.task_results(part, state):
                held = (v.at.seq for v in result.versions if part.completed in (None, v.value))
                yield from ((seq, result.result.name) for seq in list(held)[:1])


def _first_of_pod(part: PodCondition, trace: PodTrace) -> Iterator[tuple[int, str]]:
    for version in trace.versions:
        if pod_is(part, version.value):
            yield version.at.seq, trace.pod.uid
            return


def node_is(part: NodeCondition, node: Node) -> bool:
    return (part.phase is None or node.phase is part.phase) and selectors.matches(part, node)


def pod_is(part: PodCondition, pod: Pod) -> bool:
    if part.phase is not None and pod.phase != part.phase:
        return False
    if part.deleting is not None and pod.deleting is not part.deleting:
        return False
    if part.container is None:
        return True
    container = pod.container(part.container.name)
    if container is None or container.state is not part.container.state:
        return False
    return part.container.exit_code is None or container.exit_code == part.container.exit_code


def _shown(part: PodCondition, pod: Pod) -> str:
    container = pod.container(part.container.name) if part.container else None
    inside = f", {container.name} {container.state}" if container else ""
    return f"{pod.phase or 'new'}{' deleting' if pod.deleting else ''}{inside}"
