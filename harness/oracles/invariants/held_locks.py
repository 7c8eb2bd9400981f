"""nothing-completed-holds-a-lock: a workflow that is completed holds no lock, and neither does a node that has ended.

Why: nobody gives such a lock back, so whoever waits for it waits for ever. Broken by #14461 (one of three mutexes is
never released), #16405 (a slot leaks), #16774, #13386.

Lawful: a node gives its lock back when the controller comes past it next, which may take a while below a group that has
failed; only what is held long after the end counts.
"""

from collections.abc import Iterable, Iterator
from typing import ClassVar, Final

from harness.history.state import State
from harness.model.events import AnyEntry, Seen
from harness.model.verdicts import Violation
from harness.model.workflow import Workflow
from harness.oracles import locks
from harness.oracles.invariants.invariant import NOTHING, EachEntry, Wake, unnoticed

FORGOTTEN: Final = 30.0


class NothingCompletedHoldsALock(EachEntry):
    name: ClassVar[str] = "nothing-completed-holds-a-lock"
    wakes: ClassVar[frozenset[Wake]] = frozenset({Wake.WORKFLOW, Wake.RIVAL})

    def __init__(self) -> None:
        self._told: set[tuple[str, str]] = set()

    def observe(self, entry: AnyEntry, state: State) -> Iterable[Violation]:
        if not isinstance(entry, Seen) or not isinstance(entry.object, Workflow) or not entry.object.holds:
            return NOTHING
        return self._held(entry.object, state)

    def _held(self, workflow: Workflow, state: State) -> Iterator[Violation]:
        if workflow.completed is True:
            for hold in workflow.holds:
                if self._first(hold.lock, workflow.name):
                    yield self.violated(state, f"the completed workflow {workflow.name} still holds {hold.lock}")
        elif workflow is state.workflow:
            yield from self._forgotten(workflow, state)

    def finish(self, state: State) -> Iterator[Violation]:
        workflow = state.workflow
        if workflow is not None and workflow.completed is not True and state.deleted is None:
            yield from self._forgotten(workflow, state)

    def _forgotten(self, workflow: Workflow, state: State) -> Iterator[Violation]:
        for hold in workflow.holds:
            for holder in hold.holders:
                node = locks.holding_node(holder, workflow)
                if node is None or not node.phase.terminal:
                    continue
                ended = state.nodes[node.id].versions[-1].at.t
                if state.t - ended > FORGOTTEN + unnoticed(state) and self._first(hold.lock, holder):
                    who = f"{node.display_name}, which is {node.phase},"
                    yield self.overdue(state, f"{who} still holds {hold.lock}", node.id)

    def _first(self, lock: str, holder: str) -> bool:
        """Whether it is not told yet."""
        new = (lock, holder) not in self._told
        self._told.add((lock, holder))
        return new
