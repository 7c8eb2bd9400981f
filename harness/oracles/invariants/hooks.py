"""hooks-run-once: a hook of the workflow, of a task or of a step runs at most once, and an exit hook of a task that
has ended does run before the workflow is completed.

Why: hooks notify, release and clean up like exit handlers do. Broken by #14392 (evaluated twice, fixed by #16088),
#15163 (a running hook makes the step run again), #9640, #12616.

Lawful: a hook with an `expression` may not run at all; neither does one of a task that was skipped or omitted, nor any
after a shutdown or once the deadline of the workflow has passed. A manual retry begins anew.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import ClassVar

from harness.history.state import State
from harness.model.events import AnyEntry
from harness.model.phases import Phase
from harness.model.verdicts import Violation
from harness.model.workflow import Node, Workflow
from harness.oracles.invariants.exit_handler import is_handler
from harness.oracles.invariants.invariant import NOTHING, EachEntry, Wake, manual_retries
from harness.oracles.invariants.runs import Runs

ENDED = frozenset({Phase.SUCCEEDED, Phase.FAILED, Phase.ERROR})


class HooksRunOnce(EachEntry):
    name: ClassVar[str] = "hooks-run-once"
    wakes: ClassVar[frozenset[Wake]] = frozenset({Wake.WORKFLOW, Wake.NEW_POD})

    def __init__(self) -> None:
        self._runs = Runs(_is_hook)
        self._completed = False

    def observe(self, entry: AnyEntry, state: State) -> Iterable[Violation]:
        again, workflow = self._runs.again(entry, state), state.workflow
        completed = workflow is not None and workflow.completed is True
        newly, self._completed = completed and not self._completed, completed
        if not again and not newly:
            return NOTHING
        missing = _missing(workflow) if workflow is not None and newly and not manual_retries(state) else ()
        return (self.violated(state, problem, node) for node, problem in chain(again, missing))


def _is_hook(name: str, state: State) -> bool:
    return (".hooks." in name or ".onExit" in name) and not is_handler(name, state.name)


def _missing(workflow: Workflow) -> Iterator[tuple[str, str]]:
    if workflow.shutdown or workflow.offloaded or _past_deadline(workflow):
        return
    for node in workflow.nodes.values():
        if node.phase in ENDED and _has_exit_hook(node, workflow) and workflow.named(f"{node.name}.onExit") is None:
            yield node.id, f"{node.display_name} ended as {node.phase} and its exit hook never ran"


def _past_deadline(workflow: Workflow) -> bool:
    if not workflow.active_deadline or workflow.started_at is None or workflow.finished_at is None:
        return False
    return workflow.finished_at - workflow.started_at >= workflow.active_deadline


def _has_exit_hook(node: Node, workflow: Workflow) -> bool:
    """A task or step by its own name; those that `withItems` expands are named otherwise and not judged."""
    boundary = workflow.nodes.get(node.boundary_id)
    template = workflow.templates.get(boundary.template) if boundary else None
    if boundary is None or template is None or not node.name.startswith(boundary.name):
        return False
    task = template.tasks.get(node.name[len(boundary.name) :].rpartition(".")[2])
    return task is not None and task.exit_hook and node.type not in ("TaskGroup", "StepGroup")
