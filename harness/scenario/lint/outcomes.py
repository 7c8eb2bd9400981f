"""An expectation that says nothing, or two things at once, would make any verdict worthless."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.scenario.expectation import (
    ContainerOutcome,
    NodeOutcome,
    Outcome,
    PodOutcome,
    WorkflowOutcome,
)
from harness.scenario.lint.context import Context, models
from harness.scenario.lint.implication import implied
from harness.scenario.problems import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.scenario.load import Loaded
    from harness.scenario.problems import Problem

EMPTY = Outcome.model_validate({})
LISTS = tuple(name for name in Outcome.model_fields if name != "workflow")


def says_something(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """Every part of an expectation checks something."""
    for where, model in models(loaded.scenario):
        nothing = False
        match model:
            case Outcome():
                nothing = all(getattr(model, name) == getattr(EMPTY, name) for name in Outcome.model_fields)
            case WorkflowOutcome():
                nothing = not any((model.phase, model.message, model.stuck, model.gone))
            case PodOutcome():
                nothing = model.created is None and model.left is None
        if nothing:
            name = where[-1] if isinstance(where[-1], str) else where[-2]
            yield loaded.problem(where, f"{name}: checks nothing", key=True)


def says_how_it_ends(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """A run is judged by how its workflow ends; one of which nobody asks that could end anyhow and pass."""
    expected = loaded.scenario.expect
    whole = expected.workflow
    ending = whole is not None and (whole.phase or whole.stuck or whole.gone)
    if not ending and says(expected):
        text = "expect: does not say how the workflow ends: give workflow.phase, workflow.stuck or workflow.gone"
        yield loaded.problem(("expect",), text, key=True)


def says(outcome: Outcome) -> bool:
    """Whether there is anything in it to check."""
    given = outcome.workflow is not None and any(value is not None for _, value in outcome.workflow)
    return given or any(getattr(outcome, name) for name in LISTS)


def agrees(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """A workflow that never ends does not end, and one that ends does not end as Running."""
    for where, model in models(loaded.scenario):
        match model:
            case WorkflowOutcome(stuck=None, phase=phase) if phase is not None and not phase.terminal:
                text = f"phase: a workflow does not end as {phase or 'nothing'}; one that never ends is stuck: true"
                yield loaded.problem((*where, "phase"), text)
            case WorkflowOutcome(phase=phase) if model.stuck and phase and phase.terminal and where[0] == "expect":
                yield loaded.problem((*where, "stuck"), f"stuck: a workflow that is stuck does not end as {phase}")
            case NodeOutcome(count=0) if any((model.phase, model.message, model.unchanged_since, model.changed_since)):
                yield loaded.problem((*where, "count"), "count: where there is no node, nothing else can be said of it")


def globs(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """A message is matched as a whole, and only `*` is special."""
    for where, model in models(loaded.scenario):
        key = "reason" if isinstance(model, ContainerOutcome) else "message"
        text = getattr(model, key, None)
        if not isinstance(text, str) or not isinstance(model, WorkflowOutcome | NodeOutcome | ContainerOutcome):
            continue
        if not text.strip("* "):
            yield loaded.problem((*where, key), f"{key}: {show(text)} matches anything")
        elif ".*" in text or text.startswith("^") or text.endswith("$"):
            message = f"{key}: {show(text)} looks like a regular expression, but only * is special"
            yield loaded.problem((*where, key), message)


def told_apart(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """A bug that shows in nothing but what is expected anyway cannot be seen."""
    expected = loaded.scenario.expect
    for index, bug in enumerate(loaded.scenario.known_bugs):
        if bug.expect != EMPTY and implied(bug.expect, expected):
            text = "a run without the bug shows the same: the symptom must differ from expect"
            yield loaded.problem(("known-bugs", index, "expect"), text, key=True)


RULES = (says_something, says_how_it_ends, agrees, globs, told_apart)
