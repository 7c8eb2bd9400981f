"""Whether the moment of a step had come where its history says that it was triggered, and whether the step then aimed
at whom that moment means.

The function that fires a step is asked again, of what had been seen just before that line. A step that waits `after`
its moment is asked about at every entry since it was armed: its moment may be over by the time that it fires.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from harness.history.state import State
from harness.model.events import AnyEntry, Stage, StepChanged
from harness.oracles.conditions import Match, holds
from harness.oracles.proofs import still_on_target
from harness.oracles.stuck import patience_left
from harness.scenario.conditions import Condition
from harness.scenario.types import Step

NOT_COME: Final = "it is said to have been triggered, but its moment had not come"
TOO_EARLY: Final = "it is said to have been triggered sooner than so long after its moment"
TOO_LATE: Final = "it is said to have been triggered, but"
ASTRAY: Final = "it is said to have been triggered, but at another target than its moment means"
NO_CAUSE: Final = "it is said to have been triggered, but not by the entry that shows its moment"
LAG: Final = 5.0
"""Seconds by which an entry may have been looked at later than it is stamped: by then time may have done its part."""
_ROUNDED: Final = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A moment that came, and when at the earliest."""

    match: Match
    t: float


class Triggers:
    """Shown the lines of steps, and every entry while it is `waiting`, each before the state takes it in."""

    def __init__(self, method: Sequence[Step]) -> None:
        self._method = method
        self._held: dict[int, _Held] = {}
        self._armed: int | None = None
        self.problems: dict[int, str] = {}

    @property
    def waiting(self) -> bool:
        return self._armed is not None

    def foresee(self, entry: AnyEntry, state: State) -> None:
        if self._armed is not None:
            self._watch(self._armed, entry, state)
        if not isinstance(entry, StepChanged) or not 0 <= entry.step < len(self._method):
            return
        if entry.stage is Stage.ARMED:
            self._armed = entry.step if self._method[entry.step].when.after else None
        elif entry.stage is Stage.TRIGGERED:
            self._armed = None
            if problem := self._problem(entry, state):
                self.problems.setdefault(entry.step, problem)

    def _watch(self, index: int, entry: AnyEntry, state: State) -> None:
        found = _match(self._method[index], state, entry.t)
        if found is not None:
            self._held[index] = _Held(match=found, t=state.t)
            self._armed = None

    def _problem(self, entry: StepChanged, state: State) -> str:
        step, timed = self._method[entry.step], _timed(self._method[entry.step].when)
        if step.when.after:
            held = self._held.get(entry.step)
        else:
            match = _match(step, state, entry.t)
            held = _Held(match=match, t=state.t) if match else None
        if held is None:
            return NOT_COME
        if entry.t + (LAG if timed else _ROUNDED) < held.t + (step.when.after or 0.0):
            return TOO_EARLY
        if entry.target != held.match.target:
            return ASTRAY
        if entry.cause != held.match.seq and not timed:
            return NO_CAUSE
        late = still_on_target(step, held.match.target, state)
        return f"{TOO_LATE} {late}" if late else ""


def _match(step: Step, state: State, t: float) -> Match | None:
    match = holds(step.when, state, step, t)
    if match is None and _timed(step.when) and (due := patience_left(state, t)) is not None and due <= t + LAG:
        return holds(step.when, state, step, due + _ROUNDED)
    return match


def _timed(condition: Condition) -> bool:
    """Whether time alone can bring it about."""
    stuck = condition.workflow is not None and condition.workflow.stuck is not None
    return stuck or any(_timed(part) for part in (*(condition.all or ()), *(condition.any or ())))
