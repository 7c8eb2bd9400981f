"""Why a workflow that nothing can move any more is where it is, by the evidence that speaks loudest."""

from collections.abc import Iterator

from harness.history.state import State
from harness.model.verdicts import StuckCause
from harness.model.workflow import Node, Workflow
from harness.oracles import locks
from harness.oracles.unschedulable import ought_to_be_gone

Finding = tuple[StuckCause, str, str]
"""The cause, the node it is about ("" for none), and the evidence in words."""


def cause_of(state: State, workflow: Workflow) -> Finding:
    return next(_causes(state, workflow))


def _causes(state: State, workflow: Workflow) -> Iterator[Finding]:
    """The mechanism before the symptom: a group stays open because a pod is gone, never the other way round."""
    open_nodes = [node for node in workflow.nodes.values() if not node.phase.terminal]
    yield from _task_results(state, workflow)
    yield from _pods_gone(state, open_nodes)
    yield from _suspended(workflow, open_nodes)
    yield from _unschedulable(state, workflow)
    yield from _locks(workflow, open_nodes)
    yield from _exit_handler(workflow, open_nodes)
    yield from _parents(workflow, open_nodes)
    still = ", ".join(f"{node.display_name} {node.phase}" for node in open_nodes)
    yield StuckCause.UNKNOWN, "", f"still open: {still or 'no node'}"


def _task_results(state: State, workflow: Workflow) -> Iterator[Finding]:
    """Nodes with an open result that nobody is left to complete."""
    labelled = {name for name, trace in state.task_results.items() if trace.result.completed is False}
    wanted = labelled.union(workflow.incomplete_results)
    for node in workflow.nodes.values():
        if node.id in wanted and (node.phase.terminal or _pod_gone(state, node)):
            name = node.display_name
            yield StuckCause.TASK_RESULT_INCOMPLETE, name, f"the task result of {name} ({node.phase}) is not complete"


def _pods_gone(state: State, open_nodes: list[Node]) -> Iterator[Finding]:
    for node in open_nodes:
        if node.type == "Pod" and _pod_gone(state, node):
            yield StuckCause.POD_GONE, node.display_name, f"{node.display_name} is {node.phase} and its pod is gone"


def _suspended(workflow: Workflow, open_nodes: list[Node]) -> Iterator[Finding]:
    if not workflow.shutdown:
        return
    asked = f"{workflow.shutdown} was asked for"
    for node in open_nodes:
        if node.type == "Suspend":
            yield StuckCause.SUSPENDED_AND_SHUT_DOWN, node.display_name, f"{asked} and {node.display_name} is suspended"
    if workflow.suspended:
        yield StuckCause.SUSPENDED_AND_SHUT_DOWN, "", f"{asked} and the workflow is suspended"


def _unschedulable(state: State, workflow: Workflow) -> Iterator[Finding]:
    for trace in state.living():
        if why := ought_to_be_gone(trace, workflow, state.wall):
            node = state.nodes.get(trace.pod.node_id)
            name = node.last.display_name if node is not None else trace.pod.node_name
            told = f"pod {trace.pod.name} cannot be scheduled and still waits although {why}"
            yield StuckCause.PENDING_UNSCHEDULABLE, name, told


def _locks(workflow: Workflow, open_nodes: list[Node]) -> Iterator[Finding]:
    waiting = [("", workflow.message), *((node.display_name, node.message) for node in open_nodes)]
    for name, message in waiting:
        if wait := locks.announced(message):
            yield StuckCause.LOCK_HELD_BY_NOBODY, name, f"{name or workflow.name} waits for {wait.lock}, which is free"


def _exit_handler(workflow: Workflow, open_nodes: list[Node]) -> Iterator[Finding]:
    root, handler = workflow.root, workflow.named(f"{workflow.name}.onExit")
    if root is None or not root.phase.terminal:
        return
    if workflow.exit_handler and handler is None and workflow.shutdown != "Terminate":
        yield StuckCause.EXIT_HANDLER, "", f"{root.display_name} is {root.phase} and the exit handler never began"
    for node in open_nodes:
        if node.on_exit:
            name = node.display_name
            yield StuckCause.EXIT_HANDLER, name, f"{name} of the exit handler is {node.phase or 'new'}"


def _parents(workflow: Workflow, open_nodes: list[Node]) -> Iterator[Finding]:
    for node in open_nodes:
        children = [child for key in node.children if (child := workflow.nodes.get(key)) is not None]
        if children and all(child.phase.terminal for child in children):
            name = node.display_name
            yield StuckCause.PARENT_NOT_CLOSED, name, f"{name} is {node.phase} and everything below it has ended"
    root = workflow.root
    if root is not None and not open_nodes:
        told = f"the workflow is {workflow.phase or 'new'} and all of its nodes have ended"
        yield StuckCause.PARENT_NOT_CLOSED, root.display_name, told


def _pod_gone(state: State, node: Node) -> bool:
    mine = state.pods_of(node.id)
    return bool(mine) and all(trace.gone is not None for trace in mine)
