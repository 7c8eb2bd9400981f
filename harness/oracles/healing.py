"""When a landed step will be undone by itself: until then the world is broken on purpose, and silence is none."""

from collections.abc import Iterator
from typing import NamedTuple

from harness.history.state import State
from harness.scenario.duration import parse_duration


class Due(NamedTuple):
    """Step `step` is undone at `at`, on the history's clock."""

    step: int
    name: str
    at: float


def due(state: State) -> Iterator[Due]:
    """Every landed step that has a time to be undone and is not undone yet."""
    for index, trace in state.steps.items():
        after = heal_after(state, index)
        if after is not None and trace.landed is not None and trace.healed is None and not trace.problem:
            yield Due(index, state.step_name(index), trace.landed.t + after)


def heal_after(state: State, index: int) -> float | None:
    """Seconds, as the scenario in the header says."""
    value = state.declared(index).get("heal-after")
    return None if value is None else parse_duration(value)
