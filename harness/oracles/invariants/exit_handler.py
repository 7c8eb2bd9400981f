"""exit-handler-runs-once: the exit handler of a workflow runs once per completion, after everything else has ended,
and it does run when the workflow failed.

Why: it cleans up and notifies; missing it leaks, doing it twice pages people twice. Broken by #13964 (frozen under
Stop), #5835, #10003 and #6896 (not run after an error), #16088 (run twice).

Lawful: after a terminate it does not run; where the entrypoint could not be started at all, nothing does; an exit
handler with an `expression` may lawfully not run. A manual retry begins a new completion; attempts of a
`retryStrategy` are nodes of their own.
"""

from collections.abc import Iterable, Iterator
from typing import ClassVar, Final

from harness.history.state import State
from harness.model.events import AnyEntry
from harness.model.verdicts import Violation
from harness.model.workflow import Node, Workflow
from harness.oracles.invariants.invariant import NOTHING, EachEntry, Wake, retrying
from harness.oracles.invariants.runs import Again, Runs

_COULD_NOT: Final = ("error in entry template execution", "error in exit template execution")


class ExitHandlerRunsOnce(EachEntry):
    name: ClassVar[str] = "exit-handler-runs-once"
    wakes: ClassVar[frozenset[Wake]] = frozenset({Wake.WORKFLOW, Wake.NEW_POD})

    def __init__(self) -> None:
        self._runs = Runs(lambda name, state: is_handler(name, state.name))
        self._completed = False

    def observe(self, entry: AnyEntry, state: State) -> Iterable[Violation]:
        again, workflow = self._runs.again(entry, state), state.workflow
        if not again and (workflow is None or not workflow.exit_handler):
            return NOTHING
        return self._judge(again, workflow, state)

    def _judge(self, again: Iterable[Again], workflow: Workflow | None, state: State) -> Iterator[Violation]:
        yield from (self.violated(state, text, node) for node, text in again)
        if workflow is None or not workflow.exit_handler:
            return
        for change in state.changes:
            if change.before is None and change.after is not None and change.after.name == _name(workflow):
                yield from self._early(change.after, workflow, state)
        completed = workflow.completed is True
        if completed and not self._completed and retrying(state) is None:
            yield from self._missing(workflow, state)
        self._completed = completed

    def _early(self, handler: Node, workflow: Workflow, state: State) -> Iterator[Violation]:
        root = workflow.root
        if root is not None and not root.phase.terminal:
            text = f"the exit handler is {handler.phase} while {root.display_name} is {root.phase}"
            yield self.violated(state, text, handler.id)

    def _missing(self, workflow: Workflow, state: State) -> Iterator[Violation]:
        root, handler = workflow.root, workflow.named(_name(workflow))
        lawful = workflow.shutdown == "Terminate" or workflow.message.startswith(_COULD_NOT)
        if root is None or lawful or workflow.offloaded:
            return
        if handler is None:
            yield self.violated(state, f"the workflow is completed ({workflow.phase}) and its exit handler never ran")
        elif not handler.phase.terminal:
            text = f"the workflow is completed and its exit handler is {handler.phase or 'new'}"
            yield self.violated(state, text, handler.id)


def _name(workflow: Workflow) -> str:
    return f"{workflow.name}.onExit"


def is_handler(name: str, workflow: str) -> bool:
    """Whether a node of that name belongs to the exit handler of the workflow itself."""
    handler = f"{workflow}.onExit"
    return name.startswith(handler) and name[len(handler) : len(handler) + 1] in ("", ".", "[", "(")
