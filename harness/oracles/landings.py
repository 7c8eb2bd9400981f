"""How every step of the method went, and whether the history itself bears out what it says of it.

A line that says `landed` is the word of whoever wrote it. The proof is made again at that very line, from what had been
seen by then; the same entries give the same proof, so a true landing always has one.
"""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.model.events import Stage, StepChanged
from harness.model.verdicts import Landing
from harness.oracles.proofs import prove
from harness.scenario.types import Scenario

UNPROVEN = "it is said to have landed, but what was seen until then does not prove it"


class Landings:
    """Shown every change of a step, once the state has taken it in."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._unproven: set[int] = set()

    def observe(self, entry: StepChanged, state: State) -> None:
        if entry.stage is Stage.LANDED and entry.step < len(self._scenario.method):
            proof = prove(self._scenario.method[entry.step], entry.step, state)
            if proof is None:
                self._unproven.add(entry.step)

    def all(self, state: State) -> tuple[Landing, ...]:
        return tuple(self._landing(index, state) for index in range(len(self._scenario.method)))

    def _landing(self, index: int, state: State) -> Landing:
        trace = state.steps.get(index)
        name, verb = self._scenario.step_name(index), self._scenario.method[index].verb
        if trace is None:
            return Landing(step=index, name=name, verb=verb, triggered=None, accepted=None, landed=None, proof="")
        borne_out = index not in self._unproven
        return Landing(
            step=index,
            name=name,
            verb=verb,
            triggered=trace.triggered.t if trace.triggered else None,
            accepted=trace.accepted.t if trace.accepted else None,
            landed=trace.landed.t if trace.landed and borne_out else None,
            proof=trace.proof if borne_out else "",
            problem=_problem(trace) if borne_out else UNPROVEN,
        )


def _problem(trace: StepTrace) -> str:
    return f"{trace.stage}: {trace.problem}" if trace.problem else ""
