"""A trigger or check that names what the workflow cannot have would wait until its time is up, or pass unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.scenario.conditions import NodeCondition, NodeSelector, PodCondition, TaskResultCondition
from harness.scenario.expectation import (
    ContainerMoment,
    ContainerOutcome,
    Marker,
    NodeOutcome,
    PodOutcome,
    TaskResultOutcome,
)
from harness.scenario.lint.context import Context, models
from harness.scenario.lint.facts import TemplateFacts, WorkflowFacts, facts
from harness.scenario.problems import listed, nearest, show
from harness.scenario.verbs import ChaosToolkit, EntryVerb, PodVerb, ResultVerb, Verb, verbs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.scenario.load import Loaded
    from harness.scenario.marks import Where
    from harness.scenario.problems import Problem

OF_PODS = (PodCondition, TaskResultCondition, ContainerOutcome, ContainerMoment, Marker, PodOutcome, TaskResultOutcome)
OF_NO_POD = ("Steps", "StepGroup", "DAG", "TaskGroup", "Retry", "Suspend", "Skipped")
"""Types of nodes that have no pod of their own; those of HTTP and Plugin share one."""


def selectors(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """Templates, display names, hooks and attempts that a selector names can exist."""
    known = facts(loaded.scenario.workflow)
    for where, model in models(loaded.scenario):
        if isinstance(model, NodeSelector):
            yield from template(loaded, where, model, known)
            yield from attempt(loaded, where, model, known)
            yield from other(loaded, where, model, known)


def _is_target(where: Where) -> bool:
    """Of a verb that wants a pod."""
    verb = verbs().get(str(where[-2])) if where[-1] == "target" else None
    return verb is not None and not issubclass(verb, EntryVerb)


def template(loaded: Loaded, where: Where, selector: NodeSelector, known: WorkflowFacts) -> Iterator[Problem]:
    name = selector.template
    if name is None or name in known.borrowed:
        return
    found = known.templates.get(name)
    if found is None:
        text = f"template: no {show(name)} in the workflow{nearest(name, known.templates)}"
        yield loaded.problem((*where, "template"), f"{text}; templates: {listed(known.templates)}")
    elif found.kind and not found.has_pod and (isinstance(selector, OF_PODS) or _is_target(where)):
        text = f"template: {show(name)} is of kind {found.kind}, which has no pod"
        yield loaded.problem((*where, "template"), text)


def inherited(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """A fault of a pod whose moment is about a node finds that node's pod, if there is one."""
    known = facts(loaded.scenario.workflow)
    for index, step in enumerate(loaded.scenario.method):
        if not wants_pod(step.action) or getattr(step.action, "target", None) is not None:
            continue
        about = [(where, one) for where, one in models(step.when, ("method", index, "when")) if is_subject(one)]
        podless = [(where, one) for where, one in about if isinstance(one, NodeSelector) and without_pod(one, known)]
        if about and len(about) == len(podless):
            where, one = podless[0]
            yield loaded.problem(*unreachable(where, one, step.verb, known))


def wants_pod(verb: Verb) -> bool:
    return isinstance(verb, PodVerb | ResultVerb) or (isinstance(verb, ChaosToolkit) and verb.wants_pod)


def is_subject(model: object) -> bool:
    """A condition of a pod is told by its own rule."""
    return isinstance(model, NodeCondition | PodCondition | TaskResultCondition)


def without_pod(selector: NodeSelector, known: WorkflowFacts) -> bool:
    if not isinstance(selector, NodeCondition):
        return False
    found = known.templates.get(selector.template or "")
    of_kind = found is not None and selector.template not in known.borrowed and found.kind and not found.has_pod
    return bool(of_kind) or selector.type in OF_NO_POD


def unreachable(where: Where, selector: NodeSelector, verb: str, known: WorkflowFacts) -> tuple[Where, str]:
    with_pod = [one.name for one in known.templates.values() if one.has_pod]
    found = known.templates.get(selector.template or "")
    key = "template" if found and not found.has_pod else "type"
    kind = f"{show(selector.template)} is of kind {found.kind}, which" if found and key == "template" else selector.type
    cure = f"; give it a target, such as {verb}: {{target: {{template: {with_pod[0]}}}}}" if with_pod else ""
    return (*where, key), f"{key}: {kind} has no pod, so {verb} finds none{cure}"


def attempt(loaded: Loaded, where: Where, selector: NodeSelector, known: WorkflowFacts) -> Iterator[Problem]:
    retry = selector.retry
    if retry is None or selector.template in known.borrowed:
        return
    candidates = [one for one in known.templates.values() if selector.template in (None, one.name)]
    if not candidates:
        return
    whose = f"template {show(selector.template)}" if selector.template else "the workflow"
    if not any(one.retries for one in candidates):
        yield loaded.problem((*where, "retry"), f"retry: {whose} has no retryStrategy, so its nodes have no attempts")
    elif not absent(selector) and not any(reaches(one, retry) for one in candidates):
        limit = max(one.limit or 0 for one in candidates)
        text = f"retry: attempt {retry} cannot come: {whose} has a limit of {limit}, so attempts 0 to {limit}"
        yield loaded.problem((*where, "retry"), text)


def reaches(one: TemplateFacts, retry: int) -> bool:
    return one.retries and (one.limit is None or retry <= one.limit)


def absent(selector: NodeSelector) -> bool:
    """Whether it is said that there is no such node or pod."""
    match selector:
        case NodeOutcome(count=0) | PodOutcome(created=0):
            return True
    return False


def other(loaded: Loaded, where: Where, selector: NodeSelector, known: WorkflowFacts) -> Iterator[Problem]:
    name = selector.display_name
    if name is not None and not known.can_show(name):
        text = f"displayName: no step or task {show(name)}{nearest(name, known.calls)}"
        yield loaded.problem((*where, "displayName"), f"{text}; steps and tasks: {listed(sorted(known.calls))}")
    if selector.hook is not None and selector.hook not in known.hooks:
        text = f"hook: no {show(selector.hook)} in the workflow{nearest(selector.hook, known.hooks)}"
        yield loaded.problem((*where, "hook"), f"{text}; hooks: {listed(sorted(known.hooks))}")
    if selector.on_exit and not known.has_exit:
        yield loaded.problem((*where, "onExit"), "onExit: the workflow has no exit handler")


RULES = (selectors, inherited)
