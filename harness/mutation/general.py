"""Breaks that aim at no invariant in particular: what a bug of the harness or of Argo could do to a history.

Not every one can be noticed, for a watch shows versions and not changes: what survives is listed, with the reason.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from harness.model.events import Ended, Gap, Resource, Seen, Stage, StepChanged
from harness.mutation import edits
from harness.mutation.mutant import Make
from harness.mutation.tape import Moment, Raw, Tape

T = TypeVar("T")
PLACES: Final = 6
"""How many places of one history a break is tried at, evenly spread: enough to meet every stage of its life."""


@dataclass(frozen=True, slots=True)
class General:
    """`lawful` says why some mutants of this kind may survive, "" where none may."""

    kind: str
    make: Make
    lawful: str = ""


def spread(found: Sequence[T]) -> Iterator[T]:
    """Evenly spaced ones, the last always among them."""
    step = max(len(found) / PLACES, 1.0)
    yield from (found[len(found) - 1 - int(i * step)] for i in range(min(PLACES, len(found))))


def _watched(tape: Tape) -> list[int]:
    return [index for index, moment in enumerate(tape.moments) if isinstance(moment.entry, Seen)]


def dropped(tape: Tape) -> Iterator[Tape]:
    yield from (tape.without(index) for index in spread(_watched(tape)))


def doubled(tape: Tape) -> Iterator[Tape]:
    whole = [index for index in _watched(tape) if "DELETED" not in str(getattr(tape.moments[index].entry, "verb", ""))]
    yield from (tape.with_moment(index + 1, tape.moments[index]) for index in spread(whole))


def swapped(tape: Tape) -> Iterator[Tape]:
    """Two versions of one workflow change places; the times stay where they are."""
    yield from (_swap(tape, a, b) for a, b in spread(list(zip(tape.versions, tape.versions[1:], strict=False))))


def _swap(tape: Tape, a: int, b: int) -> Tape:
    moments = list(tape.moments)
    first, second = moments[a], moments[b]
    moments[a], moments[b] = second.at(first.entry.t), first.at(second.entry.t)
    return tape.made_of(moments)


def _of_nodes(tape: Tape) -> list[tuple[int, str]]:
    return [(i, key) for i in tape.versions for key in edits.nodes(tape.moments[i].raw or {})]


def _flipped(tape: Tape, index: int, key: str) -> str:
    phase = edits.nodes(tape.moments[index].raw or {})[key].get("phase", "")
    return {"Succeeded": "Failed", "Failed": "Succeeded", "Error": "Succeeded"}.get(phase, "Error")


def phase_flipped_once(tape: Tape) -> Iterator[Tape]:
    for index, key in spread(_of_nodes(tape)):
        yield tape.edited([index], edits.node_edit(key, phase=_flipped(tape, index, key)))


def phase_flipped_for_good(tape: Tape) -> Iterator[Tape]:
    for index, key in spread(_of_nodes(tape)):
        rest = [i for i in tape.versions if i >= index]
        yield tape.edited(rest, edits.node_edit(key, phase=_flipped(tape, index, key)))


def workflow_ends_otherwise(tape: Tape) -> Iterator[Tape]:
    """Phase and label agree with each other, and with nothing else."""
    now = tape.last()["status"].get("phase")
    other = "Failed" if now == "Succeeded" else "Succeeded"

    def edit(raw: Raw) -> None:
        if raw.get("status", {}).get("phase") == now:
            edits.both(edits.status_edit(phase=other), edits.label_edit(edits.PHASE, other))(raw)

    yield tape.edited(tape.versions, edit)


def finish_moved(tape: Tape) -> Iterator[Tape]:
    for index, key in spread([(i, k) for i, k in _of_nodes(tape) if _finish(tape, i, k)]):
        yield tape.edited([index], edits.node_edit(key, finishedAt=edits.moved(_finish(tape, index, key), 60)))


def _finish(tape: Tape, index: int, key: str) -> str | None:
    found: str | None = edits.nodes(tape.moments[index].raw or {})[key].get("finishedAt")
    return found


def node_dropped(tape: Tape) -> Iterator[Tape]:
    for index, key in spread(_of_nodes(tape)):
        yield tape.edited([index], edits.node_gone(key))


def pod_resurrected(tape: Tape) -> Iterator[Tape]:
    """A pod that is over is shown running once more."""
    running = {pod.uid: index for index, pod in edits.pods(tape) if pod.phase == "Running"}
    for index in running.values():
        yield tape.with_moment(tape.end, tape.moments[index])


def watch_cut(tape: Tape) -> Iterator[Tape]:
    """From somewhere on a kind is not shown any more, and the gap is told of."""
    for resource in (Resource.WORKFLOW, Resource.POD):
        for index in spread(tape.where(resource)[:-1]):
            cut = _cut(tape, resource, index)
            at = cut.moments[index - 1].entry if index else tape.moments[0].entry
            gap = Gap(seq=0, t=at.t, wall=at.wall, resource=resource, why="410 Gone")
            yield cut.with_moment(index, Moment(gap))


def watch_silent(tape: Tape) -> Iterator[Tape]:
    """The same, and nobody tells."""
    for resource in (Resource.WORKFLOW, Resource.POD):
        yield from (_cut(tape, resource, index) for index in spread(tape.where(resource)[:-1]))


def _cut(tape: Tape, resource: Resource, index: int) -> Tape:
    return tape.made_of(m for i, m in enumerate(tape.moments) if i < index or not m.of(resource))


def ended_early(tape: Tape) -> Iterator[Tape]:
    """The recording stops before the workflow is seen to end, and says that all is decided."""
    end = tape.moments[tape.end]
    for index in spread(range(1, tape.versions[-1])):
        yield tape.made_of((*tape.moments[:index], end.at(tape.moments[index - 1].entry.t)))


def end_dropped(tape: Tape) -> Iterator[Tape]:
    yield tape.without(tape.end)


def _steps(tape: Tape, *stages: Stage) -> list[int]:
    entries = enumerate(tape.entries)
    return [i for i, entry in entries if isinstance(entry, StepChanged) and entry.stage in stages]


def landing_dropped(tape: Tape) -> Iterator[Tape]:
    yield from (tape.without(index) for index in _steps(tape, Stage.LANDED))


def landing_failed(tape: Tape) -> Iterator[Tape]:
    for index in _steps(tape, Stage.LANDED):
        entry = tape.moments[index].entry
        assert isinstance(entry, StepChanged)
        missed = Moment(replace(entry, stage=Stage.MISSED, detail="its moment was over"))
        yield tape.made_of((*tape.moments[:index], missed, *tape.moments[index + 1 :]))


def method_dropped(tape: Tape) -> Iterator[Tape]:
    steps = _steps(tape, *Stage)
    if steps:
        yield tape.without(*steps)


def interrupted(tape: Tape) -> Iterator[Tape]:
    end = tape.moments[tape.end].entry
    assert isinstance(end, Ended)
    for reason in ("interrupted", "infra"):
        stopped = Moment(replace(end, reason=type(end.reason)(reason)))
        yield tape.made_of((*tape.moments[: tape.end], stopped))


def message_lost(tape: Tape) -> Iterator[Tape]:
    def edit(raw: Raw) -> None:
        edits.put(raw.get("status", {}), {"message": None})
        for node in edits.nodes(raw).values():
            edits.put(node, {"message": None})

    if any(node.get("message") for node in edits.nodes(tape.last()).values()):
        yield tape.edited(tape.versions, edit)


def later(tape: Tape) -> Iterator[Tape]:
    """Monotonic time is counted from elsewhere; the wall clock and all stamps stay."""
    yield tape.made_of(Moment(replace(m.entry, t=round(m.entry.t + 1000, 6)), m.raw) for m in tape.moments)
