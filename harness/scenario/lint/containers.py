"""A container that the pod does not have can neither be killed nor waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.scenario.conditions import Condition, NodeSelector, PodCondition
from harness.scenario.expectation import ContainerMoment, ContainerOutcome, Marker
from harness.scenario.lint.context import Context, models
from harness.scenario.lint.facts import WorkflowFacts, facts
from harness.scenario.problems import listed, nearest, show
from harness.scenario.verbs import ContainerVerb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.scenario.load import Loaded
    from harness.scenario.marks import Where
    from harness.scenario.problems import Problem
    from harness.scenario.types import Step


def containers(loaded: Loaded, _: Context) -> Iterator[Problem]:
    known = facts(loaded.scenario.workflow)
    for where, model in models(loaded.scenario):
        match model:
            case PodCondition(container=wanted) if wanted is not None:
                yield from named(loaded, (*where, "container", "name"), wanted.name, model.template, known)
            case ContainerOutcome() | ContainerMoment() | Marker():
                yield from named(loaded, (*where, "name"), model.name, model.template, known)
    for index, step in enumerate(loaded.scenario.method):
        if isinstance(step.action, ContainerVerb):
            at = ("method", index, "inject", step.verb, "container")
            yield from named(loaded, at, step.action.container, aimed_at(step), known)


def named(loaded: Loaded, where: Where, name: str, template: str | None, known: WorkflowFacts) -> Iterator[Problem]:
    if template is not None and template not in known.templates:
        return
    candidates = [one for one in known.templates.values() if one.has_pod and template in (None, one.name)]
    names = sorted({container for one in candidates for container in one.containers})
    if not candidates or known.borrowed or name in names or any(show(name)[1:-1] in one.patch for one in candidates):
        return
    whose = f"template {show(template)}" if template else "the workflow's pods"
    text = f"container: no {show(name)} in {whose}{nearest(name, names)}; containers: {listed(names)}"
    yield loaded.problem(where, text)


def aimed_at(step: Step) -> str | None:
    """Template of the pod that the step hits, as far as the file says."""
    target = getattr(step.action, "target", None)
    if target is not None:
        return str(target.template) if target.template else None
    return next((one.template for one in matched(step.when) if one.template), None)


def matched(condition: Condition) -> list[NodeSelector]:
    """The selectors of a condition that can name a pod."""
    found: list[NodeSelector | None] = [condition.pod, condition.node, condition.task_result]
    nested = [one for part in (*(condition.all or ()), *(condition.any or ())) for one in matched(part)]
    return [one for one in found if one is not None] + nested


RULES = (containers,)
