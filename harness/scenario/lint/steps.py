"""A step must have something to hit, in a state in which it can be hit, with what the provider can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.scenario.conditions import Condition, NodeCondition
from harness.scenario.duration import show_duration
from harness.scenario.expectation import Outcome
from harness.scenario.lint.containers import matched
from harness.scenario.lint.context import Context, models
from harness.scenario.lint.providers import reasons
from harness.scenario.problems import listed, nearest, show
from harness.scenario.verbs import (
    ApiVerb,
    ContainerVerb,
    ControlPlaneVerb,
    EntryVerb,
    PodVerb,
    PowerOff,
    PowerOn,
    ResultVerb,
    Scope,
    SemaphoreVerb,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.scenario.load import Loaded
    from harness.scenario.marks import Where
    from harness.scenario.problems import Problem
    from harness.scenario.types import Step


def targets(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """Every step knows its target before it fires."""
    for index, step in enumerate(loaded.scenario.method):
        earlier = loaded.scenario.method[:index]
        match step.action:
            case PowerOn():
                if not any(isinstance(one.action, PowerOff) for one in earlier):
                    yield verb(loaded, index, step, "no earlier step switches a node off")
            case PodVerb(target=None) | ResultVerb(target=None) if not names_one(step.when):
                text = f"nothing says which pod {step.verb} hits: give it a target, or name a node or pod in when"
                yield verb(loaded, index, step, text)
            case EntryVerb(target=None, wants_node=True) if not names_one(step.when):
                text = f"nothing says which node {step.verb} means: give it a target, or name a node or pod in when"
                yield verb(loaded, index, step, text)
            case SemaphoreVerb() as limit if not _has_key(loaded, limit):
                text = f"none of the objects is a ConfigMap {limit.config_map} with the key {limit.key}"
                yield verb(loaded, index, step, text)


def _has_key(loaded: Loaded, limit: SemaphoreVerb) -> bool:
    return any(
        each["kind"] == "ConfigMap"
        and each["metadata"]["name"] == limit.config_map
        and limit.key in (each.get("data") or {})
        for each in loaded.scenario.objects
    )


def names_one(when: Condition) -> bool:
    """Whether every way to match leads to a workflow node, pod or task result."""
    if when.node or when.pod or when.task_result:
        return True
    if when.all and any(names_one(part) for part in when.all):
        return True
    return bool(when.any) and all(names_one(part) for part in when.any or ())


def hosts(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """`host` is the node of an earlier step, so there must be one."""
    if not loaded.scenario.method:
        return
    for where, model in models(loaded.scenario.method[0].when, ("method", 0, "when")):
        if isinstance(model, Condition) and model.host is not None:
            yield loaded.problem((*where, "host"), "host: no earlier step has hit a node", key=True)


def too_late(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """When a workflow node has ended, the processes of its pod are gone."""
    for index, step in enumerate(loaded.scenario.method):
        if not isinstance(step.action, ContainerVerb) or step.action.target is not None:
            continue
        for one in matched(step.when):
            if isinstance(one, NodeCondition) and one.phase is not None and one.phase.terminal:
                text = f"{step.verb} comes too late: a node that is {one.phase} has no process"
                yield verb(loaded, index, step, text)


def provider(loaded: Loaded, context: Context) -> Iterator[Problem]:
    """The provider can do what the step asks for."""
    for index, step in enumerate(loaded.scenario.method):
        for why in reasons(step.action.needs, context.lacking):
            text = f"{step.verb} cannot be done on provider {context.provider}: {why}"
            yield verb(loaded, index, step, text)


def reach(loaded: Loaded, context: Context) -> Iterator[Problem]:
    """In a cluster that others use too a step stays within its namespace, unless that is allowed."""
    for index, step in enumerate(loaded.scenario.method):
        if step.action.scope is not Scope.NAMESPACE and not context.cluster_faults:
            text = (
                f"{step.verb} reaches beyond its namespace (scope {step.action.scope}) in a cluster that others may use"
                " too; if everybody there can bear it: --allow-cluster-faults"
            )
            yield verb(loaded, index, step, text)


def settings(loaded: Loaded, context: Context) -> Iterator[Problem]:
    """An Argo that is used as it is cannot be set as a scenario wants it."""
    if context.settings is None:
        return
    controller = loaded.scenario.argo.controller
    for name, value in controller.env.items():
        if context.settings.get(name) != value:
            has = context.settings.get(name) or "no such value"
            text = f"{name}: the installed Argo is left as it is, and has {has}"
            yield loaded.problem(("argo", "controller", "env", name), text)
    if controller.args:
        text = "args: the installed Argo is left as it is, so it gets no arguments"
        yield loaded.problem(("argo", "controller", "args"), text, key=True)


def waits(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """A step has time to wait, and no longer delay than time."""
    for index, step in enumerate(loaded.scenario.method):
        at: Where = ("method", index)
        for key, seconds in (("within", step.within), ("proof-within", step.proof_within)):
            if seconds <= 0:
                yield loaded.problem((*at, key), f"{key}: nothing can come within no time")
        after = step.when.after
        if after is not None and after >= step.within > 0:
            text = f"after: {show_duration(after)} is not over within {show_duration(step.within)}: give more to within"
            yield loaded.problem((*at, "when", "after"), text)


def lasting(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """Without the control plane nothing is seen, so no verdict can be had while it is away; and what the controller is
    not told for ever is no longer about the controller."""
    for index, step in enumerate(loaded.scenario.method):
        if step.heal_after is not None:
            continue
        match step.action:
            case ControlPlaneVerb(lasting=True):
                yield verb(loaded, index, step, f"{step.verb} lasts until it is undone: say when with heal-after")
            case ApiVerb(times=None):
                text = "lasts until it is undone: say when with heal-after, or how often with times"
                yield verb(loaded, index, step, f"{step.verb} {text}")


def delays(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """`after` counts from when all the rest held, so it has no meaning for a part of it."""
    for where, model in models(loaded.scenario):
        if isinstance(model, Condition) and model.after is not None and where[-1] != "when":
            yield loaded.problem((*where, "after"), "after: belongs beside all or any, not into them", key=True)


def waivers(loaded: Loaded, context: Context) -> Iterator[Problem]:
    """Only what is checked can be waived."""
    for index, waiver in enumerate(loaded.scenario.waive):
        if context.invariants and waiver.invariant not in context.invariants:
            text = unknown_invariant("invariant", waiver.invariant, context)
            yield loaded.problem(("waive", index, "invariant"), text)


def violations(loaded: Loaded, context: Context) -> Iterator[Problem]:
    """Only what is checked can be violated."""
    for where, model in models(loaded.scenario):
        for index, name in enumerate(model.violations if isinstance(model, Outcome) else ()):
            if context.invariants and name not in context.invariants:
                yield loaded.problem((*where, "violations", index), unknown_invariant("violations", name, context))


def unknown_invariant(key: str, name: str, context: Context) -> str:
    known = sorted(context.invariants)
    hint = nearest(name, known) or f"; invariants: {listed(known)}"
    return f"{key}: {show(name)} is no invariant{hint}"


def verb(loaded: Loaded, index: int, step: Step, message: str) -> Problem:
    group = "inject" if step.inject is not None else "do"
    return loaded.problem(("method", index, group, step.verb), message, key=True)


RULES = (targets, hosts, too_late, provider, reach, settings, waits, lasting, delays, waivers, violations)
