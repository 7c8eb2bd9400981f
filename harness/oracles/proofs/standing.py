"""Whether the target is still in the state that the scenario declared: a fault that comes too late has missed."""

from harness.history.state import State
from harness.model.events import Target
from harness.model.pods import ContainerState
from harness.oracles.proofs import chaos_toolkit
from harness.scenario.conditions import Condition
from harness.scenario.types import Step
from harness.scenario.verbs import (
    ApiVerb,
    ChaosToolkit,
    ContainerVerb,
    DeletePod,
    FreezeController,
    KillController,
    PodVerb,
    RelabelTaskResult,
)


def still_on_target(step: Step, target: Target, state: State) -> str | None:
    """What is wrong with firing now, or None. Ask with the state as it is when the call is made."""
    match step.action:
        case ContainerVerb(running=True):
            return _container(target, state) or _declared(step.when, target, state)
        case PodVerb(living=True) as verb:
            return _pod(verb, target, state) or _declared(step.when, target, state)
        case KillController() | FreezeController() | ApiVerb():
            return _controller(target, state)
        case ChaosToolkit() as verb:
            return chaos_toolkit.held_before(verb, state)
        case RelabelTaskResult() as verb:
            return _result(target, verb.completed == "true", verb.completed, state)
        case _:
            return None


def _container(target: Target, state: State) -> str | None:
    trace = state.pods.get(target.pod_uid)
    if trace is None or trace.gone is not None:
        return f"pod {target.pod} was gone before the call"
    container = trace.pod.container(target.container)
    if container is not None and container.state is ContainerState.TERMINATED:
        return f"container {target.container} had ended with exit {container.exit_code} before the call"
    return None


def _controller(target: Target, state: State) -> str | None:
    trace = state.controllers.get(target.pod_uid)
    if trace is None or trace.gone is not None:
        return f"controller pod {target.pod} was gone before the call"
    program = trace.pod.container(target.container)
    if program is None or program.id != target.container_id or program.state is ContainerState.TERMINATED:
        return f"the controller in {target.pod} had ended before the call"
    return None


def _pod(verb: PodVerb, target: Target, state: State) -> str | None:
    trace = state.pods.get(target.pod_uid)
    if trace is None or trace.gone is not None:
        return f"pod {target.pod} was gone before the call"
    # Force-deleting the pod of a dead host is what an operator does: it is still Running, whatever its node says.
    if not trace.pod.alive and not (isinstance(verb, DeletePod) and verb.force and trace.pod.deleting):
        return f"pod {target.pod} was {trace.pod.phase} before the call"
    return None


def _result(target: Target, wanted: bool, word: str, state: State) -> str | None:
    trace = state.task_results.get(target.node_id)
    if trace is None or trace.gone is not None:
        return f"task result {target.node_id} was gone before the call"
    if trace.result.completed is wanted:
        return f"task result {target.node_id} was labelled {word} before the call"
    return None


def _declared(when: Condition, target: Target, state: State) -> str | None:
    """The phase that `when` declares for the target's node, after whatever `after` has let pass."""
    node_trace = state.nodes.get(target.node_id)
    node = node_trace.now if node_trace else None
    if when.node is not None and when.node.phase is not None and node is not None:
        same = when.node.template in (None, node.template) and when.node.retry in (None, node.retry)
        if same and when.node.phase is not node.phase and when.pod is None:
            return f"node {node.display_name} was {node.phase}, no longer {when.node.phase}, before the call"
    problems = (_declared(part, target, state) for part in when.all or ())
    return next((problem for problem in problems if problem), None)
