"""A word that Argo does not know where it takes one of a few: the workflow goes wrong when it comes to that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from harness.scenario import argo_values
from harness.scenario.lint.bodies import calls
from harness.scenario.lint.facts import items, mapping
from harness.scenario.problems import listed, nearest, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from harness.scenario.lint.context import Context
    from harness.scenario.load import Loaded
    from harness.scenario.marks import Where
    from harness.scenario.problems import Problem

SPEC: Final[Where] = ("workflow", "spec")
ASKED: Final = re.compile(r"([A-Za-z0-9][-\w]*)\.([A-Za-z]+)")


def values(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """What takes one of a few words has one of them, or an expression that gives one when it runs."""
    spec = mapping(loaded.scenario.workflow.get("spec"))
    yield from judged(loaded, SPEC, spec, argo_values.SPEC)
    for where, raw in bodies(spec):
        yield from judged(loaded, (*SPEC, *where), raw, argo_values.TEMPLATE)


def judged(
    loaded: Loaded, at: Where, raw: Mapping[str, Any], known: Mapping[argo_values.Path, tuple[str, ...]]
) -> Iterator[Problem]:
    for path, allowed in known.items():
        for where, value in reached(raw, path):
            if value not in (None, "", *allowed) and "{{" not in str(value):
                hint = nearest(value, allowed) if isinstance(value, str) else ""
                text = f"{path[-1]}: {show(value)} is no value that Argo knows here{hint}; allowed: {listed(allowed)}"
                yield loaded.problem((*at, *where), text)


def bodies(spec: Mapping[str, Any]) -> Iterator[tuple[Where, Mapping[str, Any]]]:
    """What templates inherit, they themselves, and those that stand in their steps or tasks, each with its place."""
    yield ("templateDefaults",), mapping(spec.get("templateDefaults"))
    for index, raw in enumerate(items(spec.get("templates"))):
        yield from with_inline(("templates", index), raw)


def with_inline(where: Where, raw: Mapping[str, Any]) -> Iterator[tuple[Where, Mapping[str, Any]]]:
    yield where, raw
    for place, call, _ in calls(raw):
        if body := mapping(call.get("inline")):
            yield from with_inline((*where, *place, "inline"), body)


def reached(raw: Any, path: argo_values.Path) -> Iterator[tuple[Where, Any]]:
    """Every value at that path, with its place below `raw`."""
    if not path:
        yield (), raw
        return
    for key, child in children(raw, path[0]):
        yield from (((key, *where), value) for where, value in reached(child, path[1:]))


def children(raw: Any, key: str) -> Iterator[tuple[str | int, Any]]:
    match raw:
        case list() if key == "*":
            yield from enumerate(raw)
        case dict() if key in raw:
            yield key, raw[key]


def results(loaded: Loaded, _context: Context) -> Iterator[Problem]:
    """A `depends` asks of a task what a task can have come to."""
    for where, raw in bodies(mapping(loaded.scenario.workflow.get("spec"))):
        for place, task, _ in calls(raw):
            depends = task.get("depends")
            for found in ASKED.finditer(depends) if isinstance(depends, str) and "{{" not in depends else ():
                if found[2] not in argo_values.RESULTS:
                    hint = nearest(found[2], argo_values.RESULTS)
                    text = f"depends: {show(found[0])}: no task comes to {show(found[2])}{hint}"
                    at = (*SPEC, *where, *place, "depends")
                    yield loaded.problem(at, f"{text}; allowed: {listed(argo_values.RESULTS)}")


RULES = (values, results)
