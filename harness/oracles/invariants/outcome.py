"""success-hides-no-failure: what Succeeded has no failure inside that its rules do not allow, and what Failed has one.

Why: a green workflow with a red step is lost work that nobody looks for. Broken by #15150 (a pod that failed counts as
Succeeded; so may one that the garbage collector of pods gave up with its node, whose containers nobody saw end),
#11163, #6834, #10994, #14058 (workflow Succeeded over failed nodes), #13196.

Lawful: `continueOn`; an attempt that a later one made good; in a DAG everything but the targets, since another task may
depend on the failure; hooks, except that a failed exit handler fails the workflow. A group that fails under a shutdown,
past a deadline or with a message of its own needs no failed child; a daemon succeeds by being killed. Judged once the
workflow is completed.
"""

from collections.abc import Iterator
from typing import ClassVar

from harness.history.state import State
from harness.model.events import AnyEntry
from harness.model.phases import Phase
from harness.model.verdicts import Violation
from harness.model.workflow import Node, Task, Template, Workflow
from harness.oracles import depends
from harness.oracles.invariants.invariant import EachEntry, Wake

BAD = frozenset({Phase.FAILED, Phase.ERROR})
GOOD = frozenset({Phase.SUCCEEDED, Phase.SKIPPED, Phase.OMITTED})
GROUPS = frozenset({"Steps", "StepGroup", "DAG", "TaskGroup", "Retry"})


class SuccessHidesNoFailure(EachEntry):
    name: ClassVar[str] = "success-hides-no-failure"
    wakes: ClassVar[frozenset[Wake]] = frozenset({Wake.COMPLETED})

    def __init__(self) -> None:
        self._told: set[tuple[str, str]] = set()

    def observe(self, entry: AnyEntry, state: State) -> Iterator[Violation]:
        workflow = state.workflow
        if workflow is None or workflow.offloaded:
            return
        for node, problem in _problems(workflow, state):
            if (node, problem) not in self._told:
                self._told.add((node, problem))
                yield self.violated(state, problem, node)


def _problems(workflow: Workflow, state: State) -> Iterator[tuple[str, str]]:
    """By which node, "" for the workflow itself, and in words."""
    yield from (("", problem) for problem in _of_workflow(workflow))
    for node in workflow.nodes.values():
        children = [child for key in node.children if (child := workflow.nodes.get(key)) is not None]
        if node.phase is Phase.SUCCEEDED:
            for culprit in _culprits(node, children, workflow):
                yield node.id, f"{node.display_name} is Succeeded although {culprit.display_name} is {culprit.phase}"
            template = workflow.templates.get(node.template)
            if node.type == "Pod" and not (template and template.daemon):
                yield from ((node.id, problem) for problem in _of_pod(node, state))
        elif _failed_for_nothing(node, children, workflow):
            yield node.id, f"{node.display_name} is {node.phase} although nothing inside failed"


def _failed_for_nothing(node: Node, children: list[Node], workflow: Workflow) -> bool:
    if node.phase not in BAD or node.type not in GROUPS or node.message or workflow.shutdown or not children:
        return False
    return not any(child.phase in BAD for child in _inside(node, children, workflow))


def _of_workflow(workflow: Workflow) -> Iterator[str]:
    root, handler = workflow.root, workflow.named(f"{workflow.name}.onExit")
    ends = [node for node in (root, handler) if node is not None]
    failed = [node for node in ends if node.phase in BAD]
    if workflow.phase is Phase.SUCCEEDED and failed:
        yield f"the workflow is Succeeded although {failed[0].display_name} is {failed[0].phase}"
    fulfilled = root is not None and all(node.phase in GOOD for node in ends)
    if workflow.phase in BAD and fulfilled and not workflow.message and not workflow.shutdown:
        names = " and ".join(node.display_name for node in ends)
        yield f"the workflow is {workflow.phase} although {names} did not fail"


def _culprits(node: Node, children: list[Node], workflow: Workflow) -> Iterator[Node]:
    """Failures that a node of this kind must not survive."""
    template = workflow.templates.get(node.template)
    match node.type:
        case "Retry":
            attempts = [child for child in children if child.retry is not None]
            if not any(child.phase in GOOD for child in attempts):
                yield from (child for child in attempts[-1:] if child.phase in BAD)
        case "TaskGroup" | "StepGroup":
            boundary = workflow.nodes.get(node.boundary_id)
            calls = workflow.templates.get(boundary.template) if boundary else None
            if boundary is not None and calls is not None:
                yield from (child for child in children if _counts(child, node, boundary, calls))
        case "Steps":
            yield from (group for group in _groups(node, workflow) if group.phase in BAD)
        case "DAG" if template is not None:
            yield from _failed_targets(node, template, workflow)


def _groups(steps: Node, workflow: Workflow) -> Iterator[Node]:
    """All of them: only the first is a child, the others hang below what the one before has left."""
    return (n for n in workflow.nodes.values() if n.type == "StepGroup" and n.boundary_id == steps.id)


def _counts(child: Node, group: Node, boundary: Node, calls: Template) -> bool:
    """Whether the failure of an expanded item or a step fails its group."""
    if child.phase not in BAD or child.hooked or child.on_exit != group.on_exit or child.hook:
        return False
    # Below the boundary's name: `[0].step(1:item)` is `step`.
    name = (group if group.type == "TaskGroup" else child).name[len(boundary.name) :]
    task = calls.tasks.get(name.partition("(")[0].rpartition(".")[2])
    return task is not None and child.phase not in task.continue_on


def _failed_targets(dag: Node, template: Template, workflow: Workflow) -> Iterator[Node]:
    try:
        followed = {name for task in template.tasks.values() for name in depends.names(task.depends)}
    except depends.NotUnderstood:
        return
    for name in template.targets or tuple(name for name in template.tasks if name not in followed):
        task, node = template.tasks.get(name, Task(name=name)), workflow.named(f"{dag.name}.{name}")
        if node is not None and node.phase in BAD and node.phase not in task.continue_on:
            yield node


def _inside(node: Node, children: list[Node], workflow: Workflow) -> Iterator[Node]:
    """All that can be the reason of a failure: everything below, for a DAG points only at its first tasks."""
    seen, todo = {node.id}, list(children)
    while todo:
        child = todo.pop()
        if child.id not in seen:
            seen.add(child.id)
            yield child
            todo += [below for key in child.children if (below := workflow.nodes.get(key)) is not None]


def _of_pod(node: Node, state: State) -> Iterator[str]:
    pods = state.pods_of(node.id)
    if not pods:
        return
    end = pods[-1].ends.get("main")
    if end is None and pods[-1].pod.phase == "Failed":
        yield f"{node.display_name} is Succeeded although its pod failed and its main container was never seen to end"
    if end is not None and end.value.exit_code:
        yield f"{node.display_name} is Succeeded although its main container ended with exit code {end.value.exit_code}"
