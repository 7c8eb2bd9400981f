"""Whether a run may stop: as soon as the outcome cannot change any more, and never only because time has passed."""

from dataclasses import dataclass
from typing import Final

from harness.history.state import State
from harness.history.traces import At
from harness.model.events import EndReason, Stage
from harness.oracles.checks import check, in_time
from harness.oracles.explaining import unfired
from harness.oracles.reachable import can_come
from harness.oracles.stuck import patience_left, stuck
from harness.scenario.duration import show_duration
from harness.scenario.expectation import Outcome
from harness.scenario.types import Scenario

SETTLE: Final = 3.0
"""Seconds after the end of a workflow in which pods and labels that belong to it still change."""

_FAILED: Final = frozenset({Stage.MISSED, Stage.REFUSED, Stage.UNPROVEN, Stage.HEAL_FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`reason` is None while the run must go on; `ask_again` is when time alone may change that."""

    reason: EndReason | None
    text: str = ""
    ask_again: float | None = None


def decided(scenario: Scenario, argo: str, state: State, now: float) -> Decision:
    for index, trace in sorted(state.steps.items()):
        if trace.stage in _FAILED:
            return _stop(EndReason.DECIDED, f"{scenario.step_name(index)} {trace.stage}: {trace.problem}")
    if _under_way(state):
        return Decision(reason=None)
    unfired = _next_unfired(scenario, state)
    return _method_over(scenario, argo, state, now) if unfired is None else _waiting(scenario, unfired, state, now)


def _stop(reason: EndReason, text: str) -> Decision:
    return Decision(reason=reason, text=text)


def _under_way(state: State) -> bool:
    """A step was fired and neither landed nor failed: its proof or its bound comes by itself."""
    return any(trace.triggered is not None and trace.landed is None for trace in state.steps.values())


def _next_unfired(scenario: Scenario, state: State) -> int | None:
    for index in range(len(scenario.method)):
        trace = state.steps.get(index)
        if trace is None or (trace.landed is None and trace.not_drawn is None):
            return index
    return None


def _waiting(scenario: Scenario, index: int, state: State, now: float) -> Decision:
    """A step has not fired. It is over if the workflow is, and the moment can no longer come."""
    step = scenario.method[index]
    since = _over(state)
    if since is not None:
        if can_come(step, state, now):
            return Decision(reason=None)
        if now < since.t + SETTLE:
            return Decision(reason=None, ask_again=since.t + SETTLE)
        why = unfired(step, state, now)
        return _stop(EndReason.DECIDED, f"the workflow ended first: {why}")
    found = stuck(state, now)
    if found is not None and not can_come(step, state, now):
        why = unfired(step, state, now)
        return _stop(EndReason.STUCK, f"the workflow got stuck first ({found.cause}): {why}")
    return Decision(reason=None, ask_again=patience_left(state, now))


def _method_over(scenario: Scenario, argo: str, state: State, now: float) -> Decision:
    since = _over(state)
    if since is not None:
        lingered = since.t + scenario.expect.linger
        if now < lingered:
            return Decision(reason=None, ask_again=lingered)
        if _holds(scenario, argo, state, now):
            return _stop(EndReason.DECIDED, "the outcome holds")
        if scenario.expect.resubmitted is not None and any(not each.final for each in state.resubmitted()):
            return _bounded(scenario, state, now)
        settled = max(since.t + SETTLE, lingered)
        if now >= settled:
            ago = show_duration(settled - since.t)
            return _stop(EndReason.DECIDED, f"the workflow ended {ago} ago and the outcome does not hold")
        return Decision(reason=None, ask_again=settled)
    found = stuck(state, now)
    if found is not None:
        return _stop(EndReason.STUCK, f"{found.cause}: {found.evidence}")
    return _bounded(scenario, state, now)


def _over(state: State) -> At | None:
    """When the workflow ended, or went before it could."""
    return state.final_since or state.deleted


def _bounded(scenario: Scenario, state: State, now: float) -> Decision:
    """`within` counts from the last landing; an answer to a nudge that is due soon is waited for."""
    over, patience = in_time.begun(state) + scenario.expect.within, patience_left(state, now)
    if now < over:
        return Decision(reason=None, ask_again=min(over, patience) if patience else over)
    if patience is not None:
        return Decision(reason=None, ask_again=patience)
    phase = state.workflow.phase if state.workflow else "not seen"
    within = show_duration(scenario.expect.within)
    return _stop(EndReason.TIMEOUT, f"no outcome within {within} of the last landing; the workflow is {phase or 'new'}")


def _holds(scenario: Scenario, argo: str, state: State, now: float) -> bool:
    bug = scenario.known_bug(argo)
    if any(trace.not_drawn is not None for trace in state.steps.values()):
        bug = None  # such a run is not judged by it
    outcomes: tuple[Outcome, ...] = (scenario.expect,) if bug is None else (bug.expect, scenario.expect)
    return any(_all_hold(outcome, state, now) for outcome in outcomes)


def _all_hold(outcome: Outcome, state: State, now: float) -> bool:
    """Violations are left to the judge: waiting longer brings none about."""
    return all(item.holds for item in check(outcome.model_copy(update={"violations": ()}), state, now))
