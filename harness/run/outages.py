"""Parts of the control plane that a step has taken away on purpose: their silence is the experiment, not its end."""

from typing import Final

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.scenario.types import Scenario
from harness.scenario.verbs import ControlPlaneVerb

RETURN: Final = 30.0
"""Seconds after it was given back in which everything that depends on it may still look for it."""


def expected(scenario: Scenario, state: State, now: float) -> frozenset[str]:
    """The components that need not answer now; of an outage that nobody ordered, or that is over, there is none."""
    names: set[str] = set()
    for index, trace in state.steps.items():
        verb = scenario.method[index].action
        if isinstance(verb, ControlPlaneVerb) and _lasts(verb, trace, now):
            names |= verb.takes_away
    return frozenset(names)


def _lasts(verb: ControlPlaneVerb, trace: StepTrace, now: float) -> bool:
    if trace.triggered is None or trace.problem:
        return False
    over = trace.healed if verb.lasting else trace.landed
    return over is None or now <= over.t + RETURN
