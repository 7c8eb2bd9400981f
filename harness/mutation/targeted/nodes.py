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
        yield tape.one_more_version(edits.node_gone(key))


def open_node_vanishes_for_a_moment(tape: Tape) -> Iterator[Tape]:
    """A node that is under way is missing from one version, and back in the next."""
    if edits.retried_by_hand(tape):
        return
    for before, index, after in zip(tape.versions, tape.versions[1:], tape.versions[2:], strict=False):
        around = [edits.nodes(tape.moments[at].raw or {}) for at in (before, index, after)]
        ended = edits.ended(tape.moments[before].raw or {})
        for key in around[0]:
            if key not in ended and all(key in table for table in around):
                yield tape.edited([index], edits.node_gone(key))


def finished_after_the_workflow(tape: Tape) -> Iterator[Tape]:
    over = tape.last().get("status", {}).get("finishedAt")
    if completed(tape) and over:
        for key in edits.ended(tape.last()):
            shown = [
                at for at in tape.versions if edits.nodes(tape.moments[at].raw or {}).get(key, {}).get("finishedAt")
            ]
            yield tape.edited(shown, node_edit(key, finishedAt=edits.moved(over, 60)))


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
    Mutator("a node under way vanishes for a moment", open_node_vanishes_for_a_moment),
)
FINISHED_AT = (
    Mutator("finishedAt moves after the end", finished_at_moves),
    Mutator("a node finishes before it starts", finished_before_started),
    Mutator("finishedAt is lost", finished_at_is_lost),
    Mutator("a node finishes after its workflow", finished_after_the_workflow),
)
OPEN = (Mutator("a node stays open", node_stays_open),)
COMPLETION = (
    Mutator("completed while it runs", completed_too_early),
    Mutator("ended and never completed", never_completed),
    Mutator("the label phase lies", phase_label_lies),
    Mutator("ended without finishedAt", workflow_has_no_finish),
)
