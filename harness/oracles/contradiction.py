"""A history names the release that it is about in its first line, and shows the controllers that served: where their
image is that of another release, every verdict would be given to the wrong one."""

from typing import Final

from harness.history import controller
from harness.history.state import State
from harness.model.errors import UsageError
from harness.model.image import Image
from harness.model.pods import Pod
from harness.model.release import Release
from harness.oracles.proofs import controllers

SWAPS: Final = frozenset({"swap-argo", "upgrade-argo", "downgrade-argo"})
"""Steps from which on another release serves, as the scenario wants it."""


def contradiction(state: State, argo: str) -> str:
    """Which controller ran another release than `argo` before the first swap; "" where none did, or no image tells."""
    stated, until = _release(argo), _swapped(state)
    if stated is None:
        return ""
    for trace in state.controllers.values():
        for at, pod in trace.versions:
            if until is not None and at.seq >= until:
                break
            shown = _shown(pod)
            if shown is not None and shown != stated:
                return f"the history says Argo {argo}, but its controller {pod.name} ran {shown}"
    return ""


def _swapped(state: State) -> int | None:
    fired = (trace.triggered.seq for trace in state.steps.values() if trace.verb in SWAPS and trace.triggered)
    return min(fired, default=None)


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
