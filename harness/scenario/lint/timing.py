"""Times that cannot add up: a bound that no run can keep is a mistake of the file, not of the release."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from harness.scenario.duration import parse_duration, show_duration
from harness.scenario.expectation import Moment, Timing
from harness.scenario.lint.context import Context, models
from harness.scenario.lint.facts import facts, mapping
from harness.scenario.problems import Problem, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from harness.scenario.load import Loaded
    from harness.scenario.marks import Where

SLEEP: Final = re.compile(r"^(?:exec )?sleep (\d{1,9})$")
SPEC: Final[Where] = ("workflow", "spec")


def bounds(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """A bound in time has a least that is not more than its most, and two ends."""
    for where, model in models(loaded.scenario):
        match model:
            case Timing(at_least=None, at_most=None):
                yield loaded.problem(where, "timing: bounds nothing: give at-least or at-most")
            case Timing(at_least=float(least), at_most=float(most)) if least > most:
                text = f"at-least: {show_duration(least)} is more than at-most: {show_duration(most)}"
                yield loaded.problem((*where, "at-least"), text)
            case Moment() if (count := sum(value is not None for _, value in model)) != 1:
                names = ", ".join(str(spec.alias) for spec in Moment.model_fields.values())
                yield loaded.problem(where, f"{where[-1]}: exactly one of {names} is wanted, got {count}", key=True)


def enough(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """The outcome has the time that it takes at least."""
    scenario = loaded.scenario
    within = scenario.expect.within
    if within <= 0:
        yield loaded.problem(("expect", "within"), "within: nothing can come within no time")
        return
    last = scenario.step_name(len(scenario.method) - 1) if scenario.method else None
    for index, timing in enumerate(scenario.expect.timing):
        start = timing.from_
        from_start = last is None or start.landed == last
        if from_start and timing.at_least is not None and timing.at_least >= within:
            text = f"at-least: {show_duration(timing.at_least)} is not over within {show_duration(within)}"
            yield loaded.problem(("expect", "timing", index, "at-least"), f"{text}: give more to expect.within")
    takes = shortest(scenario.workflow)
    if last is None and takes >= within:
        text = f"within: the workflow takes {show_duration(takes)} at least, more than {show_duration(within)}"
        yield loaded.problem(("expect", "within"), text)


def shortest(workflow: Mapping[str, Any]) -> float:
    """Seconds that the entrypoint takes for certain, where that is plain to see; else 0."""
    spec = workflow["spec"]
    found = facts(workflow).templates.get(spec["entrypoint"])
    if found is None or "activeDeadlineSeconds" in found.raw or "activeDeadlineSeconds" in spec:
        return 0.0
    takes = max(slept(mapping(found.raw.get("container"))), seconds(mapping(found.raw.get("suspend")).get("duration")))
    # Argo ends a node at its timeout; one that cannot be read from here may be short
    return min(takes, seconds(found.raw["timeout"])) if found.raw.get("timeout") else takes


def slept(container: Mapping[str, Any]) -> float:
    parts = [container.get(key) for key in ("command", "args")]
    words = [str(word) for part in parts if isinstance(part, list) for word in part]
    sleep = SLEEP.match(" ".join(words).removeprefix("sh -c ").strip())
    return float(sleep[1]) if sleep else 0.0


def seconds(given: Any) -> float:
    """Of a duration as Argo takes it, a number of seconds or one with a unit; 0 where that is no plain one."""
    text = str(given or "0")
    try:
        return float(text) if text.isdigit() and len(text) < 10 else parse_duration(text)
    except ValueError:
        return 0.0


def deadlines(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """A deadline that is over before it begins is never meant."""
    spec = loaded.scenario.workflow["spec"]
    places: list[tuple[Where, Mapping[str, Any]]] = [(SPEC, spec)]
    places += [((*SPEC, "templates", index), raw) for index, raw in enumerate(spec["templates"])]
    for where, holder in places:
        value = holder.get("activeDeadlineSeconds")
        if isinstance(value, int | float) and not isinstance(value, bool) and value <= 0:
            text = f"activeDeadlineSeconds: {show(value)} is over before it begins"
            yield loaded.problem((*where, "activeDeadlineSeconds"), text)


RULES = (bounds, enough, deadlines)
