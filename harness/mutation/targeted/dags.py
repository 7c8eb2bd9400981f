"""Tasks that do not wait. No recorded history has a DAG, so one is put in first."""

from collections.abc import Iterator
from typing import Any

from harness.mutation import edits
from harness.mutation.mutant import Mutator
from harness.mutation.tape import Raw, Tape

TEMPLATE = {
    "name": "dag",
    "dag": {"tasks": [{"name": "a", "template": "x"}, {"name": "b", "template": "x", "depends": "a.Succeeded"}]},
}


def _node(tape: Tape, key: str, phase: str, **more: Any) -> Raw:
    like = edits.nodes(tape.last())[tape.header.workflow]
    name = f"{tape.header.workflow}.{key}" if key == "dag" else f"{tape.header.workflow}.dag.{key}"
    node = {**like, "id": key, "name": name, "displayName": key, "type": "Skipped", "templateName": "x"}
    node |= {"phase": phase, "children": [], "boundaryID": "dag", "message": "", **more}
    if phase == "Running":
        node.pop("finishedAt", None)
    return node


def _dag(tape: Tape, phase: str) -> Raw:
    return _node(tape, "dag", phase, type="DAG", templateName="dag", boundaryID="")


def _with_dag(tape: Tape) -> Iterator[Tape]:
    """a runs from the first version on, and in the last it and b are done."""
    if not edits.completed(tape) or edits.retried_by_hand(tape):
        return

    def add(raw: Raw) -> None:
        raw["spec"].setdefault("templates", []).append(TEMPLATE)
        over = "finishedAt" in raw.get("status", {})
        phase = "Succeeded" if over else "Running"
        table = raw.setdefault("status", {}).setdefault("nodes", {})
        table |= {"dag": _dag(tape, phase), "a": _node(tape, "a", phase)}
        if over:
            table["b"] = _node(tape, "b", "Succeeded")

    yield tape.edited(tape.versions, add)


def task_starts_early(tape: Tape) -> Iterator[Tape]:
    started = _node(tape, "b", "Running")
    running = [i for i in tape.versions if "b" not in edits.nodes(tape.moments[i].raw or {})]
    yield tape.edited(running, lambda raw: edits.put(edits.nodes(raw), {"b": started}))


def task_starts_in_vain(tape: Tape) -> Iterator[Tape]:
    """What b needs to have succeeded has failed."""
    over = [i for i in tape.versions if "b" in edits.nodes(tape.moments[i].raw or {})]
    yield tape.edited(over, edits.node_edit("a", phase="Failed"))


def success_over_a_failed_target(tape: Tape) -> Iterator[Tape]:
    """The last task has failed, and the DAG has not."""
    over = [i for i in tape.versions if "b" in edits.nodes(tape.moments[i].raw or {})]
    yield tape.edited(over, edits.node_edit("b", phase="Failed"))


WAITS = (
    Mutator("a task starts before its depends", task_starts_early, _with_dag),
    Mutator("a task starts though its depends failed", task_starts_in_vain, _with_dag),
)
OUTCOME = (Mutator("success of a DAG over a failed last task", success_over_a_failed_target, _with_dag),)
