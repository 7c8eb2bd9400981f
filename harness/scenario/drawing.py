"""Which steps of the method take part in a run: those with a `probability` are drawn, by seed and number of the run.

A draw is a function of seed, number of the run and place of the step, so that a run can be had again, and a judge finds
out for itself what a history may say. What is not drawn is no part of that run: it neither lands nor misses anything,
and neither does a step that can only come after it. Whoever expects something of such a run expects it without them.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from harness.scenario.conditions import Condition
from harness.scenario.types import Scenario, Step
from harness.scenario.verbs import PowerOff, PowerOn

_BITS: Final = 53
"""Of a float between 0 and 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """Whether a step takes part. `text` says how it was drawn, or why not; empty where there was nothing to draw."""

    drawn: bool = True
    text: str = ""


CERTAIN: Final = Draw()


def draws(scenario: Scenario, run: int) -> tuple[Draw, ...]:
    """One for each step; `run` counts from 1."""
    made: list[Draw] = []
    for index, step in enumerate(scenario.method):
        out = [i for i, draw in enumerate(made) if not draw.drawn]
        anchor = _anchor(step, out, scenario, index)
        made.append(Draw(drawn=False, text=anchor) if anchor else _draw(step, index, run))
    return tuple(made)


def number(seed: int, run: int, index: int) -> float:
    """At least 0 and less than 1: the first 53 bits of the SHA-256 of `seed/run/index`, as a fraction."""
    digest = hashlib.sha256(f"{seed}/{run}/{index}".encode()).digest()
    return (int.from_bytes(digest[:8]) >> (64 - _BITS)) / (1 << _BITS)


def _draw(step: Step, index: int, run: int) -> Draw:
    if step.probability is None or step.seed is None:
        return CERTAIN
    found = number(step.seed, run, index)
    drawn = found < step.probability
    told = f"{found:.4f} {'<' if drawn else '>='} {step.probability:g}, seed {step.seed}, run {run}"
    return Draw(drawn=drawn, text=f"{'drawn' if drawn else 'not drawn'}: {told}")


def _anchor(step: Step, out: Sequence[int], scenario: Scenario, index: int) -> str:
    """Why the step cannot come without those that are out."""
    if not out:
        return ""
    if isinstance(step.action, PowerOn) and not _any_left(PowerOff, out, scenario, index):
        return "not drawn: no step that switches a node off was"
    needed = _needed(step.when, {scenario.step_name(i) for i in out}, alone=len(out) == index)
    return f"not drawn: {needed} was not, and it comes only after that" if needed else ""


def _any_left(kind: type, out: Iterable[int], scenario: Scenario, index: int) -> bool:
    return any(isinstance(scenario.method[i].action, kind) for i in range(index) if i not in out)


def _needed(when: Condition, out: set[str], *, alone: bool) -> str:
    """A step that is out and without which the condition cannot hold; `alone`: no step before it takes part."""
    for name in (when.landed, when.healed):
        if name in out:
            return name or ""
    if when.host is not None and alone:
        return "what hits the host"
    parts = [_needed(part, out, alone=alone) for part in when.all or ()]
    ways = [_needed(part, out, alone=alone) for part in when.any or ()]
    found = next((part for part in parts if part), "")
    return found or (ways[0] if ways and all(ways) else "")
