"""Says what a condition waits for and what is there instead: the message of a step that never fired."""

from collections.abc import Iterator

from harness.history.state import State
from harness.history.traces import PodTrace
from harness.oracles import selectors
from harness.oracles.stuck import quiescence
from harness.scenario.conditions import Condition, NodeCondition, PodCondition, TaskResultCondition, WorkflowCondition
from harness.scenario.duration import show_duration


def explain(condition: Condition, state: State) -> str:
    return "; ".join(_parts(condition, state))


def _parts(condition: Condition, state: State) -> Iterator[str]:
    if condition.nth:
        yield f"number {condition.nth} of what matches"
    if condition.node is not None:
        yield _node(condition.node, state)
    if condition.pod is not None:
        yield _pod(condition.pod, state)
    if condition.task_result is not None:
        yield _result(condition.task_result, state)
    if condition.workflow is not None:
        yield _workflow(condition.workflow, state)
    if condition.host is not None:
        hosts = ", ".join(f"{name} {trace.now.node.ready}" for name, trace in state.hosts.items())
        wanted = "ready" if condition.host.ready else "not ready"
        yield f"wants the host {wanted}, Ready of the hosts: {hosts or 'none seen'}"
    if condition.landed is not None:
        yield f"wants {condition.landed} landed"
    yield from (f"all of ({explain(part, state)})" for part in condition.all or ())
    if condition.any is not None:
        yield " or ".join(f"({explain(part, state)})" for part in condition.any)
    if condition.after is not None:
        yield f"and then {show_duration(condition.after)}"


def _node(part: NodeCondition, state: State) -> str:
    seen = [f"{node.display_name} {node.phase}" for node in selectors.nodes(part, state)]
    everything = [f"{n.display_name} {n.phase}" for t in state.nodes.values() if (n := t.now) is not None]
    return _wants(f"node {selectors.describe(part)} {part.phase or ''}", seen, "all nodes", everything)


def _pod(part: PodCondition, state: State) -> str:
    wanted = [f"pod {selectors.describe(part)}", part.phase or ""]
    if part.deleting is not None:
        wanted.append("deleting" if part.deleting else "not deleting")
    if part.container is not None:
        code = "" if part.container.exit_code is None else f" with exit {part.container.exit_code}"
        wanted.append(f"container {part.container.name} {part.container.state}{code}")
    seen = [_pod_now(trace) for trace in selectors.pods(part, state)]
    everything = [_pod_now(trace) for trace in state.pods.values()]
    return _wants(" ".join(word for word in wanted if word), seen, "all pods", everything)


def _pod_now(trace: PodTrace) -> str:
    inside = ", ".join(f"{c.name} {c.state}" for c in trace.pod.containers if not c.init)
    return f"{trace.pod.name} {'gone' if trace.gone else trace.pod.phase} ({inside or 'no container yet'})"


def _result(part: TaskResultCondition, state: State) -> str:
    wanted = "" if part.completed is None else f" completed {str(part.completed).lower()}"
    seen = [f"{t.result.name} {t.result.completed}" for t in selectors.task_results(part, state)]
    everything = [f"{name} {trace.result.completed}" for name, trace in state.task_results.items()]
    return _wants(f"task result {selectors.describe(part)}{wanted}", seen, "all task results", everything)


def _workflow(part: WorkflowCondition, state: State) -> str:
    wanted = [part.phase or "", {True: "final", False: "not final", None: ""}[part.final]]
    wanted.append("stuck" if part.stuck else "")
    workflow = state.workflow
    now = "not seen" if workflow is None else f"{workflow.phase or 'new'}, {'final' if workflow.final else 'not final'}"
    if part.stuck:
        blockers = quiescence(state, state.t).blockers
        now += f", held up by: {'; '.join(blockers)}" if blockers else ", quiet, nudge unanswered so far"
    return f"wants the workflow {' '.join(word for word in wanted if word)}, it is {now}"


def _wants(wanted: str, seen: list[str], label: str, everything: list[str]) -> str:
    if seen:
        return f"wants {wanted.strip()}, seen: {_some(seen)}"
    return f"wants {wanted.strip()}, none seen; {label}: {_some(everything) or 'none'}"


def _some(words: list[str], most: int = 8) -> str:
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more
