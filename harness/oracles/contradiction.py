"""A history names the release that it is about in its first line, and those that its steps swap it for, and shows the
controllers that served: where their image is that of another release, every verdict would be given to the wrong one."""

from collections.abc import Iterator, Sequence

from harness.history import controller
from harness.history.state import State
from harness.model.errors import UsageError
from harness.model.image import Image
from harness.model.pods import Pod
from harness.model.release import Release
from harness.oracles.proofs import controllers
from harness.scenario.types import Step
from harness.scenario.verbs import SwapArgo


def contradiction(state: State, argo: str, method: Sequence[Step]) -> str:
    """Which controller ran a release that is neither `argo` nor what a step of the method had swapped it for by then;
    "" where none did, or no image tells."""
    stated, swaps = _release(argo), tuple(_swaps(state, method))
    if stated is None:
        return ""
    for trace in state.controllers.values():
        for at, pod in trace.versions:
            swapped = [release for since, release in swaps if since <= at.seq]
            shown = _shown(pod)
            if shown is not None and shown not in (stated, *swapped):
                said = ", then ".join([f"Argo {argo}", *map(str, swapped)])
                return f"the history says {said}, but its controller {pod.name} ran {shown}"
    return ""


def _swaps(state: State, method: Sequence[Step]) -> Iterator[tuple[int, Release]]:
    """From which entry on a release may serve. That of before may do so again, too: a swap is healed by going back."""
    for index, step in enumerate(method):
        trace = state.steps.get(index)
        if isinstance(step.action, SwapArgo) and trace is not None and trace.triggered is not None:
            yield trace.triggered.seq, step.action.release


def _shown(pod: Pod) -> Release | None:
    """Of a controller that runs and stays: one on its way out may be of an install before this one."""
    program = controller.program(pod)
    if program is None or pod.deleting or not controllers.runs(pod):
        return None
    image = Image.parse(program.image)
    return image.release if image.name == controller.NAME else None


def _release(text: str) -> Release | None:
    try:
        return Release.parse(text)
    except UsageError:
        return None
