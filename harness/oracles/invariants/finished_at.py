"""finished-at-consistent: `finishedAt` is only on a node that has ended, never before `startedAt`, and it stays; in a
completed workflow every node has it, and none a later one than the workflow itself.

Why: TTL, garbage collection, backoff and every report are computed from it. Broken by #12993 on 3.5.4/3.5.5 (for the
workflow itself, see completion-agrees) and by stale copies (#13986).

Lawful: a manual retry that is under way. Argo may write the phase of a node one update before its stamp (3.7.15 does),
so a missing stamp counts only once the workflow is completed. The stamp of a pod is that of its kubelet, whose clock
may be some seconds off. Across a gap of the watch only the version itself is judged, not how it came about.
"""

from collections.abc import Iterator
from typing import ClassVar, Final

from harness.history.state import State
from harness.history.traces import NodeChange
from harness.model.events import AnyEntry, Resource
from harness.model.verdicts import Violation
from harness.model.workflow import Node, Workflow
from harness.oracles.invariants.invariant import EachEntry, after_gap, retrying

SKEW: Final = 5.0
"""Seconds by which the clocks of a kubelet and of the controller may differ."""


class FinishedAtConsistent(EachEntry):
    name: ClassVar[str] = "finished-at-consistent"

    def __init__(self) -> None:
        self._judged: Workflow | None = None
        self._told: set[str] = set()

    def observe(self, entry: AnyEntry, state: State) -> Iterator[Violation]:
        workflow = state.workflow
        if workflow is None or workflow is self._judged or retrying(state) is not None:
            return
        self._judged = workflow
        for change in state.changes:
            if _stamped(change):
                yield from (self.violated(state, problem, change.id) for problem in _problems(change, state))
        if workflow.completed is True:
            yield from self._at_completion(workflow, state)

    def _at_completion(self, workflow: Workflow, state: State) -> Iterator[Violation]:
        for node in workflow.nodes.values():
            if node.id not in self._told and (what := _too_late(node, workflow)):
                self._told.add(node.id)
                yield self.violated(state, f"{node.display_name} {what}", node.id)


def _too_late(node: Node, workflow: Workflow) -> str:
    """What is wrong with the stamp of a node whose workflow is completed."""
    if not node.phase.terminal:
        return ""
    if node.finished_at is None:
        return f"is {node.phase} without finishedAt in a completed workflow"
    late = node.finished_at - (workflow.finished_at or node.finished_at)
    return f"finished {late:g} s after the workflow had" if late > SKEW else ""


def _stamped(change: NodeChange) -> bool:
    """Whether it can say anything about a stamp, which most changes of a node do not."""
    before, after = change.before, change.after
    return (after is not None and after.finished_at is not None) or (
        before is not None and before.finished_at is not None
    )


def _problems(change: NodeChange, state: State) -> Iterator[str]:
    node, before = change.after, change.before
    if node is None:
        return
    if not node.phase.terminal and node.finished_at is not None:
        yield f"{node.display_name} is {node.phase or 'new'} and has finishedAt"
    if node.finished_at is not None and node.started_at is not None and node.finished_at < node.started_at:
        yield f"{node.display_name} finished {node.started_at - node.finished_at:g} s before it started"
    if before is None or before.finished_at in (None, node.finished_at) or not before.phase.terminal:
        return
    if node.phase.terminal and not after_gap(state, Resource.WORKFLOW, state.nodes[change.id].versions[-2].at.seq):
        moved = (node.finished_at or 0.0) - (before.finished_at or 0.0)
        yield f"finishedAt of {node.display_name} moved by {moved:+g} s after it had ended"
