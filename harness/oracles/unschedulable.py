"""A pod that cannot be scheduled waits lawfully, for a node may come; unless it should have been taken away by now."""

from typing import Final

from harness.history.traces import PodTrace
from harness.model.workflow import Workflow

GRACE: Final = 30.0
"""Seconds past a deadline in which a pod may still be taken away."""


def ought_to_be_gone(trace: PodTrace, workflow: Workflow, wall: float) -> str:
    """Why a pod that cannot be scheduled should not wait any more; "" where it may."""
    pod = trace.pod
    if pod.phase != "Pending" or pod.conditions.get("PodScheduled") != "False" or trace.deleting is not None:
        return ""
    if workflow.shutdown == "Terminate" or (workflow.shutdown and ".onExit" not in pod.node_name):
        return f"{workflow.shutdown} was asked for"
    for what, due in _deadlines(trace, workflow):
        if wall > due + GRACE:
            return f"the deadline of the {what} passed {wall - due:.0f} s ago"
    return ""


def _deadlines(trace: PodTrace, workflow: Workflow) -> list[tuple[str, float]]:
    found = []
    node = workflow.nodes.get(trace.pod.node_id)
    template = workflow.templates.get(node.template) if node else None
    if node is not None and template is not None and template.active_deadline and node.started_at is not None:
        found.append(("step", node.started_at + template.active_deadline))
    if workflow.active_deadline and workflow.started_at and ".onExit" not in trace.pod.node_name:
        found.append(("workflow", workflow.started_at + workflow.active_deadline))
    return found
