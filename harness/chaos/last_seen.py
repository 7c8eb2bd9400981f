"""The last state of what an activity aimed at, for the message that says that its proof never came."""

from collections.abc import Iterator

from harness.history.state import State
from harness.model.events import Target


def last_seen(target: Target, state: State) -> str:
    return ", ".join(_parts(target, state)) or "nothing"


def _parts(target: Target, state: State) -> Iterator[str]:
    if target.workflow and state.workflow is not None:
        yield f"workflow {target.workflow} {state.workflow.phase or 'new'}"
    pod = state.pods.get(target.pod_uid)
    if pod is not None:
        yield f"pod {pod.pod.name} {'gone' if pod.gone else pod.pod.phase or 'new'}"
        yield from (f"container {each.name} {each.state}" for each in pod.pod.containers)
    host = state.hosts.get(target.host)
    if host is not None:
        node = host.now.node
        yield f"node {node.name} ready {node.ready}{', unschedulable' if node.unschedulable else ''}"
    result = state.task_results.get(target.node_id)
    if result is not None:
        yield f"task result {result.result.name} completed {result.result.completed}"
