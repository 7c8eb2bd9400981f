"""What an attempt waits for, since when, and until when: a function of its history so far, like a verdict."""

from dataclasses import dataclass

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.checks import in_time
from harness.oracles.explaining import unfired
from harness.oracles.stuck import quiescence
from harness.oracles.timers import NUDGE_PATIENCE
from harness.run.method import CALL_PATIENCE
from harness.scenario.types import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """`since` on the history's clock, `limit` in seconds from then; None where there is none.

    `step` is the index of the step whose moment is waited for, None for everything else.
    """

    what: str
    since: float
    limit: float | None = None
    step: int | None = None


def waiting(scenario: Scenario, state: State, now: float) -> Waiting:
    if state.ended is not None:
        return Waiting(what="logs and clean-up", since=state.ended.t)
    if state.seq == 0:
        return Waiting(what="the workflow to be submitted", since=0.0)
    for index in range(len(scenario.method)):
        trace = state.steps.get(index)
        if trace is None or not (trace.landed or trace.not_drawn or trace.problem):
            return _for_step(scenario, index, trace, state, now)
    return _for_outcome(scenario, state, now)


def _for_step(scenario: Scenario, index: int, trace: StepTrace | None, state: State, now: float) -> Waiting:
    step, name = scenario.method[index], scenario.step_name(index)
    if trace is None or trace.armed is None:
        return Waiting(what=f"{name} to be armed", since=state.t)
    if trace.accepted is not None:
        return Waiting(what=f"{name}: proof of its landing", since=trace.accepted.t, limit=step.proof_within)
    if trace.triggered is not None:
        return Waiting(what=f"{name}: the call", since=trace.triggered.t, limit=CALL_PATIENCE)
    why = unfired(step, state, now)
    return Waiting(what=f"{name}: {why}", since=trace.armed.t, limit=step.within, step=index)


def _for_outcome(scenario: Scenario, state: State, now: float) -> Waiting:
    workflow = state.workflow
    if workflow is None:
        return Waiting(what="the workflow to be seen", since=in_time.begun(state), limit=scenario.expect.within)
    if state.final_since is not None:
        return Waiting(what=f"what follows the end, {workflow.phase}", since=state.final_since.t)
    quiet, nudge = quiescence(state, now), state.nudges[-1] if state.nudges else None
    if quiet.reached and nudge is not None and nudge.accepted and nudge.moved is None:
        return Waiting(what=f"an answer to the nudge, {workflow.phase}", since=nudge.at.t, limit=NUDGE_PATIENCE)
    why = f"{workflow.phase or 'not processed yet'}: {'; '.join(quiet.blockers) or 'nothing moves'}"
    return Waiting(what=f"the outcome, {why}", since=in_time.begun(state), limit=scenario.expect.within)
