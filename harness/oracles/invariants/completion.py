"""completion-agrees: terminal phase, label `completed`, label `phase` and `finishedAt` say the same.

Why: TTL, archive, retry and every dashboard read one of them and believe it for all. Broken by #12993 on 3.5.4 and
3.5.5 (the phase ends, the label stays false and finishedAt unset) and #12601.

Lawful: nothing; Argo writes the four in one update. A workflow whose phase label is absent has not been processed yet.
"""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from harness.history.state import State
from harness.model.events import AnyEntry
from harness.model.verdicts import Violation
from harness.model.workflow import Workflow
from harness.oracles.invariants.invariant import NOTHING, EachEntry


class CompletionAgrees(EachEntry):
    name: ClassVar[str] = "completion-agrees"

    def __init__(self) -> None:
        self._told: set[str] = set()

    def observe(self, entry: AnyEntry, state: State) -> Iterable[Violation]:
        workflow = state.workflow
        return NOTHING if workflow is None or _agrees(workflow) else self._judge(workflow, state)

    def _judge(self, workflow: Workflow, state: State) -> Iterator[Violation]:
        for problem in _problems(workflow):
            if problem not in self._told:
                self._told.add(problem)
                yield self.violated(state, problem)


def _agrees(workflow: Workflow) -> bool:
    ended, label = workflow.phase.terminal, workflow.phase_label
    same = ended is (workflow.completed is True) is (workflow.finished_at is not None)
    return same and (not label or label == workflow.phase)


def _problems(workflow: Workflow) -> Iterator[str]:
    phase, ended = workflow.phase or "new", workflow.phase.terminal
    if ended != (workflow.completed is True):
        yield f"the workflow is {phase} and its label completed is {str(workflow.completed).lower()}"
    if ended != (workflow.finished_at is not None):
        yield f"the workflow is {phase} and finishedAt is {'set' if workflow.finished_at else 'not set'}"
    if workflow.phase_label and workflow.phase_label != workflow.phase:
        yield f"the workflow is {phase} and its label phase is {workflow.phase_label}"
