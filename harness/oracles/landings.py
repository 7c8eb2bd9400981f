"""How every step of the method went, and whether the history itself bears out what it says of it.

A line that says `landed` is the word of whoever wrote it. The proof is made again at that very line, from what had been
seen by then; the same entries give the same proof, so a true landing always has one. A line that says `not-drawn` is
held against the draw itself, which is made again, too.
"""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.model.events import Stage, StepChanged
from harness.model.verdicts import Landing
from harness.oracles.proofs import prove
from harness.scenario.drawing import Draw, draws
from harness.scenario.types import Scenario

UNPROVEN = "it is said to have landed, but what was seen until then does not prove it"
WAS_DRAWN = "it is said not to have been drawn, but it was"
WAS_NOT = "it fired although it was not drawn"


class Landings:
    """Shown every change of a step, once the state has taken it in."""

    def __init__(self, scenario: Scenario, run: int) -> None:
        self._scenario = scenario
        self._draws = draws(scenario, run)
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
        draw = self._draws[index]
        out = "" if draw.drawn else draw.text
        if trace is None or not (trace.armed or trace.triggered or trace.landed or trace.problem):
            told = WAS_DRAWN if draw.drawn and trace and trace.not_drawn else ""
            return Landing(
                step=index, name=name, verb=verb, triggered=None, accepted=None, landed=None, proof="", problem=told,
                not_drawn=out,
            )  # fmt: skip
        borne_out = index not in self._unproven
        return Landing(
            step=index,
            name=name,
            verb=verb,
            triggered=trace.triggered.t if trace.triggered else None,
            accepted=trace.accepted.t if trace.accepted else None,
            landed=trace.landed.t if trace.landed and borne_out else None,
            proof=trace.proof if borne_out else "",
            problem=_problem(trace, draw) if borne_out else UNPROVEN,
        )


def _problem(trace: StepTrace, draw: Draw) -> str:
    if not draw.drawn or trace.not_drawn:
        return WAS_DRAWN if draw.drawn else WAS_NOT
    return f"{trace.stage}: {trace.problem}" if trace.problem else ""
