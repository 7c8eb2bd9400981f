"""Locks that are held twice, or by somebody who is gone. No recorded history holds one, so they are put in first."""

from collections.abc import Iterator
from typing import Any

from harness.model.events import Seen
from harness.mutation import edits
from harness.mutation.mutant import Mutator
from harness.mutation.tape import Moment, Raw, Tape

MUTEX = "ns/Mutex/only-one"
SEMAPHORE = "ns/ConfigMap/limits/two"


def _synchronization(mutexes: tuple[str, ...], slots: tuple[str, ...]) -> dict[str, Any]:
    return {
        "mutex": {"holding": [{"mutex": MUTEX, "holder": holder} for holder in mutexes]},
        "semaphore": {"holding": [{"semaphore": SEMAPHORE, "holders": list(slots)}]},
    }


def _open(tape: Tape) -> list[int]:
    return [i for i in tape.versions if (tape.moments[i].raw or {}).get("status", {}).get("phase") == "Running"]


def _holders(tape: Tape, *names: str) -> tuple[str, ...]:
    return tuple(f"ns/{tape.header.workflow}/{name}" for name in names)


def _holding(tape: Tape) -> Iterator[Tape]:
    """One holds the mutex and two the semaphore, of which two may; given back with the end."""
    held = _synchronization(_holders(tape, "a"), _holders(tape, "a", "b"))
    versions = _open(tape)
    if not versions or not edits.completed(tape):
        return
    waiting = f"Waiting for {SEMAPHORE} lock. Lock status: 0/2"
    first = tape.edited(versions[:1], edits.node_edit(tape.header.workflow, message=waiting))
    yield first.edited(versions, edits.status_edit(synchronization=held))


def mutex_held_twice(tape: Tape) -> Iterator[Tape]:
    held = _synchronization(_holders(tape, "a", "b"), ())
    yield tape.edited(_open(tape), edits.status_edit(synchronization=held))


def semaphore_over_its_limit(tape: Tape) -> Iterator[Tape]:
    held = _synchronization((), _holders(tape, "a", "b", "c"))
    yield tape.edited(_open(tape), edits.status_edit(synchronization=held))


def held_across_workflows(tape: Tape) -> Iterator[Tape]:
    """Another workflow holds the same mutex, for much longer than a lock takes to change hands."""
    index = _open(tape)[0]
    rival = _rival(tape.moments[index])
    yield edits.stretched(tape.with_moment(index + 1, rival).with_moment(index + 2, rival), index + 2, 20.0)


def _rival(moment: Moment) -> Moment:
    def edit(raw: Raw) -> None:
        raw["metadata"] |= {"name": "rival", "uid": "rival"}
        raw["status"] |= {"synchronization": _synchronization(("ns/rival/a",), ()), "nodes": {}}

    rival = moment.edited(edit)
    assert isinstance(rival.entry, Seen)
    return rival


def held_after_completion(tape: Tape) -> Iterator[Tape]:
    yield tape.edited(tape.versions[-1:], edits.status_edit(synchronization=_synchronization(_holders(tape, "a"), ())))


LIMIT = (
    Mutator("a mutex is held twice", mutex_held_twice, _holding),
    Mutator("a semaphore is over its limit", semaphore_over_its_limit, _holding),
    Mutator("two workflows hold one mutex", held_across_workflows, _holding),
)
COMPLETED = (Mutator("a lock is held after completion", held_after_completion, _holding),)
