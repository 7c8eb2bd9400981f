"""What each state is called in a picture and what it means: few letters, for a bar may be short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from harness.model.phases import Phase
from harness.model.pods import Container, ContainerState, Pod
from harness.report.chart.model import Tone

if TYPE_CHECKING:
    from harness.model.objects import ClusterNode

_PHASES: Final = {
    Phase.UNKNOWN: Tone.OFF,
    Phase.PENDING: Tone.WAITING,
    Phase.RUNNING: Tone.RUNNING,
    Phase.SUCCEEDED: Tone.GOOD,
    Phase.SKIPPED: Tone.OFF,
    Phase.OMITTED: Tone.OFF,
    Phase.FAILED: Tone.FAILED,
    Phase.ERROR: Tone.ERROR,
}
_POD_PHASES: Final = {
    "Pending": Tone.WAITING,
    "Running": Tone.RUNNING,
    "Succeeded": Tone.GOOD,
    "Failed": Tone.FAILED,
}
CALM: Final = frozenset({Tone.GOOD, Tone.OFF})
"""What nobody has to look at."""
PLAIN_REASONS: Final = ("", "PodInitializing", "ContainerCreating")
"""Reasons for which a container waits that its pod's being pending says already."""


class State(NamedTuple):
    """Equal states that follow each other are one bar."""

    tone: Tone
    text: str
    settled: bool = False


def of_phase(phase: Phase, message: str, unknown: str = "no phase yet") -> State:
    said = " ".join(message.split())
    name = str(phase) or unknown
    return State(_PHASES[phase], f"{name}: {said}" if said else name, phase.terminal)


def of_pod(pod: Pod) -> State:
    phase = pod.phase or "no phase yet"
    if pod.deleting:
        return State(Tone.ENDING, f"{phase}, being deleted")
    tone = _POD_PHASES.get(pod.phase, Tone.AWAY)
    return State(tone, f"{phase}: {pod.reason}" if pod.reason else phase, not pod.alive)


def of_container(container: Container) -> State | None:
    """None while there is nothing to tell."""
    match container.state:
        case ContainerState.WAITING:
            return None if container.reason in PLAIN_REASONS else State(Tone.WAITING, container.reason)
        case ContainerState.RUNNING:
            again = f", restart {container.restarts}" if container.restarts else ""
            return State(Tone.RUNNING, f"running{again}")
        case ContainerState.TERMINATED:
            why = f" {container.reason}" if container.reason not in ("", "Completed") else ""
            good = container.exit_code == 0
            return State(Tone.GOOD if good else Tone.FAILED, f"exit {container.exit_code}{why}", True)


def of_result(completed: bool | str | None) -> State | None:
    """None for one that is gone."""
    match completed:
        case True:
            return State(Tone.GOOD, "complete", True)
        case False:
            return State(Tone.WAITING, "incomplete")
        case None:
            return State(Tone.OFF, "no label")
        case _:
            return None


def of_label(completed: bool | None) -> State | None:
    match completed:
        case True:
            return State(Tone.GOOD, "completed=true", True)
        case False:
            return State(Tone.WAITING, "completed=false")
        case None:
            return None


def of_host(node: ClusterNode, *, powered: bool) -> State:
    ready = "Ready" if node.ready == "True" else f"NotReady ({node.ready})"
    words = [] if powered else ["powered off"]
    words += [ready] if powered or node.ready != "True" else []
    words += ["cordoned"] if node.unschedulable else []
    if not powered or node.ready != "True":
        return State(Tone.AWAY, ", ".join(words))
    return State(Tone.WAITING, ", ".join(words)) if node.unschedulable else State(Tone.GOOD, ready, True)
