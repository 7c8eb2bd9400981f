"""Deadlines that pass and stops that are not obeyed."""

from collections.abc import Iterator

from harness.mutation import edits
from harness.mutation.mutant import Mutator
from harness.mutation.tape import Raw, Tape


def workflow_outlives_its_deadline(tape: Tape) -> Iterator[Tape]:
    def edit(raw: Raw) -> None:
        raw["spec"]["activeDeadlineSeconds"] = 10
        status = raw.get("status", {})
        if status.get("startedAt"):
            status["startedAt"] = edits.moved(status["startedAt"], -200)

    if not edits.host_away(tape) and not edits.retried_by_hand(tape):
        yield tape.edited(tape.versions, edit)


def step_outlives_its_deadline(tape: Tape) -> Iterator[Tape]:
    """A step may take five seconds, and it and its containers began minutes before."""

    def bound(raw: Raw) -> None:
        for template in raw["spec"].get("templates", ()):
            template["activeDeadlineSeconds"] = 5
            template.get("retryStrategy", {}).pop("backoff", None)
        for node in edits.nodes(raw).values():
            if node["type"] == "Pod":
                _begun_earlier(node)

    def begun(raw: Raw) -> None:
        for container in raw["status"].get("containerStatuses", ()):
            for state in container.get("state", {}).values():
                _begun_earlier(state)

    if not edits.host_away(tape) and not edits.retried_by_hand(tape):
        pods = [index for index, _ in edits.pods(tape)]
        yield tape.edited(tape.versions, bound).edited(pods, begun)


def _begun_earlier(what: Raw) -> None:
    if what.get("startedAt"):
        what["startedAt"] = edits.moved(what["startedAt"], -300)


def _running(tape: Tape) -> int | None:
    return edits.first_where(tape, lambda raw: raw.get("status", {}).get("phase") == "Running")


def _told_to_stop(tape: Tape, how: str) -> Tape:
    return tape.edited(tape.versions, lambda raw: raw["spec"].__setitem__("shutdown", how))


def stop_is_ignored(tape: Tape) -> Iterator[Tape]:
    """It goes on for two minutes after it was told to stop."""
    index = _running(tape)
    if index is not None and not edits.host_away(tape) and not edits.retried_by_hand(tape):
        yield edits.stretched(_told_to_stop(tape, "Stop"), index + 1, 120.0)


def pod_made_after_terminate(tape: Tape) -> Iterator[Tape]:
    index, found = _running(tape), edits.last_over(tape)
    if index is None or not found:
        return
    late = edits.stamp(tape.moments[index].entry.wall + 30)
    pod = edits.another_pod(tape.moments[found[-1][0]], creationTimestamp=late)
    stopped = _told_to_stop(tape, "Terminate")
    yield stopped.with_moment(stopped.end, pod)


DEADLINES = (
    Mutator("a workflow outlives its deadline", workflow_outlives_its_deadline),
    Mutator("a step outlives its deadline", step_outlives_its_deadline),
)
SHUTDOWN = (
    Mutator("a stop is ignored", stop_is_ignored),
    Mutator("a pod is made after a terminate", pod_made_after_terminate),
)
