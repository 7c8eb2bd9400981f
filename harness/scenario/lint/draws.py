"""A step that no run draws makes every run green for nothing: draws are known beforehand, so they are asked here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.model.repetition import LARGEST, RUNS
from harness.scenario.drawing import draws, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.scenario.lint.context import Context
    from harness.scenario.load import Loaded
    from harness.scenario.problems import Problem
    from harness.scenario.types import Scenario, Step

_NONE: Final = f"none of the first {RUNS} runs draws"


def never(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """Of as many runs as `--repeat decide` wants, one draws the step. What only waits for such a step is not told as
    well."""
    scenario = loaded.scenario
    if all(step.probability is None for step in scenario.method):
        return
    out = _out(scenario)
    for index in sorted(out):
        step, name = scenario.method[index], scenario.step_name(index)
        if _unlucky(step, index):
            text = f"{_NONE} {name} with seed {step.seed}, {_first(scenario, index)}"
            cure = "take a larger probability or another seed"
            yield loaded.problem(("method", index, "probability"), f"probability: {text}: {cure}")
        elif index == min(out):
            text = f"{_NONE} all that {name} comes after, {_first(scenario, index)}"
            cure = "take larger probabilities or other seeds"
            yield loaded.problem(("method", index, "when"), f"when: {text}: {cure}")


def _out(scenario: Scenario) -> frozenset[int]:
    """The steps that none of the runs draws."""
    made = [draws(scenario, run) for run in range(1, RUNS + 1)]
    return frozenset(index for index in range(len(scenario.method)) if not any(each[index].drawn for each in made))


def _unlucky(step: Step, index: int) -> bool:
    """Whether its own draw leaves it out every time, whatever it comes after."""
    if step.probability is None or step.seed is None:
        return False
    return all(number(step.seed, run, index) >= step.probability for run in range(1, RUNS + 1))


def _first(scenario: Scenario, index: int) -> str:
    later = range(RUNS + 1, LARGEST + 1)
    run = next((run for run in later if draws(scenario, run)[index].drawn), None)
    return f"nor any of the first {LARGEST}" if run is None else f"and run {run} would be the first"


RULES = (never,)
