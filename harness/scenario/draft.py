"""A first scenario from an existing workflow, so that nobody begins with an empty file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from harness.scenario.lint.facts import TemplateFacts, facts
from harness.scenario.messages import names
from harness.scenario.problems import Problem, ScenarioErrors
from harness.scenario.reading import read_yaml
from harness.scenario.source import Source, read_source
from harness.scenario.verbs import Do, Inject
from harness.scenario.workflows import ROOT, workflow_problems

if TYPE_CHECKING:
    from pathlib import Path

    from harness.scenario.marks import Marks

LONGEST_NAME: Final = 50
TEXT: Final = """\
# yaml-language-server: $schema=../scenario.schema.json
name: {name}
title: {name} succeeds
workflow:
{workflow}
# What happens to it, and when: a step fires on the watch event that makes its `when` true.
# templates: {templates}
# faults (inject): {faults}
# actions (do): {actions}
# method:
#   - name: {template}-loses-its-pod
#     when: {{node: {{{selector}, phase: Running}}}}
#     inject: {{delete-pod: {{force: true}}}}
expect:
  within: 120s
  workflow: {{phase: Succeeded}}
"""


def draft(path: Path, name: str | None = None) -> str:
    """The text of a scenario around the Workflow in that file. Raises ScenarioErrors."""
    source = read_source(path)
    data, marks = read_yaml(source.text, path)
    if not isinstance(data, dict) or "kind" not in data:
        raise ScenarioErrors([Problem(path=path, message="this is no Kubernetes object: kind: Workflow is wanted")])
    if problems := list(workflow_problems(data, below(marks))):
        raise ScenarioErrors(problems)
    return filled(data, source, name or kebab(path.stem))


def below(marks: Marks) -> Marks:
    """The same marks, where the workflow is looked for in a scenario."""
    for table in (marks.keys, marks.values):
        table.update({(*ROOT, *where): mark for where, mark in list(table.items())})
    return marks


def filled(workflow: dict[str, Any], source: Source, name: str) -> str:
    templates = facts(workflow).templates
    with_pod = [one for one in templates.values() if one.has_pod]
    if not with_pod:
        raise ScenarioErrors([Problem(path=source.path, message="no template of this workflow has a pod to disturb")])
    return TEXT.format(
        name=name,
        workflow=indented(source.text),
        templates=", ".join(f"{one.name} ({one.kind})" for one in templates.values()),
        faults=", ".join(names(Inject)),
        actions=", ".join(names(Do)),
        template=kebab(with_pod[0].name),
        selector=selector(with_pod[0]),
    )


def selector(template: TemplateFacts) -> str:
    return f"template: {template.name}{', retry: 0' if template.retries else ''}"


def indented(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip() not in ("---", "...")]
    return "\n".join(f"  {line}".rstrip() for line in lines)


def kebab(stem: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:LONGEST_NAME].strip("-") or "scenario"
