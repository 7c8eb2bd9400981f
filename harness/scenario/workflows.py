"""The workflow of a scenario may stand in a file of its own; either way it must be one that can be run as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from harness.scenario.problems import Problem, nearest, show
from harness.scenario.reading import read_yaml
from harness.scenario.source import read_source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from harness.scenario.marks import Marks, Where

API: Final = "argoproj.io/v1alpha1"
ROOT: Final[Where] = ("workflow",)


def take_in(data: dict[str, Any], marks: Marks, scenario: Path) -> bytes:
    """Puts the named workflow file, if there is one, in the place of its name; returns what was read."""
    name = data.get("workflow")
    if not isinstance(name, str):
        return b""
    path = beside(scenario, name, marks)
    if not path.is_file():
        raise marks.value(ROOT).refusal(f"workflow: there is no file {show(name)}")
    source = read_source(path)
    data["workflow"], read = read_yaml(source.text, path)
    for table, other in ((marks.keys, read.keys), (marks.values, read.values)):
        table.update({(*ROOT, *where): mark for where, mark in other.items()})
    marks.raw.update({(*ROOT, *where): text for where, text in read.raw.items()})
    return source.raw


def beside(scenario: Path, name: str, marks: Marks) -> Path:
    """The named file, which must lie in the scenario's folder or below: a scenario is moved with what it needs."""
    folder = scenario.parent
    try:
        inside = (folder / name).resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        raise marks.value(ROOT).refusal(f"workflow: {show(name)} is no path of a file") from None
    if not inside:
        raise marks.value(ROOT).refusal(f"workflow: {show(name)} lies outside of the scenario's folder")
    return folder / name


def workflow_problems(workflow: Any, marks: Marks) -> Iterator[Problem]:
    if not isinstance(workflow, dict):
        wanted = "workflow: a Workflow, or the path of a file with one, is wanted"
        yield marks.value(ROOT).problem(f"{wanted}, not {show(workflow)}")
        return
    for key, want in (("apiVersion", API), ("kind", "Workflow")):
        if key not in workflow:
            yield marks.key(ROOT).problem(f"the workflow has no {key}: write {key}: {want}")
        elif workflow[key] != want:
            yield marks.value((*ROOT, key)).problem(f"{key}: {show(workflow[key])} cannot be run here; allowed: {want}")
    yield from spec_problems(workflow.get("spec"), marks)


def spec_problems(spec: Any, marks: Marks) -> Iterator[Problem]:
    at: Where = (*ROOT, "spec")
    if not isinstance(spec, dict):
        yield marks.key(at).problem("the workflow has no spec")
        return
    if "workflowTemplateRef" in spec:
        mark = marks.key((*at, "workflowTemplateRef"))
        yield mark.problem("workflowTemplateRef needs a template in the cluster; write the templates out here")
        return
    templates = spec.get("templates")
    if not isinstance(templates, list) or not templates:
        yield marks.key((*at, "templates")).problem("the workflow has no list of templates")
        return
    yield from template_problems(templates, marks)
    names = [item["name"] for item in templates if isinstance(item, dict) and isinstance(item.get("name"), str)]
    if "entrypoint" not in spec:
        yield marks.key(at).problem("the workflow has no entrypoint")
    for key in ("entrypoint", "onExit"):
        if key in spec and spec[key] not in names:
            mark = marks.value((*at, key))
            yield mark.problem(f"{key}: no template {show(spec[key])} in the workflow{nearest(str(spec[key]), names)}")


def template_problems(templates: list[Any], marks: Marks) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, template in enumerate(templates):
        at: Where = (*ROOT, "spec", "templates", index)
        name = template.get("name") if isinstance(template, dict) else None
        if not isinstance(name, str) or not name:
            yield marks.value(at).problem("a template must be a mapping with a name")
            continue
        if name in seen:
            yield marks.value((*at, "name")).problem(f"two templates are called {show(name)}")
        seen.add(name)
