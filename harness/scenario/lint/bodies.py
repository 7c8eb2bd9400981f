"""Keys inside the workflow that Argo does not know: it drops them in silence, or refuses the workflow when it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.scenario import argo_fields
from harness.scenario.lint.facts import items, mapping
from harness.scenario.problems import listed, nearest, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from harness.scenario.lint.context import Context
    from harness.scenario.load import Loaded
    from harness.scenario.marks import Where
    from harness.scenario.problems import Problem

ROOT: Where = ("workflow",)


def bodies(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """Keys of the workflow, its spec, templates, steps and tasks are Argo's, and each template does one thing."""
    workflow = loaded.scenario.workflow
    spec, at = mapping(workflow.get("spec")), (*ROOT, "spec")
    defaults = mapping(spec.get("templateDefaults"))
    yield from unknown(loaded, ROOT, workflow, argo_fields.WORKFLOW)
    yield from unknown(loaded, at, spec, argo_fields.SPEC)
    yield from unknown(loaded, (*at, "templateDefaults"), defaults, argo_fields.TEMPLATE)
    for index, raw in enumerate(items(spec.get("templates"))):
        yield from body(loaded, (*at, "templates", index), raw, defaults)


def body(loaded: Loaded, at: Where, raw: Mapping[str, Any], defaults: Mapping[str, Any]) -> Iterator[Problem]:
    misspelt = list(unknown(loaded, at, raw, argo_fields.TEMPLATE))
    yield from misspelt or one_kind(loaded, at, raw, defaults)
    for where, call, known in calls(raw):
        yield from unknown(loaded, (*at, *where), call, known)
        if "inline" in call:
            yield from body(loaded, (*at, *where, "inline"), mapping(call["inline"]), defaults)


def calls(raw: Mapping[str, Any]) -> Iterator[tuple[Where, Mapping[str, Any], Sequence[str]]]:
    steps = raw.get("steps")
    for number, group in enumerate(steps if isinstance(steps, list) else ()):
        for index, step in enumerate(items(group)):
            yield ("steps", number, index), step, argo_fields.STEP
    for index, task in enumerate(items(mapping(raw.get("dag")).get("tasks"))):
        yield ("dag", "tasks", index), task, argo_fields.TASK


def unknown(loaded: Loaded, at: Where, raw: Mapping[str, Any], known: Sequence[str]) -> Iterator[Problem]:
    for key in raw:
        if key not in known:
            hint = nearest(str(key), known) or f"; known here: {listed(known)}"
            yield loaded.problem((*at, key), f"unknown key {show(key)}: Argo has no such field here{hint}", key=True)


def one_kind(loaded: Loaded, at: Where, raw: Mapping[str, Any], defaults: Mapping[str, Any]) -> Iterator[Problem]:
    """As Argo counts them: a key without a value is none."""
    given = [kind for kind in argo_fields.KINDS if raw.get(kind) is not None]
    inherited = [kind for kind in argo_fields.KINDS if defaults.get(kind) is not None]
    whose = f"template {show(raw['name'])}" if "name" in raw else "the template"
    empty = [kind for kind in argo_fields.KINDS if kind in raw and raw[kind] is None]
    if len(given) > 1:
        yield loaded.problem(at, f"{whose} has {' and '.join(given)}: Argo takes exactly one; make two templates of it")
    elif not (given or inherited) and empty:
        text = f"{empty[0]} has no value, so Argo takes it for absent"
        cure = "write suspend: {}" if empty[0] == "suspend" else "give it one, or take the key out"
        yield loaded.problem((*at, empty[0]), f"{text}: {cure}", key=True)
    elif not (given or inherited):
        yield loaded.problem(at, f"{whose} does nothing: give it one of {listed(argo_fields.KINDS)}")


RULES = (bodies,)
