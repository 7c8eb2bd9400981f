"""Walks through the steps of a scenario: waits for each moment, fires, and waits for the proof of the landing."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from harness.model.errors import HarnessError
from harness.model.events import Stage, Target
from harness.oracles.conditions import Match, holds
from harness.oracles.explaining import unfired
from harness.oracles.proofs import prove, still_on_target
from harness.run.recording import Recording
from harness.scenario.drawing import draws
from harness.scenario.types import Scenario, Step

Fire = Callable[[int, Step, Target], None]
"""Carries out a step in another thread and reports back with `Fired`."""
Prepare = Callable[[int, Step], None]
"""Told of a step that is armed; it must return at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The API or the kernel took the fault at `at` (`time.monotonic()`); the call goes on and reads back."""

    step: int
    at: float
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A call came back at `at` (`time.monotonic()`): `detail` says what it did, or `problem` why it did nothing."""

    step: int
    at: float
    detail: str = ""
    problem: HarnessError | None = None
    stage: Stage = Stage.ACCEPTED


CALL_PATIENCE = 120.0
"""Seconds in which a call must come back; the slowest, a drain against a disruption budget, takes some 60."""


class Standing(Enum):
    ARMED = "armed"
    FIRING = "firing"
    PROVING = "proving"
    OVER = "over"


class Method:
    """Where the steps stand. Every call is made from the cell's thread, after each entry and when a bound runs out."""

    def __init__(
        self, scenario: Scenario, recording: Recording, fire: Fire, prepare: Prepare = lambda *_: None
    ) -> None:
        self._scenario = scenario
        self._recording = recording
        self._fire = fire
        self._prepare = prepare
        self._draws = draws(scenario, recording.header.run)
        self._index = 0
        self._standing = Standing.ARMED if scenario.method else Standing.OVER
        self._since = 0.0
        self._held_since: float | None = None
        self._match: Match | None = None
        self._on_event = True

    def begin(self) -> None:
        """The workflow was submitted: the first step that takes part is armed."""
        if self._standing is Standing.ARMED:
            self._go_to(0)

    @property
    def over(self) -> bool:
        return self._standing is Standing.OVER

    def next_deadline(self) -> float | None:
        """When to ask again if nothing happens until then, on the history's clock."""
        match self._standing:
            case Standing.ARMED if self._held_since is not None:
                return self._held_since + (self._step.when.after or 0.0)
            case Standing.ARMED:
                return self._since + self._step.within
            case Standing.PROVING:
                return self._since + self._step.proof_within
            case Standing.FIRING:
                return self._since + CALL_PATIENCE
            case _:
                return None

    def advance(self, *, on_event: bool = True) -> None:
        """`on_event` is False where only time has passed since the last call."""
        self._on_event = on_event
        match self._standing:
            case Standing.ARMED:
                self._watch_for_moment()
            case Standing.PROVING:
                self._watch_for_proof()
            case Standing.FIRING if self._recording.clock() >= self._since + CALL_PATIENCE:
                self._give_up(Stage.UNPROVEN, f"the call did not come back within {CALL_PATIENCE:g} s")

    def accepted(self, told: Accepted) -> None:
        if self._standing is Standing.FIRING:
            self._mark(Stage.ACCEPTED, at=told.at, detail=told.detail)

    def fired(self, result: Fired) -> None:
        if self._standing is not Standing.FIRING:
            return
        if result.problem is not None:
            self._give_up(result.stage, str(result.problem), at=result.at)
            return
        if self._recording.state.steps[self._index].accepted is None:
            self._mark(Stage.ACCEPTED, at=result.at, detail=result.detail)
        self._standing, self._since = Standing.PROVING, self._recording.clock()
        self._watch_for_proof()

    @property
    def _step(self) -> Step:
        return self._scenario.method[self._index]

    def _go_to(self, index: int) -> None:
        for each in range(index, len(self._scenario.method)):
            self._index = each
            if self._draws[each].drawn:
                self._arm()
                return
            self._mark(Stage.NOT_DRAWN, detail=self._draws[each].text)
        self._standing = Standing.OVER

    def _arm(self) -> None:
        self._standing, self._held_since = Standing.ARMED, None
        self._mark(Stage.ARMED, detail=self._draws[self._index].text)
        self._since = self._recording.clock()
        self._prepare(self._index, self._step)
        self._watch_for_moment()

    def _watch_for_moment(self) -> None:
        now = self._recording.clock()
        if self._held_since is None:
            self._match = holds(self._step.when, self._recording.state, self._step, now)
            self._held_since = now if self._match is not None else None
        if self._match is not None and self._held_since is not None:
            if now >= self._held_since + (self._step.when.after or 0.0):
                self._trigger(self._match)
        elif now >= self._since + self._step.within:
            why = unfired(self._step, self._recording.state, now)
            self._give_up(Stage.MISSED, f"its moment did not come within {self._step.within:g} s: {why}")

    def _trigger(self, match: Match) -> None:
        problem = still_on_target(self._step, match.target, self._recording.state)
        if problem:
            self._give_up(Stage.MISSED, problem)
            return
        self._standing, self._since = Standing.FIRING, self._recording.clock()
        received = self._recording.latest if self._on_event and not self._step.when.after else None
        self._mark(Stage.TRIGGERED, at=received, target=match.target, cause=match.seq, detail=match.text)
        self._fire(self._index, self._step, match.target)

    def _watch_for_proof(self) -> None:
        proof = prove(self._step, self._index, self._recording.state)
        if proof is not None:
            self._mark(Stage.LANDED, cause=proof.seq, detail=proof.text)
            self._go_to(self._index + 1)
        elif self._recording.clock() >= self._since + self._step.proof_within:
            self._give_up(Stage.UNPROVEN, f"no proof within {self._step.proof_within:g} s of the accepted call")

    def _give_up(self, stage: Stage, why: str, *, at: float | None = None) -> None:
        self._mark(stage, at=at, detail=why)
        self._standing = Standing.OVER

    def _mark(
        self,
        stage: Stage,
        *,
        at: float | None = None,
        target: Target | None = None,
        cause: int | None = None,
        detail: str = "",
    ) -> None:
        self._recording.step(self._index, self._step.verb, stage, at=at, target=target, cause=cause, detail=detail)
