"""Whether the lines of a step come in the order in which a run writes them, each once.

A proof counts from the lines before it: one that came twice, or late, or took the place of another, would move that
from where the step began, or whom it aimed at. A heal of its own comes no sooner than it was asked for.
"""

from typing import Final

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.model.events import Stage, StepChanged
from harness.oracles.healing import heal_after

AGAIN: Final = "the history says twice how it went"
OUT_OF_TURN: Final = "the history says how it went in another order than a run does"
RETARGETED: Final = "the history has it aim at another target than it was triggered at"
HASTY: Final = "the history says that it was undone sooner than it was to be"
_BEFORE: Final = {
    Stage.TRIGGERED: Stage.ARMED,
    Stage.ACCEPTED: Stage.TRIGGERED,
    Stage.LANDED: Stage.ACCEPTED,
    Stage.HEALED: Stage.TRIGGERED,
}
_ROUNDED: Final = 0.001


def problem(entry: StepChanged, state: State) -> str:
    """What is wrong with a line of a step that the state has not taken in yet; "" where nothing is."""
    trace = state.steps.get(entry.step) or StepTrace(step=entry.step, verb=entry.verb)
    if entry.target is not None and entry.stage is not Stage.TRIGGERED:
        return RETARGETED
    if _at(trace, entry.stage) is not None:
        return AGAIN
    if entry.stage in _BEFORE and _at(trace, _BEFORE[entry.stage]) is None:
        return OUT_OF_TURN
    return HASTY if entry.stage is Stage.HEALED and _hasty(entry, trace, state) else ""


def _at(trace: StepTrace, stage: Stage) -> object:
    match stage:
        case Stage.ARMED | Stage.TRIGGERED | Stage.ACCEPTED | Stage.LANDED | Stage.HEALED:
            return getattr(trace, stage)
        case _:
            return None


def _hasty(entry: StepChanged, trace: StepTrace, state: State) -> bool:
    after = heal_after(state, entry.step)
    return after is not None and trace.landed is not None and entry.t + _ROUNDED < trace.landed.t + after
