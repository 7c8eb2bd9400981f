"""How every step of the method went, and whether the history itself bears out what it says of it.

A line that says `landed` is the word of whoever wrote it. The proof is made again at that very line, from what had been
seen by then; the same entries give the same proof, so a true landing always has one. That its moment had come is asked
again where it says `triggered`. A line that says `not-drawn` is held against the draw itself, which is made again, too;
what was not drawn has that line and has left no other trace.
A line about a step that the method does not have, or has otherwise, is of another run: such a history is damaged.
"""

from typing import Final

from harness.history.errors import BadHistory
from harness.history.state import State
from harness.history.traces import StepTrace
from harness.model.events import AnyEntry, ApiTouched, Command, ReadBack, Stage, StepChanged
from harness.model.header import Header
from harness.model.verdicts import Landing
from harness.oracles import turns
from harness.oracles.proofs import prove
from harness.oracles.triggers import Triggers
from harness.scenario.drawing import Draw, draws
from harness.scenario.types import Scenario, Step
from harness.scenario.verbs import PowerOff, PowerOn, Reboot

UNPROVEN = "it is said to have landed, but what was seen until then does not prove it"
WAS_DRAWN = "it is said not to have been drawn, but it was"
WAS_NOT = "it fired although it was not drawn"
BEFORE_ITS_TURN = "it was armed before the one that comes before it had landed"
NOT_SAID = "it was not drawn, but the history does not say so"
_SWITCHES: Final = (PowerOff, PowerOn, Reboot)
"""An entry that tells of the power of a node does not say for which step."""


OfStep = StepChanged | Command | ReadBack | ApiTouched
"""Every line that says of which step it is."""


class Landings:
    """Shown every line of a step, once the state has taken it in.

    A scenario that was put together while it ran, by the activities of a Chaos Toolkit experiment, has no sum: there a
    moment is waited for by a probe, of which the history does not tell, so that nothing can be said of it.
    """

    def __init__(self, scenario: Scenario, header: Header) -> None:
        self._scenario = scenario
        self._draws = draws(scenario, header.run)
        self._unproven: set[int] = set()
        self._proofs: dict[int, str] = {}
        self._wrong: dict[int, str] = {}
        self._triggers = Triggers(scenario.method) if header.scenario.sha256 else None

    def foresee(self, entry: AnyEntry, state: State) -> None:
        """Shown every entry, before the state takes it in."""
        triggers = self._triggers
        if isinstance(entry, StepChanged) and (
            wrong := turns.problem(entry, state) or self._before_its_turn(entry, state)
        ):
            self._wrong.setdefault(entry.step, wrong)
        if triggers is not None and (triggers.waiting or isinstance(entry, StepChanged)):
            triggers.foresee(entry, state)

    def observe(self, entry: OfStep, state: State) -> None:
        """Raises BadHistory with the line of an entry that does not fit the method."""
        method = self._scenario.method
        if not 0 <= entry.step < len(method):
            raise BadHistory("", entry.seq + 1, f"it is of step {entry.step}, and the method has {len(method)}")
        if isinstance(entry, StepChanged):
            self._changed(entry, method[entry.step], state)

    def _changed(self, entry: StepChanged, step: Step, state: State) -> None:
        if entry.verb != step.verb:
            raise BadHistory("", entry.seq + 1, f"it says that step {entry.step} is {entry.verb}, which is {step.verb}")
        if entry.stage is not Stage.LANDED:
            return
        if (proof := prove(step, entry.step, state)) is None:
            self._unproven.add(entry.step)
        else:
            self._proofs[entry.step] = proof.text

    def all(self, state: State) -> tuple[Landing, ...]:
        return tuple(self._landing(index, state) for index in range(len(self._scenario.method)))

    def _landing(self, index: int, state: State) -> Landing:
        trace = state.steps.get(index)
        name, verb = self._scenario.step_name(index), self._scenario.method[index].verb
        draw = self._draws[index]
        if trace is None or not _begun(trace):
            problem = self._silent(index, trace, state)
            return Landing(
                step=index, name=name, verb=verb, triggered=None, accepted=None, landed=None, proof="", problem=problem,
                not_drawn="" if draw.drawn or problem else draw.text,
            )  # fmt: skip
        borne_out = index not in self._unproven
        return Landing(
            step=index,
            name=name,
            verb=verb,
            triggered=trace.triggered.t if trace.triggered else None,
            accepted=trace.accepted.t if trace.accepted else None,
            landed=trace.landed.t if trace.landed and borne_out else None,
            proof=self._proofs.get(index, "") if borne_out else "",
            problem=(_problem(trace, draw) or self._amiss(index)) if borne_out else UNPROVEN,
        )

    def _amiss(self, index: int) -> str:
        """What is wrong with its lines by themselves."""
        wrong = self._triggers.problems.get(index, "") if self._triggers is not None else ""
        return wrong or self._wrong.get(index, "")

    def _silent(self, index: int, trace: StepTrace | None, state: State) -> str:
        """What is wrong with a step of which no line says that it began."""
        said = trace is not None and trace.not_drawn is not None
        if self._draws[index].drawn:
            return WAS_DRAWN if said else ""
        if self._left_traces(index, state):
            return WAS_NOT
        return NOT_SAID if not said and self._come_to(index, state) else ""

    def _left_traces(self, index: int, state: State) -> bool:
        own = (state.read_backs, state.commands, state.api_touches)
        if any(each.step == index for kind in own for each in kind):
            return True
        switches = [i for i, step in enumerate(self._scenario.method) if isinstance(step.action, _SWITCHES)]
        return bool(state.power) and index in switches and not any(self._draws[i].drawn for i in switches)

    def _before_its_turn(self, entry: StepChanged, state: State) -> str:
        """Steps fire one after the other; activities of an experiment go on where one has failed."""
        known = self._triggers is not None and 0 <= entry.step < len(self._draws)
        return BEFORE_ITS_TURN if known and entry.stage is Stage.ARMED and not self._come_to(entry.step, state) else ""

    def _come_to(self, index: int, state: State) -> bool:
        """Whether the method came to the step: all before it have landed, or were not drawn."""
        traces = [state.steps.get(i) for i in range(index) if self._draws[i].drawn]
        return all(trace is not None and trace.landed is not None for trace in traces)


def _begun(trace: StepTrace) -> bool:
    return any((trace.armed, trace.triggered, trace.accepted, trace.landed, trace.healed, trace.problem))


def _problem(trace: StepTrace, draw: Draw) -> str:
    if not draw.drawn or trace.not_drawn:
        return WAS_DRAWN if draw.drawn else WAS_NOT
    return f"{trace.stage}: {trace.problem}" if trace.problem else ""
