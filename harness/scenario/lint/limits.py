"""A container without a memory limit cannot outgrow one: the fault that waits for the kernel to say so would wait until
its time is up, or until the machine itself is out of memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from harness.scenario.lint import images
from harness.scenario.lint.containers import aimed_at
from harness.scenario.lint.facts import facts, mapping
from harness.scenario.lint.steps import verb
from harness.scenario.problems import show
from harness.scenario.verbs import ConfigureController, EditWorkflow, Oom

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from harness.scenario.lint.context import Context
    from harness.scenario.lint.facts import TemplateFacts
    from harness.scenario.load import Loaded
    from harness.scenario.problems import Problem
    from harness.scenario.types import Scenario, Step

BY_DEFAULT: Final = frozenset({"config", "executor", "mainContainer", "workflowDefaults"})
"""Keys of the controller's config map from which every container may have a limit."""
ARGOS_OWN: Final = ("init", "wait")


def unlimited(loaded: Loaded, context: Context) -> Iterator[Problem]:
    """`oom` needs a limit in the workflow; `oom-kill` draws it down by itself."""
    scenario = loaded.scenario
    if context.settings is not None or BY_DEFAULT & set(context.sets.get(scenario.argo.settings, ())):
        return
    for index, step in enumerate(scenario.method):
        if isinstance(step.action, Oom) and not changed(scenario.method[:index]):
            name = step.action.container
            hit = candidates(scenario, step, name)
            if hit and not any(may_have_limit(one, name, scenario.workflow) for one in hit):
                yield verb(loaded, index, step, told(name, hit))


def told(name: str, hit: Sequence[TemplateFacts]) -> str:
    where = "a podSpecPatch" if name in ARGOS_OWN else "resources: {limits: {memory: 64Mi}}"
    whose = f" of template {show(hit[0].name)}" if len(hit) == 1 else ""
    why = f"oom: the container {show(name)}{whose} has no memory limit that it could outgrow"
    return f"{why}: give it one with {where}, or use oom-kill, which needs none"


def changed(earlier: Sequence[Step]) -> bool:
    """Whether a limit may have come after the workflow was written."""
    return any(isinstance(step.action, ConfigureController | EditWorkflow) for step in earlier)


def candidates(scenario: Scenario, step: Step, name: str) -> list[TemplateFacts]:
    """The templates whose container may be meant; none where it may be one that nobody sees from here."""
    known, wanted = facts(scenario.workflow), aimed_at(step)
    if known.borrowed or (wanted is None and known.inline):
        return []
    return [one for one in known.templates.values() if name in one.containers and wanted in (None, one.name)]


def may_have_limit(one: TemplateFacts, name: str, workflow: Mapping[str, Any]) -> bool:
    """What is patched or inherited is not worked out: it may be one."""
    defaults = mapping(mapping(workflow.get("spec")).get("templateDefaults"))
    if any(word in text for text in (one.patch, str(defaults)) for word in ("memory", "{{")):
        return True
    return any(limited(each) for _, each in images.containers(one.raw, ()) if str(each.get("name", "main")) == name)


def limited(container: Mapping[str, Any]) -> bool:
    resources = container.get("resources")
    limits = resources.get("limits") if isinstance(resources, dict) else resources
    return "memory" in limits if isinstance(limits, dict) else bool(limits)


RULES = (unlimited,)
