"""Nodes and workflows that contradict themselves from one version to the next, or within one."""

from collections.abc import Iterator

from harness.mutation import edits
from harness.mutation.edits import completed, label_edit, node_edit, status_edit
from harness.mutation.mutant import Mutator
from harness.mutation.tape import Tape


def _each_ended(tape: Tape, **fields: object) -> Iterator[Tape]:
    for key in edits.ended(tape.last()):
        yield tape.one_more_version(node_edit(key, **fields))


def node_runs_again(tape: Tape) -> Iterator[Tape]:
    yield from _each_ended(tape, phase="Running")


def node_changes_its_end(tape: Tape) -> Iterator[Tape]:
    for key, node in edits.nodes(tape.last()).items():
        other = {"Succeeded": "Failed", "Failed": "Succeeded", "Error": "Succeeded"}.get(node.get("phase", ""))
        if other is not None:
            yield tape.one_more_version(node_edit(key, phase=other))


def node_vanishes(tape: Tape) -> Iterator[Tape]:
    for key in edits.ended(tape.last()):
        yield tape.one_more_version(lambda raw, key=key: edits.put(edits.nodes(raw), {key: None}))  # type: ignore[misc]  # binds the loop's value


def finished_at_moves(tape: Tape) -> Iterator[Tape]:
    for key, node in edits.nodes(tape.last()).items():
        if node.get("finishedAt"):
            yield tape.one_more_version(node_edit(key, finishedAt=edits.moved(node["finishedAt"], 7)))


def finished_before_started(tape: Tape) -> Iterator[Tape]:
    for key, node in edits.nodes(tape.last()).items():
        if node.get("finishedAt"):
            yield tape.edited(tape.versions, node_edit(key, startedAt=edits.moved(node["finishedAt"], 9)))


def finished_at_is_lost(tape: Tape) -> Iterator[Tape]:
    if completed(tape):
        yield from _each_ended(tape, finishedAt=None)


def node_stays_open(tape: Tape) -> Iterator[Tape]:
    if completed(tape):
        yield from _each_ended(tape, phase="Running", finishedAt=None)


def completed_too_early(tape: Tape) -> Iterator[Tape]:
    index = edits.first_where(tape, lambda raw: raw.get("status", {}).get("phase") == "Running")
    if index is not None:
        yield tape.edited([index], label_edit(edits.COMPLETED, "true"))


def never_completed(tape: Tape) -> Iterator[Tape]:
    if completed(tape):
        yield tape.edited(tape.versions, label_edit(edits.COMPLETED, "false"))


def phase_label_lies(tape: Tape) -> Iterator[Tape]:
    yield tape.one_more_version(label_edit(edits.PHASE, "Running"))


def workflow_has_no_finish(tape: Tape) -> Iterator[Tape]:
    if completed(tape):
        yield tape.edited(tape.versions, status_edit(finishedAt=None))


STAY = (
    Mutator("a node that ended runs again", node_runs_again),
    Mutator("a node that ended ends otherwise", node_changes_its_end),
    Mutator("a node that ended vanishes", node_vanishes),
)
FINISHED_AT = (
    Mutator("finishedAt moves after the end", finished_at_moves),
    Mutator("a node finishes before it starts", finished_before_started),
    Mutator("finishedAt is lost", finished_at_is_lost),
)
OPEN = (Mutator("a node stays open", node_stays_open),)
COMPLETION = (
    Mutator("completed while it runs", completed_too_early),
    Mutator("ended and never completed", never_completed),
    Mutator("the label phase lies", phase_label_lies),
    Mutator("ended without finishedAt", workflow_has_no_finish),
)
