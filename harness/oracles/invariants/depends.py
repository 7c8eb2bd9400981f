"""dag-task-waits-for-depends: a task of a DAG starts only when all that its `depends` names has ended and it holds.

Why: a task that starts early works on data that is not there yet. Broken by #14568 and #12616 (results not awaited)
and by stale copies of the workflow (#13986).

Lawful: a task whose `depends` does not hold is Omitted, which is no start. Several changes may come in one update, so
it is held against the phases of that same update; what has ended stays ended. A task of a template of which two have
the same name, or with an expression of an unknown kind, is not judged.
"""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from harness.history.state import State
from harness.model.events import AnyEntry
from harness.model.phases import Phase
from harness.model.verdicts import Violation
from harness.model.workflow import Node, Task, Workflow
from harness.oracles import depends
from harness.oracles.invariants.invariant import EachEntry, Wake, retrying


class DagTaskWaitsForDepends(EachEntry):
    name: ClassVar[str] = "dag-task-waits-for-depends"
    wakes: ClassVar[frozenset[Wake]] = frozenset({Wake.NEW_NODE})

    def observe(self, entry: AnyEntry, state: State) -> Iterator[Violation]:
        workflow = state.workflow
        for change in state.changes:
            node, before = change.after, change.before
            if workflow is None or node is None or before is not None or node.phase is Phase.OMITTED:
                continue
            if node.boundary_id and retrying(state) is None:
                yield from (self.violated(state, problem, node.id) for problem in _problems(node, workflow))


def _problems(node: Node, workflow: Workflow) -> Iterator[str]:
    boundary = workflow.nodes.get(node.boundary_id)
    template = workflow.templates.get(boundary.template) if boundary else None
    if boundary is None or template is None or template.kind != "dag":
        return
    task = template.tasks.get(node.name.removeprefix(f"{boundary.name}."))
    if task is None or not task.depends:
        return
    try:
        named = depends.names(task.depends)
        needed = {name: workflow.named(f"{boundary.name}.{name}") for name in named}
        yield from _early(node, task, needed, workflow, template.tasks)
    except depends.NotUnderstood:
        return


def _early(
    node: Node, task: Task, needed: dict[str, Node | None], workflow: Workflow, tasks: Mapping[str, Task]
) -> Iterator[str]:
    for name, other in sorted(needed.items()):
        if other is None or not (other.phase.terminal or other.daemoned):
            now = "not there" if other is None else other.phase or "new"
            yield f"{node.display_name} started as {node.phase or 'new'} while {name}, on which it depends, was {now}"
            return

    def has(name: str, result: str) -> bool:
        other = needed[name]
        return other is not None and depends.has_result(other, tasks.get(name), result, workflow)

    if not depends.holds(task.depends, has):
        seen = ", ".join(f"{name} {other.phase}" for name, other in sorted(needed.items()) if other)
        yield f"{node.display_name} started although its depends ({task.depends}) does not hold: {seen}"
