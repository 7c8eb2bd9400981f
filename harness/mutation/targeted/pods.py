"""Pods that should not be there."""

from collections.abc import Iterator

from harness.history.stamps import epoch
from harness.mutation import edits
from harness.mutation.edits import completed
from harness.mutation.mutant import Mutator
from harness.mutation.tape import Raw, Tape


def pod_after_completion(tape: Tape) -> Iterator[Tape]:
    over = epoch(tape.last()["status"].get("finishedAt"))
    if over is None or not completed(tape):
        return
    for index in {pod.uid: index for index, pod in edits.pods(tape)}.values():
        late = edits.another_pod(tape.moments[index], creationTimestamp=edits.stamp(over + 30))
        yield tape.with_moment(tape.end, late)


def pod_twice(tape: Tape) -> Iterator[Tape]:
    for index, pod in edits.pods(tape):
        if pod.phase == "Running" and not pod.deleting:
            yield tape.with_moment(index + 1, edits.another_pod(tape.moments[index]))


def lingering(tape: Tape) -> Iterator[Tape]:
    """The recording goes on for long enough that leftovers count."""
    if completed(tape) and not edits.host_away(tape) and not edits.alive_at_the_end(tape):
        yield edits.stretched(tape, tape.end, 90.0)


def pod_left_alive(tape: Tape) -> Iterator[Tape]:
    for index, _ in edits.last_alive(tape):
        yield tape.with_moment(tape.end, edits.another_pod(tape.moments[index]))


def pod_held_by_its_finalizer(tape: Tape) -> Iterator[Tape]:
    for index, _ in edits.last_over(tape):
        held = tape.moments[index].edited(_terminating)
        yield tape.with_moment(tape.end, edits.another(held))


def _terminating(raw: Raw) -> None:
    raw["metadata"] |= {"deletionTimestamp": edits.stamp(1), "finalizers": ["workflows.argoproj.io/status"]}


def pod_not_collected(tape: Tape) -> Iterator[Tape]:
    promised = tape.edited(tape.versions, lambda raw: raw["spec"].__setitem__("podGC", {"strategy": "OnPodCompletion"}))
    for index, _ in edits.last_over(tape):
        yield promised.with_moment(promised.end, edits.another_pod(tape.moments[index]))


LATE = (Mutator("a pod is made after completion", pod_after_completion),)
TWICE = (Mutator("a second pod for one attempt", pod_twice),)
LEFT = (
    Mutator("a pod is left alive", pod_left_alive, lingering),
    Mutator("a pod is held by its finalizer", pod_held_by_its_finalizer, lingering),
    Mutator("podGC does not collect", pod_not_collected, lingering),
)
