"""Who holds and who waits for semaphores and mutexes, over all workflows of the namespace that the history shows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from harness.history.state import State
from harness.model.events import Resource
from harness.model.workflow import Node, Workflow

_ANNOUNCED: Final = re.compile(r"Waiting for (\S+) lock.*Lock status: (\d+)/(\d+)")


@dataclass(frozen=True, slots=True)
class Wait:
    """Argo's announcement that somebody waits for a lock; `free` and `limit` by its words."""

    lock: str
    free: int
    limit: int


def announced(message: str) -> Wait | None:
    match = _ANNOUNCED.search(message)
    return Wait(match[1], int(match[2]), int(match[3])) if match else None


def living(state: State) -> Iterator[Workflow]:
    """The workflows of the namespace that exist and are not completed."""
    mine = [state.workflow] if state.workflow is not None and state.deleted is None else []
    return (workflow for workflow in [*mine, *state.rivals.values()] if workflow.completed is not True)


def holding_node(holder: str, workflow: Workflow) -> Node | None:
    """`namespace/workflow/node`, the node by id or by name; None where the workflow itself is the holder."""
    parts = holder.split("/", 2)
    if len(parts) < 3 or parts[1] != workflow.name:
        return None
    return workflow.nodes.get(parts[2]) or workflow.named(parts[2])


def nobody_holds(wait: Wait, state: State) -> bool:
    """Whether the lock has a free place for certain: it was seen to be held, and too few of its holders still live.

    Only of locks of this namespace all holders are seen, and only while the watch of workflows has no hole.
    """
    workflow = state.workflow
    if workflow is None or not wait.lock.startswith(f"{workflow.namespace}/") or state.gap(Resource.WORKFLOW, 0.0):
        return False
    if wait.lock not in state.once_held:
        return wait.free > 0
    holders = {holder for one in living(state) for holder in _holders(wait.lock, one)}
    return len(holders) < wait.limit


def _holders(lock: str, workflow: Workflow) -> Iterator[str]:
    for hold in workflow.holds:
        for holder in hold.holders if hold.lock == lock else ():
            node = holding_node(holder, workflow)
            if node is None or not node.phase.terminal:
                yield holder
