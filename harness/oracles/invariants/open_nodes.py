"""completed-workflow-has-no-open-node: once a workflow is completed, every one of its nodes has ended.

Why: nobody looks at a completed workflow again, so an open node stays open for ever; its pod may go on working. Broken
by #13964 (exit handler that is a DAG, under Stop), #13806, #16450, #7633, #12703, #14058.

Lawful: nothing.
"""

from collections.abc import Iterator
from typing import ClassVar

from harness.history.state import State
from harness.model.events import AnyEntry
from harness.model.verdicts import Violation
from harness.oracles.invariants.invariant import EachEntry, Wake


class CompletedWorkflowHasNoOpenNode(EachEntry):
    name: ClassVar[str] = "completed-workflow-has-no-open-node"
    wakes: ClassVar[frozenset[Wake]] = frozenset({Wake.COMPLETED})

    def __init__(self) -> None:
        self._course = 0
        self._told: set[str] = set()

    def observe(self, entry: AnyEntry, state: State) -> Iterator[Violation]:
        workflow = state.workflow
        if workflow is None or not (state.changes or len(state.course) != self._course):
            return
        self._course = len(state.course)
        for node in workflow.nodes.values():
            if not node.phase.terminal and node.id not in self._told:
                self._told.add(node.id)
                text = f"{node.display_name} is {node.phase or 'new'} in a completed workflow"
                yield self.violated(state, text, node.id)
