"""finished-at-consistent: `finishedAt` is only on a node that has ended, never before `startedAt`, and it stays; in a
completed workflow every node has it.

Why: TTL, garbage collection, backoff and every report are computed from it. Broken by #12993 on 3.5.4/3.5.5 (for the
workflow itself, see completion-agrees) and by stale copies (#13986).

Lawful: a manual retry that is under way. Argo may write the phase of a node one update before its stamp (3.7.15 does),
so a missing stamp counts only once the workflow is completed. Across a gap of the watch only the version itself is
judged, not how it came about.
"""

from collections.abc import Iterator
from typing import ClassVar

from harness.history.state import State
from harness.history.traces import NodeChange
from harness.model.events import AnyEntry, Resource
from harness.model.verdicts import Violation
from harness.model.workflow import Workflow
from harness.oracles.invariants.invariant import EachEntry, after_gap, retrying


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
            yield from (self.violated(state, problem) for problem in _problems(change, state))
        if workflow.completed is True:
            yield from self._unstamped(workflow, state)

    def _unstamped(self, workflow: Workflow, state: State) -> Iterator[Violation]:
        for node in workflow.nodes.values():
            if node.phase.terminal and node.finished_at is None and node.id not in self._told:
                self._told.add(node.id)
                what = f"{node.display_name} is {node.phase} without finishedAt in a completed workflow"
                yield self.violated(state, what)


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
