"""Whether the outcome came in time: `within` counts from the last landing, from submission where nothing landed."""

from collections.abc import Iterator

from harness.history.state import State
from harness.model.verdicts import Check
from harness.oracles.starvation import unless_starved
from harness.scenario.duration import show_duration
from harness.scenario.expectation import Outcome


def begun(state: State) -> float:
    """When the time of the outcome begins."""
    landed = [trace.landed.t for trace in state.steps.values() if trace.landed is not None]
    return max(landed, default=state.submitted.t if state.submitted else 0.0)


def check(within: float, outcome: Outcome, state: State) -> Iterator[Check]:
    """Nothing is in time that never ends, and whether it was to end is asked elsewhere."""
    whole = outcome.workflow
    ended = state.deleted if whole is not None and whole.gone is not None else state.final_since
    if ended is None or (whole is not None and whole.stuck is not None):
        return
    took = ended.t - begun(state)
    seen, holds = f"{took:.1f} s" if took > 0 else "at once", took <= within
    if not holds:
        seen = unless_starved(seen, state)
    yield Check(name="within", expected=show_duration(within), seen=seen, holds=holds)
