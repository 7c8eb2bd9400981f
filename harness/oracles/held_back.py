"""What a step holds back on its way to the controller or from it comes all the same: until then silence is none.

Nor is it while the controller waits before it watches again, as client-go does when a watch was ended under its hands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.history.traces import At
from harness.model.api import Deed
from harness.oracles.timers import NUDGE_PATIENCE, timers_now
from harness.scenario.verbs import ApiVerb, verbs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.history.state import State
    from harness.history.traces import StepTrace
    from harness.model.events import ApiTouched

_HOLDERS: Final = frozenset(
    name for name, verb in verbs().items() if issubclass(verb, ApiVerb) and verb.holds is not ApiVerb.holds
)
_ENDING: Final = frozenset({Deed.CLOSE, Deed.EXPIRE})
_UNANSWERED: Final = frozenset({Deed.REFUSE, Deed.RESET})
BACKOFF: Final = 70.0
"""Seconds: client-go waits up to 30 between two attempts, up to twice as long by chance, and then has to list."""
_LEASES: Final = "leases"
"""The controller renews its lease all the time, whatever becomes of a workflow."""


def holding(state: State) -> Iterator[tuple[str, float]]:
    """The steps that hold something back, and until when at the latest what they hold now will have had its effect."""
    for index, trace in state.steps.items():
        if trace.verb in _HOLDERS and _stands(trace):
            why = f"{state.step_name(index)} holds back what the controller is to know"
            yield why, _until(state, _holds(state, index))


def blind(state: State) -> Iterator[tuple[str, float]]:
    """The resources whose watch was ended by a step and is not open again, and how long that is to be expected."""
    ended: dict[str, list[ApiTouched]] = {}
    for each in state.api_touches:
        if each.deed is Deed.RESUMED:
            del ended.get(each.path, [])[-1:]
        elif each.deed in _ENDING or (each.deed in _UNANSWERED and each.verb in ("list", "watch")):
            ended.setdefault(each.path, []).append(each)
    for path, last in ((path, row[-1]) for path, row in ended.items() if row):
        yield f"the controller does not watch {path} again yet", last.t + BACKOFF


def touched(state: State) -> At | None:
    """When a request about the workflow was last kept from being what it would have been."""
    found = (each for each in reversed(state.api_touches) if each.resource != _LEASES)
    last = next(found, None)
    return At(last.seq, last.t, last.wall) if last else None


def _stands(trace: StepTrace) -> bool:
    return trace.triggered is not None and trace.healed is None and not trace.problem


def _until(state: State, holds: float) -> float:
    """Of what has just changed it hears so late, and of the nudge too, which it is given time to answer."""
    changed = state.last_change.t if state.last_change else 0.0
    times = [changed + timers_now(state).quiet]
    if state.nudges:
        times.append(state.nudges[-1].at.t + NUDGE_PATIENCE)
    return holds + max(times)


def _holds(state: State, index: int) -> float:
    method = state.header.scenario.spec["method"] if state.header else []
    ((name, parameters),) = method[index]["inject"].items()
    verb = verbs()[name].model_validate(parameters or {})
    return verb.holds if isinstance(verb, ApiVerb) else 0.0
